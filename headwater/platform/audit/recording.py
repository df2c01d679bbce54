"""Writing audit rows, one or ten thousand with the same statement shape."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from django.db import connection

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.copying import cell, copy_lines
from headwater.kernel.sql import Fragment
from headwater.platform.context import request_id

# Field -> [before, after].
Changes = Mapping[str, Sequence[Any]]

_COLUMNS = (
    "at, actor_id, actor_kind, actor_name, token_id, request_id, record_type, action, record_id, changes"
)


def record(access: Access, record_type: str, record_id: int | None, action: str, changes: Changes) -> None:
    """Write one row inside the caller's transaction. `changes` is {field: [before, after]}."""
    _inside_transaction(action)
    sql.execute(
        f"INSERT INTO platform_audit ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (*_who(access, record_type, action), record_id, _json(changes)),
    )


def record_many(access: Access, record_type: str, action: str, rows: Iterable[tuple[int, Changes]]) -> int:
    """Write a row per (record id, changes) in one statement; how many."""
    _inside_transaction(action)
    ids: list[int] = []
    changes: list[str] = []
    for record_id, change in rows:
        ids.append(record_id)
        changes.append(_json(change))
    if not ids:
        return 0
    return sql.execute(
        f"INSERT INTO platform_audit ({_COLUMNS})"
        " SELECT %s::timestamptz, %s::bigint, %s, %s, %s::bigint, %s, %s, %s, given.id, given.changes::jsonb"
        # One text, split by the database: an array of texts costs the driver a search in each of them.
        " FROM unnest(%s::bigint[], string_to_array(%s, E'\n')) AS given (id, changes)",
        (*_who(access, record_type, action), ids, "\n".join(changes)),
    )


def record_alike(access: Access, record_type: str, action: str, ids: Iterable[int], changes: Changes) -> None:
    """A row for each record, all changed alike, with COPY: worth it from some hundred records on."""
    _inside_transaction(action)
    who = "\t".join(map(cell, _who(access, record_type, action)))
    change = cell(_json(changes))
    lines = (f"{who}\t{record_id}\t{change}" for record_id in ids)
    copy_lines("platform_audit", _COLUMNS.split(", "), lines)


def record_select(access: Access, record_type: str, action: str, selected: Fragment) -> int:
    """Write a row for each (record_id, changes) that the query yields; how many."""
    _inside_transaction(action)
    return sql.execute(
        f"INSERT INTO platform_audit ({_COLUMNS})"
        " SELECT %s::timestamptz, %s::bigint, %s, %s, %s::bigint, %s, %s, %s, given.id, given.changes"
        f" FROM ({selected.text}) AS given (id, changes)",
        (*_who(access, record_type, action), *selected.params),
    )


def same_changes(ids: Iterable[int], changes: Changes) -> list[tuple[int, Changes]]:
    """The rows for `record_many` when every record changed alike."""
    return [(record_id, changes) for record_id in ids]


def _who(access: Access, record_type: str, action: str) -> tuple[Any, ...]:
    actor = access.actor
    return (
        clock.now(),
        actor.id,
        str(actor.kind),
        str(actor.name),
        actor.token_id,
        request_id(),
        record_type,
        action,
    )


def _json(changes: Changes) -> str:
    text = orjson.dumps(changes, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    # PostgreSQL's jsonb cannot hold NUL; everything else it takes as it is.
    return text.replace("\\u0000", "")


def _inside_transaction(action: str) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError(f"the audit of {action!r} is written outside the transaction of the change")
