"""A mail comes in: kept once, then on a timeline, a lead, or put aside, in one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, transaction

from headwater.extraction.reading.texts import read_texts
from headwater.extraction.reading.types import SURE
from headwater.kernel import clock, text
from headwater.kernel.access import Access, system_access
from headwater.kernel.errors import DomainError
from headwater.kernel.sql import value
from headwater.leads.services import capture_lead, inquire_again
from headwater.mailbox.errors import MailTooLarge, NoMail
from headwater.mailbox.events import MailReceived
from headwater.mailbox.models import Mail, Mailbox
from headwater.mailbox.places import (
    Place,
    is_colleague,
    is_ours,
    named_place,
    place_of_sender,
    place_of_thread,
)
from headwater.mailbox.reading import Attachment, ReadMail, read_mail
from headwater.mailbox.reading.bodies import split_quoted
from headwater.mailbox.reading.signatures import numbers
from headwater.mailbox.reading.telling import is_no_reply
from headwater.mailbox.settings import MAX_MEGABYTES, NEW_PER_HOUR
from headwater.mailbox.types import State, Unknown, Why
from headwater.platform.events import emit
from headwater.platform.files.errors import FileEmpty, FileRefused, FileTooLarge
from headwater.platform.files.services import store_file
from headwater.platform.notifications import notify

DOOR = "email"
_AHEAD = timedelta(minutes=10)
_OLDEST = timedelta(days=3650)
_NAME, _REQUIREMENT = 100, 5000
_SIGNATURE = 2000  # characters at the end, where people sign

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a mail; without an id nobody wanted to hear of it."""

    mail_id: int | None
    record_type: str | None = None
    record_id: int | None = None
    is_new_lead: bool = False
    is_repeated: bool = False
    why: Why = Why.NONE


@dataclass(slots=True)
class _Sender:
    """Whom a mail is really from, and the words that are theirs."""

    address: str
    name: str
    subject: str
    body: str
    passed_on_by: str = ""
    note: str = ""


@transaction.atomic
def deliver(access: Access, raw: bytes, *, mailbox_id: int | None = None) -> Received:
    """Take a mail that a mail server hands over, under `mails.deliver`; again it is the same mail.

    `mailbox_id` says by which mailbox's rules; without one unknown senders are put aside. Refuses
    `MailTooLarge`, `NoMail`.
    """
    limit = MAX_MEGABYTES.get()
    if len(raw) > limit * 1024 * 1024:
        raise MailTooLarge(megabytes=limit)
    if b":" not in raw[:2000].partition(b"\n")[0] and not raw.startswith(b"From "):
        raise NoMail
    mailbox = Mailbox.objects.filter(pk=mailbox_id, archived_at=None).first() if mailbox_id else None
    return receive(system_access("mailbox.deliver"), mailbox, raw)


@transaction.atomic
def receive(
    access: Access, mailbox: Mailbox | None, raw: bytes, *, uid: int | None = None, is_cut: bool = False
) -> Received:
    """Take a mail in. The same mail again does nothing. What cannot be dealt with is put aside, not lost."""
    read = read_mail(raw)
    try:
        with transaction.atomic():
            return _take_in(access, mailbox, read, uid=uid, is_cut=is_cut)
    except (OperationalError, InterfaceError):
        raise  # the database, not the mail: it is tried again
    except Exception:
        log.exception("mailbox.mail_failed", mailbox_id=mailbox and mailbox.pk, uid=uid)
        mail_id = _insert(mailbox, read, _plain_sender(read), uid=uid, is_cut=is_cut, why=Why.BROKEN)
        return Received(mail_id, is_repeated=mail_id is None, why=Why.BROKEN)


def _take_in(
    access: Access, mailbox: Mailbox | None, read: ReadMail, *, uid: int | None, is_cut: bool
) -> Received:
    if value("SELECT id FROM mailbox_mail WHERE key = %s", (read.key,)) is not None:
        return Received(None, is_repeated=True)
    sender, why = _judged(read)
    place = None if why else _known(read, sender)
    if place is None and not why:
        wanted = Unknown(mailbox.unknown) if mailbox is not None else Unknown.ASIDE
        if wanted == Unknown.IGNORE:
            return Received(None)
        why = Why.UNKNOWN if wanted == Unknown.ASIDE else _flooded(mailbox)
    mail_id = _insert(mailbox, read, sender, uid=uid, is_cut=is_cut, why=why)
    if mail_id is None:  # another worker was first
        return Received(None, is_repeated=True)
    _keep_files(access, mail_id, read.attachments, read.left_out)
    is_new = False
    if place is not None:
        put_on(access, mail_id, place, sender.subject)
    elif not why:
        place, is_new = _lead_of(access, mailbox, mail_id, read.key, sender)
        why = Why.NONE if place else Why.REFUSED
    emit(
        MailReceived(
            mail_id=mail_id,
            record_type=place.record_type if place else None,
            record_id=place.record_id if place else None,
            is_new_lead=is_new,
        ),
        access,
    )
    if place is None:
        return Received(mail_id, why=why)
    return Received(mail_id, place.record_type, place.record_id, is_new)


def _plain_sender(read: ReadMail) -> _Sender:
    return _Sender(read.sender, read.sender_name, read.subject, read.text)


def _judged(read: ReadMail) -> tuple[_Sender, Why]:
    """Whom it is from, and why it is put aside whoever that is."""
    sender, why = _plain_sender(read), read.why
    has_other = read.reply_to and read.reply_to != read.sender and not is_ours(read.reply_to)
    from_us = bool(read.sender) and is_ours(read.sender)
    if has_other and (from_us or is_no_reply(read.sender)) and why in (Why.NONE, Why.NEWSLETTER):
        # A form on a website: it sends under an address of its own and names the visitor to reply to.
        return _Sender(read.reply_to, read.reply_to_name, read.subject, read.text), Why.NONE
    if why:
        return sender, why
    if from_us:
        return sender, Why.LOOP
    colleague = is_colleague(read.sender)
    inner = read.inner
    if inner is not None and (colleague or place_of_sender(read.sender) is None):
        is_house = is_ours(inner.sender) or is_colleague(inner.sender)
        if not is_house and inner.sender != read.sender:
            subject = inner.subject or read.subject
            customer = _Sender(inner.sender, inner.sender_name, subject, inner.text, read.sender, inner.note)
            return customer, Why.NONE
    return sender, Why.COLLEAGUE if colleague else Why.NONE


def _known(read: ReadMail, sender: _Sender) -> Place | None:
    return place_of_thread(read.thread) or place_of_sender(sender.address)


def _flooded(mailbox: Mailbox | None) -> Why:
    if mailbox is None:
        return Why.UNKNOWN
    made = value(
        "SELECT count(*) FROM mailbox_mail WHERE mailbox_id = %s AND created_at > %s AND made_lead",
        (mailbox.pk, clock.now() - timedelta(hours=1)),
    )
    return Why.FLOOD if made >= NEW_PER_HOUR.get() else Why.NONE


_INSERT = """
INSERT INTO mailbox_mail (key, mailbox_id, uid, message_hash, thread, at, created_at, sender, sender_name,
  passed_on_by, recipients, subject, text, quoted, left_out, is_cut, state, why, made_lead, version)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '[]', %s, 'aside', %s, FALSE, 1)
ON CONFLICT (key) DO NOTHING RETURNING id
"""


def _insert(
    mailbox: Mailbox | None, read: ReadMail, sender: _Sender, *, uid: int | None, is_cut: bool, why: Why
) -> int | None:
    now = clock.now()
    at = read.at if read.at is not None and now - _OLDEST < read.at <= now + _AHEAD else now
    own, quoted = split_quoted(sender.body)
    words = "\n\n".join(part for part in (sender.note, own) if part)
    found = value(
        _INSERT,
        (
            read.key,
            mailbox and mailbox.pk,
            uid,
            read.message_hash,
            list(read.thread),
            min(at, now),
            now,
            sender.address[:254],
            sender.name[:120],
            sender.passed_on_by[:254],
            ", ".join(read.recipients)[:500],
            sender.subject[:300],
            words,
            quoted,
            is_cut,
            why.value,
        ),
    )
    return None if found is None else int(found)


class _Content:
    """An attachment as the files take it."""

    def __init__(self, attachment: Attachment) -> None:
        self.name: str | None = attachment.name
        self._content = attachment.content

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield self._content


def _keep_files(
    access: Access, mail_id: int, attachments: tuple[Attachment, ...], left: tuple[tuple[str, str], ...]
) -> None:
    left_out = [{"name": name, "why": why} for name, why in left]
    for one in attachments:
        try:
            store_file(access, _Content(one), record_type="mail", record_id=mail_id)
        except FileTooLarge:
            left_out.append({"name": one.name, "why": "size"})
        except FileRefused:
            left_out.append({"name": one.name, "why": "program"})
        except FileEmpty:
            continue
    if left_out:
        Mail.objects.filter(pk=mail_id).update(left_out=left_out)


def put_on(access: Access, mail_id: int, place: Place, subject: str, *, tell: bool = True) -> None:
    """Put a mail on a record's timeline: an idle lead wakes, else the owner is told."""
    Mail.objects.filter(pk=mail_id).update(
        state=State.KEPT, why=Why.NONE, record_type=place.record_type, record_id=place.record_id
    )
    if place.is_idle:
        note = {"note": subject} if subject else {}
        inquire_again(access, place.record_id, note, door=DOOR, key=f"mail:{mail_id}")
    elif tell and place.owner_id is not None:
        kind = "mailbox.received"
        notify(
            [place.owner_id],
            kind,
            params={"name": place.name, "subject": subject or "—"},
            record_type=place.record_type,
            record_id=place.record_id,
            url=f"/{place.record_type}s/{place.record_id}",
            dedupe_key=f"{kind}:{mail_id}",
            but_not=access.user_id,
        )


def _signed(words: str) -> dict[str, str]:
    """Company and job that somebody signs with, where there is no doubt."""
    people = read_texts(words[-_SIGNATURE:])
    if len(people) != 1:
        return {}
    read = {key: people[0].fields.get(key) for key in ("company", "title")}
    return {key: one.value[:_NAME] for key, one in read.items() if one is not None and one.confidence >= SURE}


def lead_values(sender_address: str, sender_name: str, subject: str, words: str) -> dict[str, Any]:
    """A lead's fields from a mail: whom it is from, what about, and numbers they signed with."""
    name = text.tidy(sender_name)[:_NAME] or sender_address.partition("@")[0][:_NAME]
    requirement = "\n".join(part for part in (subject, words) if part)[:_REQUIREMENT]
    found = {"name": name, "email": sender_address, "requirement": requirement, **numbers(words)}
    found |= _signed(words)
    return {key: item for key, item in found.items() if item}


def _lead_of(
    access: Access, mailbox: Mailbox | None, mail_id: int, key: str, sender: _Sender
) -> tuple[Place | None, bool]:
    values = lead_values(sender.address, sender.name, sender.subject, split_quoted(sender.body)[0])
    if mailbox is not None:
        origin = {
            "source": mailbox.source_id,
            "channel": mailbox.channel_id,
            "pool": mailbox.pool_id,
            "business_line": mailbox.business_line or None,
        }
        values |= {name: item for name, item in origin.items() if item is not None}
    try:
        with transaction.atomic():
            place, is_new = capture_from_mail(access, mail_id, key, values)
    except DomainError as refusal:
        log.info("mailbox.no_lead", mail_id=mail_id, code=refusal.code)
        Mail.objects.filter(pk=mail_id).update(why=Why.REFUSED)
        return None, False
    return place, is_new


def capture_from_mail(
    access: Access, mail_id: int, key: str, values: dict[str, Any]
) -> tuple[Place | None, bool]:
    """Capture a lead from a mail and put the mail on it. Refuses as `capture_lead`."""
    captured = capture_lead(access, values, door=DOOR, key=f"mail:{key}")
    lead_id = captured.lead_id
    if lead_id is None:  # a known one that this person may not see; the mail belongs to it all the same
        lead_id = value(
            "SELECT lead_id FROM leads_touch WHERE key = %s ORDER BY id DESC LIMIT 1", (f"mail:{key}",)
        )
    place = None if lead_id is None else named_place("lead", lead_id)
    if place is not None:
        Mail.objects.filter(pk=mail_id).update(
            state=State.KEPT,
            why=Why.NONE,
            record_type=place.record_type,
            record_id=place.record_id,
            made_lead=captured.is_new,
        )
    return place, captured.is_new
