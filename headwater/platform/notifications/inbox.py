"""A person's notifications. Everything here concerns one's own; there is no reading of others'."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from headwater.kernel import clock, sql
from headwater.kernel.sql import Fragment, all_of
from headwater.platform.notifications.kinds import kind_of


@dataclass(frozen=True, slots=True)
class Shown:
    """A notification in words of the active language."""

    id: int
    kind: str
    label: str
    text: str
    icon: str
    url: str
    record_type: str
    record_id: int | None
    params: dict[str, Any]
    at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page, newest first; `next` is the `before_id` of the following one."""

    items: list[Shown]
    next: int | None


def latest(
    user_id: int, *, before_id: int | None = None, limit: int = 20, unread_only: bool = False
) -> Inbox:
    """The newest notifications."""
    conditions = [Fragment("recipient_id = %s", (user_id,))]
    if before_id is not None:
        conditions.append(Fragment("id < %s", (before_id,)))
    if unread_only:
        conditions.append(Fragment("read_at IS NULL"))
    where = all_of(conditions)
    limit = max(1, min(limit, 100))
    found = sql.rows(
        "SELECT id, kind, params::text AS params, record_type, record_id, url, created_at, read_at"
        f" FROM platform_notification WHERE {where.text} ORDER BY id DESC LIMIT %s",
        (*where.params, limit + 1),
    )
    items = [_shown(row) for row in found[:limit]]
    return Inbox(items, items[-1].id if len(found) > limit else None)


def _shown(row: dict[str, Any]) -> Shown:
    kind = kind_of(row["kind"])
    params = orjson.loads(row["params"])
    return Shown(
        id=row["id"],
        kind=row["kind"],
        label=str(kind.label) if kind else row["kind"],
        text=kind.words(params) if kind else row["kind"],
        icon=kind.icon if kind else "bell",
        url=row["url"],
        record_type=row["record_type"],
        record_id=row["record_id"],
        params=params,
        at=row["created_at"],
        is_read=row["read_at"] is not None,
    )


def unread_count(user_id: int) -> int:
    """How many are unread; counted from a small index."""
    return int(
        sql.value(
            "SELECT count(*) FROM platform_notification WHERE recipient_id = %s AND read_at IS NULL",
            (user_id,),
        )
    )


def state_tag(user_id: int) -> str:
    """A short text that changes whenever the list or the count would: for polling with an ETag."""
    found = sql.rows(
        "SELECT coalesce(max(id), 0) AS newest, count(*) FILTER (WHERE read_at IS NULL) AS unread"
        " FROM platform_notification WHERE recipient_id = %s AND"
        " (read_at IS NULL OR id = (SELECT max(id) FROM platform_notification WHERE recipient_id = %s))",
        (user_id, user_id),
    )[0]
    return f"{found['newest']}-{found['unread']}"


def mark_read(user_id: int, ids: Iterable[int] | None = None) -> int:
    """Mark these (or all) as read; how many were unread. Others' ids are ignored."""
    where = Fragment("recipient_id = %s AND read_at IS NULL", (user_id,))
    if ids is not None:
        where &= Fragment("id = ANY(%s::bigint[])", (list(ids),))
    return sql.execute(
        f"UPDATE platform_notification SET read_at = %s WHERE {where.text}", (clock.now(), *where.params)
    )


def remove_old(*, days: int = 180) -> int:
    """Forget read notifications after a while, unread ones after twice as long."""
    return sql.execute(
        "DELETE FROM platform_notification WHERE created_at < %s - make_interval(days => %s)"
        " AND (read_at IS NOT NULL OR created_at < %s - make_interval(days => %s))",
        (clock.now(), days, clock.now(), days * 2),
    )
