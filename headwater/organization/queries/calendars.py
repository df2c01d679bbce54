"""Working calendars, read."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q

from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.organization.hours import day_hours
from headwater.organization.models import Calendar, CalendarDay
from headwater.organization.openings import Day, Override, Pattern, days, exceptions_from


def calendars() -> list[Calendar]:
    """All calendars, the default one first. Everybody signed in may know when the company works."""
    return list(Calendar.objects.order_by("-is_default", "name", "pk"))


def get_calendar(access: Access, calendar_id: int, *, lock: bool = False) -> Calendar:
    """The calendar; `NotFound` when there is none."""
    rows = Calendar.objects.select_for_update(no_key=True) if lock else Calendar.objects
    found = rows.filter(pk=calendar_id).first()
    if found is None:
        raise NotFound(record="calendar", id=calendar_id)
    return found


def overrides_of(calendar_id: int | None, year: int | None = None) -> list[CalendarDay]:
    """The exceptions that a calendar has, those for all included, by date."""
    found = CalendarDay.objects.filter(Q(calendar=calendar_id) | Q(calendar=None))
    if year is not None:
        found = found.filter(date__year=year)
    return list(found.order_by("date", "calendar_id"))


def pattern_of(calendar: Calendar, *, own: bool = True) -> Pattern:
    """What the calendar's openings are made from; without `own`, as if it had no exceptions of its own."""
    rows = [
        (
            row.date,
            Override(
                is_working=row.is_working,
                hours=None if row.hours is None else day_hours(row.hours),
                name=row.name,
                for_all=row.calendar_id is None,
                id=row.pk,
            ),
        )
        for row in overrides_of(calendar.pk if own else None)
    ]
    return Pattern(
        zone=ZoneInfo(calendar.time_zone),
        week=tuple(day_hours(day) for day in calendar.hours),
        follows_statutory=calendar.follows_statutory,
        exceptions=exceptions_from(rows),
    )


def year_of(calendar: Calendar, year: int) -> list[Day]:
    """Every day of a year as the calendar has it."""
    return list(days(pattern_of(calendar), date(year, 1, 1), date(year + 1, 1, 1)))
