"""The choices of the wizard, checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from headwater.customization.importing import check_new_fields
from headwater.kernel import listing, text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.leads.importing.names import Names
from headwater.leads.importing.targets import NAME_PARTS, OWNER
from headwater.leads.types import CONTACT_METHODS
from headwater.organization.queries import active_ids
from headwater.platform.imports.types import Policy, Work
from headwater.pools.queries import get_pool
from headwater.pools.services import ensure_default_pool

MOST_OWNERS = 200
KNOWN = frozenset(
    {
        "policy",
        "pool",
        "owner",
        "owners",
        "campaign",
        "source",
        "name_column",
        "name_prefix",
        "reference_only",
        "preset",
    }
)


@dataclass(slots=True)
class _Complaints:
    found: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, key: str, code: str, detail: str) -> None:
        self.found.setdefault(key, {"code": code, "detail": detail})

    def finish(self) -> None:
        if self.found:
            raise Invalid(fields=self.found)


def complete(access: Access, work: Work) -> dict[str, Any]:
    """Options with defaults; refuses with `Invalid` naming each option or column that cannot work."""
    complaints = _Complaints()
    given = work.options
    for key in given.keys() - KNOWN:
        complaints.add(f"options.{key}"[:80], "import.unknown_option", _("There is no such option."))
    options: dict[str, Any] = {
        "policy": _policy(access, given, complaints),
        "pool": _pool(access, given.get("pool"), complaints),
        "owners": _owners(access, given, complaints),
        "campaign": _record(access, "campaign", given.get("campaign"), complaints),
        "source": _record(access, "source", given.get("source"), complaints),
        "reference_only": given.get("reference_only") in (True, 1, "1", "true", "on"),
        "name_prefix": str(given.get("name_prefix") or "")[:40],
        "name_column": _column(given.get("name_column"), work, complaints),
    }
    if given.get("preset"):
        options["preset"] = str(given["preset"])[:40]
    _mapping(access, work, options, complaints)
    complaints.finish()
    return options


def _policy(access: Access, given: Mapping[str, Any], complaints: _Complaints) -> str:
    policy = given.get("policy") or Policy.SKIP.value
    if policy not in Policy.values:
        complaints.add(
            "options.policy", "import.policy", _("Choose skip, fill, update, create or reinquire.")
        )
    elif policy in (Policy.FILL, Policy.UPDATE) and not access.may("leads.edit"):
        complaints.add("options.policy", "access.forbidden", _("Your role does not allow this."))
    return str(policy)


def _pool(access: Access, raw: Any, complaints: _Complaints) -> int:
    pool_id = _identity(raw)
    if pool_id is None and isinstance(raw, str):
        pool_id = Names(access).pools.get(text.fold(raw))
    try:
        if raw in (None, ""):
            return ensure_default_pool().pk
        if pool_id is not None:
            return get_pool(access.also("pools.view"), pool_id).pk
    except NotFound:
        pass
    complaints.add("options.pool", "value.record", _("There is no such record."))
    return 0


def _owners(access: Access, given: Mapping[str, Any], complaints: _Complaints) -> list[int]:
    raw = given.get("owners")
    if raw in (None, "", []):
        raw = [given["owner"]] if given.get("owner") not in (None, "") else []
    if not isinstance(raw, list | tuple) or len(raw) > MOST_OWNERS:
        complaints.add("options.owners", "value.type", _("Owners are a list of people."))
        return []
    ids = [access.user_id if item == "@me" else _identity(item) for item in raw]
    wanted = list(dict.fromkeys(item for item in ids if item is not None))
    if len(wanted) != len(set(ids)) or active_ids(wanted) != frozenset(wanted):
        complaints.add("options.owners", "value.record", _("There is no such person, or they have left."))
    elif set(wanted) - {access.user_id} and not access.may("leads.assign"):
        complaints.add(
            "options.owners", "access.forbidden", _("Your role does not allow assigning to others.")
        )
    return wanted


def _record(access: Access, kind: str, raw: Any, complaints: _Complaints) -> int | None:
    if raw in (None, ""):
        return None
    found, record_id = record_type(kind), _identity(raw)
    view = found.permission("view")
    if (
        record_id is None
        or not access.may(view)
        or not listing.ids_within(access.also(view), found, [record_id])
    ):
        complaints.add(f"options.{kind}", "value.record", _("There is no such record."))
    return record_id


def _column(raw: Any, work: Work, complaints: _Complaints) -> int | None:
    if raw in (None, ""):
        return None
    column = int(raw) if isinstance(raw, str) and raw.isascii() and raw.isdigit() else raw
    if not isinstance(column, int) or isinstance(column, bool) or not 0 <= column < len(work.columns):
        complaints.add("options.name_column", "import.no_such_column", _("The file has no such column."))
        return None
    return column


def _mapping(access: Access, work: Work, options: Mapping[str, Any], complaints: _Complaints) -> None:
    mapped = {plan.target for plan in work.plans if plan.target}
    if not mapped and not any(plan.makes_field for plan in work.plans):
        complaints.add("mapping", "import.nothing_mapped", _("Map at least one column to a field."))
        return
    updates = options["policy"] in (Policy.FILL, Policy.UPDATE)
    if not mapped & {"name", "company", *NAME_PARTS} and options["name_column"] is None and not updates:
        complaints.add(
            "options.name_column",
            "lead.no_name_column",
            _("Every lead needs a name: map a column to it, or choose one to name the leads by."),
        )
    if not mapped & set(CONTACT_METHODS):
        if "external_id" not in mapped:
            complaints.add(
                "mapping",
                "lead.no_contact_column",
                _("Map a column to mobile, phone, e-mail, WeChat or QQ, or one to the external id."),
            )
        elif not options["reference_only"] and not updates:
            complaints.add(
                "options.reference_only",
                "lead.no_contact_column",
                _("No column holds contact details. Confirm that the list has none yet."),
            )
    if OWNER in mapped and not access.may("leads.assign"):
        complaints.add(
            "mapping.owner", "access.forbidden", _("Your role does not allow assigning to others.")
        )
    check_new_fields(access, work, complaints.add)


def _identity(raw: Any) -> int | None:
    if isinstance(raw, Mapping):
        raw = raw.get("id")
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 2**63:
        return raw
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and 0 < int(raw) < 2**63:
        return int(raw)
    return None
