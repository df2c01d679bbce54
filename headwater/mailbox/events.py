"""What happened in this room."""

from headwater.platform.events import Event


class MailboxesChanged(Event):
    """Mailboxes were made, changed, archived or restored."""

    name = "mailbox.changed"
    ids: list[int]


class MailReceived(Event):
    """A mail came in. Without a record it was put aside."""

    name = "mail.received"
    mail_id: int
    record_type: str | None
    record_id: int | None
    is_new_lead: bool


class MailsSorted(Event):
    """A person decided what becomes of mails that had been put aside."""

    name = "mail.sorted"
    mail_ids: list[int]
    state: str
