"""What people are told: in the application, by e-mail, and in chat groups.

Rooms register kinds with their words; a notification keeps kind and parameters, so that it is read in
the reader's language. See docs/guides/notifications.md.
"""

from headwater.platform.notifications.escalations import (
    acknowledge,
    acknowledge_mine,
    acknowledge_record,
    acknowledge_records,
    escalate,
    open_escalations,
    register_reporting_line,
    register_working_due,
)
from headwater.platform.notifications.events import EscalationMoved
from headwater.platform.notifications.inbox import (
    Inbox,
    Shown,
    find_own,
    latest,
    mark_read,
    newest_unread,
    state_tag,
    unread_count,
)
from headwater.platform.notifications.kinds import (
    Address,
    Channel,
    Kind,
    all_kinds,
    register_address_book,
    register_kind,
)
from headwater.platform.notifications.preferences import (
    Preference,
    is_quiet_now,
    parse_preference,
    preference_of,
    set_preference,
)
from headwater.platform.notifications.sending import Notice, notify, notify_each
from headwater.platform.notifications.switches import Switch, set_switch, switches_of

__all__ = [
    "Address",
    "Channel",
    "EscalationMoved",
    "Inbox",
    "Kind",
    "Notice",
    "Preference",
    "Shown",
    "Switch",
    "acknowledge",
    "acknowledge_mine",
    "acknowledge_record",
    "acknowledge_records",
    "all_kinds",
    "escalate",
    "find_own",
    "is_quiet_now",
    "latest",
    "mark_read",
    "newest_unread",
    "notify",
    "notify_each",
    "open_escalations",
    "parse_preference",
    "preference_of",
    "register_address_book",
    "register_kind",
    "register_reporting_line",
    "register_working_due",
    "set_preference",
    "set_switch",
    "state_tag",
    "switches_of",
    "unread_count",
]
