"""Calling one subscriber so that its failure harms nothing else."""

from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction

from headwater.platform.context import running
from headwater.platform.events.log import caused_by
from headwater.platform.events.subscriptions import Subscription
from headwater.platform.events.types import StoredEvent

# In the order of StoredEvent's fields.
COLUMNS = "id, name, payload::text, occurred_at, actor_id, actor_kind, cause_id, depth, request_id"


def attempt(one: Subscription, batch: list[StoredEvent[Any]]) -> Exception | None:
    """Call the subscriber in a savepoint; the failure, if it failed and the connection is still there."""
    deepest = max(batch, key=lambda stored: stored.depth)
    try:
        with transaction.atomic(), caused_by(deepest), running(deepest.request_id):
            one.function(batch)
    except Exception as failure:
        if isinstance(failure, OperationalError | InterfaceError) and not _connected():
            raise
        return failure
    return None


def _connected() -> bool:
    raw = connection.connection
    return raw is not None and not raw.closed
