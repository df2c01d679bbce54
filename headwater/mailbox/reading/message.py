"""The parts of a mail: who, what about, its text, its attachments."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parsedate_to_datetime

from headwater.mailbox.reading.bodies import html_text, split_quoted, tidy_lines
from headwater.mailbox.reading.decoding import LONGEST_HEADER, addresses, decoded, header_text
from headwater.mailbox.reading.forwarding import Inner, inner_mail, is_forward
from headwater.mailbox.reading.telling import written_by_nobody
from headwater.mailbox.types import Why

MOST_PARTS = 200
MOST_FILES = 20
_MOST_MULTIPARTS = 60  # nested ones cost the parser more than linearly
_ICON = 12_000  # smaller pictures inside HTML are logos of signatures
_IGNORED = ("winmail.dat", "smime.p7s", "smime.p7m")
_ID = re.compile(r"<([^<>\s]{1,400})>")
_MULTI = re.compile(rb"multipart/|message/rfc822", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came along."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail as we understand it. Addresses are in lower case, moments aware."""

    key: str
    message_hash: str
    thread: tuple[str, ...]
    at: datetime | None
    sender: str
    sender_name: str
    reply_to: str
    reply_to_name: str
    recipients: tuple[str, ...]
    subject: str
    text: str  # as written, what it repeats included
    why: Why = Why.NONE
    inner: Inner | None = None
    attachments: tuple[Attachment, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()  # (name, why)

    @property
    def own(self) -> str:
        """What was written now."""
        return split_quoted(self.text)[0]

    @property
    def quoted(self) -> str:
        return split_quoted(self.text)[1]


def message_hash(message_id: str) -> str:
    """A Message-ID in a form of one length."""
    return hashlib.sha256(message_id.strip().strip("<>").encode("utf-8", "replace")).hexdigest()


def read_mail(raw: bytes) -> ReadMail:
    """Read a mail; whatever it is made of. Only programming errors raise."""
    bomb = len(_MULTI.findall(raw)) > _MOST_MULTIPARTS
    message: Message
    try:
        parser = BytesHeaderParser if bomb else BytesParser
        message = parser(policy=policy.compat32).parsebytes(raw)
        return _read(raw, message, is_broken=bomb)
    except (RecursionError, MemoryError, ValueError, IndexError, KeyError, TypeError, AttributeError):
        message = BytesHeaderParser(policy=policy.compat32).parsebytes(raw[:65_536])
        return _read(raw, message, is_broken=True)


def _read(raw: bytes, message: Message, *, is_broken: bool) -> ReadMail:
    headers = _headers(message)
    senders = addresses(headers.get("from", "")) or addresses(headers.get("sender", ""))
    sender_name, sender = senders[0] if senders else ("", "")
    subject = header_text(headers.get("subject", ""))[:300]
    replies = addresses(headers.get("reply-to", ""))
    reply_name, reply_to = replies[0] if replies else ("", "")
    ids = _ID.findall(headers.get("message-id", ""))
    identity = ids[0] if ids else headers.get("message-id", "").strip()
    body, files, left, inner = ("", [], [], None) if is_broken else _parts(message)
    kind = headers.get("content-type", "").lower()
    if is_broken:
        why = Why.BROKEN
    elif not sender:
        why = Why.NO_SENDER
    else:
        why = written_by_nobody(headers, sender, subject, kind)
    if inner is None and (is_forward(subject) or not split_quoted(body)[0]):
        inner = inner_mail(body)
    recipients = tuple(one for name in ("to", "cc") for _name, one in addresses(headers.get(name, "")))
    key = f"{identity}\n{sender}".encode("utf-8", "replace") if identity else b"\0" + raw
    return ReadMail(
        key=hashlib.sha256(key).hexdigest(),
        message_hash=message_hash(identity) if identity else "",
        thread=_thread(headers),
        at=_moment(headers.get("date", "")),
        sender=sender[:254],
        sender_name=sender_name,
        reply_to=reply_to[:254],
        reply_to_name=reply_name,
        recipients=recipients[:50],
        subject=subject,
        text=body,
        why=why,
        inner=inner,
        attachments=tuple(files),
        left_out=tuple(left),
    )


def _headers(message: Message) -> dict[str, str]:
    """The first header of each name, raw."""
    found: dict[str, str] = {}
    for number, (name, value) in enumerate(message.raw_items()):
        if number >= 1000:
            break
        found.setdefault(name.lower(), str(value)[:LONGEST_HEADER])
    return found


def _thread(headers: dict[str, str]) -> tuple[str, ...]:
    """What it answers to, the nearest first."""
    answered = _ID.findall(headers.get("in-reply-to", ""))[:5]
    earlier = _ID.findall(headers.get("references", ""))[-30:]
    return tuple(dict.fromkeys(message_hash(one) for one in (*answered, *reversed(earlier))))


def _moment(raw: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(raw[:200])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _leaves(message: Message) -> Iterator[Message]:
    """Parts that hold content; mails attached whole are not entered."""
    waiting = [message]
    for _number in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        content = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(content, list):
            waiting[:0] = [inside for inside in content if isinstance(inside, Message)]
        else:
            yield part


def _parts(message: Message) -> tuple[str, list[Attachment], list[tuple[str, str]], Inner | None]:
    plain: list[str] = []
    rich: list[str] = []
    files: list[Attachment] = []
    left: list[tuple[str, str]] = []
    inner: Inner | None = None
    for part in _leaves(message):
        kind, name = part.get_content_type(), _name(part)
        is_file = bool(name) or part.get_content_disposition() == "attachment"
        if kind == "message/rfc822":
            inner = inner or _attached(part)
            continue
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        if not is_file and kind in ("text/plain", "text/html"):
            words = decoded(content, _charset(part))
            (plain if kind == "text/plain" else rich).append(words)
        elif kind == "application/ms-tnef" or name.lower() in _IGNORED:
            left.append((name or "winmail.dat", "format"))
        elif kind.startswith("image/") and part.get("Content-ID") and len(content) < _ICON:
            continue
        elif content and (is_file or not kind.startswith(("text/", "message/"))):
            if len(files) < MOST_FILES:
                files.append(Attachment(name or _unnamed(kind), content))
            elif len(left) < MOST_FILES:
                left.append((name or _unnamed(kind), "number"))
    body = tidy_lines("\n".join(plain))
    if len(body) < 2 and rich:
        body = html_text("\n".join(rich))
    return body, files, left, inner


def _attached(part: Message) -> Inner | None:
    """A mail that hangs on the mail."""
    content = part.get_payload()
    whole = content[0] if isinstance(content, list) and content else None
    if not isinstance(whole, Message):
        return None
    headers = _headers(whole)
    senders = addresses(headers.get("from", ""))
    if not senders:
        return None
    words, _files, _left, _inner = (
        _parts(whole) if whole.get_content_type() != "message/rfc822" else ("", [], [], None)
    )
    return Inner(senders[0][1], senders[0][0], header_text(headers.get("subject", ""))[:300], words)


def _name(part: Message) -> str:
    try:
        raw = part.get_filename() or ""
    except (ValueError, TypeError, LookupError, IndexError, UnicodeError):
        return "attachment"
    return header_text(raw)[:200]


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (ValueError, TypeError, LookupError, UnicodeError):
        return None


def _unnamed(kind: str) -> str:
    ending = re.sub(r"[^a-z0-9]", "", kind.rpartition("/")[2])[:8]
    return f"attachment.{ending or 'bin'}"
