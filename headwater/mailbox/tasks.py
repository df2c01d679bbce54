"""Reading the mailboxes by the clock."""

from datetime import datetime

from headwater.mailbox.services.polling import due_mailboxes, poll
from headwater.platform.jobs import defer, periodic, task


@task("mailbox.poll", retries=0)
def poll_mailbox(mailbox_id: int) -> None:
    """Take in what is new in one mailbox; a minute later it is tried again anyway."""
    poll(mailbox_id)


@periodic("* * * * *", name="mailbox.poll-due")
def poll_due(at: datetime) -> None:
    """Have each mailbox that is due read by a job of its own, so that a slow server holds up no other."""
    for mailbox_id in due_mailboxes():
        defer(poll_mailbox, queueing_lock=f"mailbox-{mailbox_id}", mailbox_id=mailbox_id)
