"""The choices of the wizard for accounts, contacts and opportunities, checked."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from headwater.customization.importing import check_new_fields
from headwater.kernel import listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.organization.queries import active_ids
from headwater.platform.imports.types import Policy, Work
from headwater.sales import picklists
from headwater.sales.importing.history import COLLECT
from headwater.sales.importing.shapes import BY_NUMBER, OWNER, PRODUCT, Shape
from headwater.sales.importing.targets import NAME_PARTS
from headwater.sales.queries.pipelines import pipelines

POLICIES = (Policy.SKIP, Policy.FILL, Policy.UPDATE, Policy.CREATE)
KNOWN = frozenset(
    {
        "policy",
        "owner",
        "owner_unknown",
        "links_unknown",
        "account_missing",
        "products_unknown",
        "pipeline",
        "lost_reason",
        "source",
        "campaign",
        "preset",
    }
)


class Complaints:
    """What is wrong with mapping and options, all at once."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, str]] = {}

    def add(self, key: str, code: str, detail: str) -> None:
        self.found.setdefault(key, {"code": code, "detail": detail})

    def finish(self) -> None:
        if self.found:
            raise Invalid(fields=self.found)


def complete(access: Access, work: Work, shape: Shape) -> dict[str, Any]:
    """Options with defaults; refuses with `Invalid` naming each option or column that cannot work."""
    complaints = Complaints()
    given = work.options
    for key in given.keys() - KNOWN:
        complaints.add(f"options.{key}"[:80], "import.unknown_option", _("There is no such option."))
    options: dict[str, Any] = {
        "policy": policy(access, given, f"{shape.plural}.edit", complaints),
        "owner": owner(access, given.get("owner"), shape, complaints),
        "owner_unknown": _one_of(given, "owner_unknown", ("error", "default"), complaints),
        "links_unknown": _one_of(given, "links_unknown", ("error", "leave"), complaints),
    }
    if given.get("preset"):
        options["preset"] = str(given["preset"])[:40]
    if shape.key == "contact":
        options["campaign"] = _campaign(access, given.get("campaign"), complaints)
    if shape.key == "opportunity":
        options |= _sale(given, complaints) | {
            "account_missing": _one_of(given, "account_missing", ("error", COLLECT), complaints),
            "products_unknown": _one_of(given, "products_unknown", ("error", "leave"), complaints),
        }
        if options["account_missing"] == COLLECT and not access.may("accounts.create"):
            complaints.add("options.account_missing", "access.forbidden", _("Your role does not allow this."))
    _mapping(access, work, shape, options, complaints)
    complaints.finish()
    return options


def policy(access: Access, given: Mapping[str, Any], edit: str, complaints: Complaints) -> str:
    """What becomes of rows whose record exists."""
    chosen = given.get("policy") or Policy.SKIP.value
    if chosen not in POLICIES:
        complaints.add("options.policy", "import.policy", _("Choose skip, fill, update or create."))
    elif chosen in (Policy.FILL, Policy.UPDATE) and not access.may(edit):
        complaints.add("options.policy", "access.forbidden", _("Your role does not allow this."))
    return str(chosen)


def owner(access: Access, raw: Any, shape: Shape, complaints: Complaints) -> int | None:
    """Who gets records whose row names nobody: the one chosen, or who imports."""
    if raw in (None, "", "@me"):
        return access.user_id
    person = identity(raw)
    if person is None or person not in active_ids([person]):
        complaints.add("options.owner", "value.record", _("There is no such person, or they have left."))
    elif person != access.user_id and not access.may(f"{shape.plural}.assign"):
        complaints.add(
            "options.owner", "access.forbidden", _("Your role does not allow assigning to others.")
        )
    return person


def _campaign(access: Access, raw: Any, complaints: Complaints) -> int | None:
    """The campaign that the whole file belongs to, if any."""
    if raw in (None, ""):
        return None
    kind, campaign = record_type("campaign"), identity(raw)
    view = kind.permission("view")
    if (
        campaign is None
        or not access.may(view)
        or not listing.ids_within(access.also(view), kind, [campaign])
    ):
        complaints.add("options.campaign", "value.record", _("There is no such record."))
    return campaign


def _one_of(given: Mapping[str, Any], key: str, known: tuple[str, ...], complaints: Complaints) -> str:
    chosen = str(given.get(key) or known[0])
    if chosen not in known:
        complaints.add(f"options.{key}", "value.choice", _("This is not one of the choices."))
    return chosen


def _sale(given: Mapping[str, Any], complaints: Complaints) -> dict[str, Any]:
    known = {one.id for one in pipelines()}
    pipeline = identity(given.get("pipeline"))
    if given.get("pipeline") not in (None, "") and pipeline not in known:
        complaints.add("options.pipeline", "value.record", _("There is no such record."))
    reason = str(given.get("lost_reason") or "")
    if reason and picklists.lost_reasons().find(reason) is None:
        complaints.add("options.lost_reason", "value.choice", _("This is not one of the choices."))
    return {"pipeline": pipeline or pipelines()[0].id, "lost_reason": reason}


def _mapping(
    access: Access, work: Work, shape: Shape, options: Mapping[str, Any], complaints: Complaints
) -> None:
    mapped = {plan.target for plan in work.plans if plan.target}
    if not mapped and not any(plan.makes_field for plan in work.plans):
        complaints.add("mapping", "import.nothing_mapped", _("Map at least one column to a field."))
        return
    updates = options["policy"] in (Policy.FILL, Policy.UPDATE) and "external_id" in mapped
    speaks = {"account", PRODUCT, "external_id"} if shape.key == "opportunity" else set()
    if not mapped & {"name", *NAME_PARTS, *speaks} and not updates:
        complaints.add("mapping.name", "import.no_name_column", _("Map a column to the name."))
    gathers = options.get("account_missing") == COLLECT
    needs_account = shape.key == "opportunity" and not updates and not gathers
    if needs_account and not mapped & {"account", f"account{BY_NUMBER}"}:
        complaints.add(
            "mapping.account",
            "import.no_account_column",
            _("Map a column to the account, or one to the account's external number."),
        )
    if OWNER in mapped and not access.may(f"{shape.plural}.assign"):
        complaints.add(
            "mapping.owner", "access.forbidden", _("Your role does not allow assigning to others.")
        )
    check_new_fields(access, work, complaints.add)


def identity(raw: Any) -> int | None:
    """An id as forms and the API give it."""
    if isinstance(raw, Mapping):
        raw = raw.get("id")
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 2**63:
        return raw
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and 0 < int(raw) < 2**63:
        return int(raw)
    return None
