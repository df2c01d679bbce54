"""Who a passed-on mail was really from: its head as mail programs repeat it, or the mail attached whole."""

import re
from dataclasses import dataclass

from headwater.mailbox.reading.bodies import FROM_LINE, OTHER_LINE, is_header_block
from headwater.mailbox.reading.decoding import addresses

_SUBJECT = re.compile(r"^\s*(?:(?:fw|fwd|转发|轉發|转寄|wg|tr)\s?[:：]\s*)+", re.IGNORECASE)
_MARKER = re.compile(
    r"^(?:-{2,}.{0,10}(?:forwarded message|转发|original message|原始邮件|原邮件).{0,40}"
    r"|begin forwarded message:)$",
    re.IGNORECASE,
)
_INNER_SUBJECT = re.compile(r"^[*\s]{0,3}(?:主题|主旨|Subject)\*?\s?[:：]\*?\s*(.*)$", re.IGNORECASE)


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
    lines = body.split("\n")
    place = next((n for n in range(len(lines)) if is_header_block(lines, n)), None)
    if place is None:
        return None
    head = lines[place][:300]
    found = addresses(FROM_LINE.sub("", head).replace("[mailto:", "<").replace("]", ">").replace("*", ""))
    if not found:
        return None
    end, subject = place + 1, ""
    while end < len(lines) and end < place + 12 and (OTHER_LINE.match(lines[end][:300]) or not lines[end]):
        known = _INNER_SUBJECT.match(lines[end][:300])
        subject = known[1].strip() if known else subject
        if not lines[end] and subject:
            break
        end += 1
    note = "\n".join(line for line in lines[:place] if not _MARKER.match(line.strip()[:200])).strip()
    name, sender = found[0]
    return Inner(sender, name, subject, "\n".join(lines[end:]).strip(), note)
