"""What can be done with mailboxes and with what comes in by them."""

from headwater.mailbox.services.checking import Checked, check_connection
from headwater.mailbox.services.mailboxes import (
    archive_mailboxes,
    create_mailbox,
    restore_mailboxes,
    update_mailbox,
)
from headwater.mailbox.services.polling import poll, poll_now
from headwater.mailbox.services.receiving import Received, deliver, receive
from headwater.mailbox.services.sorting import attach_mail, discard_mails, make_leads, put_back_mails

__all__ = [
    "Checked",
    "Received",
    "archive_mailboxes",
    "attach_mail",
    "check_connection",
    "create_mailbox",
    "deliver",
    "discard_mails",
    "make_leads",
    "poll",
    "poll_now",
    "put_back_mails",
    "receive",
    "restore_mailboxes",
    "update_mailbox",
]
