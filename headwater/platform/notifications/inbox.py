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
    escalation_id: int | None  # set while it waits for somebody to take care of it


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page, newest first; `next` is the `before_id` of the following one."""

    items: list[Shown]
    next: int | None


def latest(
    user_id: int, *, before_id: int | None = None, limit: int = 20, unread_only: bool = False
) -> Inbox:
    """The newest notifications."""
    conditions = [Fragment("n.recipient_id = %s", (user_id,)), Fragment("n.in_app")]
    if before_id is not None:
        conditions.append(Fragment("n.id < %s", (before_id,)))
    if unread_only:
        conditions.append(Fragment("n.read_at IS NULL"))
    limit = max(1, min(limit, 100))
    found = _rows(all_of(conditions), limit + 1)
    items = [_shown(row) for row in found[:limit]]
    return Inbox(items, items[-1].id if len(found) > limit else None)


def _rows(where: Fragment, limit: int) -> list[dict[str, Any]]:
    return sql.rows(
        "SELECT n.id, n.kind, n.params::text AS params, n.record_type, n.record_id, n.url, n.created_at,"
        " n.read_at, e.id AS escalation_id FROM platform_notification n"
        " LEFT JOIN platform_escalation e ON e.id = n.escalation_id AND e.state = 'open'"
        f" WHERE {where.text} ORDER BY n.id DESC LIMIT %s",
        (*where.params, limit),
    )


def find_own(user_id: int, notification_id: int) -> Shown | None:
    """One of the person's own, those that only went outside included."""
    found = _rows(Fragment("n.recipient_id = %s AND n.id = %s", (user_id, notification_id)), 1)
    return _shown(found[0]) if found else None


def newest_unread(user_id: int) -> Shown | None:
    """The newest that was not read."""
    found = latest(user_id, limit=1, unread_only=True).items
    return found[0] if found else None


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
        escalation_id=row["escalation_id"],
    )


def unread_count(user_id: int) -> int:
    """How many are unread; counted from a small index."""
    return int(
        sql.value(
            "SELECT count(*) FROM platform_notification"
            " WHERE recipient_id = %s AND read_at IS NULL AND in_app",
            (user_id,),
        )
    )


def state_tag(user_id: int) -> str:
    """A short text that changes whenever the list or the count would: for polling with an ETag."""
    found = sql.rows(
        "SELECT coalesce(max(id), 0) AS newest, count(*) FILTER (WHERE read_at IS NULL) AS unread"
        " FROM platform_notification WHERE recipient_id = %s AND in_app AND (read_at IS NULL OR id ="
        " (SELECT max(id) FROM platform_notification WHERE recipient_id = %s AND in_app))",
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
