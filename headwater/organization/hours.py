"""Hours as people write them, `["09:00", "12:00"]`, read into minutes of the day."""

import itertools
import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.organization.openings import DAY, Hours

_CLOCK = re.compile(r"([01]?\d|2[0-4])[:：]([0-5]\d)")
_DASH = re.compile(r"\s*(?:[-–—－~～至到]|to)\s*")
_COMMA = re.compile(r"[,，;；、]|\s+(?=\d)(?<![-–—－~～至到]\s)")
MOST = 8  # stretches a day


class BadHours(ValueError):
    """Hours that cannot be taken; `code` for programs, `detail` for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def day_hours(raw: Any) -> Hours:
    """The stretches of a day in order; raises `BadHours` for what is malformed, empty or overlapping.

    24:00 is the end of the day. A stretch does not pass midnight: it is written as two, one for each day.
    """
    if not isinstance(raw, list | tuple) or len(raw) > MOST:
        raise BadHours("hours.type", _("Hours are a list of at most %(limit)s stretches.") % {"limit": MOST})
    found = sorted(_stretch(item) for item in raw)
    for (_begin, end), (begin, _end) in itertools.pairwise(found):
        if begin < end:
            facts = {"first": clock_text(end), "second": clock_text(begin)}
            raise BadHours(
                "hours.overlap",
                _("One stretch ends at %(first)s, the next begins at %(second)s: they overlap.") % facts,
            )
    return tuple(found)


def week_hours(raw: Any) -> tuple[Hours, ...]:
    """Seven days, Monday first, at least one of them with hours; raises `BadHours`."""
    if not isinstance(raw, list | tuple) or len(raw) != 7:
        raise BadHours("hours.week", _("A week has seven days, Monday first."))
    week = tuple(day_hours(day) for day in raw)
    if not any(week):
        raise BadHours("hours.none", _("A calendar needs hours on at least one weekday."))
    return week


def written(hours: Sequence[tuple[int, int]]) -> list[list[str]]:
    """Minutes as they are kept and shown: `[["09:00", "12:00"]]`."""
    return [[clock_text(begin), clock_text(end)] for begin, end in hours]


def from_text(raw: str) -> list[list[str]]:
    """`9:00-12:00, 13:30-18:00` as somebody types it, with whatever dashes and commas; not yet checked."""
    return [_DASH.split(part.strip()) for part in _COMMA.split(raw) if part.strip()]


def as_text(hours: Sequence[Sequence[str]]) -> str:
    """Kept hours as a line to be edited: `09:00–12:00, 13:30–18:00`."""
    return ", ".join("–".join(stretch) for stretch in hours)


def clock_text(minutes: int) -> str:
    """540 as `09:00`, 1440 as `24:00`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _stretch(raw: Any) -> tuple[int, int]:
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        raise BadHours("hours.type", _("A stretch has a beginning and an end."))
    begin, end = _minutes(raw[0]), _minutes(raw[1])
    if end < begin:
        raise BadHours(
            "hours.midnight",
            _("%(begin)s–%(end)s passes midnight. Write %(begin)s–24:00, and 00:00–%(end)s next day.")
            % {"begin": clock_text(begin), "end": clock_text(end)},
        )
    if end == begin:
        raise BadHours("hours.empty", _("%(begin)s–%(begin)s lasts no time.") % {"begin": clock_text(begin)})
    return begin, end


def _minutes(raw: Any) -> int:
    found = _CLOCK.fullmatch(raw.strip()) if isinstance(raw, str) else None
    minutes = int(found[1]) * 60 + int(found[2]) if found else DAY + 1
    if minutes > DAY:
        raise BadHours("hours.time", _("This is not a time of day: %(value)s") % {"value": str(raw)[:20]})
    return minutes
