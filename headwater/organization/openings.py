"""From hours per weekday and exceptions to stretches of work. No database here.

Hours are kept in minutes of the local day: `(540, 720)` is 9:00 to 12:00, and 1440 the next midnight. A local
time stands for the first moment at which the clocks show it or a later one, so the hour that a change of
clocks leaves out lasts no time and the hour that comes twice belongs to the stretch that it is in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from headwater.organization.statutory import statutory_day

Hours = tuple[tuple[int, int], ...]
DAY = 24 * 60


class DayKind(StrEnum):
    """Why a day is as it is."""

    WEEKDAY = "weekday"  # the hours of its weekday, or none
    STATUTORY = "statutory"  # a public holiday or its make-up day
    OVERRIDE = "override"  # somebody decided


@dataclass(frozen=True, slots=True)
class Override:
    """A date that somebody decided; working without `hours` means the ordinary ones."""

    is_working: bool
    hours: Hours | None = None
    name: str = ""
    for_all: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """A date as a calendar sees it."""

    date: date
    hours: Hours
    kind: DayKind
    name: str = ""
    override_id: int | None = None
    for_all: bool = False

    @property
    def is_working(self) -> bool:
        return bool(self.hours)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What openings are made from."""

    zone: ZoneInfo
    week: tuple[Hours, ...]
    follows_statutory: bool = True
    exceptions: Mapping[date, Override] = field(default_factory=dict)

    def ordinary_hours(self, day: date) -> Hours:
        """What a working day has: its weekday's hours, else those of the first weekday with any."""
        own = self.week[day.weekday()]
        return own or next((hours for hours in self.week if hours), ())

    def day(self, day: date) -> Day:
        """The date with its hours and why; a decision beats the announcement, which beats the week."""
        decided = self.exceptions.get(day)
        if decided is not None:
            hours = (decided.hours or self.ordinary_hours(day)) if decided.is_working else ()
            return Day(day, hours, DayKind.OVERRIDE, decided.name, decided.id, decided.for_all)
        announced = statutory_day(day) if self.follows_statutory else None
        if announced is not None:
            hours = self.ordinary_hours(day) if announced.is_working else ()
            return Day(day, hours, DayKind.STATUTORY, announced.name)
        return Day(day, self.week[day.weekday()], DayKind.WEEKDAY)


def days(pattern: Pattern, first: date, after: date) -> Iterator[Day]:
    """The dates from `first` up to, not including, `after`."""
    for number in range((after - first).days):
        yield pattern.day(first + timedelta(days=number))


def openings(pattern: Pattern, first: date, after: date) -> list[tuple[datetime, datetime]]:
    """The stretches of work of those dates in UTC, in order; stretches that touch are one."""
    found: list[tuple[datetime, datetime]] = []
    for day in days(pattern, first, after):
        for begin, end in day.hours:
            starts, ends = moment(pattern.zone, day.date, begin), moment(pattern.zone, day.date, end)
            if ends <= starts:
                continue
            if found and found[-1][1] == starts:
                found[-1] = (found[-1][0], ends)
            else:
                found.append((starts, ends))
    return found


def moment(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """The first moment, in UTC, at which the local clock shows this time or a later one."""
    local = datetime.combine(day, time.min) + timedelta(minutes=minutes)
    late = local.replace(tzinfo=zone).astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None) == local:
        return late
    # The clocks jump over it: look for the jump, which lies between the two ways of reading the time.
    early = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(zone).replace(tzinfo=None) >= local:
            late = middle
        else:
            early = middle
    return late


def covered_years(today: date) -> tuple[date, date]:
    """What is computed ahead: whole years, at least one back and three ahead."""
    return date(today.year - 1, 1, 1), date(today.year + 4, 1, 1)


def exceptions_from(rows: Sequence[tuple[date, Override]]) -> dict[date, Override]:
    """By date; where a date is decided for all and for the one calendar, the latter counts."""
    return dict(sorted(rows, key=lambda row: not row[1].for_all))
