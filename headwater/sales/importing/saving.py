"""Records and their history written as sets: COPY for new ones, one UPDATE for changed ones."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import repeat
from typing import Any

import orjson

from headwater.customization.services import fill_auto_numbers
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.copying import cell, copy_lines, copy_rows
from headwater.kernel.sql import execute, value, values
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.imports.slots import (
    LINES_TOGETHER,
    Slot,
    array_text,
    column_cells,
    is_json,
    write_values,
)
from headwater.platform.imports.types import Work
from headwater.sales.events import OpportunitiesMoved
from headwater.sales.importing.history import Opening, write_openings
from headwater.sales.importing.shapes import CREATED_AT, Shape
from headwater.sales.services.moving import Closing, write_moves
from headwater.sales.services.sets import chunks
from headwater.sales.types import Why

_HISTORY = ("record_type", "record_id", "from_owner_id", "to_owner_id", "why", "by_id", "at")


def save_created(
    access: Access, work: Work, shape: Shape, slots: Sequence[Slot], openings: Mapping[int, Opening]
) -> None:
    """Write new records with their first owner, first stage, audit and events.

    `openings`: of closed ones that were open once, by the row that makes them.
    """
    if not slots:
        return
    moment = clock.now()
    fill_auto_numbers(shape.key, [slot.custom for slot in slots])
    table = shape.kind.table
    sequence = value("SELECT pg_get_serial_sequence(%s, 'id')", (table,))
    ids = values("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", (sequence, len(slots)))
    for slot, record_id in zip(slots, ids, strict=True):
        slot.id = record_id
        slot.values |= shape.derived(slot.values)
        slot.values[CREATED_AT] = min(slot.values.get(CREATED_AT) or moment, moment)
    names = tuple(shape.attributes.values())
    copy_lines(table, names, _lines(shape, names, slots, _base(access, shape, moment)))
    owners = [(shape.key, slot.id, None, slot.values["owner_id"], Why.IMPORTED.value, access.user_id, moment)
              for slot in slots]  # fmt: skip
    copy_rows("sales_ownerchange", _HISTORY, owners)
    if shape.key == "opportunity":
        write_moves(access, ids, write_openings(access, slots, openings), Closing())
    audit.record_alike(access, shape.key, "import", ids, {"import": [None, work.job_id]})
    for piece in chunks(ids):
        emit(shape.kind.created(ids=piece), access)


def save_teams(access: Access, shape: Shape, teams: Sequence[tuple[int, Sequence[int]]]) -> None:
    """Who else works on records; those who do already stay as they are."""
    table = {"account": "sales_accountmember", "opportunity": "sales_opportunitymember"}.get(shape.key)
    pairs = [(record_id, one) for record_id, others in teams for one in others]
    if table is None or not pairs:
        return
    execute(
        f"INSERT INTO {table} ({shape.key}_id, user_id, may_edit, added_by_id, created_at)"
        " SELECT x.id, x.person, TRUE, %s::bigint, %s"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS x (id, person) ON CONFLICT DO NOTHING",
        (access.user_id, clock.now(), [one for one, _who in pairs], [who for _one, who in pairs]),
    )


def _base(access: Access, shape: Shape, moment: datetime) -> dict[str, str]:
    """Defaults in COPY's text form; most cells of most records stay as they are here."""
    row: dict[str, Any] = {}
    for field in shape.kind.model._meta.concrete_fields:
        default = None if field.primary_key else field.get_default()
        if isinstance(default, list):
            default = array_text(default)
        elif isinstance(default, dict):
            default = orjson.dumps(default).decode()
        row[field.attname] = default
    row |= {"created_at": moment, "updated_at": moment, "created_by_id": access.user_id}
    if "stage_entered_at" in row:
        row["stage_entered_at"] = moment
    return {name: cell(default) for name, default in row.items()}


def _lines(
    shape: Shape, names: Sequence[str], slots: Sequence[Slot], base: Mapping[str, str]
) -> Iterator[str]:
    """Records as lines, some hundred at a time and column by column."""
    model = shape.kind.model
    for start in range(0, len(slots), LINES_TOGETHER):
        part = slots[start : start + LINES_TOGETHER]
        filled = {
            "id": [str(slot.id) for slot in part],
            "custom": [cell(orjson.dumps(slot.custom).decode()) if slot.custom else "{}" for slot in part],
        }
        for name in set().union(*(slot.values for slot in part)):
            given = [slot.values.get(name) for slot in part]
            if any(isinstance(held, list) for held in given):
                given = [None if held is None else array_text(held) for held in given]
            filled[name] = column_cells(given, base[name], as_json=is_json(model, name))
        columns = [filled[name] if name in filled else repeat(base[name], len(part)) for name in names]
        yield from map("\t".join, zip(*columns, strict=True))


def save_changed(
    access: Access, work: Work, shape: Shape, slots: Sequence[Slot], *, action: str = "import_update"
) -> None:
    """Write records that rows changed, with their history, audit and one event for all."""
    changed = [slot for slot in slots if slot.dirty]
    if not changed:
        return
    moment = clock.now()
    for slot in changed:
        if "name" in slot.dirty:
            derived = shape.derived(slot.values)
            slot.values |= derived
            slot.dirty.update(derived)
        if "stage_id" in slot.dirty and "stage_entered_at" in shape.attributes:
            slot.values["stage_entered_at"] = moment
            slot.dirty.add("stage_entered_at")
    write_values(shape.kind.model, changed)
    _owners(access, shape, changed, moment)
    _stages(access, changed)
    rows = [
        (
            slot.id or 0,
            {name_of(key): pair for key, pair in slot.changes.items()} | {"import": [None, work.job_id]},
        )
        for slot in changed
    ]
    audit.record_many(access, shape.key, action, rows)
    fields = sorted({name_of(key) for slot in changed for key in slot.changes})
    for piece in chunks([slot.id or 0 for slot in changed]):
        emit(shape.kind.changed(ids=piece, fields=fields), access)


def _owners(access: Access, shape: Shape, slots: Sequence[Slot], moment: datetime) -> None:
    given = [slot for slot in slots if "owner_id" in slot.dirty]
    lines = [
        (shape.key, slot.id, slot.changes["owner_id"][0], slot.values["owner_id"], Why.IMPORTED.value,
         access.user_id, moment)
        for slot in given
    ]  # fmt: skip
    if lines:
        copy_rows("sales_ownerchange", _HISTORY, lines)


def _stages(access: Access, slots: Sequence[Slot]) -> None:
    moved = [slot for slot in slots if "stage_id" in slot.dirty and "stage_id" in slot.changes]
    if not moved:
        return
    write_moves(
        access, [slot.id or 0 for slot in moved], [slot.changes["stage_id"][0] for slot in moved], Closing()
    )
    by_stage: dict[tuple[int, str], list[int]] = {}
    for slot in moved:
        by_stage.setdefault((slot.values["stage_id"], slot.values["status"]), []).append(slot.id or 0)
    for (stage_id, status), ids in by_stage.items():
        for piece in chunks(ids):
            emit(OpportunitiesMoved(ids=piece, stage_id=stage_id, status=status), access)


def name_of(attribute: str) -> str:
    """The field that a column of the table belongs to."""
    return attribute if attribute == "external_id" else attribute.removesuffix("_id")
