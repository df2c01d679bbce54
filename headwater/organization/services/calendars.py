"""What can be done with working calendars."""

from datetime import date
from typing import Any, TypedDict, Unpack
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from headwater.kernel import clock, text
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.organization.errors import CalendarInUse, DefaultCalendarKept
from headwater.organization.events import CalendarsChanged
from headwater.organization.hours import BadHours, day_hours, week_hours, written
from headwater.organization.models import Calendar, CalendarDay
from headwater.organization.queries.calendars import get_calendar, pattern_of
from headwater.organization.services.openings import take_turn, write
from headwater.platform import audit
from headwater.platform.events import emit

YEARS_AHEAD = 10


class CalendarValues(TypedDict, total=False):
    """What can be changed; `hours` are seven lists of `["09:00", "12:00"]`, Monday first."""

    name: str
    time_zone: str
    hours: Any
    follows_statutory: bool


@transaction.atomic
def create_calendar(access: Access, **values: Unpack[CalendarValues]) -> Calendar:
    """A further calendar. Refuses with `Invalid`."""
    take_turn()
    now = clock.now()
    calendar = Calendar(created_at=now, updated_at=now)
    changes = _apply(calendar, {"name": "", "hours": [], **values})
    _write(calendar)
    _told(access, calendar, "create", changes)
    return calendar


@transaction.atomic
def update_calendar(
    access: Access, calendar_id: int, *, version: int | None = None, **values: Unpack[CalendarValues]
) -> Calendar:
    """Change name, zone, hours; its openings follow at once. Saving what is already so does nothing.

    Refuses with `Invalid`, `Stale` or `CalendarNeverOpens`.
    """
    take_turn()
    calendar = get_calendar(access, calendar_id, lock=True)
    if version is not None and version != calendar.version:
        raise Stale(version=calendar.version)
    changes = _apply(calendar, values)
    if changes:
        _renew(calendar)
        _told(access, calendar, "update", changes)
    return calendar


@transaction.atomic
def make_default_calendar(access: Access, calendar_id: int) -> Calendar:
    """From now on whatever names no calendar goes by this one. Repeating it does nothing."""
    take_turn()
    calendar = get_calendar(access, calendar_id, lock=True)
    if calendar.is_default:
        return calendar
    before = Calendar.objects.get(is_default=True)
    for one, is_default in ((before, False), (calendar, True)):
        one.is_default = is_default
        one.version += 1
        one.updated_at = clock.now()
        one.save(update_fields=["is_default", "version", "updated_at"])
        audit.record(access, "calendar", one.pk, "update", {"is_default": [not is_default, is_default]})
    emit(CalendarsChanged(calendar_ids=[before.pk, calendar.pk]), access)
    return calendar


@transaction.atomic
def delete_calendar(access: Access, calendar_id: int) -> None:
    """Remove a calendar that nothing uses; refuses with `DefaultCalendarKept` or `CalendarInUse`."""
    take_turn()
    calendar = get_calendar(access, calendar_id, lock=True)
    if calendar.is_default:
        raise DefaultCalendarKept(name=calendar.name)
    try:
        with transaction.atomic():
            calendar.delete()
    except ProtectedError as refusal:
        raise CalendarInUse(name=calendar.name, uses=len(refusal.protected_objects)) from None
    facts = {"name": [calendar.name, None], "hours": [calendar.hours, None]}
    audit.record(access, "calendar", calendar_id, "delete", facts)
    emit(CalendarsChanged(calendar_ids=[calendar_id]), access)


@transaction.atomic
def set_day(
    access: Access,
    calendar_id: int,
    day: date,
    *,
    is_working: bool,
    hours: Any = None,
    name: str = "",
    for_all: bool = False,
) -> CalendarDay:
    """Decide what one date is, on this calendar or on all; deciding it again replaces.

    Refuses with `Invalid` or `CalendarNeverOpens`.
    """
    take_turn()
    calendar = get_calendar(access, calendar_id, lock=True)
    _require_near(day)
    given = _hours("hours", day_hours, hours) if is_working and hours else None
    known = CalendarDay.objects.filter(calendar=None if for_all else calendar, date=day).first()
    decided = known or CalendarDay(calendar=None if for_all else calendar, date=day, created_at=clock.now())
    before = _day_shown(known)
    decided.is_working = is_working
    decided.hours = written(given) if given else None
    decided.name = text.tidy(name)[:60]
    decided.updated_at = clock.now()
    decided.save()
    _days_changed(access, calendar, day, before, _day_shown(decided), for_all=for_all)
    return decided


@transaction.atomic
def clear_day(access: Access, calendar_id: int, day: date, *, for_all: bool = False) -> None:
    """Take a decision back; `NotFound` when there is none."""
    take_turn()
    calendar = get_calendar(access, calendar_id, lock=True)
    known = CalendarDay.objects.filter(calendar=None if for_all else calendar, date=day).first()
    if known is None:
        raise NotFound(record="calendar_day", id=calendar_id)
    before = _day_shown(known)
    known.delete()
    _days_changed(access, calendar, day, before, None, for_all=for_all)


@transaction.atomic
def turn_day(access: Access, calendar_id: int, day: date, *, is_working: bool) -> None:
    """Make a date a working day or a day off; an own decision is taken back where that is enough."""
    take_turn()
    calendar = get_calendar(access, calendar_id, lock=True)
    own = CalendarDay.objects.filter(calendar=calendar, date=day).exists()
    without = pattern_of(calendar, own=False).day(day).is_working
    if without == is_working:
        if own:
            clear_day(access, calendar_id, day)
    elif not own or pattern_of(calendar).day(day).is_working != is_working:
        set_day(access, calendar_id, day, is_working=is_working)


def _apply(calendar: Calendar, values: CalendarValues) -> dict[str, list[Any]]:
    checked: dict[str, Any] = {}
    if "name" in values:
        checked["name"] = text.tidy(values["name"])
        if not checked["name"]:
            raise Invalid.one("name", "value.required", _("This is required."))
        if len(checked["name"]) > 60:
            raise Invalid.one("name", "value.too_long", _("At most %(limit)s characters.") % {"limit": 60})
    if "time_zone" in values:
        if values["time_zone"] not in available_timezones():
            raise Invalid.one("time_zone", "value.choice", _("This is not one of the choices."))
        checked["time_zone"] = values["time_zone"]
    if "hours" in values:
        week = _hours("hours", week_hours, values["hours"])
        checked["hours"] = [written(day) for day in week]
    if "follows_statutory" in values:
        checked["follows_statutory"] = bool(values["follows_statutory"])
    is_new = calendar._state.adding
    changes = {
        key: [None if is_new else getattr(calendar, key), value]
        for key, value in checked.items()
        if is_new or getattr(calendar, key) != value
    }
    for key, value in checked.items():
        setattr(calendar, key, value)
    return changes


def _hours(field: str, read: Any, raw: Any) -> Any:
    try:
        return read(raw)
    except BadHours as bad:
        raise Invalid.one(field, bad.code, bad.detail) from None


def _require_near(day: date) -> None:
    today = clock.today()
    if not today.year - 1 <= day.year <= today.year + YEARS_AHEAD:
        detail = _("Choose a day from last year to %(years)s years ahead.") % {"years": YEARS_AHEAD}
        raise Invalid.one("date", "calendar.day_too_far", detail)


def _days_changed(
    access: Access, calendar: Calendar, day: date, before: str | None, after: str | None, *, for_all: bool
) -> None:
    if before == after:
        return
    touched = list(Calendar.objects.order_by("pk")) if for_all else [calendar]
    for one in touched:
        _renew(one)
    ids = [one.pk for one in touched]
    audit.record_many(
        access, "calendar", "update", audit.same_changes(ids, {day.isoformat(): [before, after]})
    )
    emit(CalendarsChanged(calendar_ids=ids), access)


def _day_shown(decided: CalendarDay | None) -> str | None:
    if decided is None:
        return None
    hours = ", ".join("–".join(stretch) for stretch in decided.hours or ())
    state = (hours or "working") if decided.is_working else "off"
    return f"{state} {decided.name}".strip()


def _renew(calendar: Calendar) -> None:
    calendar.version += 1
    calendar.updated_at = clock.now()
    _write(calendar)


def _write(calendar: Calendar) -> None:
    try:
        with transaction.atomic():
            write(calendar)
    except IntegrityError as refusal:
        if "calendar_name_once" not in str(refusal):
            raise
        detail = _("There already is a calendar of this name.")
        raise Invalid.one("name", "calendar.name_taken", detail) from None


def _told(access: Access, calendar: Calendar, action: str, changes: dict[str, list[Any]]) -> None:
    audit.record(access, "calendar", calendar.pk, action, changes)
    emit(CalendarsChanged(calendar_ids=[calendar.pk]), access)
