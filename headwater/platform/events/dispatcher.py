"""The loop of a worker that keeps all subscribers up to date. Any number of workers may run it."""

import time
from threading import Event as Flag
from typing import Any

import psycopg
import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from headwater.kernel import sql
from headwater.platform.events.dispatching import Outcome, ensure_cursors, hidden_events, run_batch
from headwater.platform.events.log import CHANNEL
from headwater.platform.events.set_aside import retry_set_aside
from headwater.platform.events.subscriptions import Subscription, subscriptions

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0
LOOK_SOON = 0.05
FULL_ROUND_EVERY = 60.0
RETRY_EVERY = 5.0
PAUSE_AFTER_FAILURE = 2.0


def run_dispatcher(stop: Flag) -> None:
    """Deliver events until `stop` is set; survives a lost database and goes on when it is back."""
    while not stop.is_set():
        try:
            with _listening() as bell:
                _Rounds(bell, stop).run()
        except (DatabaseError, psycopg.Error) as failure:
            log.warning("events.dispatcher_lost_database", error=repr(failure))
            close_old_connections()
            connection.close()
            stop.wait(PAUSE_AFTER_FAILURE)
    connection.close()


def _listening() -> "psycopg.Connection[Any]":
    params = connection.get_connection_params()
    kept = {
        key: value
        for key, value in params.items()
        if key not in {"cursor_factory", "context", "prepare_threshold", "pool", "server_side_binding"}
    }
    bell = psycopg.connect(**kept, autocommit=True)
    bell.execute(f"LISTEN {CHANNEL}")
    return bell


class _Rounds:
    """Look, deliver, wait. Remembers the log's end it has seen, to call only those concerned."""

    def __init__(self, bell: "psycopg.Connection[Any]", stop: Flag) -> None:
        self.bell = bell
        self.stop = stop
        self.seen: tuple[str, int] = ("0", 0)
        self.behind: set[str] = set()
        self.full_round_at = 0.0
        self.retry_at = 0.0

    def run(self) -> None:
        ensure_cursors()
        while not self.stop.is_set():
            moved = self._round()
            if time.monotonic() >= self.retry_at:
                moved = bool(retry_set_aside()) or moved
                self.retry_at = time.monotonic() + RETRY_EVERY
            self._wait(LOOK_SOON if moved or hidden_events() else LOOK_EVERY)

    def _round(self) -> bool:
        moved = False
        for one in self._concerned():
            outcome = Outcome.MOVED
            while outcome is Outcome.MOVED and not self.stop.is_set():
                outcome = run_batch(one)
                moved = moved or outcome is Outcome.MOVED
            if outcome is Outcome.IDLE:
                self.behind.discard(one.name)
            else:
                self.behind.add(one.name)
        return moved

    def _concerned(self) -> list[Subscription]:
        names = self._new_names()
        if time.monotonic() >= self.full_round_at:
            # Also moves the cursors of those that nothing concerns, so that old events can go.
            self.full_round_at = time.monotonic() + FULL_ROUND_EVERY
            return subscriptions()
        return [
            one for one in subscriptions() if one.name in self.behind or not names.isdisjoint(one.event_names)
        ]

    def _new_names(self) -> set[str]:
        found = sql.rows(
            """
            WITH fresh AS MATERIALIZED (
                SELECT xid, id, name FROM platform_event
                WHERE (xid, id) > (%s::xid8, %s) AND xid < platform_settled_xid()
                ORDER BY xid, id LIMIT 5000
            )
            SELECT DISTINCT name, last.xid::text AS xid, last.id AS id
            FROM fresh, (SELECT xid, id FROM fresh ORDER BY xid DESC, id DESC LIMIT 1) last
            """,
            self.seen,
        )
        if found:
            self.seen = (found[0]["xid"], found[0]["id"])
        return {row["name"] for row in found}

    def _wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self.stop.is_set():
            left = deadline - time.monotonic()
            if left <= 0:
                return
            # One bell is enough; the rest of the queue is taken off with it.
            for _ in self.bell.notifies(timeout=min(left, 0.5), stop_after=1):
                return
