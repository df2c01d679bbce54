"""What goes along when records become one: each room that hangs something on a record says how it moves.

A part carries what belongs to one record over to another and tells, as JSON, what it moved; from that it can
carry it back. Both run in the caller's transaction, with the records locked. What stays behind on purpose is
named too (`leave_rows`), so that a test can ask for every table that points to a record.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from headwater.kernel.access import Access
from headwater.kernel.sql import execute, rows, value, values

Carry = Callable[[Access, int, int], Any]  # from, to: what moved
CarryBack = Callable[[Access, int, int, Any], None]  # from, to: the same as at the carrying
Waiting = Callable[[int], bool]  # whether anything still hangs on the record

EVERY = ("lead", "account", "contact")  # what can be merged


@dataclass(frozen=True, slots=True)
class Part:
    """One sort of thing that hangs on records of a type."""

    key: str
    carry: Carry
    carry_back: CarryBack
    waiting: Waiting
    columns: tuple[tuple[str, str], ...]  # (table, column) that it looks after
    locked: tuple[tuple[str, str], ...] = ()  # of these the rows are locked before the records


_parts: dict[str, dict[str, Part]] = {}
_left: dict[tuple[str, str, str], str] = {}


def register_merge_part(
    record: str,
    key: str,
    *,
    carry: Carry,
    carry_back: CarryBack,
    waiting: Waiting,
    columns: Sequence[tuple[str, str]],
) -> None:
    """Say how something moves with a merge of records of this type; from `registrations.py`."""
    _parts.setdefault(record, {})[key] = Part(key, carry, carry_back, waiting, tuple(columns))


def merge_parts(record: str) -> dict[str, Part]:
    """All parts by key, in the order in which the rooms made them known."""
    return dict(_parts.get(record, {}))


def leave_rows(table: str, column: str, why: str, *, records: Iterable[str] = EVERY) -> None:
    """Say that rows of a table stay with the record that they name, and why."""
    for record in records:
        _left[record, table, column] = why


def looked_after(record: str) -> set[tuple[str, str]]:
    """(table, column) of everything that moves with a record of the type or is left behind on purpose."""
    moved = {column for part in merge_parts(record).values() for column in part.columns}
    return moved | {(table, column) for kind, table, column in _left if kind == record}


def register_rows(
    record: str,
    key: str,
    table: str,
    column: str,
    *,
    only: str = "TRUE",
    once: Sequence[str] = (),
    is_record: bool = False,
) -> None:
    """Rows of a table that point to a record; `only` (over the alias `t`) leaves out what cannot move.

    In `only`, `{to}` stands for the id of the survivor. `once` names columns of which, with `column`, there
    is one row at most: what the survivor has already is taken out and kept until the merge is undone. Rows
    that are records (`is_record`) get a new version and are locked before the records they belong to.
    """
    bump = ", version = t.version + 1" if is_record else ""
    same = " AND ".join(f"k.{name} = t.{name}" for name in once)
    clash = f"SELECT 1 FROM {table} k WHERE k.{column} = %s AND {same}"

    def carry(_access: Access, from_id: int, to_id: int) -> dict[str, Any]:
        where = f"t.{column} = %s AND ({only.format(to=int(to_id))})"
        taken = (
            values(
                f"DELETE FROM {table} t WHERE {where} AND EXISTS ({clash}) RETURNING to_jsonb(t)::text",
                (from_id, to_id),
            )
            if once
            else []
        )
        moved = values(
            f"UPDATE {table} t SET {column} = %s{bump} WHERE {where} RETURNING t.id", (to_id, from_id)
        )
        return {"moved": moved, "taken": [orjson.loads(row) for row in taken]}

    def carry_back(_access: Access, from_id: int, to_id: int, carried: Any) -> None:
        # What an older release kept was the moved ids alone.
        ids = carried if isinstance(carried, list) else carried["moved"]
        execute(
            f"UPDATE {table} t SET {column} = %s{bump} WHERE t.id = ANY(%s::bigint[]) AND t.{column} = %s",
            (from_id, list(ids), to_id),
        )
        for row in [] if isinstance(carried, list) else carried["taken"]:
            execute(
                f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, %s::jsonb)"
                " ON CONFLICT DO NOTHING",
                (orjson.dumps(row).decode(),),
            )

    def waiting(from_id: int) -> bool:
        return bool(value(f"SELECT EXISTS (SELECT 1 FROM {table} t WHERE t.{column} = %s)", (from_id,)))

    part = Part(key, carry, carry_back, waiting, ((table, column),), ((table, column),) if is_record else ())
    _parts.setdefault(record, {})[key] = part


def carry_all(access: Access, record: str, from_id: int, to_id: int) -> dict[str, Any]:
    """Move everything; what moved, by part."""
    return {key: part.carry(access, from_id, to_id) for key, part in merge_parts(record).items()}


def carry_late(access: Access, record: str, from_id: int, to_id: int) -> dict[str, Any]:
    """Move what somebody hung on a record while it was being merged away; empty for nothing."""
    return {
        key: part.carry(access, from_id, to_id)
        for key, part in merge_parts(record).items()
        if part.waiting(from_id)
    }


def carry_all_back(
    access: Access, record: str, from_id: int, to_id: int, carried: Sequence[Mapping[str, Any]]
) -> None:
    """Move back what was moved; what was added to the survivor since stays with it."""
    parts = merge_parts(record)
    for once in reversed(carried):
        for key, moved in once.items():
            if key in parts:
                parts[key].carry_back(access, from_id, to_id, moved)


def lock_belongings(record: str, ids: Sequence[int]) -> None:
    """Lock the records that hang on these, in the order of their ids: who changes one of them goes on to what
    it belongs to, never the other way round.
    """
    for part in merge_parts(record).values():
        for table, column in part.locked:
            rows(
                f"SELECT id FROM {table} WHERE {column} = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE",
                (list(ids),),
            )
