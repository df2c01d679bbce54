"""Events a subscriber could not take: kept with the error, tried again, left for a person in the end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from headwater.kernel import clock, sql
from headwater.kernel.errors import Conflict, NotFound
from headwater.platform.events.delivery import COLUMNS, attempt
from headwater.platform.events.subscriptions import subscription
from headwater.platform.events.types import StoredEvent

# How long to wait before each further try; after the last one a person decides.
DELAYS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
)
_ERROR_LENGTH = 4000


@dataclass(frozen=True, slots=True)
class SetAside:
    """One of them, as the operator sees it. `next_try_at` None: only a person will try again."""

    id: int
    subscriber: str
    event_id: int
    event_name: str
    attempts: int
    error: str
    set_aside_at: datetime
    next_try_at: datetime | None


def put(subscriber: str, stored: StoredEvent[Any], failure: Exception) -> None:
    """Remember a failed event; its next try comes by itself."""
    now = clock.now()
    sql.execute(
        """
        INSERT INTO platform_event_set_aside
            (subscriber, event_id, event_name, attempts, error, set_aside_at, next_try_at)
        VALUES (%s, %s, %s, 1, %s, %s, %s)
        ON CONFLICT (subscriber, event_id) DO UPDATE
        SET attempts = platform_event_set_aside.attempts + 1, error = excluded.error
        """,
        (subscriber, stored.id, stored.name, describe(failure), now, now + DELAYS[0]),
    )


def describe(failure: Exception) -> str:
    text = f"{type(failure).__name__}: {failure}".replace("\x00", "")
    return text[:_ERROR_LENGTH]


def set_aside_events(*, limit: int = 100) -> list[SetAside]:
    """The newest first."""
    found = sql.rows("SELECT * FROM platform_event_set_aside ORDER BY id DESC LIMIT %s", (limit,))
    return [SetAside(**row) for row in found]


def retry_set_aside(*, now_for: int | None = None, limit: int = 50) -> int:
    """Try again what is due (or the one with id `now_for`); how many got through."""
    passed = 0
    for _turn in range(limit):
        with transaction.atomic():
            due = sql.rows(
                "SELECT * FROM platform_event_set_aside WHERE "
                + ("id = %s" if now_for is not None else "next_try_at <= %s")
                + " ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED",
                (now_for if now_for is not None else clock.now(),),
            )
            if not due:
                break
            row = SetAside(**due[0])
            one = subscription(row.subscriber)
            found = sql.rows(f"SELECT {COLUMNS} FROM platform_event WHERE id = %s", (row.event_id,))
            if one is None or not found:
                _leave(row, "the subscriber or the event no longer exists", None)
            else:
                failure = attempt(one, [StoredEvent[Any](*found[0].values())])
                if failure is None:
                    sql.execute("DELETE FROM platform_event_set_aside WHERE id = %s", (row.id,))
                    passed += 1
                else:
                    wait = DELAYS[row.attempts] if row.attempts < len(DELAYS) else None
                    _leave(row, describe(failure), wait)
        if now_for is not None:
            break
    return passed


class StillFailing(Conflict):
    """Facts: `error`."""

    code = "events.still_failing"
    message = _("It failed again: %(error)s")


def retry_one(set_aside_id: int) -> None:
    """Deliver one of them now, at an administrator's wish. Refuses `NotFound` and `StillFailing`."""
    if retry_set_aside(now_for=set_aside_id):
        return
    left = sql.values("SELECT error FROM platform_event_set_aside WHERE id = %s", (set_aside_id,))
    if not left:
        raise NotFound(record="event", id=set_aside_id)
    raise StillFailing(error=left[0][:300])


def _leave(row: SetAside, error: str, wait: timedelta | None) -> None:
    sql.execute(
        "UPDATE platform_event_set_aside SET attempts = attempts + 1, error = %s, next_try_at = %s"
        " WHERE id = %s",
        (error, None if wait is None else clock.now() + wait, row.id),
    )
