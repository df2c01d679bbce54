"""The event log: what happened, written with the change itself, read by subscribers behind cursors.

A domain emits inside its transaction; whatever may follow (notifications, search, scoring) subscribes.
Delivery is at least once and in commit order, so a subscriber is idempotent. See docs/adr on the outbox.
"""

from headwater.platform.events.dispatcher import run_dispatcher
from headwater.platform.events.dispatching import drain, ensure_cursors
from headwater.platform.events.errors import ChainTooDeep
from headwater.platform.events.lag import unread_since
from headwater.platform.events.log import MAX_DEPTH, caused_by, emit, remove_old_events
from headwater.platform.events.set_aside import SetAside, retry_one, retry_set_aside, set_aside_events
from headwater.platform.events.subscriptions import subscriber
from headwater.platform.events.types import Event, StoredEvent

__all__ = [
    "MAX_DEPTH",
    "ChainTooDeep",
    "Event",
    "SetAside",
    "StoredEvent",
    "caused_by",
    "drain",
    "emit",
    "ensure_cursors",
    "remove_old_events",
    "retry_one",
    "retry_set_aside",
    "run_dispatcher",
    "set_aside_events",
    "subscriber",
    "unread_since",
]
