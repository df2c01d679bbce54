"""Orders written as sets with their history, and taken back."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from headwater.customization.services import fill_auto_numbers
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.copying import copy_rows
from headwater.kernel.sql import execute, rows, value, values
from headwater.orders.events import OrdersArchived, OrdersChanged, OrdersMade
from headwater.orders.models import Order
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.imports.slots import Slot, write_values
from headwater.platform.imports.types import Done, Outcome, Undone, Work

COLUMNS = (
    "number", "account_id", "contact_id", "opportunity_id", "owner_id", "state", "currency", "ordered_on",
    "due_on", "total", "note", "external_id",
)  # fmt: skip
_ALL = (
    "id", *COLUMNS, "discount", "paid", "refunded", "custom", "version", "created_at", "updated_at",
    "created_by_id",
)  # fmt: skip
_MOVES = ("order_id", "from_state", "to_state", "total", "by_id", "at")
_TOGETHER = 2000


def pieces(ids: Sequence[int]) -> Iterator[list[int]]:
    """Ids in pieces small enough for one event."""
    for start in range(0, len(ids), _TOGETHER):
        yield list(ids[start : start + _TOGETHER])


def next_ids(table: str, count: int) -> list[int]:
    """Ids that nobody else gets."""
    sequence = value("SELECT pg_get_serial_sequence(%s, 'id')", (table,))
    return values("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", (sequence, count))


def save_created(access: Access, work: Work, slots: Sequence[Slot]) -> None:
    """Write new orders with their first state, audit and events."""
    if not slots:
        return
    moment = clock.now()
    fill_auto_numbers("order", [slot.custom for slot in slots])
    ids = next_ids("orders_order", len(slots))
    nameless = [slot for slot in slots if not slot.values.get("number")]
    numbers = values("SELECT nextval('orders_order_number') FROM generate_series(1, %s)", (len(nameless),))
    for slot, number in zip(nameless, numbers, strict=True):
        slot.values["number"] = f"SO{slot.values['ordered_on']:%Y%m}-{number:05d}"
    lines = []
    for slot, order_id in zip(slots, ids, strict=True):
        slot.id = order_id
        made = min(slot.values.get("created_at") or moment, moment)
        custom = orjson.dumps(slot.custom).decode()
        given = [slot.values.get(name) for name in COLUMNS]
        lines.append([order_id, *given, 0, 0, 0, custom, 1, made, moment, access.user_id])
    copy_rows("orders_order", _ALL, lines)
    copy_rows(
        "orders_ordermove",
        _MOVES,
        (
            [slot.id, None, slot.values["state"], slot.values["total"], access.user_id, moment]
            for slot in slots
        ),
    )
    audit.record_alike(access, "order", "import", ids, {"import": [None, work.job_id]})
    for piece in pieces(ids):
        emit(OrdersMade(ids=piece), access)


def save_changed(access: Access, work: Work, slots: Sequence[Slot], *, action: str = "import_update") -> None:
    """Write orders that rows changed, with history, audit and events."""
    changed = [slot for slot in slots if slot.dirty]
    if not changed:
        return
    moment = clock.now()
    write_values(Order, changed)
    moved = [slot for slot in changed if "state" in slot.dirty and "state" in slot.changes]
    copy_rows(
        "orders_ordermove",
        _MOVES,
        (
            [
                slot.id,
                slot.changes["state"][0],
                slot.values["state"],
                slot.values["total"],
                access.user_id,
                moment,
            ]
            for slot in moved
        ),
    )
    told = [
        (
            slot.id or 0,
            {name_of(key): pair for key, pair in slot.changes.items()} | {"import": [None, work.job_id]},
        )
        for slot in changed
    ]
    audit.record_many(access, "order", action, told)
    fields = sorted({name_of(key) for slot in changed for key in slot.changes})
    for piece in pieces([slot.id or 0 for slot in changed]):
        emit(OrdersChanged(ids=piece, fields=fields), access)


def name_of(attribute: str) -> str:
    """The field that a column of the table belongs to."""
    return attribute if attribute == "external_id" else attribute.removesuffix("_id")


# Whatever somebody does to a record leaves an audit row; money, follow-ups and tasks stand beside it.
_UNTOUCHED = """
SELECT t.id FROM orders_order t WHERE t.id = ANY(%s::bigint[]) AND t.archived_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM orders_payment p WHERE p.order_id = t.id)
  AND NOT EXISTS (SELECT 1 FROM platform_audit a WHERE a.record_type = 'order' AND a.record_id = t.id
    AND NOT (a.action IN ('import', 'import_update', 'import_revert') AND a.changes->'import'->>1 = %s))
  AND NOT EXISTS (SELECT 1 FROM engagement_activity e
    WHERE e.record_type = 'order' AND e.record_id = t.id AND e.archived_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM engagement_task e WHERE e.record_type = 'order' AND e.record_id = t.id)
ORDER BY t.id FOR UPDATE
"""


def revert(access: Access, work: Work, done: Sequence[Done], load: Any) -> list[Undone]:
    """Archive orders nobody built on since, restore changed values; a code where one could not be undone."""
    updated = [one for one in done if one.outcome == Outcome.UPDATED]
    slots = {slot.id: slot for slot in load(access, sorted({one.record_id for one in updated}), lock=True)}
    undone = [Undone(one.number, _put_back(slots.get(one.record_id), one.changes or {})) for one in updated]
    save_changed(access, work, list(slots.values()), action="import_revert")
    return undone + _archive(access, work, [one for one in done if one.outcome == Outcome.CREATED])


def _put_back(slot: Slot | None, changes: dict[str, Any]) -> str:
    if slot is None:
        return "import.gone"
    code = ""
    for field, (before, after) in changes.items():
        is_custom = field.startswith("custom.")
        place = slot.custom if is_custom else slot.values
        name = field.removeprefix("custom.")
        if to_json(place.get(name)) != after or (
            name in ("total", "currency", "state") and slot.status == "held"
        ):
            code = "import.changed_since"
            continue
        if is_custom and before is None:
            del place[name]
        else:
            place[name] = before if is_custom else _from_json(name, before)
        slot.dirty.add("custom" if is_custom else name)
        slot.changes[field] = [after, before]
    return code


def _from_json(name: str, held: Any) -> Any:
    if held is None:
        return None
    if name in ("ordered_on", "due_on"):
        return date.fromisoformat(str(held))
    return Decimal(str(held)) if name == "total" else held


def _archive(access: Access, work: Work, done: Sequence[Done]) -> list[Undone]:
    ids = [one.record_id for one in done]
    if not ids:
        return []
    free = sorted(row["id"] for row in rows(_UNTOUCHED, (ids, str(work.job_id))))
    moment: datetime = clock.now()
    execute(
        "UPDATE orders_order SET archived_at = %s, version = version + 1, updated_at = %s"
        " WHERE id = ANY(%s::bigint[])",
        (moment, moment, free),
    )
    changes: dict[str, list[Any]] = {"archived": [False, True], "import": [None, work.job_id]}
    audit.record_many(access, "order", "archive", audit.same_changes(free, changes))
    for piece in pieces(free):
        emit(OrdersArchived(ids=piece), access)
    archived = "SELECT id FROM orders_order WHERE id = ANY(%s::bigint[]) AND archived_at IS NOT NULL"
    gone, taken = set(values(archived, (ids,))), set(free)
    return [
        Undone(
            one.number,
            ""
            if one.record_id in taken
            else "import.archived_already"
            if one.record_id in gone
            else "import.touched_since",
        )
        for one in done
    ]
