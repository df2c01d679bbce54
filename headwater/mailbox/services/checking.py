"""Trying a mailbox out, with plain words for what does not work."""

from dataclasses import dataclass

from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.mailbox.errors import MailboxTrouble
from headwater.mailbox.imap import folders, open_mailbox
from headwater.mailbox.models import Mailbox
from headwater.mailbox.services.mailboxes import server_of
from headwater.mailbox.types import Trouble


@dataclass(frozen=True, slots=True)
class Checked:
    """What a try came to. `folders` are named where the one wanted is not there."""

    trouble: Trouble
    detail: str = ""
    count: int = 0
    folders: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return self.trouble == Trouble.NONE


def check_connection(access: Access, mailbox_id: int) -> Checked:
    """Connect, sign in and open the folder, under `mailboxes.edit`; nothing is read or changed."""
    access.also("mailboxes.edit")
    mailbox = Mailbox.objects.filter(pk=mailbox_id).first()
    if mailbox is None:
        raise NotFound(record="mailbox", id=mailbox_id)
    try:
        server = server_of(mailbox)
        with open_mailbox(server) as opened:
            return Checked(Trouble.NONE, count=opened.count)
    except MailboxTrouble as trouble:
        known: list[str] = []
        if trouble.trouble == Trouble.FOLDER:
            try:
                known = folders(server)
            except MailboxTrouble:
                known = []
        return Checked(trouble.trouble, trouble.detail, folders=tuple(known[:30]))
