"""Targets → progress: the team from the company down to each person."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from headwater.kernel.access import permit
from headwater.targets import queries
from headwater.targets.queries.progress import Progress, Standing
from headwater.targets.types import Grain, Holder
from headwater.targets.web.frame import (
    Bar,
    Figure,
    PeriodNav,
    asked_measure,
    asked_period,
    bar,
    figure,
    measure_tabs,
    period_nav,
    signed,
)
from headwater.ui import formats
from headwater.ui.pages import Action, EmptyState, Tab, Tile
from headwater.ui.responses import respond


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A seat's line."""

    name: str
    depth: int
    is_person: bool
    target: Figure
    below: Figure  # where it differs from the targets below it
    difference: Figure
    reached: Figure
    percent: str
    bar: Bar | None
    ahead: Figure
    is_ahead: bool
    gap: Figure


@dataclass(frozen=True, slots=True)
class ProgressPage:
    """All of `targets/progress.html`."""

    tabs: tuple[Tab, ...]
    measures: tuple[Tab, ...]
    nav: PeriodNav
    tiles: tuple[Tile, ...]
    rows: tuple[StandingRow, ...]
    unpriced: str
    actions: tuple[Action, ...]
    empty: EmptyState | None
    measure: str


@require_GET
def progress_page(request: HttpRequest) -> HttpResponse:
    """Everybody within reach in a period."""
    access = permit(request, "targets.view")
    period, measure = asked_period(request, Grain.MONTH), asked_measure(request)
    found = queries.progress(access, period, measure)
    may_set = access.may("targets.edit")
    set_url = f"{reverse('targets_set')}?measure={measure.value}&year={period.start.year}"
    actions = (Action(_("Set targets"), icon="target", href=set_url),) if may_set else ()
    rows = tuple(_row(one, found.currency) for one in found.standings)
    top = found.standings[0] if found.standings else None
    has_figures = any(one.target is not None or one.reached for one in found.standings)
    page = ProgressPage(
        tabs=section_tabs("progress"),
        measures=measure_tabs(request, measure),
        nav=period_nav(request, period, Grain),
        tiles=_tiles(found, top) if top and has_figures else (),
        rows=rows if has_figures else (),
        unpriced=unpriced_words(sum(one.unpriced for one in found.standings if one.seat.parent is None)),
        actions=actions,
        empty=None if has_figures else _nothing(actions),
        measure=str(measure.label),
    )
    return respond(request, "targets/progress.html", page)


def section_tabs(current: str) -> tuple[Tab, ...]:
    """Progress, results, forecast: the pages of the section."""
    places = (
        ("progress", pgettext("targets", "Progress"), reverse("targets")),
        ("results", pgettext("targets", "Results"), reverse("results")),
        ("forecast", _("Forecast call"), reverse("commitments")),
    )
    return tuple(Tab(label, href, current=key == current, key=key) for key, label, href in places)


def unpriced_words(count: int) -> str:
    """A warning when sums leave amounts out."""
    if not count:
        return ""
    return ngettext(
        "%(count)s amount is left out: its currency had no rate on that day.",
        "%(count)s amounts are left out: their currencies had no rate on that day.",
        count,
    ) % {"count": count}


def _row(one: Standing, currency: str) -> StandingRow:
    difference = one.goal.difference
    return StandingRow(
        name=one.seat.name,
        depth=min(one.seat.depth, 6),
        is_person=one.seat.holder == Holder.PERSON,
        target=figure(one.target, currency),
        below=figure(one.goal.below, currency) if difference else Figure(""),
        difference=signed(difference, currency) if difference else Figure(""),
        reached=figure(one.reached, currency),
        percent="" if one.percent is None else formats.percent(one.percent),
        bar=bar(one.reached, one.target, one.share),
        ahead=signed(one.ahead, currency),
        is_ahead=one.ahead is not None and one.ahead >= 0,
        gap=figure(one.gap, currency),
    )


def _tiles(found: Progress, top: Standing) -> tuple[Tile, ...]:
    currency = found.currency
    time = formats.percent(found.share * 100, 0)
    tiles = [
        Tile(
            pgettext("targets", "Reached"),
            figure(top.reached, currency).text,
            note=""
            if top.percent is None
            else _("%(percent)s of the target") % {"percent": formats.percent(top.percent)},
            icon="trophy",
        )
    ]
    if top.target is not None:
        tiles += [
            Tile(pgettext("targets", "Target"), figure(top.target, currency).text, icon="target"),
            Tile(
                _("Pace"),
                signed(top.ahead, currency).text,
                note=_("%(time)s of the working time is over") % {"time": time},
                icon="gauge",
            ),
            Tile(_("Still missing"), figure(top.gap, currency).text, icon="flag"),
        ]
    return tuple(tiles)


def _nothing(actions: tuple[Action, ...]) -> EmptyState:
    return EmptyState(
        _("No targets and no results in this period"),
        _("Set what each month should bring; results appear by themselves."),
        icon="target",
        actions=actions,
    )
