"""How far a subscriber is behind."""

from datetime import datetime

from headwater.kernel import sql
from headwater.platform.events.subscriptions import subscription

_UNREAD = """
SELECT e.occurred_at FROM platform_event_cursor c JOIN platform_event e ON (e.xid, e.id) > (c.xid, c.event_id)
WHERE c.subscriber = %s AND e.name = ANY(%s) ORDER BY e.xid, e.id LIMIT 1
"""


def unread_since(name: str) -> datetime | None:
    """When the oldest event happened that concerns the subscriber and that it has not taken; None for none.

    What was set aside counts as taken.
    """
    one = subscription(name)
    if one is None:
        raise LookupError(f"nobody subscribes as {name!r}")
    found: datetime | None = sql.value(_UNREAD, (name, list(one.event_names)))
    return found
