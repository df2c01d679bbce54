"""Working calendars: the list, one with its year, hours and exceptions."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import formats
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel import clock
from headwater.kernel.access import Access, permit
from headwater.organization import queries, services
from headwater.organization.hours import as_text, clock_text, from_text
from headwater.organization.models import Calendar, CalendarDay, Department
from headwater.organization.openings import Day, DayKind
from headwater.organization.services.calendars import YEARS_AHEAD
from headwater.organization.statutory import announced_years
from headwater.organization.web.calendar_forms import calendar_form, chosen_date, day_form, submitted
from headwater.ui.pages import Action
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """A calendar in the list, with its week in short."""

    calendar: Calendar
    note: str
    departments: int


@dataclass(frozen=True, slots=True)
class CalendarsPage:
    """All calendars."""

    lines: tuple[CalendarLine, ...]
    may_change: bool


@require_GET
def calendars(request: HttpRequest) -> HttpResponse:
    """The list."""
    access = permit(request, "calendars.view")
    used: dict[int | None, int] = {}
    for calendar_id in Department.objects.filter(archived_at=None).values_list("calendar_id", flat=True):
        used[calendar_id] = used.get(calendar_id, 0) + 1
    lines = tuple(CalendarLine(one, _week_note(one), used.get(one.pk, 0)) for one in queries.calendars())
    page = CalendarsPage(lines, may_change=access.may("calendars.configure"))
    return respond(request, "organization/calendars.html", page)


def _week_note(calendar: Calendar) -> str:
    """`Mon–Fri 09:00–12:00, 13:30–18:00`: neighbouring days of the same hours together."""
    parts: list[str] = []
    for hours, days in groupby(enumerate(calendar.hours), key=lambda item: item[1]):
        numbers = [number for number, _hours in days]
        if hours:
            first, last = str(WEEKDAYS_ABBR[numbers[0]]), str(WEEKDAYS_ABBR[numbers[-1]])
            parts.append(f"{first if first == last else f'{first}–{last}'} {as_text(hours)}")
    return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class WeekdayLine:
    """A weekday with its hours."""

    label: str
    hours: str
    lasts: str


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day in the year; a click turns it into its opposite."""

    day: Day
    label: str
    tip: str
    is_today: bool
    turn: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month with the empty cells before its first day, weeks beginning on Monday."""

    label: str
    before: int
    cells: tuple[DayCell, ...]
    working: int


@dataclass(frozen=True, slots=True)
class OverrideLine:
    """A decided day."""

    decided: CalendarDay
    date: str
    state: str
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """One calendar in one year."""

    calendar: Calendar
    year: int
    week: tuple[WeekdayLine, ...]
    weekdays: tuple[str, ...]
    months: tuple[Month, ...]
    overrides: tuple[OverrideLine, ...]
    working: int
    is_announced: bool
    announced_until: int
    may_change: bool
    previous_href: str
    next_href: str
    actions: tuple[Action, ...]
    more: tuple[Action, ...]
    self_href: str


@require_GET
def calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """A year of the calendar."""
    access = permit(request, "calendars.view")
    found = queries.get_calendar(access, calendar_id)
    may_change = access.may("calendars.configure")
    today = clock.today()
    raw = request.GET.get("year", "")
    first, last = today.year - 1, today.year + YEARS_AHEAD
    year = (
        min(max(int(raw), first), last) if raw.isascii() and raw.isdigit() and len(raw) == 4 else today.year
    )
    days = queries.year_of(found, year)
    here = reverse("calendar", args=[calendar_id])
    page = CalendarPage(
        calendar=found,
        year=year,
        week=tuple(_weekday(number, hours) for number, hours in enumerate(found.hours)),
        weekdays=_weekday_letters(),
        months=tuple(_month(found, list(part), today) for _number, part in groupby(days, _month_of)),
        overrides=tuple(_override(found, one, may_change) for one in queries.overrides_of(found.pk, year)),
        working=sum(day.is_working for day in days),
        is_announced=year in announced_years(),
        announced_until=announced_years()[-1],
        may_change=may_change,
        previous_href=f"{here}?year={year - 1}" if year > first else "",
        next_href=f"{here}?year={year + 1}" if year < last else "",
        actions=_actions(found, year) if may_change else (),
        more=_more(access, found) if may_change else (),
        self_href=f"{here}?year={year}",
    )
    return respond(request, "organization/calendar.html", page, fragments={"hw-calendar": "calendar"})


def _year(request: HttpRequest, otherwise: int) -> int:
    raw = request.GET.get("year", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) == 4 else otherwise


def _month_of(day: Day) -> int:
    return day.date.month


def _weekday_letters() -> tuple[str, ...]:
    """一 二 三 in Chinese, Mo Tu We in English."""
    short = [str(WEEKDAYS_ABBR[number]) for number in range(7)]
    return tuple(name[-1:] if not name.isascii() else name[:2] for name in short)


def _weekday(number: int, hours: list[list[str]]) -> WeekdayLine:
    minutes = sum(_minutes(end) - _minutes(begin) for begin, end in hours)
    lasts = _("%(hours)s h") % {"hours": f"{minutes / 60:g}"} if minutes else ""
    return WeekdayLine(str(WEEKDAYS[number]), as_text(hours), lasts)


def _minutes(clock_time: str) -> int:
    return int(clock_time[:2]) * 60 + int(clock_time[3:])


def _month(found: Calendar, days: list[Day], today: date) -> Month:
    first = days[0].date
    cells = tuple(_cell(found, day, today) for day in days)
    label = formats.date_format(first, "F")
    return Month(label, first.weekday(), cells, sum(day.is_working for day in days))


def _cell(found: Calendar, day: Day, today: date) -> DayCell:
    hours = ", ".join(f"{clock_text(begin)}–{clock_text(end)}" for begin, end in day.hours) or pgettext(
        "day", "Off"
    )
    why = {
        DayKind.OVERRIDE: day.name or _("decided here"),
        DayKind.STATUTORY: (
            _("make-up day for %(holiday)s") % {"holiday": day.name} if day.is_working else day.name
        ),
        DayKind.WEEKDAY: "",
    }[day.kind]
    told = " · ".join(
        part for part in (formats.date_format(day.date, "MONTH_DAY_FORMAT"), why, hours) if part
    )
    address = reverse("calendar_turn", args=[found.pk])
    turn = f"{address}?date={day.date.isoformat()}&working={'0' if day.is_working else '1'}"
    return DayCell(day, str(day.date.day), told, day.date == today, turn)


def _override(found: Calendar, decided: CalendarDay, may_change: bool) -> OverrideLine:
    for_all = "1" if decided.calendar_id is None else ""
    query = f"?date={decided.date.isoformat()}&for_all={for_all}"
    tools = (
        Action(_("Edit"), icon="pencil", dialog=reverse("calendar_day", args=[found.pk]) + query),
        Action(_("Take back"), icon="undo-2", post=reverse("calendar_clear", args=[found.pk]) + query),
    )
    hours = as_text(decided.hours) if decided.hours else _("Working day")
    state = hours if decided.is_working else _("Day off")
    day = formats.date_format(decided.date, "DATE_FORMAT")
    return OverrideLine(
        decided, f"{day} {WEEKDAYS[decided.date.weekday()]}", state, tools if may_change else ()
    )


def _actions(found: Calendar, year: int) -> tuple[Action, ...]:
    day = reverse("calendar_day", args=[found.pk]) + f"?year={year}"
    edit = reverse("calendar_edit", args=[found.pk])
    return (
        Action(_("Decide a day"), icon="calendar-days", dialog=day),
        Action(_("Edit hours"), icon="pencil", dialog=edit, kind="primary"),
    )


def _more(access: Access, found: Calendar) -> tuple[Action, ...]:
    more = []
    if access.may("audit.view"):
        log = f"{reverse('audit')}?record=calendar&id={found.pk}"
        more.append(Action(_("Audit log"), icon="history", href=log))
    if not found.is_default:
        make = reverse("calendar_default", args=[found.pk])
        remove = reverse("calendar_delete", args=[found.pk])
        sure = _("Delete “%(name)s” with its exceptions?") % {"name": found.name}
        more.append(Action(_("Make it the default"), icon="star", post=make))
        more.append(Action(_("Delete"), icon="trash-2", post=remove, confirm=sure, kind="danger"))
    return tuple(more)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a calendar; its week begins as the default one's."""
    access = permit(request, "calendars.configure")
    if request.method == "POST":
        made = services.create_calendar(access, **submitted(request))
        text = _("“%(name)s” is added.") % {"name": made.name}
        return done(request, text, go=reverse("calendar", args=[made.pk]))
    like = queries.calendars()[0]
    page = calendar_form(None, like, title=_("New working calendar"), action=reverse("calendar_new"))
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Name, zone, hours per weekday."""
    access = permit(request, "calendars.configure")
    found = queries.get_calendar(access, calendar_id)
    if request.method == "POST":
        raw = request.POST.get("version", "")
        version = int(raw) if raw.isdecimal() else None
        services.update_calendar(access, calendar_id, version=version, **submitted(request))
        return done(request, _("Saved"))
    action = reverse("calendar_edit", args=[calendar_id])
    page = calendar_form(found, found, title=_("Edit %(name)s") % {"name": found.name}, action=action)
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def decide_day(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """The form for one date: off, working, own hours; here or on all calendars."""
    access = permit(request, "calendars.configure")
    found = queries.get_calendar(access, calendar_id)
    if request.method == "POST":
        given = request.POST
        services.set_day(
            access,
            calendar_id,
            chosen_date(given.get("date", "")),
            is_working=given.get("state") != "off",
            hours=from_text(given.get("hours", "")),
            name=given.get("name", ""),
            for_all=given.get("for_all") == "true",
        )
        return done(request, _("Saved"))
    wanted, for_all = request.GET.get("date", ""), request.GET.get("for_all") == "1"
    known = None
    if wanted:
        owner = None if for_all else found
        known = CalendarDay.objects.filter(calendar=owner, date=chosen_date(wanted)).first()
    return respond(request, "ui/records/form.html", day_form(found, known))


@require_POST
def turn(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """A click on a day: off becomes working, working becomes off."""
    access = permit(request, "calendars.configure")
    is_working = request.GET.get("working") == "1"
    day = chosen_date(request.GET.get("date", ""))
    services.turn_day(access, calendar_id, day, is_working=is_working)
    shown = formats.date_format(day, "MONTH_DAY_FORMAT")
    text = (_("%(day)s is a working day.") if is_working else _("%(day)s is off.")) % {"day": shown}
    address = reverse("calendar_turn", args=[calendar_id])
    undo = f"{address}?date={day.isoformat()}&working={'0' if is_working else '1'}"
    return done(request, text, undo=undo)


@require_POST
def clear(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Take a decision back."""
    access = permit(request, "calendars.configure")
    for_all = request.GET.get("for_all") == "1"
    services.clear_day(access, calendar_id, chosen_date(request.GET.get("date", "")), for_all=for_all)
    return done(request, _("The day is again as the calendar has it."))


@require_POST
def make_default(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Whatever names no calendar goes by this one."""
    found = services.make_default_calendar(permit(request, "calendars.configure"), calendar_id)
    return done(request, _("“%(name)s” is the default calendar now.") % {"name": found.name})


@require_POST
def delete(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Remove a calendar that nothing uses."""
    services.delete_calendar(permit(request, "calendars.configure"), calendar_id)
    return done(request, _("The calendar is deleted."), go=reverse("calendars"))
