"""A pasted WeChat or QQ chat as messages with sender and time."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.kernel import clock, text
from headwater.kernel.errors import Invalid

MAX_MESSAGES = 2000
MAX_SENDER = 80
MAX_TEXT = 5000

_DAY = r"(?P<y>\d{4})[-/年.](?P<m>\d{1,2})[-/月.](?P<d>\d{1,2})日?"
_MOMENT = rf"(?:{_DAY}\s*)?(?P<H>\d{{1,2}}):(?P<M>\d{{2}})(?::(?P<S>\d{{2}}))?"
# "2026-11-20 10:03:11 张三(12345)" as QQ exports it, and "张三 2026-11-20 10:03" or "张三 10:03" of WeChat.
_HEADS = (
    re.compile(rf"^{_MOMENT}\s+(?P<sender>[^\s].{{0,79}})$"),
    re.compile(rf"^(?P<sender>[^\s].{{0,79}}?)[\s:：]+{_MOMENT}$"),
)
_ACCOUNT = re.compile(r"\s*[(<（][^)>）]{3,60}[)>）]$")


def parse_chat(pasted: str) -> list[dict[str, Any]]:
    """The messages of a pasted chat, oldest first as given; empty when it does not look like one.

    A message is a head line with sender and time and the lines below it. Two heads make a chat.
    """
    messages: list[dict[str, Any]] = []
    lines: list[str] = []
    day = timezone.localdate(clock.now())
    for line in pasted.splitlines():
        head = _head(line.strip(), day)
        if head is None:
            lines.append(line.rstrip())
            continue
        _finish(messages, lines)
        messages.append(head)
        lines = []
    _finish(messages, lines)
    spoken = [message for message in messages if message["text"]]
    return spoken[:MAX_MESSAGES] if len(spoken) >= 2 else []


def _finish(messages: list[dict[str, Any]], lines: list[str]) -> None:
    if messages:
        messages[-1]["text"] = "\n".join(lines).strip()[:MAX_TEXT]


def _head(line: str, today: date) -> dict[str, Any] | None:
    for pattern in _HEADS:
        found = pattern.match(line)
        if not found:
            continue
        try:
            day = date(int(found["y"]), int(found["m"]), int(found["d"])) if found["y"] else today
            clock_time = time(int(found["H"]), int(found["M"]), int(found["S"] or 0))
        except ValueError:
            return None
        at = timezone.make_aware(datetime.combine(day, clock_time))
        sender = _ACCOUNT.sub("", text.tidy(found["sender"]))
        return {"sender": sender[:MAX_SENDER], "at": at.isoformat(), "text": ""}
    return None


def chat_messages(raw: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Messages as the API gives them, checked; raises `Invalid`."""
    if len(raw) > MAX_MESSAGES:
        raise Invalid.one(
            "messages", "value.too_many", _("At most %(limit)s messages.") % {"limit": MAX_MESSAGES}
        )
    checked: list[dict[str, Any]] = []
    for item in raw:
        sender, said, at = item.get("sender"), item.get("text"), item.get("at")
        try:
            moment = None if at is None else datetime.fromisoformat(str(at))
        except ValueError:
            moment = None
            said = None
        if not isinstance(sender, str) or not isinstance(said, str) or not said.strip():
            raise Invalid.one(
                "messages", "chat.message", _("A message has a sender, a text and, if known, a time.")
            )
        if moment is not None and moment.tzinfo is None:
            moment = timezone.make_aware(moment)
        checked.append(
            {
                "sender": text.tidy(sender)[:MAX_SENDER],
                "at": None if moment is None else moment.isoformat(),
                "text": text.tidy(said)[:MAX_TEXT],
            }
        )
    return tuple(checked)
