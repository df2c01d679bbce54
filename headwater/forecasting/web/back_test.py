"""How wrong past forecasts were."""

from dataclasses import dataclass
from datetime import datetime

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from headwater.currencies.queries import company_currency
from headwater.forecasting import tasks
from headwater.forecasting.queries.lessons import lesson_of
from headwater.forecasting.queries.scores import BackTest, Month, Score, back_test
from headwater.forecasting.types import LEAST_CLOSED, LEAST_MONTHS, Way
from headwater.forecasting.web.drawing import chart, explanation, hue_of
from headwater.kernel.access import permit
from headwater.kernel.text import whole
from headwater.platform.jobs import defer
from headwater.sales.queries import find_pipeline, pipelines
from headwater.ui.formats import money, money_full, number
from headwater.ui.pages import Action, Cell, Column, EmptyState, Row, Tab
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class BackTestPage:
    """All of `forecasting/back_test.html`."""

    pipelines: tuple[Tab, ...]
    actions: tuple[Action, ...]
    verdict: str
    is_thin: bool
    option: str
    score_columns: tuple[Column, ...]
    scores: tuple[Row, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: EmptyState | None
    explained: tuple[tuple[str, str, str], ...]
    at: datetime | None


@require_GET
def back_test_page(request: HttpRequest) -> HttpResponse:
    """Past months forecast anew from what was known then."""
    permit(request, "forecasts.check")
    pipeline = find_pipeline(whole(request.GET.get("pipeline", "")))
    found = back_test(pipeline.id)
    known = lesson_of(pipeline.id)
    currency = company_currency()
    page = BackTestPage(
        pipelines=tuple(
            Tab(one.name, f"/forecast/back-test?pipeline={one.id}", current=one.id == pipeline.id)
            for one in pipelines()
        ),
        actions=(
            Action(_("Compute anew"), icon="refresh-cw", post="/forecast/refresh"),
            Action(
                pgettext("navigation", "Forecast"),
                icon="trending-up",
                href=f"/forecast?pipeline={pipeline.id}",
            ),
        ),
        verdict=_verdict(found, currency),
        is_thin=found.is_thin,
        option=orjson.dumps(chart(found)).decode() if found.months else "",
        score_columns=_score_columns(),
        scores=tuple(_score(one, found, currency) for one in found.scores),
        columns=(
            Column("month", _("Month")),
            Column("actual", pgettext("forecast", "What came"), align="right"),
            *(Column(way.value, way.label, align="right") for way in Way),
            Column("interval", _("Likely range"), align="right"),
            Column("open", _("Open then"), align="right"),
        ),
        rows=tuple(_month(one, currency) for one in reversed(found.months)),
        empty=None
        if found.months
        else EmptyState(
            _("No month can be replayed yet"),
            _("A month counts once %(count)s opportunities had been won or lost before it began.")
            % {"count": LEAST_CLOSED},
            icon="history",
        ),
        explained=tuple((str(way.label), explanation(way), hue_of(way)) for way in Way),
        at=known.at if known else None,
    )
    return respond(request, "forecasting/back_test.html", page)


@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """Have history learnt from anew."""
    permit(request, "forecasts.check")
    defer(tasks.refresh, queueing_lock="forecasting.refresh")
    return done(request, _("Being computed in the background; look again in a minute."))


def _verdict(found: BackTest, currency: str) -> str:
    if found.is_thin:
        return _(
            "History is too thin for conclusions: %(count)s months could be replayed, it takes %(least)s."
            " The figures below say little yet."
        ) % {"count": len(found.months), "least": LEAST_MONTHS}
    best, naive = found.best, found.score(Way.NAIVE)
    if best is None:
        return ""
    facts = {
        "way": best.way.label,
        "months": best.months,
        "error": money_full(best.mae, currency),
        "naive": money_full(naive.mae, currency) if naive else "",
    }
    if best.way == Way.NAIVE or naive is None:
        return _("Over %(months)s months “%(way)s” erred least: by %(error)s a month on average.") % facts
    return (
        _(
            "Over %(months)s months “%(way)s” erred least: by %(error)s a month on average,"
            " the weighted pipeline by %(naive)s."
        )
        % facts
    )


def _score_columns() -> tuple[Column, ...]:
    return (
        Column("way", _("Way")),
        Column("months", _("Months"), align="right"),
        Column("mae", _("Mean error"), align="right"),
        Column("mape", _("In percent"), align="right"),
        Column("bias", _("Lean"), align="right"),
        Column("covered", _("Within the likely range"), align="right"),
    )


def _score(one: Score, found: BackTest, currency: str) -> Row:
    is_best = found.best is not None and found.best.way == one.way
    label = _("%(way)s, erred least") % {"way": one.way.label} if is_best else one.way.label
    lean = money(one.bias, currency)
    return Row(
        list(Way).index(one.way) + 1,
        (
            Cell("text", text=label),
            Cell("number", one.months),
            Cell("money", one.mae, currency=currency),
            Cell("text", text="—" if one.mape is None else f"{number(one.mape, 1)}%"),
            Cell("text", text=f"+{lean}" if one.bias > 0 else lean),
            Cell("text", text="—" if one.covered is None else f"{number(one.covered, 0)}%"),
        ),
    )


def _month(one: Month, currency: str) -> Row:
    learnt = one.ways.get(Way.LEARNT)
    inside = ""
    if learnt is not None and learnt.low is not None and learnt.high is not None:
        inside = f"{money(learnt.low, currency)} – {money(learnt.high, currency)}"
        if not learnt.low <= one.actual <= learnt.high:
            inside = _("outside %(range)s") % {"range": inside}
    return Row(
        one.month.toordinal(),
        (
            Cell("text", text=f"{one.month:%Y-%m}"),
            Cell("money", one.actual, currency=currency),
            *(
                Cell("money", one.ways[way].forecast if way in one.ways else None, currency=currency)
                for way in Way
            ),
            Cell("text", text=inside),
            Cell("number", one.opportunities),
        ),
    )
