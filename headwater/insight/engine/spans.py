"""The days of a report and of its comparison, counted in the company's time zone whoever reads."""

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.insight.engine.buckets import months_on
from headwater.kernel.catalogue.values import BadValue
from headwater.kernel.criteria.periods import Span, span

_CALENDAR = {"day": 0, "week": 0, "month": 1, "quarter": 3, "year": 12}


def company_days() -> AbstractContextManager[None]:
    """Within it "today" and "this month" are the company's, also in the conditions that are read."""
    return timezone.override(timezone.get_default_timezone())


def span_of(value: Any) -> Span:
    """The moments of a period's value; open for None; raises `BadValue`."""
    if value is None:
        return Span(None, None)
    with company_days():
        found = span("between" if isinstance(value, list) else "within", value)
    if found.start is not None and found.end is not None and found.start >= found.end:
        raise BadValue("criteria.period", _("This is not a period."))
    return found


def before(value: Any, of: Span, how: str) -> Span:
    """The span to compare with: a year before, or the one of the same length just before.

    Calendar periods step by the calendar: this month is compared with last month, two whole months with the
    two before. Raises `BadValue` for a period without end.
    """
    if of.start is None or of.end is None:
        raise BadValue("report.compare", _("A comparison needs a period with a beginning and an end."))
    if how == "year":
        return _year_before(value, of)
    months = _months(value, of)
    if months:
        return Span(_moved(of.start, months, 0), _moved(of.end, months, 0))
    if isinstance(value, dict) and value.get("unit") == "hour":
        return Span(of.start - (of.end - of.start), of.start)
    first, last = bounds(of)
    length = (last - first).days + 1
    return Span(_moved(of.start, 0, length), _moved(of.end, 0, length))


def _year_before(value: Any, of: Span) -> Span:
    """Whole months are compared with the same months, a week with that of 52 weeks before, days with days."""
    assert of.start is not None
    assert of.end is not None
    if isinstance(value, str) and value.endswith("_week"):
        return Span(_moved(of.start, 0, 364), _moved(of.end, 0, 364))
    until = _local(of.end)
    ends_a_day = is_midnight(of.end)
    if not ends_a_day or (_local(of.start).day == 1 and until.day == 1):
        return Span(_moved(of.start, 12, 0), _moved(of.end, 12, 0))
    # The day after is a year before what follows the last day: on 28 February a leap year has one more.
    last = months_on(until.date() - timedelta(days=1), -12)
    end = datetime.combine(last + timedelta(days=1), time(), timezone.get_default_timezone())
    return Span(_moved(of.start, 12, 0), end.astimezone(UTC))


def days(of: Span) -> tuple[date | None, date | None]:
    """The first and the last day of a span, there included; None where it is open."""
    first = None if of.start is None else _local(of.start).date()
    last = None if of.end is None else (_local(of.end) - timedelta(microseconds=1)).date()
    return first, last


def bounds(of: Span) -> tuple[date, date]:
    """The first and the last day of a span that has both ends."""
    first, last = days(of)
    if first is None or last is None:
        raise ValueError("an open span has no bounds")
    return first, last


def is_midnight(moment: datetime) -> bool:
    """Whether a day of the company begins."""
    return _local(moment).time() == time()


def is_whole_days(of: Span) -> bool:
    """Whether a span begins and ends with days of the company."""
    return of.start is not None and of.end is not None and is_midnight(of.start) and is_midnight(of.end)


def _months(value: Any, of: Span) -> int:
    """By how many months a calendar period steps; 0 when it is one of days."""
    if isinstance(value, str):
        return next((step for unit, step in _CALENDAR.items() if value.endswith(f"_{unit}")), 0)
    if not isinstance(value, list):
        return 0
    since, last = bounds(of)
    until = last + timedelta(days=1)
    if since.day != 1 or until.day != 1:
        return 0
    return (until.year - since.year) * 12 + until.month - since.month


def _local(moment: datetime) -> datetime:
    return moment.astimezone(timezone.get_default_timezone())


def _moved(moment: datetime, months: int, back: int) -> datetime:
    """A moment at the same time of day, months and days before."""
    local = _local(moment)
    day = months_on(local.date(), -months) - timedelta(days=back)
    naive = datetime.combine(day, local.time())
    return naive.replace(tzinfo=timezone.get_default_timezone()).astimezone(UTC)
