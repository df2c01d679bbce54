"""Writing to the log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.platform.context import request_id
from headwater.platform.events.errors import ChainTooDeep
from headwater.platform.events.subscriptions import subscriptions
from headwater.platform.events.types import Event, StoredEvent

CHANNEL = "headwater_events"
MAX_DEPTH = 5
_WAKE_EVERY = 0.05


@dataclass(frozen=True, slots=True)
class Cause:
    """The event that is being reacted to."""

    event_id: int
    depth: int


_cause: ContextVar[Cause | None] = ContextVar("event_cause", default=None)


@contextmanager
def caused_by(stored: StoredEvent[Any] | None) -> Iterator[None]:
    """Events emitted within name `stored` as their cause and stand one step deeper."""
    token = _cause.set(None if stored is None else Cause(stored.id, stored.depth))
    try:
        yield
    finally:
        _cause.reset(token)


def emit(event: Event, access: Access) -> int:
    """Write the event inside the caller's transaction: it exists if and only if the change does.

    Refuses with `ChainTooDeep` when it would be the sixth link of a chain of automatic changes.
    Bulk work emits one event per chunk, carrying the ids.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{event.name} is emitted outside a transaction: it could survive a failed change")
    cause = _cause.get()
    depth = 0 if cause is None else cause.depth + 1
    if depth > MAX_DEPTH:
        raise ChainTooDeep(event=event.name, depth=depth, limit=MAX_DEPTH)
    written: int = sql.value(
        "INSERT INTO platform_event"
        " (name, payload, actor_id, actor_kind, cause_id, depth, request_id, occurred_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (
            event.name,
            event.payload(),
            access.actor.id,
            str(access.actor.kind),
            cause and cause.event_id,
            depth,
            request_id(),
            clock.now(),
        ),
    )
    transaction.on_commit(_wake, robust=True)
    return written


_last_wake = 0.0


def _wake() -> None:
    # After commit, not within: a NOTIFY inside the transaction makes all commits of the database
    # queue behind one lock while they flush. A lost or skipped wake-up costs a second at most,
    # because dispatchers also look by themselves.
    global _last_wake
    moment = time.monotonic()
    if moment - _last_wake < _WAKE_EVERY:
        return
    _last_wake = moment
    sql.execute(f"NOTIFY {CHANNEL}")


def remove_old_events(*, keep: timedelta) -> int:
    """Remove what every present subscriber has passed and is older than `keep`; set-aside events stay."""
    return sql.execute(
        """
        DELETE FROM platform_event e
        WHERE e.occurred_at < %s
          AND e.xid < (SELECT xid FROM platform_event_cursor WHERE subscriber = ANY(%s) ORDER BY xid LIMIT 1)
          AND NOT EXISTS (SELECT 1 FROM platform_event_set_aside s WHERE s.event_id = e.id)
        """,
        (clock.now() - keep, [one.name for one in subscriptions()]),
    )
