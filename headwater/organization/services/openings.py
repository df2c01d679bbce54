"""Openings follow from calendars: computed in the transaction of each change, and extended year by year."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from headwater.kernel import clock, sql
from headwater.organization.errors import CalendarNeverOpens
from headwater.organization.models import Calendar, Opening
from headwater.organization.openings import covered_years, moment, openings
from headwater.organization.queries.calendars import pattern_of

LAP = timedelta(days=364)
DEFAULT_NAME = "工作日"
_WEEK = [[["09:00", "12:00"], ["13:30", "18:00"]]] * 5 + [[]] * 2
_LOCK = 4_207_002


def take_turn() -> None:
    """Changes of calendars take turns: one day may belong to all of them. Held until the transaction ends."""
    sql.value("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def compute(calendar: Calendar) -> list[Opening]:
    """Put what follows from hours and exceptions on `calendar` (unsaved); its openings, unsaved too.

    Refuses with `CalendarNeverOpens` when nothing is left in the first or last lap.
    """
    pattern = pattern_of(calendar)
    first, after = covered_years(_today(calendar))
    calendar.open_from = moment(pattern.zone, first, 0)
    calendar.open_until = moment(pattern.zone, after, 0)
    made: list[Opening] = []
    worked = 0
    for starts, ends in openings(pattern, first, after):
        made.append(Opening(calendar=calendar, starts_at=starts, ends_at=ends, worked_before=worked))
        worked += (ends - starts) // timedelta(seconds=1)
    calendar.worked = worked
    calendar.first_lap = _worked_until(made, calendar.open_from + LAP)
    calendar.last_lap = worked - _worked_until(made, calendar.open_until - LAP)
    if not calendar.first_lap or not calendar.last_lap:
        raise CalendarNeverOpens(name=calendar.name)
    return made


def write(calendar: Calendar) -> None:
    """Save the calendar with fresh openings."""
    made = compute(calendar)
    calendar.save()
    sql.execute("DELETE FROM organization_opening WHERE calendar_id = %s", [calendar.pk])
    sql.execute(  # arrays: a year has some 500 of them
        """
        INSERT INTO organization_opening (calendar_id, starts_at, ends_at, worked_before)
        SELECT %s, given.* FROM unnest(%s::timestamptz[], %s::timestamptz[], %s::bigint[]) AS given
        """,
        [
            calendar.pk,
            [item.starts_at for item in made],
            [item.ends_at for item in made],
            [item.worked_before for item in made],
        ],
    )


@transaction.atomic
def refresh_openings() -> int:
    """Bring all openings up to date: a new year, newly announced holidays; how many calendars changed."""
    take_turn()
    changed = 0
    for calendar in Calendar.objects.order_by("pk"):
        wanted = [(item.starts_at, item.ends_at) for item in compute(calendar)]
        found = Opening.objects.filter(calendar=calendar).order_by("starts_at")
        kept = Calendar.objects.values_list("open_from", "open_until").get(pk=calendar.pk)
        if wanted != list(found.values_list("starts_at", "ends_at")) or kept != (
            calendar.open_from,
            calendar.open_until,
        ):
            write(calendar)
            changed += 1
    return changed


@transaction.atomic
def ensure_default_calendar() -> None:
    """The first calendar belongs to the installation; nobody made it, so it is not in the audit."""
    take_turn()
    if Calendar.objects.filter(is_default=True).exists():
        return
    now = clock.now()
    write(Calendar(name=DEFAULT_NAME, is_default=True, hours=_WEEK, created_at=now, updated_at=now))


def _worked_until(made: list[Opening], end: datetime) -> int:
    lasted = (min(item.ends_at, end) - item.starts_at for item in made if item.starts_at < end)
    return sum(lasted, timedelta()) // timedelta(seconds=1)


def _today(calendar: Calendar) -> date:
    return clock.now().astimezone(ZoneInfo(calendar.time_zone)).date()
