"""A WeChat or QQ chat, pasted or exported, as messages with sender and time."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.kernel import clock, text
from headwater.kernel.errors import Invalid

MAX_MESSAGES = 2000
MAX_SENDER = 80
MAX_TEXT = 5000
SIDES = ("us", "them")  # who of the two speaks, where somebody said so

_DAY = r"(?P<y>\d{4})[-/年.](?P<m>\d{1,2})[-/月.](?P<d>\d{1,2})日?"
_HALF = r"(?P<half>上午|下午|早上|晚上|凌晨|中午|AM|PM)?\s?"
_MOMENT = (
    rf"(?:{_DAY}\s*|(?P<near>今天|昨天|前天)\s*)?(?:星期.|周.)?\s?{_HALF}"
    r"(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2}))?"
)
# "2026-11-20 10:03:11 张三(12345)" as QQ exports it, and "张三 2026-11-20 10:03" or "张三 10:03" of WeChat.
_HEADS = (
    re.compile(rf"^{_MOMENT}\s+(?P<sender>[^\s].{{0,79}})$"),
    re.compile(rf"^(?P<sender>[^\s].{{0,79}}?)[\s:：]+{_MOMENT}$"),
)
_DAY_ALONE = re.compile(rf"^(?:[—\-=─–]+\s*|日期[:：]\s*)?{_DAY}(?:\s*(?:星期.|周.))?(?:\s*[—\-=─–]+)?$")
_NEAR = {"今天": 0, "昨天": 1, "前天": 2}
_AFTERNOON = frozenset({"下午", "晚上", "PM"})
_ACCOUNT = re.compile(r"\s*[(<（][^)>）]{3,60}[)>）]$")
_LONGEST_HEAD = 130


def parse_chat(pasted: str, *, most: int = MAX_MESSAGES) -> list[dict[str, Any]]:
    """The messages of a pasted chat, oldest first as given; empty when it does not look like one.

    A message is a head line with sender and time and the lines below it; a line with a date alone holds for
    the heads below that name none. Two heads make a chat.
    """
    messages: list[dict[str, Any]] = []
    lines: list[str] = []
    day = timezone.localdate(clock.now())
    for raw in pasted.splitlines():
        line = raw.strip()
        alone = _day(_DAY_ALONE.match(line)) if len(line) < 60 else None
        if alone is not None:
            day = alone
            continue
        head = _head(line, day) if 4 < len(line) < _LONGEST_HEAD else None
        if head is None:
            lines.append(raw.rstrip())
            continue
        _finish(messages, lines)
        messages.append(head)
        lines = []
    _finish(messages, lines)
    spoken = [message for message in messages if message["text"]]
    return spoken[:most] if len(spoken) >= 2 else []


def _day(found: re.Match[str] | None) -> date | None:
    try:
        return None if found is None else date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None


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
            hour = int(found["H"])
            clock_time = time(
                hour + 12 if found["half"] in _AFTERNOON and hour < 12 else hour,
                int(found["M"]),
                int(found["S"] or 0),
            )
        except ValueError:
            return None
        if found["near"]:
            day = timezone.localdate(clock.now()) - timedelta(days=_NEAR[found["near"]])
        at = timezone.make_aware(datetime.combine(day, clock_time))
        sender = _ACCOUNT.sub("", text.tidy(found["sender"]))
        return {"sender": sender[:MAX_SENDER], "at": at.isoformat(), "text": ""}
    return None


def chat_messages(
    raw: Sequence[Mapping[str, Any]], *, most: int = MAX_MESSAGES
) -> tuple[dict[str, Any], ...]:
    """Messages as the API gives them, checked; raises `Invalid`."""
    if len(raw) > most:
        raise Invalid.one("messages", "value.too_many", _("At most %(limit)s messages.") % {"limit": most})
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
        kept = {
            "sender": text.tidy(sender)[:MAX_SENDER],
            "at": None if moment is None else moment.isoformat(),
            "text": text.tidy(said)[:MAX_TEXT],
        }
        if item.get("side") in SIDES:
            kept["side"] = item["side"]
        checked.append(kept)
    return tuple(checked)
