"""Working time: "n working seconds after t", exactly as the functions in the database have it.

`working_due(calendar, t, seconds)` and `working_between(calendar, a, b)` are `add` and `between` for sets.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from headwater.kernel import sql
from headwater.organization.queries.remembered import company_stamp, remembered

SECOND = 1_000_000
LAP = 364 * 86_400 * SECOND  # whole weeks, so that weekdays fall on weekdays

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class WorkingTime:
    """A calendar's openings in microseconds since 1970: `starts`, `ends`, and `before`, the work until then.

    Outside the stretch from `first` to `last` its first and last 364 days repeat, so that every moment has
    an answer; the daily job makes it exact long before it is needed.
    """

    calendar_id: int
    starts: list[int]
    ends: list[int]
    before: list[int]
    first: int
    last: int
    first_lap: int
    last_lap: int

    def add(self, t: datetime, seconds: int) -> datetime:
        """The earliest moment with `seconds` of work between `t` and it; `t` itself for none.

        A deadline of nine working hours set at opening ends at closing time, not at the next opening.
        Raises `ValueError` for negative seconds.
        """
        if seconds < 0:
            raise ValueError("working time is added, not taken away")
        if seconds == 0:
            return t
        target = self._worked(_ticks(t)) + seconds * SECOND
        laps = 0
        if target > self._total:
            laps = -(-(target - self._total) // self.last_lap)
            target -= laps * self.last_lap
        elif target <= 0:
            laps = -(-target // self.first_lap) - 1
            target -= laps * self.first_lap
        found = bisect_left(self.before, target) - 1
        return _moment(self.starts[found] + target - self.before[found] + laps * LAP)

    def between(self, a: datetime, b: datetime) -> int:
        """Whole working seconds from `a` to `b`; negative when `b` is earlier."""
        worked = self._worked(_ticks(b)) - self._worked(_ticks(a))
        return worked // SECOND if worked >= 0 else -(-worked // SECOND)

    def is_open(self, t: datetime) -> bool:
        """Whether work goes on at `t`; at closing time it does not."""
        moment = self._folded(_ticks(t))[0]
        found = bisect_right(self.starts, moment) - 1
        return found >= 0 and moment < self.ends[found]

    def next_opening(self, t: datetime) -> datetime:
        """`t` while work goes on, else the moment it begins again."""
        if self.is_open(t):
            return t
        moment, laps, _base = self._folded(_ticks(t))
        found = bisect_right(self.starts, moment)
        end = self.first + LAP if laps < 0 else self.last
        if found < len(self.starts) and self.starts[found] < end:
            return _moment(self.starts[found] + laps * LAP)
        return self.next_opening(_moment(end + laps * LAP))

    @cached_property
    def _total(self) -> int:
        return self.before[-1] + self.ends[-1] - self.starts[-1]

    def _folded(self, moment: int) -> tuple[int, int, int]:
        """The moment brought into the stretch, the laps it was moved by, and the work in them."""
        if moment >= self.last:
            laps = (moment - self.last) // LAP + 1
            return moment - laps * LAP, laps, laps * self.last_lap
        if moment < self.first:
            laps = -(-(self.first - moment) // LAP)
            return moment + laps * LAP, -laps, -laps * self.first_lap
        return moment, 0, 0

    def _worked(self, moment: int) -> int:
        moment, _laps, base = self._folded(moment)
        found = bisect_right(self.starts, moment) - 1
        if found < 0:
            return base
        return base + self.before[found] + min(moment, self.ends[found]) - self.starts[found]


def working_time(calendar_id: int | None = None) -> WorkingTime:
    """The working time of a calendar; of the default one for None and for a calendar that is gone.

    Remembered until something about the company changes.
    """
    return remembered(company_stamp(), ("working_time", calendar_id), lambda: _read(calendar_id))


def _read(calendar_id: int | None) -> WorkingTime:
    (calendar,) = sql.rows(
        """
        SELECT id, open_from, open_until, first_lap, last_lap FROM organization_calendar
        WHERE id = %s OR is_default ORDER BY is_default AND id IS DISTINCT FROM %s LIMIT 1
        """,
        [calendar_id, calendar_id],
    )
    rows = sql.rows(
        "SELECT starts_at, ends_at, worked_before FROM organization_opening"
        " WHERE calendar_id = %s ORDER BY starts_at",
        [calendar["id"]],
    )
    return WorkingTime(
        calendar_id=calendar["id"],
        starts=[_ticks(row["starts_at"]) for row in rows],
        ends=[_ticks(row["ends_at"]) for row in rows],
        before=[row["worked_before"] * SECOND for row in rows],
        first=_ticks(calendar["open_from"]),
        last=_ticks(calendar["open_until"]),
        first_lap=calendar["first_lap"] * SECOND,
        last_lap=calendar["last_lap"] * SECOND,
    )


def calendar_of_department(department_id: int | None) -> int | None:
    """The calendar set on the department or the nearest one above it; None where none is set: the default."""
    found: int | None = sql.value(
        """
        SELECT above.calendar_id FROM organization_department d
        JOIN organization_department above ON starts_with(d.path, above.path)
        WHERE d.id = %s AND above.calendar_id IS NOT NULL
        ORDER BY length(above.path) DESC LIMIT 1
        """,
        [department_id],
    )
    return found


def _ticks(t: datetime) -> int:
    return (t - _EPOCH) // _TICK


def _moment(ticks: int) -> datetime:
    return _EPOCH + timedelta(microseconds=ticks)
