"""What is on its way outside: planned with the notification, carried by workers, at least once.

A lane is all that goes by one channel to one target. A worker takes a lane under an advisory lock, carries
what is due and marks it in the same transaction. Two workers never carry the same lane at once; a worker that
dies between sending and marking leaves the lane as it was, and it is carried again: at least once. The mail
then has the same Message-ID, so that mail programs which look at it show it once.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog
from django.db import transaction

from headwater.kernel import clock, sql
from headwater.platform.notifications.types import Channel, DeliveryState

# Waits before the further tries; after the last one a delivery is set aside, visibly.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
TAKEN_AT_ONCE = 200
_LOCK = 0x6E6F7469  # our space of advisory locks: "noti"
_ERROR_LENGTH = 500

log = structlog.get_logger(__name__)

Planned = tuple[int, Channel, int, datetime]


@dataclass(frozen=True, slots=True)
class TakingBot:
    """A bot that takes a kind."""

    id: int
    department_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Taken:
    """A due delivery with its notification."""

    id: int
    notification_id: int
    recipient_id: int
    kind: str
    params: dict[str, Any]
    url: str
    attempts: int
    was_held: bool  # planned for later than it was written, or tried before
    is_read: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of some of the deliveries of a lane; the others stay for the next round."""

    sent: Sequence[int] = ()
    dropped: Sequence[int] = ()
    failed: Sequence[int] = ()
    error: str = ""


Carrier = Callable[[int, Sequence[Taken]], Outcome]


def bots_taking(kind: str) -> list[TakingBot]:
    """The active bots that an administrator gave this kind."""
    found = sql.rows(
        "SELECT id, department_ids::text AS departments FROM platform_bot"
        " WHERE is_active AND archived_at IS NULL AND kinds @> %s::jsonb",
        (orjson.dumps([kind]).decode(),),
    )
    return [TakingBot(row["id"], frozenset(orjson.loads(row["departments"]))) for row in found]


def plan(planned: Sequence[Planned]) -> None:
    """Write these deliveries; those due now start when the caller's transaction commits."""
    if not planned:
        return
    now = clock.now()
    sql.execute(
        "INSERT INTO platform_notification_delivery (notification_id, channel, target_id, due_at, created_at)"
        " SELECT given.*, %s::timestamptz"
        " FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::timestamptz[])"
        " AS given (notification_id, channel, target_id, due_at)"
        " ON CONFLICT (notification_id, channel, target_id) DO NOTHING",
        (
            now,
            [one[0] for one in planned],
            [str(one[1]) for one in planned],
            [one[2] for one in planned],
            [one[3] for one in planned],
        ),
    )
    start({channel for _id, channel, _target, due in planned if due <= now})


def start(channels: Iterable[Channel]) -> None:
    """Have a worker look at these channels once the transaction has committed.

    Only then, because the queue's lock on waiting jobs would make callers wait for each other. Whatever is
    lost by a death in between, the look of every minute finds.
    """
    from headwater.platform.jobs import defer
    from headwater.platform.notifications.tasks import carry

    for channel in sorted(set(channels)):
        name = str(channel)
        transaction.on_commit(
            lambda name=name: defer(carry, queueing_lock=f"notifications.carry:{name}", channel=name)  # type: ignore[misc]
        )


def due_lanes(channel: Channel, *, limit: int = 500) -> list[int]:
    """The targets that something is due for, the longest waiting first."""
    return list(
        sql.values(
            "SELECT target_id FROM platform_notification_delivery"
            " WHERE state = 'waiting' AND channel = %s AND due_at <= %s"
            " GROUP BY target_id ORDER BY min(due_at) LIMIT %s",
            (str(channel), clock.now(), limit),
        )
    )


def channels_due() -> list[Channel]:
    """Channels that have work now."""
    found = sql.values(
        "SELECT DISTINCT channel FROM platform_notification_delivery"
        " WHERE state = 'waiting' AND due_at <= %s",
        (clock.now(),),
    )
    return [Channel(channel) for channel in found]


@transaction.atomic
def carry_lane(channel: Channel, target_id: int, carrier: Carrier) -> bool:
    """Carry what is due; whether anything was settled. False too while another worker has the lane."""
    free = sql.value("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", (_LOCK, f"{channel}:{target_id}"))
    if not free:
        return False
    taken = _take(channel, target_id)
    if not taken:
        return False
    try:
        with transaction.atomic():
            outcome = carrier(target_id, taken)
    except Exception as failure:
        # One broken lane must not hold up the others; it is tried again and in the end set aside.
        log.exception("notifications.carrier_broke", channel=str(channel), target_id=target_id)
        outcome = Outcome(failed=[one.id for one in taken], error=f"broken|{failure!r}")
    _settle(taken, outcome)
    return bool(outcome.sent or outcome.dropped)


def _take(channel: Channel, target_id: int) -> list[Taken]:
    found = sql.rows(
        "SELECT d.id, d.notification_id, n.recipient_id, n.kind, n.params::text AS params, n.url, d.attempts,"
        " d.due_at > d.created_at AS was_held, n.read_at IS NOT NULL AS is_read"
        " FROM platform_notification_delivery d JOIN platform_notification n ON n.id = d.notification_id"
        " WHERE d.state = 'waiting' AND d.channel = %s AND d.target_id = %s AND d.due_at <= %s"
        " ORDER BY d.id LIMIT %s",
        (str(channel), target_id, clock.now(), TAKEN_AT_ONCE),
    )
    return [Taken(**row | {"params": orjson.loads(row["params"])}) for row in found]


def _settle(taken: Sequence[Taken], outcome: Outcome) -> None:
    now = clock.now()
    for ids, state in ((outcome.sent, DeliveryState.SENT), (outcome.dropped, DeliveryState.DROPPED)):
        if ids:
            sql.execute(
                "UPDATE platform_notification_delivery SET state = %s, finished_at = %s, error = ''"
                " WHERE id = ANY(%s::bigint[])",
                (str(state), now, list(ids)),
            )
    if not outcome.failed:
        return
    failed = set(outcome.failed)
    log.warning("notifications.not_carried", deliveries=len(failed), error=outcome.error)
    sql.execute(
        "UPDATE platform_notification_delivery SET attempts = attempts + 1, error = %s,"
        " state = CASE WHEN attempts >= %s THEN 'failed' ELSE 'waiting' END,"
        " finished_at = CASE WHEN attempts >= %s THEN %s::timestamptz END,"
        " due_at = %s::timestamptz + (%s::interval[])[least(attempts + 1, %s)] WHERE id = ANY(%s::bigint[])",
        (
            outcome.error.replace("\x00", "")[:_ERROR_LENGTH],
            len(WAITS),
            len(WAITS),
            now,
            now,
            list(WAITS),
            len(WAITS),
            sorted(failed),
        ),
    )


def remove_old_deliveries(*, days: int = 30) -> int:
    """Forget what is settled for a while, and what a removed notification left."""
    return sql.execute(
        "DELETE FROM platform_notification_delivery WHERE finished_at < %s - make_interval(days => %s)",
        (clock.now(), days),
    )
