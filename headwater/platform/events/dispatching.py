"""Reading the log: one batch for one subscriber, in one transaction with its cursor."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import structlog
from django.db import connection, transaction

from headwater.kernel import clock, sql
from headwater.platform.events import set_aside
from headwater.platform.events.delivery import COLUMNS, attempt
from headwater.platform.events.subscriptions import Subscription, subscriptions
from headwater.platform.events.types import StoredEvent

BATCH = 100

log = structlog.get_logger(__name__)

# Older than the oldest transaction that runs in this database: nothing can appear before these any more.
SETTLED = "xid < platform_settled_xid()"
# A test runs inside one transaction that never commits; there, its own events count as settled.
SETTLED_OR_OWN = f"({SETTLED} OR xid = pg_current_xact_id_if_assigned())"

_BATCH_SQL = """
WITH last AS (
    SELECT xid, id FROM platform_event WHERE {settled} ORDER BY xid DESC, id DESC LIMIT 1
), batch AS (
    SELECT xid AS batch_xid, {columns} FROM platform_event
    WHERE (xid, id) > (%s::xid8, %s) AND {settled} AND name = ANY(%s)
    ORDER BY xid, id LIMIT {limit}
)
SELECT last.xid::text, last.id, (last.xid, last.id) > (%s::xid8, %s), batch_xid::text, {batch_columns}
FROM last LEFT JOIN batch ON TRUE ORDER BY batch_xid, batch.id
"""
_BATCH_COLUMNS = "batch.id, name, payload, occurred_at, actor_id, actor_kind, cause_id, depth, request_id"


class Outcome(Enum):
    """What became of one look at the log."""

    BUSY = "another process has the cursor"
    IDLE = "nothing new"
    MOVED = "the cursor moved; there may be more"


@dataclass(frozen=True, slots=True)
class Position:
    xid: str
    event_id: int


def ensure_cursors(*, at_start: bool | None = None) -> None:
    """Give every new subscriber its cursor.

    In a house that has run before, it stands at the log's present end, unless the subscriber wants
    the kept log from its start; in a new house everything is read.
    """
    known = set(sql.values("SELECT subscriber FROM platform_event_cursor"))
    for new in (one for one in subscriptions() if one.name not in known):
        from_start = at_start if at_start is not None else (new.from_start or not known)
        sql.execute(
            "INSERT INTO platform_event_cursor (subscriber, xid, event_id, updated_at)"
            " VALUES (%s, CASE WHEN %s THEN '0'::xid8"
            " ELSE platform_settled_xid() END, 0, %s)"
            " ON CONFLICT DO NOTHING",
            (new.name, from_start, clock.now()),
        )


def ensure_cursors_after_migrate(**_: object) -> None:
    """At the end of `migrate`: an upgraded house starts its new subscribers here."""
    tables = connection.introspection.table_names()
    if "platform_event_cursor" in tables:
        ensure_cursors()


def run_batch(one: Subscription, *, own: bool = False) -> Outcome:
    """Let one subscriber take its next events. Safe from any number of processes at once."""
    with transaction.atomic():
        cursor = _locked_cursor(one.name)
        if cursor is None:
            return Outcome.BUSY
        end, batch, more = _read(one, cursor, own=own)
        if end is None:
            return Outcome.IDLE
        if batch:
            _deliver(one, batch)
        sql.execute(
            "UPDATE platform_event_cursor SET xid = %s::xid8, event_id = %s, updated_at = %s"
            " WHERE subscriber = %s",
            (end.xid, end.event_id, clock.now(), one.name),
        )
    return Outcome.MOVED if more else Outcome.IDLE


def _locked_cursor(name: str) -> Position | None:
    found = sql.rows(
        "SELECT xid::text AS xid, event_id FROM platform_event_cursor"
        " WHERE subscriber = %s FOR UPDATE SKIP LOCKED",
        (name,),
    )
    return Position(found[0]["xid"], found[0]["event_id"]) if found else None


def _read(
    one: Subscription, start: Position, *, own: bool
) -> tuple[Position | None, list[StoredEvent[Any]], bool]:
    """The position after the batch, the batch, and whether there may be more.

    The position is None when the log holds nothing beyond `start`.
    """
    text = _BATCH_SQL.format(
        settled=SETTLED_OR_OWN if own else SETTLED,
        columns=COLUMNS,
        batch_columns=_BATCH_COLUMNS,
        limit=BATCH,
    )
    with connection.cursor() as cursor:
        cursor.execute(text, (start.xid, start.event_id, list(one.event_names), start.xid, start.event_id))
        found = cursor.fetchall()
    if not found or not found[0][2]:
        return None, [], False
    if found[0][3] is None:
        return Position(found[0][0], found[0][1]), [], False
    batch = [StoredEvent[Any](*row[4:]) for row in found]
    if len(batch) < BATCH:
        return Position(found[0][0], found[0][1]), batch, False
    return Position(found[-1][3], batch[-1].id), batch, True


def _deliver(one: Subscription, batch: list[StoredEvent[Any]]) -> None:
    """Hand the batch over; when it fails, event by event, and set aside what fails again."""
    failure = attempt(one, batch)
    if failure is None:
        return
    log.warning("events.batch_failed", subscriber=one.name, events=len(batch), error=repr(failure))
    for stored in batch:
        failed = attempt(one, [stored])
        if failed is not None:
            set_aside.put(one.name, stored, failed)
            log.error(
                "events.set_aside",
                subscriber=one.name,
                event_id=stored.id,
                name=stored.name,
                error=repr(failed),
            )


def drain(*, names: Iterable[str] | None = None, wait: float = 60.0) -> None:
    """Run all subscribers (or those named) until nothing is left, the events they emit included.

    For tests and the demo. Events hidden behind a running foreign transaction are waited for, `wait`
    seconds at most. Inside a test's transaction its own events count.
    """
    own = connection.in_atomic_block
    ensure_cursors()
    wanted = None if names is None else set(names)
    deadline = time.monotonic() + wait
    while True:
        concerned = [one for one in _concerned(own=own) if wanted is None or one.name in wanted]
        outcomes = {run_batch(one, own=own) for one in concerned}
        if outcomes - {Outcome.BUSY}:
            continue
        if own or not hidden_events() or time.monotonic() > deadline:
            return
        time.sleep(0.02)


_CONCERNED = """
WITH last AS (
    SELECT xid, id FROM platform_event WHERE {settled} ORDER BY xid DESC, id DESC LIMIT 1
), behind AS (
    SELECT c.subscriber, last.xid, last.id, EXISTS (
        SELECT 1 FROM platform_event e
        WHERE (e.xid, e.id) > (c.xid, c.event_id) AND {settled}
          AND e.name = ANY(string_to_array(s.names, ','))
    ) AS is_concerned
    FROM last, unnest(%s::text[], %s::text[]) AS s (subscriber, names)
    JOIN platform_event_cursor c USING (subscriber)
    WHERE (c.xid, c.event_id) < (last.xid, last.id)
), free AS (
    SELECT subscriber FROM platform_event_cursor
    WHERE subscriber IN (SELECT subscriber FROM behind WHERE NOT is_concerned)
    ORDER BY subscriber FOR UPDATE SKIP LOCKED
), moved AS (
    UPDATE platform_event_cursor c SET xid = b.xid, event_id = b.id, updated_at = %s
    FROM behind b JOIN free USING (subscriber)
    WHERE c.subscriber = b.subscriber AND (c.xid, c.event_id) < (b.xid, b.id)
)
SELECT subscriber FROM behind WHERE is_concerned
"""


def _concerned(*, own: bool) -> list[Subscription]:
    """Those for whom the log holds something; the cursors of the others go to its end in the same query."""
    all_of_them = subscriptions()
    names = [",".join(one.event_names) for one in all_of_them]
    found = sql.values(
        _CONCERNED.format(settled=SETTLED_OR_OWN if own else SETTLED),
        ([one.name for one in all_of_them], names, clock.now()),
    )
    return [one for one in all_of_them if one.name in found]


def hidden_events() -> bool:
    """Committed or not, there are events that no subscriber may read yet."""
    return bool(sql.value("SELECT EXISTS(SELECT 1 FROM platform_event WHERE xid >= platform_settled_xid())"))
