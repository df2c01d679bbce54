"""Who a passed-on mail was really from: its head as mail programs repeat it, or the mail attached whole."""

import re
from dataclasses import dataclass

from headwater.extraction.reading.mails import first_mail

_SUBJECT = re.compile(r"^\s*(?:(?:fw|fwd|转发|轉發|转寄|wg|tr)\s?[:：]\s*)+", re.IGNORECASE)
_MARKER = re.compile(
    r"^(?:-{2,}.{0,10}(?:forwarded message|转发|original message|原始邮件|原邮件).{0,40}"
    r"|begin forwarded message:)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Inner:
    """The mail that was passed on."""

    sender: str
    sender_name: str
    subject: str
    text: str
    note: str = ""  # what was written above it


def is_forward(subject: str) -> bool:
    return bool(_SUBJECT.match(subject))


def inner_mail(body: str) -> Inner | None:
    """The first mail that the text repeats with its head."""
    found = first_mail(body)
    if found is None:
        return None
    above, mail = found
    note = "\n".join(line for line in above.split("\n") if not _MARKER.match(line.strip()[:200])).strip()
    return Inner(mail.sender, mail.sender_name, mail.subject, mail.text, note)
