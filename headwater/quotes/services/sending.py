"""Sending: the version is printed, frozen and handed over, by mail or by oneself."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock, text
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, Stale
from headwater.leads.mailing.house import has_mail_server
from headwater.leads.unwanted import is_unwanted
from headwater.quotes.errors import CannotMail, Lapsed, NeedsApproval
from headwater.quotes.events import QuoteSent
from headwater.quotes.links import hash_of, new_salt, token_of
from headwater.quotes.models import Quote, QuoteVersion
from headwater.quotes.printing.document import Sides, present_sides
from headwater.quotes.services.approving import reasons_for, refuse_empty
from headwater.quotes.services.mailing import queue_mail
from headwater.quotes.services.papers import keep_paper, kept_paper, paper_of, printed
from headwater.quotes.services.quotes import get_quote
from headwater.quotes.services.writing import close, lock_quote, move, note_step, require, version_of
from headwater.quotes.types import Happening, QuoteState

_READY = (QuoteState.DRAFT, QuoteState.APPROVED)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to write; empty words are ours."""

    email: str
    subject: str = ""
    text: str = ""


def send_quote(
    access: Access, quote_id: int, *, letter: Letter | None = None, version: int | None = None
) -> None:
    """Send the newest version: from now on it is frozen, and one that was out before is replaced.

    Without a `letter` it is handed over in another way: the document and the link are there for it.
    Refuses `NotFound`, `Stale`, `WrongState`, `NothingOffered`, `Lapsed`, `NeedsApproval`, `CannotMail`,
    `PaperFailed`. Call it outside transactions: the document is printed before one begins.
    """
    quote = get_quote(access, quote_id)
    draft = version_of(quote)
    seen = quote.version if version is None else version
    _refuse(access, quote, draft, letter)
    sides = present_sides(draft, access.user_id)
    draft.state = QuoteState.SENT  # on paper it is no draft any more
    content = printed(draft, draft.language, sides)
    with transaction.atomic():
        _send(access, quote_id, seen, sides, content, letter)


def _refuse(access: Access, quote: Quote, draft: QuoteVersion, letter: Letter | None) -> None:
    require(draft, *_READY)
    refuse_empty(draft)
    if draft.valid_until is not None and draft.valid_until < clock.today():
        raise Lapsed(day=draft.valid_until.isoformat())
    if draft.state == QuoteState.DRAFT:
        reasons = reasons_for(access, draft)
        if reasons:
            raise NeedsApproval(reasons=reasons)
    if letter is not None:
        refuse_mail(draft, letter.email)


def refuse_mail(draft: QuoteVersion, email: str) -> None:
    """Refuse `Invalid` for what is no address, and `CannotMail` for who wants no mail."""
    address = text.email_address(email)
    if address is None:
        raise Invalid.one("email", "value.email", _("This is not a valid e-mail address."))
    if not has_mail_server():
        raise CannotMail(reason=_("no mail server is set up."))
    if is_unwanted(address):
        raise CannotMail(reason=_("this person wants no e-mail."))


def _send(
    access: Access, quote_id: int, seen: int, sides: Sides, content: bytes, letter: Letter | None
) -> None:
    quote = lock_quote(access, quote_id)
    if quote.version != seen:
        raise Stale(version=quote.version)
    draft = version_of(quote)
    _refuse(access, quote, draft, letter)
    before = draft.state
    replace_sent(access, quote)
    salt = new_salt()
    values: dict[str, Any] = {
        "frozen": sides,
        "sent_at": clock.now(),
        "sent_by_id": access.user_id,
        "link_salt": salt,
        "link_hash": hash_of(token_of(draft.pk, salt)),
    }
    move(draft, QuoteState.SENT, among=_READY, **values)
    keep_paper(draft, draft.language, content)
    note_step(access, draft, Happening.SENT, note=letter.email if letter else "")
    if letter is not None:
        queue_mail(access, draft, letter.email, letter.subject, letter.text)
    event = QuoteSent(quote_id=quote.pk, version_id=draft.pk, opportunity_id=quote.opportunity_id)
    close(access, quote, "send", {"state": [before, QuoteState.SENT]}, event)


def replace_sent(access: Access, quote: Quote) -> None:
    """The version that is out gives way to another one."""
    for out in QuoteVersion.objects.filter(quote=quote, state=QuoteState.SENT):
        out.quote = quote
        move(out, QuoteState.REPLACED, among=[QuoteState.SENT], settled_at=clock.now())
        note_step(access, out, Happening.REPLACED)


def mail_again(access: Access, quote_id: int, letter: Letter) -> None:
    """Mail the version that is out once more, perhaps to somebody else.

    Refuses `NotFound`, `WrongState`, `CannotMail`, `PaperFailed`. Call it outside transactions.
    """
    version = out_version(get_quote(access, quote_id))
    refuse_mail(version, letter.email)
    if kept_paper(version, version.language) is None:
        paper_of(access, version, version.language)
    with transaction.atomic():
        quote = lock_quote(access, quote_id)
        version = out_version(quote)
        queue_mail(access, version, letter.email, letter.subject, letter.text)
        close(access, quote, "mail", {"email": [None, letter.email]})


def out_version(quote: Quote) -> QuoteVersion:
    """The version that the customer has; refuses `WrongState` where there is none."""
    out = QuoteVersion.objects.filter(quote=quote, state=QuoteState.SENT).first()
    if out is None:
        newest = version_of(quote)
        require(newest, QuoteState.SENT)
        return newest
    out.quote = quote
    return out
