"""What people are told: in the application, and by e-mail where they want it.

Rooms register kinds with their words; a notification keeps kind and parameters, so that it is read in
the reader's language.
"""

from headwater.platform.notifications.inbox import (
    Inbox,
    Shown,
    latest,
    mark_read,
    state_tag,
    unread_count,
)
from headwater.platform.notifications.kinds import (
    Channel,
    Kind,
    all_kinds,
    register_address_book,
    register_kind,
)
from headwater.platform.notifications.sending import Notice, notify, notify_each
from headwater.platform.notifications.switches import Switch, set_switch, switches_of

__all__ = [
    "Channel",
    "Inbox",
    "Kind",
    "Notice",
    "Shown",
    "Switch",
    "all_kinds",
    "latest",
    "mark_read",
    "notify",
    "notify_each",
    "register_address_book",
    "register_kind",
    "set_switch",
    "state_tag",
    "switches_of",
    "unread_count",
]
