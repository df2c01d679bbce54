"""The funnel, one side or two, and the same by source, channel, person …"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from headwater.funnels.asking import Asked, asked
from headwater.funnels.queries.funnel import Count, Funnel, Group, Side, funnel
from headwater.funnels.types import CUTS, Step
from headwater.funnels.web.frame import Frame, against_tabs, frame
from headwater.insight.drawing import words as drawn
from headwater.insight.web.asked import period_words
from headwater.kernel.access import permit
from headwater.kernel.errors import DomainError
from headwater.ui import formats
from headwater.ui.pages import Tab
from headwater.ui.responses import respond

PATH = "/funnel"
USUAL = "this_quarter"
_WIDTH = 1000  # of a bar, in the units of its picture


@dataclass(frozen=True, slots=True)
class Bar:
    """One side of a step. `width` of 1000; texts are empty where there is nothing to say."""

    width: int
    leads: str
    share: str
    rate: str
    time: str
    amount: str
    amount_full: str
    records: str
    is_skipping: bool  # more than at the step before: some skipped that


@dataclass(frozen=True, slots=True)
class Rung:
    """A step with its bars; `since` says from what to what the times run, `change` how the rates differ."""

    key: str
    label: str
    since: str
    bars: tuple[Bar, ...]
    change: float | None  # points of the rate to the step before, this side against the other


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the cut, its share of the top below it."""

    text: str
    share: str
    records: str
    heat: int


@dataclass(frozen=True, slots=True)
class Line:
    """A group of the cut. Choosing it shows it alone, or beside the one that is chosen already."""

    label: str
    cells: tuple[Cell, ...]
    href: str
    place: int  # 1 or 2 when it is one of the sides


@dataclass(frozen=True, slots=True)
class FunnelPage:
    """All of `funnels/funnel.html`."""

    frame: Frame
    against: tuple[Tab, ...]
    cuts: tuple[Tab, ...]
    names: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    rungs: tuple[Rung, ...] = ()
    cut_label: str = ""
    heads: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    notices: tuple[str, ...] = ()
    whole_href: str = ""
    as_of: object = None
    is_empty: bool = False


@require_GET
def funnel_page(request: HttpRequest) -> HttpResponse:
    """From the lead to the payment."""
    access = permit(request, "funnels.view")
    wanted = asked(request.GET, period=USUAL)
    title = pgettext("funnel page", "Funnel")
    against = against_tabs(PATH, wanted)
    cuts = tuple(
        Tab(cut.label, wanted.address(PATH, by=cut.value, one="", two=""), current=cut is wanted.by)
        for cut in CUTS.values()
    )
    try:
        found = funnel(access, wanted)
    except DomainError as refused:
        page = FunnelPage(frame(title, PATH, wanted, refused=refused), against, cuts)
        return respond(request, "funnels/funnel.html", page)
    page = FunnelPage(
        frame=frame(title, PATH, wanted),
        against=against,
        cuts=cuts,
        names=tuple(_name(wanted, side) for side in found.sides),
        days=_days(wanted, found),
        rungs=_rungs(found),
        cut_label=found.cut_label,
        heads=tuple(str(count.step.label) for count in found.sides[0].counts),
        lines=tuple(_line(wanted, group) for group in found.groups),
        notices=_notices(found),
        whole_href=wanted.address(PATH, one="", two="") if wanted.groups else "",
        as_of=found.as_of,
        is_empty=not any(count.leads for side in found.sides for count in side.counts),
    )
    return respond(request, "funnels/funnel.html", page)


def _name(wanted: Asked, side: Side) -> str:
    return side.label or period_words(wanted.value)


def _days(wanted: Asked, found: Funnel) -> tuple[str, ...]:
    """The days of each side in words."""
    own, before = found.days
    if wanted.value is None:
        return ("",) * len(found.sides)
    spans = [own, own] if len(wanted.groups) > 1 or not before else [own, before]
    return tuple(period_words(days.split("..")) if ".." in days else "" for days in spans[: len(found.sides)])


def _rungs(found: Funnel) -> tuple[Rung, ...]:
    top = [side.counts[0].leads if side.counts else 0 for side in found.sides]
    most = [max((count.leads for count in side.counts), default=0) for side in found.sides]
    rungs = []
    for index, count in enumerate(found.sides[0].counts):
        counts = [side.counts[index] for side in found.sides]
        rates = [one.rate for one in counts]
        change = None
        if len(rates) == 2 and rates[0] is not None and rates[1] is not None:
            change = float(rates[0] - rates[1])
        bars = tuple(
            _bar(one, max(top[number], most[number]), found.currency) for number, one in enumerate(counts)
        )
        since = str(count.step.since) if count.step is not Step.LEAD else ""
        rungs.append(Rung(count.step.value, str(count.step.label), since, bars, change))
    return tuple(rungs)


def _bar(count: Count, most: int, currency: str) -> Bar:
    """Each side is as wide as its own top: rates are compared, not sizes of cohorts."""
    return Bar(
        width=round(count.leads * _WIDTH / most) if most else 0,
        leads=formats.number(count.leads),
        share="" if count.share is None else formats.percent(count.share),
        rate=""
        if count.step is Step.LEAD
        else (drawn.NOTHING if count.rate is None else formats.percent(count.rate)),
        time="" if not count.seconds else drawn.span(count.seconds),  # type: ignore[arg-type]
        amount="" if not count.amount else formats.money(count.amount, currency),  # type: ignore[arg-type]
        amount_full="" if not count.amount else formats.money_full(count.amount, currency),  # type: ignore[arg-type]
        records=count.records,
        is_skipping=count.rate is not None and count.rate > 100,
    )


def _line(wanted: Asked, group: Group) -> Line:
    place = wanted.groups.index(group.key) + 1 if group.key in wanted.groups else 0
    if place:
        left = [key for key in wanted.groups if key != group.key]
        href = wanted.address(PATH, one=left[0] if left else "", two="")
    elif wanted.one:
        href = wanted.address(PATH, two=group.key)
    else:
        href = wanted.address(PATH, one=group.key)
    cells = tuple(
        Cell(
            formats.number(count.leads),
            "" if count.share is None else formats.percent(count.share),
            count.records,
            0 if count.share is None else min(9, round(float(count.share) / 10)),
        )
        for count in group.counts
    )
    return Line(group.label, cells, href, place)


def _notices(found: Funnel) -> tuple[str, ...]:
    said = list(found.notices)
    if found.unpriced:
        words = ngettext(
            "%(count)s amount has no exchange rate and is in no sum.",
            "%(count)s amounts have no exchange rate and are in no sum.",
            found.unpriced,
        )
        said.append(words % {"count": found.unpriced})
    if found.is_cut:
        said.append(
            _("Only the %(count)s largest groups are listed; the total counts all.")
            % {"count": len(found.groups)}
        )
    if any(count.rate is not None and count.rate > 100 for side in found.sides for count in side.counts):
        said.append(_("A step can have more leads than the one before it: leads may skip steps."))
    return tuple(said)
