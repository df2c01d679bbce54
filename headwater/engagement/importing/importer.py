"""Follow-ups as the import engine meets them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.customization import importing
from headwater.engagement.importing import saving, targets
from headwater.engagement.importing.writing import ActivitySession
from headwater.engagement.types import OUTCOMES, ActivityKind
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid, Text
from headwater.organization.queries import active_ids
from headwater.platform.imports.types import Column, ColumnPlan, Done, Policy, Target, Undone, Work

PICKLISTS = {"outcome": OUTCOMES}
_KNOWN = frozenset({"policy", "author", "author_unknown", "kind", "preset"})
_POLICIES = (Policy.SKIP, Policy.FILL, Policy.UPDATE, Policy.CREATE)


class ActivityImporter:
    """See `headwater.platform.imports.importers.Importer`."""

    record = "activity"
    permission = "activities.import"

    @property
    def label(self) -> Text:
        return record_type("activity").label

    @property
    def label_plural(self) -> Text:
        return record_type("activity").label_plural

    def targets(self, access: Access) -> list[Target]:
        return targets.targets()

    def example(self) -> list[list[str]]:
        """The template that the wizard offers."""
        labels = {target.key: str(target.label) for target in targets.targets()}
        keys = ("external_id", "account.external_id", "opportunity.external_id", "lead.external_id", "kind",
                "occurred_at", "author", "content", "outcome")  # fmt: skip
        row = (
            "F-4001",
            "A-1001",
            "",
            "",
            str(ActivityKind.CALL.label),
            "2026-11-20 10:30",
            "",
            "已发报价，下周二再联系",
            "",
        )
        pairs = [(labels[key], value) for key, value in zip(keys, row, strict=True) if key in labels]
        return [[label for label, _value in pairs], [value for _label, value in pairs]]

    def suggest(self, access: Access, columns: list[Column], plans: list[ColumnPlan]) -> dict[str, Any]:
        return {"policy": Policy.SKIP.value}

    def complete(self, access: Access, work: Work) -> dict[str, Any]:
        """The options checked and filled with defaults; refuses a mapping that cannot work."""
        found: dict[str, dict[str, str]] = {}

        def complain(key: str, code: str, detail: str) -> None:
            found.setdefault(key, {"code": code, "detail": detail})

        given, mapped = work.options, {plan.target for plan in work.plans if plan.target}
        for key in given.keys() - _KNOWN:
            complain(f"options.{key}"[:80], "import.unknown_option", _("There is no such option."))
        options = _options(access, given, complain)
        if not targets.record_targets(mapped):
            complain(
                "mapping",
                "import.no_record_column",
                _("Map a column to the lead, account, contact or opportunity that each row belongs to."),
            )
        for key, words in (
            ("occurred_at", _("Map a column to the moment.")),
            ("content", _("Map a column to the content or the outcome.")),
        ):
            stands_for = {"occurred_at"} if key == "occurred_at" else {"content", "outcome", targets.SUBJECT}
            if not mapped & stands_for:
                complain(f"mapping.{key}", "import.no_column", words)
        if found:
            raise Invalid(fields=found)
        return options

    def prepare(self, access: Access, work: Work) -> tuple[list[ColumnPlan], dict[str, Any]]:
        return importing.prepare(access, work, self.record, {})

    def session(self, access: Access, work: Work, *, writes: bool) -> ActivitySession:
        importing.look_again()  # the start, in another process, may just have made fields and choices
        return ActivitySession(access, work, writes=writes)

    def revert(self, access: Access, work: Work, rows: Sequence[Done]) -> list[Undone]:
        return saving.revert(access, work, rows)


def _options(access: Access, given: Mapping[str, Any], complain: Any) -> dict[str, Any]:
    policy = given.get("policy") or Policy.SKIP.value
    if policy not in _POLICIES:
        complain("options.policy", "import.policy", _("Choose skip, fill, update or create."))
    elif policy in (Policy.FILL, Policy.UPDATE) and not access.may("activities.edit"):
        complain("options.policy", "access.forbidden", _("Your role does not allow this."))
    author = given.get("author")
    author = access.user_id if author in (None, "", "@me") else author
    if isinstance(author, str) and author.isascii() and author.isdigit():
        author = int(author)
    if not isinstance(author, int) or not 0 < author < 2**63 or author not in active_ids([author]):
        complain("options.author", "value.record", _("There is no such person, or they have left."))
    kind = given.get("kind") or ActivityKind.OTHER.value
    if kind not in ActivityKind.values:
        complain("options.kind", "value.choice", _("This is not one of the choices."))
    unknown = given.get("author_unknown") or "error"
    if unknown not in ("error", "default"):
        complain("options.author_unknown", "value.choice", _("This is not one of the choices."))
    options = {"policy": str(policy), "author": author, "author_unknown": unknown, "kind": kind}
    return options | ({"preset": str(given["preset"])[:40]} if given.get("preset") else {})
