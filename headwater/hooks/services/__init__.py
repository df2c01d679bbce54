"""What can be done with hooks."""

from headwater.hooks.errors import NotFailed
from headwater.hooks.services.capturing import MOST_TRIES, capture_kept
from headwater.hooks.services.dead_letters import capture_waiting, discard, forget_bodies, retry, retry_all
from headwater.hooks.services.hooks import (
    OVERLAP_HOURS,
    archive_hooks,
    create_hook,
    restore_hooks,
    reveal_secret,
    secrets_of,
    set_mapping,
    set_secret,
    update_hook,
)
from headwater.hooks.services.receiving import Kept, count_refused, keep, read_delivery
from headwater.hooks.services.trying import Found, Tried, try_body

__all__ = [
    "MOST_TRIES",
    "OVERLAP_HOURS",
    "Found",
    "Kept",
    "NotFailed",
    "Tried",
    "archive_hooks",
    "capture_kept",
    "capture_waiting",
    "count_refused",
    "create_hook",
    "discard",
    "forget_bodies",
    "keep",
    "read_delivery",
    "restore_hooks",
    "retry",
    "retry_all",
    "reveal_secret",
    "secrets_of",
    "set_mapping",
    "set_secret",
    "try_body",
    "update_hook",
]
