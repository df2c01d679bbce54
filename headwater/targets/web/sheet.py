"""Targets → set: a sheet of seats and months to type or paste into, and a year to spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel import clock
from headwater.kernel.access import permit
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.text import whole
from headwater.targets import queries, services
from headwater.targets.keys import read_seat
from headwater.targets.periods import Period, company_today, read_period
from headwater.targets.queries.sheets import Sheet, total
from headwater.targets.queries.team import Key, Seat
from headwater.targets.types import YEARS, Grain, Holder, Measure, Spread
from headwater.targets.web.frame import Figure, address, asked_measure, figure, measure_tabs, signed
from headwater.ui import formats
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option, Tab
from headwater.ui.responses import done, respond

_PREFIX = "cell:"


@dataclass(frozen=True, slots=True)
class CellInput:
    """A cell of the sheet."""

    name: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A seat's cells, their sum, and how that compares with those below it."""

    name: str
    depth: int
    is_person: bool
    cells: tuple[CellInput, ...]
    total: Figure
    below: Figure
    difference: Figure
    spread_url: str


@dataclass(frozen=True, slots=True)
class SheetPage:
    """All of `targets/sheet.html`."""

    measures: tuple[Tab, ...]
    grains: tuple[Tab, ...]
    year: int
    previous: str
    next: str
    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    action: str
    seen: str
    back: str
    unit: str
    measure: str
    tools: tuple[Action, ...]


@require_GET
def sheet_page(request: HttpRequest) -> HttpResponse:
    """The sheet of a measure and a year."""
    access = permit(request, "targets.edit")
    measure, year, grain = asked_measure(request), asked_year(request), asked_grain(request)
    team = queries.team_of(access).only(lambda seat: seat.is_active)
    found = queries.sheet(access, team, measure, [year.start.year])
    periods = list(year.parts(grain))
    currency = queries.shown_currency(measure)
    goals = found.goals(year)
    page = SheetPage(
        measures=measure_tabs(request, measure),
        grains=tuple(
            Tab(one.label, address(request, grain=one.value), current=one == grain) for one in Grain
        ),
        year=year.start.year,
        previous=address(request, year=year.start.year - 1),
        next=address(request, year=year.start.year + 1),
        columns=tuple(period.short for period in periods),
        rows=tuple(_row(seat, found, periods, goals[seat.key], measure, currency) for seat in team),
        action=address(request, reverse("targets_save")),
        seen=clock.now().isoformat(),
        back=f"{reverse('targets')}?measure={measure.value}",
        unit=currency or _("number"),
        measure=str(measure.label),
        tools=(
            Action(_("From a file"), icon="upload", dialog=address(request, reverse("targets_bring"))),
            Action(
                "Excel",
                icon="file-down",
                href=address(request, reverse("targets_file", args=["xlsx"])),
                download=True,
            ),
        ),
    )
    return respond(request, "targets/sheet.html", page, fragments={"hw-target-sheet": "sheet"})


def _row(
    seat: Seat,
    found: Sheet,
    periods: Sequence[Period],
    goal: queries.Goal,
    measure: Measure,
    currency: str,
) -> SheetRow:
    cells = tuple(_cell(seat, found, period) for period in periods)
    shown = total(found.own(seat.key, period) for period in periods)
    difference = goal.difference if seat.holder != Holder.PERSON else None
    year = periods[0].within(Grain.YEAR).code
    return SheetRow(
        name=seat.name,
        depth=min(seat.depth, 6),
        is_person=seat.holder == Holder.PERSON,
        cells=cells,
        total=figure(goal.own if goal.own is not None else shown, currency),
        below=figure(goal.below, currency) if seat.holder != Holder.PERSON else Figure(""),
        difference=signed(difference, currency) if difference else Figure(""),
        spread_url=f"{reverse('targets_spread', args=[seat.code])}?measure={measure.value}&year={year}",
    )


def _cell(seat: Seat, found: Sheet, period: Period) -> CellInput:
    held = found.set_for(seat.key, period)
    value = "" if held is None or held.amount is None else formats.number(held.amount)
    return CellInput(f"{_PREFIX}{seat.code}:{period.code}", value, f"{seat.name}, {period.label}")


@require_POST
def save_sheet(request: HttpRequest) -> HttpResponse:
    """The cells that were sent; those that are as they were change nothing."""
    access = permit(request, "targets.edit")
    measure = asked_measure(request)
    entries: list[services.Entry] = []
    fields: dict[tuple[Key, Period], str] = {}
    for name in request.POST:
        if not name.startswith(_PREFIX):
            continue
        seat, _colon, code = name.removeprefix(_PREFIX).partition(":")
        key, period = read_seat(seat), read_period(code)
        amount = services.read_amount(measure, request.POST[name], field=name)
        entries.append(services.Entry(key, period, amount))
        fields[key, period] = name
    changed = services.set_targets(access, measure, entries, seen=_seen(request), fields=fields)
    words = ngettext("%(count)s target saved", "%(count)s targets saved", changed) % {"count": changed}
    return done(request, words if changed else _("Nothing has changed"))


def _seen(request: HttpRequest) -> datetime | None:
    """When the sheet was read: what somebody set since then is not overwritten."""
    try:
        moment = datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


@require_http_methods(["GET", "POST"])
def spread_year(request: HttpRequest, seat: str) -> HttpResponse:
    """A year's target as months."""
    access = permit(request, "targets.edit")
    key, measure, year = read_seat(seat), asked_measure(request), asked_year(request)
    if request.method == "POST":
        amount = services.read_amount(measure, request.POST.get("amount", ""))
        if amount is None:
            raise Invalid.one("amount", "value.required", _("Say how much."))
        how = request.POST.get("how", "")
        if how not in Spread.values:
            raise Invalid.one("how", "value.choice", _("This is not one of the choices."))
        services.spread_year(access, key, measure, year, amount, Spread(how))
        return done(request, _("Spread over twelve months"))
    team = queries.team_of(access)
    if key not in team:
        raise NotFound(record="seat", id=seat)
    own = queries.sheet(access, team, measure, [year.start.year]).own(key, year)
    page = FormPage(
        title=_("Spread %(year)s for %(name)s") % {"year": year.code, "name": team[key].name},
        action=address(request),
        groups=(FieldGroup(_spread_controls(measure, own)),),
        submit=_("Spread"),
        intro=_("Replaces the twelve months; targets of quarters and of the year follow from them."),
        width="small",
    )
    return respond(request, "ui/records/form.html", page)


def _spread_controls(measure: Measure, own: Decimal | None) -> tuple[FieldControl, ...]:
    shown = "" if own is None else formats.number(own)
    return (
        FieldControl(
            "amount",
            _("%(measure)s in the year") % {"measure": measure.label},
            "number",
            shown,
            required=True,
            autofocus=True,
            suffix=queries.shown_currency(measure),
        ),
        FieldControl(
            "how",
            pgettext("spread", "How"),
            "radio",
            Spread.EVEN.value,
            options=tuple(Option(one.value, one.label) for one in Spread),
        ),
    )


def asked_year(request: HttpRequest) -> Period:
    year = whole(request.GET.get("year", ""))
    if year is None or not YEARS[0] <= year <= YEARS[1]:
        year = company_today().year
    return read_period(f"{year:04}")


def asked_grain(request: HttpRequest) -> Grain:
    raw = request.GET.get("grain", "")
    return Grain(raw) if raw in Grain.values else Grain.MONTH
