"""Deliveries that were given up: seen and tried again by an administrator."""

from datetime import datetime
from typing import NamedTuple

import orjson
from django.db import transaction

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.platform import audit
from headwater.platform.notifications import deliveries
from headwater.platform.notifications.kinds import addresses, kind_of
from headwater.platform.notifications.posting import failure_words
from headwater.platform.notifications.types import Channel


class Failed(NamedTuple):
    """One of them; `target` is the person's name or the bot's."""

    id: int
    channel: str
    target_id: int
    target: str
    text: str
    attempts: int
    error: str
    failed_at: datetime


def failed(*, limit: int = 100) -> list[Failed]:
    """The newest first."""
    found = sql.rows(
        "SELECT d.id, d.channel, d.target_id, d.attempts, d.error, d.finished_at, n.kind,"
        " n.params::text AS params, b.name AS bot FROM platform_notification_delivery d"
        " JOIN platform_notification n ON n.id = d.notification_id"
        " LEFT JOIN platform_bot b ON d.channel = 'bot' AND b.id = d.target_id"
        " WHERE d.state = 'failed' ORDER BY d.id DESC LIMIT %s",
        (limit,),
    )
    people = addresses(sorted({row["target_id"] for row in found if row["channel"] == Channel.EMAIL}))
    return [
        Failed(
            row["id"],
            row["channel"],
            row["target_id"],
            row["bot"] or (people[row["target_id"]].name if row["target_id"] in people else ""),
            kind.words(orjson.loads(row["params"])) if (kind := kind_of(row["kind"])) else row["kind"],
            row["attempts"],
            failure_words(row["error"]),
            row["finished_at"],
        )
        for row in found
    ]


@transaction.atomic
def retry(access: Access, delivery_id: int | None = None) -> int:
    """Put one failed delivery, or all, back on their way; how many. `NotFound` unless that one has failed."""
    found = sql.rows(
        "UPDATE platform_notification_delivery SET state = 'waiting', attempts = 0, due_at = %s,"
        " finished_at = NULL WHERE state = 'failed' AND (%s::bigint IS NULL OR id = %s)"
        " RETURNING id, channel",
        (clock.now(), delivery_id, delivery_id),
    )
    if delivery_id is not None and not found:
        raise NotFound(record="delivery", id=delivery_id)
    ids = [row["id"] for row in found]
    audit.record_many(access, "delivery", "retry", audit.same_changes(ids, {"state": ["failed", "waiting"]}))
    deliveries.start({Channel(row["channel"]) for row in found})
    return len(ids)
