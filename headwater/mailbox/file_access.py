"""Who may read the files that came with a mail."""

from headwater.kernel.access import Access, ActorKind
from headwater.kernel.errors import Forbidden
from headwater.mailbox.queries import get_mail


def check_mail_file(access: Access, record_id: int, *, write: bool) -> None:
    """Files are seen with their mail, and come with it alone."""
    get_mail(access, record_id)
    if write and access.actor.kind != ActorKind.SYSTEM:
        raise Forbidden(permission="mails.edit")
