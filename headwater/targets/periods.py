"""Months, quarters and years, as everything in the room is counted by them.

A period's days are days of the company's time zone, whoever reads.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.errors import Invalid
from headwater.targets.types import YEARS, Grain

_CODE = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month, quarter or year that begins on `start`."""

    start: date
    grain: Grain

    @property
    def end(self) -> date:
        """The first day after it."""
        return _months_on(self.start, self.grain.months)

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def since(self) -> datetime:
        """Its first moment."""
        return first_moment(self.start)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return first_moment(self.end)

    @property
    def code(self) -> str:
        """`2026`, `2026-Q4` or `2026-11`: what addresses and the API say."""
        if self.grain == Grain.YEAR:
            return f"{self.start:%Y}"
        if self.grain == Grain.QUARTER:
            return f"{self.start:%Y}-Q{self.start.month // 3 + 1}"
        return f"{self.start:%Y-%m}"

    @property
    def label(self) -> str:
        """In the reader's language."""
        facts = {"year": self.start.year, "month": self.start.month, "quarter": self.start.month // 3 + 1}
        if self.grain == Grain.YEAR:
            return _("%(year)s (year)") % facts
        if self.grain == Grain.QUARTER:
            return _("Q%(quarter)s %(year)s") % facts
        return _("%(month)s/%(year)s") % facts

    @property
    def short(self) -> str:
        """The label within its year."""
        facts = {"month": self.start.month, "quarter": self.start.month // 3 + 1}
        if self.grain == Grain.YEAR:
            return str(self.start.year)
        if self.grain == Grain.QUARTER:
            return _("Q%(quarter)s") % facts
        return _("M%(month)s") % facts

    def shifted(self, by: int) -> "Period":
        """The period `by` later, or earlier."""
        return Period(_months_on(self.start, by * self.grain.months), self.grain)

    def parts(self, grain: Grain) -> Iterator["Period"]:
        """The shorter periods it is made of; itself when `grain` is its own."""
        for place in range(self.grain.months // grain.months):
            yield Period(_months_on(self.start, place * grain.months), grain)

    def within(self, grain: Grain) -> "Period":
        """The period of `grain` in which it begins."""
        return period_of(self.start, grain)


def period_of(day: date, grain: Grain) -> Period:
    """The period in which a day lies."""
    month = (day.month - 1) // grain.months * grain.months + 1
    return Period(day.replace(month=month, day=1), grain)


def this_period(grain: Grain) -> Period:
    return period_of(company_today(), grain)


def company_today() -> date:
    """Today where the company counts its days, whatever the reader's time zone."""
    return timezone.localdate(clock.now(), timezone.get_default_timezone())


def first_moment(day: date) -> datetime:
    """When a day begins there."""
    return datetime.combine(day, time(), timezone.get_default_timezone())


def zone_name() -> str:
    """The company's time zone for SQL."""
    return timezone.get_default_timezone_name()


def read_period(code: str, *, field: str = "period") -> Period:
    """The period that a code means; raises `Invalid` under `field`."""
    found = _CODE.fullmatch(code.strip().upper())
    if found is None or not YEARS[0] <= int(found[1]) <= YEARS[1]:
        raise Invalid.one(
            field, "period.unreadable", _("Write a year, a quarter or a month: 2026, 2026-Q4, 2026-11.")
        )
    year, quarter, month = found.groups()
    if quarter:
        return Period(date(int(year), int(quarter) * 3 - 2, 1), Grain.QUARTER)
    if month:
        return Period(date(int(year), int(month), 1), Grain.MONTH)
    return Period(date(int(year), 1, 1), Grain.YEAR)


def _months_on(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)
