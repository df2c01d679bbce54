"""Days, weeks, months ... of the company's time zone: in SQL, in order, in words."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.kernel.catalogue import Field, FieldType
from headwater.kernel.sql import Fragment

STEPS = ("day", "week", "month", "quarter", "year")  # buckets that follow each other without end
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def zone_name() -> str:
    """The company's time zone for SQL."""
    return timezone.get_default_timezone_name()


def bucket_sql(field: Field, bucket: str, value: str) -> Fragment:
    """The bucket in which the value of the SQL `value` lies: its first day, or a number."""
    if field.type == FieldType.DATETIME:
        local = f"({value} AT TIME ZONE %s)"
        params: tuple[str, ...] = (zone_name(),)
    else:
        local, params = f"({value})", ()
    if bucket == "day":
        return Fragment(f"{local}::date", params)
    if bucket == "weekday":
        return Fragment(f"extract(isodow FROM {local})::int", params)
    if bucket == "hour":
        return Fragment(f"extract(hour FROM {local})::int", params)
    # Of days without a clock date_trunc would make moments of the session's zone.
    moment = local if field.type == FieldType.DATETIME else f"{local}::timestamp"
    return Fragment(f"date_trunc('{bucket}', {moment})::date", params)


def first_day(day: date, bucket: str) -> date:
    """The first day of the bucket in which a day lies."""
    if bucket == "week":
        return day - timedelta(days=day.weekday())
    if bucket in _MONTHS:
        months = _MONTHS[bucket]
        return date(day.year, (day.month - 1) // months * months + 1, 1)
    return day


def months_on(day: date, months: int) -> date:
    """The same day `months` later (or earlier), or the last of the month when there is none."""
    total = day.year * 12 + day.month - 1 + months
    year, month = total // 12, total % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def next_day(day: date, bucket: str) -> date:
    """The first day of the bucket that follows."""
    if bucket in _MONTHS:
        return months_on(day, _MONTHS[bucket])
    return day + timedelta(days=7 if bucket == "week" else 1)


def buckets_between(since: date, until: date, bucket: str, most: int) -> list[date]:
    """The first days of the buckets from one day until before another, at most `most`."""
    return list(_each(since, until, bucket, most))


def _each(since: date, until: date, bucket: str, most: int) -> Iterator[date]:
    day = first_day(since, bucket)
    for _number in range(most):
        if day >= until:
            return
        yield day
        day = next_day(day, bucket)


def bucket_label(key: date | int, bucket: str) -> str:
    """What a bucket is called."""
    if isinstance(key, date):
        return _day_label(key, bucket)
    if bucket == "weekday":
        names = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday")]
        names += [_("Saturday"), _("Sunday")]
        return names[key - 1]
    return f"{key:02d}:00"


def _day_label(day: date, bucket: str) -> str:
    facts = {"year": day.year, "month": f"{day.month:02d}", "quarter": (day.month + 2) // 3}
    if bucket == "month":
        return pgettext("month of a report", "%(year)s-%(month)s") % facts
    if bucket == "quarter":
        return pgettext("quarter of a report", "%(year)s Q%(quarter)s") % facts
    if bucket == "year":
        return str(day.year)
    if bucket == "week":
        year, week, _weekday = day.isocalendar()
        return pgettext("week of a report", "%(year)s week %(week)s") % {"year": year, "week": week}
    return day.isoformat()
