"""Reading the audit: the history of a record, and the administrators' list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from headwater.kernel import sql
from headwater.kernel.access import Access, permit
from headwater.kernel.sql import Fragment, all_of

_COLUMNS = (
    "id, at, actor_id, actor_kind, actor_name, token_id, request_id,"
    " record_type, record_id, action, changes::text AS changes"
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row. `changes` is {field: [before, after]}."""

    id: int
    at: datetime
    actor_id: int | None
    actor_kind: str
    actor_name: str
    token_id: int | None
    request_id: str
    record_type: str
    record_id: int | None
    action: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Entries:
    """A page, newest first; `next` is the `before_id` of the following one."""

    items: list[AuditEntry]
    next: int | None


def history(record_type: str, record_id: int, *, before_id: int | None = None, limit: int = 50) -> Entries:
    """The acts on one record, newest first. The caller has checked that the reader may see the record."""
    return _page(
        [Fragment("record_type = %s AND record_id = %s", (record_type, record_id))], before_id, limit
    )


def entries(
    access: Access,
    *,
    record_type: str | None = None,
    record_id: int | None = None,
    actor_id: int | None = None,
    action: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> Entries:
    """All acts that match, newest first; needs the permission `audit.view`."""
    permit(access.actor, "audit.view")
    wanted = {
        "record_type = %s": record_type,
        "record_id = %s": record_id,
        "actor_id = %s": actor_id,
        "action = %s": action,
        "at >= %s": since,
        "at < %s": until,
    }
    conditions = [Fragment(text, (value,)) for text, value in wanted.items() if value is not None]
    return _page(conditions, before_id, limit)


def _page(conditions: list[Fragment], before_id: int | None, limit: int) -> Entries:
    if before_id is not None:
        conditions = [*conditions, Fragment("id < %s", (before_id,))]
    where = all_of(conditions)
    limit = max(1, min(limit, 200))
    found = sql.rows(
        f"SELECT {_COLUMNS} FROM platform_audit WHERE {where.text} ORDER BY id DESC LIMIT %s",
        (*where.params, limit + 1),
    )
    items = [AuditEntry(**row | {"changes": orjson.loads(row["changes"])}) for row in found[:limit]]
    return Entries(items, items[-1].id if len(found) > limit else None)


def acts_of(actor_id: int, action: str, *, since: datetime, limit: int = 200) -> list[AuditEntry]:
    """What one person did of one kind since a moment, newest first. The caller has checked the right to know.

    Rows are numbered in the order of time, so the first one that counts is found by halving, not by reading.
    """
    found = sql.rows(
        f"SELECT {_COLUMNS} FROM platform_audit WHERE id >= %s AND actor_id = %s AND action = %s AND at >= %s"
        " ORDER BY id DESC LIMIT %s",
        (_first_id_since(since), actor_id, action, since, limit),
    )
    return [AuditEntry(**row | {"changes": orjson.loads(row["changes"])}) for row in found]


def _first_id_since(since: datetime) -> int:
    low, high = 0, int(sql.value("SELECT coalesce(max(id), 0) FROM platform_audit"))
    while low < high:
        middle = (low + high) // 2
        at = sql.value("SELECT at FROM platform_audit WHERE id > %s ORDER BY id LIMIT 1", (middle,))
        if at is not None and at < since:
            low = middle + 1
        else:
            high = middle
    # Transactions that ran at once may have numbered their rows a little out of the order of time.
    return max(0, low - 1000)
