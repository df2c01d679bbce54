"""Do the records that a value points to exist, and may the writer point to them?"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.organization.queries import active_ids
from headwater.sales.services.kinds import Kind

MERGEABLE = ("account", "contact")


def check_relations(access: Access, kind: Kind, fields: Mapping[str, Any]) -> None:
    """Raises `Invalid` naming every relation that leads nowhere; people must be active colleagues."""
    complaints: dict[str, dict[str, str]] = {}
    known = kind.record_type.all_fields
    for key, value in fields.items():
        field = known[key]
        if value is None or not field.type.is_relation:
            continue
        if field.relation == "user":
            if value not in active_ids([value]):
                complaints[key] = {"code": "owner.inactive", "detail": _("This person is not active.")}
        elif not _exists(access, field.relation, value):
            complaints[key] = {
                "code": "relation.not_found",
                "detail": _("This record does not exist, or you may not see it."),
            }
    if complaints:
        raise Invalid(fields=complaints)


def _exists(access: Access, relation: str, record_id: int) -> bool:
    target = record_type(relation)
    if not access.may(target.permission("view")):
        return False
    if record_id not in listing.ids_within(access.also(target.permission("view")), target, [record_id]):
        return False
    # Looked at again once locked: a merge that is under way ends first, or takes along what points to it.
    held = f"SELECT 1 FROM {target.table} t WHERE t.id = %s AND t.archived_at IS NULL FOR KEY SHARE"
    return relation not in MERGEABLE or bool(sql.rows(held, (record_id,)))
