"""How fast leads are responded to."""

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.funnels import questions
from headwater.funnels.asking import Asked, asked
from headwater.funnels.queries.answers import RECORDS
from headwater.funnels.queries.speed import Span, Speed, speed
from headwater.funnels.web.drawing import lying_bars
from headwater.funnels.web.frame import Frame, against_tabs, frame
from headwater.insight.drawing import ResultView, report_view
from headwater.insight.drawing import words as drawn
from headwater.insight.drawing.view import link_to
from headwater.insight.engine import Definition
from headwater.kernel.access import permit
from headwater.kernel.errors import DomainError
from headwater.ui import formats
from headwater.ui.pages import Tab, Tile
from headwater.ui.responses import respond

PATH = "/funnel/speed"
USUAL = "last_30"


@dataclass(frozen=True, slots=True)
class SpeedLine:
    """A bucket of the distribution, as the table says it."""

    label: str
    leads: str
    share: str
    before: str
    records: str


@dataclass(frozen=True, slots=True)
class SpeedPage:
    """All of `funnels/speed.html`."""

    frame: Frame
    against: tuple[Tab, ...]
    tiles: tuple[Tile, ...] = ()
    option: object = None
    lines: tuple[SpeedLine, ...] = ()
    compares: bool = False
    hours: ResultView | None = None
    people: ResultView | None = None
    is_empty: bool = False


@require_GET
def speed_page(request: HttpRequest) -> HttpResponse:
    """The distribution of the first response, its hours, its people."""
    access = permit(request, "funnels.view")
    wanted = asked(request.GET, period=USUAL)
    title = pgettext("funnel page", "Speed")
    against = against_tabs(PATH, wanted)
    try:
        found = speed(access, wanted)
    except DomainError as refused:
        page = SpeedPage(frame(title, PATH, wanted, refused=refused), against)
        return respond(request, "funnels/speed.html", page)
    page = SpeedPage(
        frame=frame(title, PATH, wanted),
        against=against,
        tiles=_tiles(found),
        option=lying_bars(
            _("Leads"),
            [(_label(one), one.leads, _note(one), one.records) for one in found.spans],
            [one.before for one in found.spans] if found.before else None,
        ),
        lines=tuple(
            SpeedLine(
                _label(one),
                formats.number(one.leads),
                "" if one.share is None else formats.percent(one.share),
                "" if one.before is None else formats.number(one.before),
                one.records,
            )
            for one in found.spans
        ),
        compares=found.before is not None,
        hours=_view("speed_hours", wanted, found, "heatmap"),
        people=_view("speed_people", wanted, found, "table"),
        is_empty=found.leads == 0 and not found.people.rows,
    )
    return respond(request, "funnels/speed.html", page)


def _view(question: str, wanted: Asked, found: Speed, kind: str) -> ResultView:
    """One of the results as reports draw them, its numbers leading to the records."""
    result = found.hours if question == "speed_hours" else found.people
    labels = _hour_labels() if question == "speed_hours" else _people_labels()
    named = tuple(replace(one, label=labels.get(one.key, one.label)) for one in result.measures)
    definition = replace(Definition.read(questions.QUESTIONS[question](wanted)), chart={"kind": kind})
    address = wanted.address(RECORDS, what=question, by="", vs="none")
    return report_view(definition, replace(result, measures=named), link=link_to(address))


def _hour_labels() -> dict[str, str]:
    return {"m1": _("Median first response"), "m2": _("Leads")}


def _people_labels() -> dict[str, str]:
    return {
        "m1": _("Leads received"),
        "m2": _("Responded to"),
        "m3": _("Median response time"),
        "m4": _("Mean response time"),
        "m5": _("Within 24 hours"),
        "m6": _("Overdue now"),
        "m7": _("Share overdue"),
    }


def _label(one: Span) -> str:
    if one.over is None:
        return _("Not responded to yet")
    if one.until is None:
        return _("Later than a day")
    return {
        300: _("Up to 5 minutes"),
        900: _("5 to 15 minutes"),
        3_600: _("15 minutes to 1 hour"),
        14_400: _("1 to 4 hours"),
        86_400: _("4 hours to 1 day"),
    }[one.until]


def _note(one: Span) -> str:
    return "" if one.share is None else formats.percent(one.share)


def _tiles(found: Speed) -> tuple[Tile, ...]:
    before = found.before

    def note(text: str) -> str:
        return _("before: %(value)s") % {"value": text} if before else ""

    return (
        Tile(
            _("Leads"),
            formats.number(found.leads),
            note=note(formats.number(before[0] if before else 0)),  # type: ignore[arg-type]
            icon="inbox",
        ),
        Tile(
            _("Responded to"),
            formats.percent(100 * found.responded / found.leads) if found.leads else drawn.NOTHING,
            note=formats.number(found.responded),
            icon="circle-check",
        ),
        Tile(
            _("Median first response"),
            drawn.NOTHING if found.median is None else drawn.span(found.median),  # type: ignore[arg-type]
            note=note(drawn.NOTHING if not before or before[1] is None else drawn.span(before[1])),  # type: ignore[arg-type]
            icon="timer",
        ),
        Tile(
            _("Responded in time"),
            drawn.NOTHING if found.in_time is None else formats.percent(found.in_time),  # type: ignore[arg-type]
            note=note(drawn.NOTHING if not before or before[2] is None else formats.percent(before[2])),  # type: ignore[arg-type]
            icon="target",
        ),
    )
