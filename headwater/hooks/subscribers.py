"""What follows in the background from what people did with hooks."""

from collections.abc import Sequence

from headwater.hooks.events import HookRetryAsked
from headwater.hooks.tasks import capture_of_hook
from headwater.platform.events import StoredEvent, subscriber
from headwater.platform.jobs import defer


@subscriber("hooks.retry", HookRetryAsked)
def retry(events: Sequence[StoredEvent[HookRetryAsked]]) -> None:
    """One job for each hook, however often it was asked."""
    for hook_id in sorted({stored.event.hook_id for stored in events}):
        defer(capture_of_hook, queueing_lock=f"hooks.retry:{hook_id}", hook_id=hook_id)
