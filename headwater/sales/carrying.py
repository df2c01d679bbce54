"""What of accounts and contacts moves with a merge; and what of every record does."""

from typing import Any

from headwater.engagement.services import move_history, move_history_back
from headwater.engagement.services.history import Moved
from headwater.engagement.types import RecordRef
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_types
from headwater.kernel.sql import execute, value, values
from headwater.sales.merging import Carry, CarryBack, leave_rows, register_merge_part, register_rows

_HISTORY = ("engagement_activity", "engagement_task", "engagement_comment", "engagement_timelinelink")


def register_common_parts(record: str) -> None:
    """Follow-ups, tasks, comments, files, and links of custom fields."""
    carry, carry_back = _history(record)
    register_merge_part(
        record,
        "history",
        carry=carry,
        carry_back=carry_back,
        waiting=lambda from_id: any(_has(table, record, from_id) for table in _HISTORY[:3]),
        columns=[(table, "record_id") for table in _HISTORY],
    )
    register_rows(record, "files", "platform_file", "record_id", only=f"t.record_type = '{record}'")
    register_merge_part(
        record,
        "links",
        carry=lambda _access, from_id, to_id: _carry_links(record, from_id, to_id),
        carry_back=_carry_links_back,
        waiting=lambda _from_id: False,
        columns=(),
    )


def register_parts() -> None:
    """Called from `registrations.py`."""
    for record in ("account", "contact"):
        register_common_parts(record)
    register_rows("account", "contacts", "sales_contact", "account_id", is_record=True)
    register_rows("account", "opportunities", "sales_opportunity", "account_id", is_record=True)
    register_rows("contact", "opportunities", "sales_opportunity", "contact_id", is_record=True)
    register_rows("contact", "roles", "sales_opportunitycontact", "contact_id", once=("opportunity_id",))
    for table, column, why in (
        ("sales_ownerchange", "record_id", "who owned a record is its own past; the timeline shows it"),
        ("sales_merge", "survivor_id", "a merge of merges is undone from the last one"),
        ("sales_mergedrecord", "record_id", "leads on from merge to merge"),
        ("platform_audit", "record_id", "what was done to a record is never rewritten"),
        ("platform_version", "record_id", "earlier states of a record are its own"),
        ("platform_search_entry", "record_id", "written anew from the record"),
        ("platform_notification", "record_id", "its address leads on"),
        ("platform_escalation", "record_id", "its address leads on"),
        ("platform_import_row", "record_id", "what a row made is taken back by what it made"),
        ("engagement_timelinelink", "source_id", "a source's history stays where it was linked to"),
    ):
        leave_rows(table, column, why)


def _history(record: str) -> tuple[Carry, CarryBack]:
    def carry(access: Access, from_id: int, to_id: int) -> Any:
        moved = move_history(access, from_=RecordRef(record, from_id), to=RecordRef(record, to_id))
        return moved.as_json()

    def carry_back(access: Access, _from_id: int, _to_id: int, carried: Any) -> None:
        move_history_back(access, Moved.from_json(carried))

    return carry, carry_back


def _has(table: str, record: str, record_id: int) -> bool:
    text = f"SELECT EXISTS (SELECT 1 FROM {table} WHERE record_type = %s AND record_id = %s)"
    return bool(value(text, (record, record_id)))


def _carry_links(record: str, from_id: int, to_id: int) -> list[list[Any]]:
    """Custom fields that name the record, wherever an administrator made such fields."""
    moved: list[list[Any]] = []
    for kind in record_types():
        for field in kind.all_fields.values() if kind.is_customizable else ():
            if field.is_custom and field.relation == record:
                ids = values(_RELINK.format(table=kind.table), (field.name, to_id, field.name, str(from_id)))
                if ids:
                    moved.append([kind.table, field.name, ids])
    return moved


_RELINK = (
    "UPDATE {table} t SET custom = jsonb_set(t.custom, ARRAY[%s], to_jsonb(%s::bigint)),"
    " version = t.version + 1 WHERE t.custom ->> %s = %s RETURNING t.id"
)


def _carry_links_back(_access: Access, from_id: int, to_id: int, carried: Any) -> None:
    known = {kind.table for kind in record_types()}
    for table, name, ids in carried:
        if table in known:
            execute(
                _RELINK.format(table=table).replace("RETURNING t.id", "AND t.id = ANY(%s::bigint[])"),
                (name, from_id, name, str(to_id), ids),
            )
