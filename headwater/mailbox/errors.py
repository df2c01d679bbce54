"""Refusals of inbound mail."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import DomainError, Invalid
from headwater.mailbox.types import Trouble


class MailSorted(DomainError):
    """Facts: `state`."""

    code = "mail.sorted"
    message = _("Somebody has decided about this mail already.")
    remedy = _("Reload the list.")


class MailTooLarge(Invalid):
    """Facts: `megabytes`."""

    code = "mail.too_large"
    status = 413
    message = _("This mail is larger than %(megabytes)s MB.")


class NoMail(Invalid):
    code = "mail.not_a_mail"
    message = _("This is no e-mail: send it as message/rfc822, as the server received it.")


class MailboxBusy(DomainError):
    code = "mailbox.busy"
    message = _("This mailbox is being read just now.")
    remedy = _("What is new shows up in a moment.")


class MailboxTrouble(Exception):
    """A mailbox could not be read; `detail` is what the server or the system said."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
        self.detail = " ".join(detail.split())[:300]
