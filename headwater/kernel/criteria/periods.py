"""Relative and absolute days as half-open ranges, so that SQL and Python ask the same question."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.kernel import clock, text
from headwater.kernel.catalogue.values import BadValue, as_date, as_moment

NAMED = {
    "today": gettext_lazy("today"),
    "yesterday": gettext_lazy("yesterday"),
    "tomorrow": gettext_lazy("tomorrow"),
    "this_week": gettext_lazy("this week"),
    "last_week": gettext_lazy("last week"),
    "next_week": gettext_lazy("next week"),
    "this_month": gettext_lazy("this month"),
    "last_month": gettext_lazy("last month"),
    "next_month": gettext_lazy("next month"),
    "this_quarter": gettext_lazy("this quarter"),
    "this_year": gettext_lazy("this year"),
    "past": gettext_lazy("in the past"),
    "future": gettext_lazy("in the future"),
}
UNITS = {"hour", "day", "week", "month"}
MAX_AMOUNT = 3660


@dataclass(frozen=True, slots=True)
class Span:
    """Moments from `start` (included) to `end` (excluded); None is open."""

    start: datetime | None
    end: datetime | None


def _bad() -> BadValue:
    return BadValue("criteria.period", _("This is not a period."))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time())).astimezone(UTC)


def _month(day: date, shift: int) -> date:
    months = day.year * 12 + day.month - 1 + shift
    return date(months // 12, months % 12 + 1, 1)


def _days(start: date, end: date) -> Span:
    return Span(_midnight(start), _midnight(end))


def _named(word: str) -> Span:
    day = clock.today()
    monday = day - timedelta(days=day.weekday())
    first = day.replace(day=1)
    quarter = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    week = timedelta(days=7)
    one = timedelta(days=1)
    match word:
        case "today":
            return _days(day, day + one)
        case "yesterday":
            return _days(day - one, day)
        case "tomorrow":
            return _days(day + one, day + 2 * one)
        case "this_week":
            return _days(monday, monday + week)
        case "last_week":
            return _days(monday - week, monday)
        case "next_week":
            return _days(monday + week, monday + 2 * week)
        case "this_month":
            return _days(first, _month(first, 1))
        case "last_month":
            return _days(_month(first, -1), first)
        case "next_month":
            return _days(_month(first, 1), _month(first, 2))
        case "this_quarter":
            return _days(quarter, _month(quarter, 3))
        case "this_year":
            return _days(date(day.year, 1, 1), date(day.year + 1, 1, 1))
        case "past":
            return Span(None, clock.now())
        case "future":
            return Span(clock.now(), None)
    raise _bad()


def _shift(amount: Any, unit: Any) -> timedelta:
    if isinstance(amount, str):
        amount = text.whole(amount)
    if isinstance(amount, bool) or not isinstance(amount, int) or unit not in UNITS:
        raise _bad()
    if not 0 <= amount <= MAX_AMOUNT:
        raise _bad()
    days = {"hour": amount / 24, "day": amount, "week": amount * 7, "month": amount * 30}[unit]
    return timedelta(days=days)


def period(value: Any) -> Span:
    """The span of "today", "this_week", {"last": 7, "unit": "day"}, {"next": ...}; raises `BadValue`.

    `last 7 days` ends now and begins at the start of the day six days ago, as people count; hours are
    counted from this moment.
    """
    if isinstance(value, str):
        return _named(value)
    if not isinstance(value, dict):
        raise _bad()
    unit = value.get("unit", "day")
    now, day = clock.now(), clock.today()
    if "last" in value:
        back = _shift(value["last"], unit)
        start = now - back if unit == "hour" else _midnight(day - back + timedelta(days=1))
        return Span(start, now)
    if "next" in value:
        ahead = _shift(value["next"], unit)
        end = now + ahead if unit == "hour" else _midnight(day + ahead)
        return Span(now, end)
    raise _bad()


def point(value: Any) -> Span:
    """The span that one value stands for: a whole day, a moment, or {"ago": 3, "unit": "day"}."""
    if isinstance(value, dict):
        if "ago" in value:
            moment = clock.now() - _shift(value["ago"], value.get("unit", "day"))
        elif "ahead" in value:
            moment = clock.now() + _shift(value["ahead"], value.get("unit", "day"))
        else:
            raise _bad()
        return Span(moment, moment)
    if isinstance(value, str) and value in NAMED:
        return _named(value)
    if isinstance(value, str) and len(value) > 11:
        moment = as_moment(value)
        return Span(moment, moment)
    day = as_date(value)
    if not 1900 <= day.year <= 2200:
        raise BadValue("value.date", _("This must be a date such as 2026-11-21."))
    return _days(day, day + timedelta(days=1))


def span(op: str, value: Any) -> Span:
    """The span of moments that `op value` accepts."""
    if op == "within":
        return period(value)
    if op == "between":
        if not isinstance(value, list) or len(value) != 2:
            raise _bad()
        return Span(point(value[0]).start, point(value[1]).end)
    at = point(value)
    if at.start == at.end and op in ("eq", "lte", "gt") and at.end is not None:
        at = Span(at.start, at.end + timedelta(microseconds=1))
    match op:
        case "eq":
            return at
        case "lt":
            return Span(None, at.start)
        case "lte":
            return Span(None, at.end)
        case "gt":
            return Span(at.end, None)
        case "gte":
            return Span(at.start, None)
    raise _bad()


def as_days(moments: Span) -> tuple[date | None, date | None]:
    """The days from (included) to (excluded) that a span covers, for fields that hold days.

    A day belongs when its midnight lies in the span, except that the present day counts as begun.
    """
    start = None if moments.start is None else timezone.localtime(moments.start)
    end = None if moments.end is None else timezone.localtime(moments.end)
    first = None if start is None else start.date()
    last = None
    if end is not None:
        last = end.date() if end.time() == time() else end.date() + timedelta(days=1)
    return first, last
