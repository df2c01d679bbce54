"""The heads of mails that a text repeats, as mail programs write them when somebody answers or passes one on."""

import re
from dataclasses import dataclass

from headwater.kernel import text

_LINE = 300  # of a line, as much as is looked at
_HEAD_LINES = 12
FROM_LINE = re.compile(r"^[*\s]{0,3}(?:发件人|寄件者|寄件人|发信人|From|Von|De)\*?\s?[:：]", re.IGNORECASE)
OTHER_LINE = re.compile(
    r"^[*\s]{0,3}(?:发送时间|发送日期|日期|时间|收件人|收件者|主题|主旨|抄送|副本|Sent|Date|To|Subject|Cc|Reply-To|回复)\*?\s?[:：]",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"^[*\s]{0,3}(?:主题|主旨|Subject)\*?\s?[:：]\*?\s*(.*)$", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


@dataclass(frozen=True, slots=True)
class QuotedMail:
    """A mail within a text: who wrote it, what about, and all that follows its head."""

    sender: str
    sender_name: str
    subject: str
    text: str


def is_head(lines: list[str], place: int) -> bool:
    """Whether the lines from here repeat the head of a mail: From: and at least one more."""
    if not FROM_LINE.match(lines[place][:_LINE]):
        return False
    return any(OTHER_LINE.match(line[:_LINE]) for line in lines[place + 1 : place + 5])


def first_mail(body: str) -> tuple[str, QuotedMail] | None:
    """(what stands above it, the first mail that the text repeats with its head); None without one."""
    lines = body.split("\n")
    place = next((n for n in range(len(lines)) if is_head(lines, n)), None)
    if place is None:
        return None
    head = FROM_LINE.sub("", lines[place][:_LINE]).replace("*", "")
    address = _ADDRESS.search(head)
    if address is None:
        return None
    name = text.tidy(head[: address.start()].replace("[mailto:", "").strip(" \"'<[(（＜,"))
    end, subject = place + 1, ""
    while end < len(lines) and end < place + _HEAD_LINES:
        line = lines[end][:_LINE]
        if line.strip() and not OTHER_LINE.match(line):
            break
        known = _SUBJECT.match(line)
        subject = known[1].strip() if known else subject
        if not line.strip() and subject:
            break
        end += 1
    rest = "\n".join(lines[end:]).strip()
    return "\n".join(lines[:place]), QuotedMail(text.lower(address[0]), name[:120], subject, rest)
