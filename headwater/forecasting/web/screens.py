"""The forecast of a period, and how wrong past forecasts were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from headwater.exports.types import Format
from headwater.forecasting.asking import Asked, asked, periods
from headwater.forecasting.errors import NotLearntYet
from headwater.forecasting.files import file_of
from headwater.forecasting.queries.outlook import Outlook, outlook, seats
from headwater.forecasting.queries.scores import BackTest, back_test
from headwater.forecasting.types import LEAST_CLOSED, LEAST_MONTHS, Way
from headwater.forecasting.web.drawing import Bar, StageRow, bars, stage_rows
from headwater.kernel.access import Access, permit
from headwater.kernel.text import whole
from headwater.organization.queries import names_of
from headwater.platform import audit
from headwater.sales.queries import find_pipeline, pipelines
from headwater.targets.types import Holder
from headwater.ui.formats import money, number
from headwater.ui.pages import Action, Cell, Column, EmptyState, FieldControl, Option, Row, Tab, Tile
from headwater.ui.responses import respond


@dataclass(frozen=True, slots=True)
class ForecastPage:
    """All of `forecasting/forecast.html`."""

    periods: tuple[Tab, ...]
    chosen: tuple[FieldControl, ...]
    period: str
    actions: tuple[Action, ...]
    empty: EmptyState | None
    title: str = ""
    tiles: tuple[Tile, ...] = ()
    bars: tuple[Bar, ...] = ()
    has_target: bool = False
    has_new: bool = False
    past_note: str = ""
    stages: tuple[StageRow, ...] = ()
    end: str = ""
    people_columns: tuple[Column, ...] = ()
    people: tuple[Row, ...] = ()
    decisive_columns: tuple[Column, ...] = ()
    decisive: tuple[Row, ...] = ()
    open_href: str = ""
    warnings: tuple[str, ...] = ()
    learnt_at: datetime | None = None
    observed: str = ""


@require_GET
def forecast_page(request: HttpRequest) -> HttpResponse:
    """What will come, three ways side by side."""
    access = permit(request, "forecasts.view").also("opportunities.view")
    wanted = _asked(request)
    pipeline = find_pipeline(wanted.pipeline_id)
    shared: dict[str, Any] = {
        "periods": tuple(
            Tab(one.label, _href(pipeline.id, one.code, wanted), current=one == wanted.period)
            for one in periods()
        ),
        "chosen": _choices(access, pipeline.id, wanted),
        "period": wanted.period.code,
        "actions": _actions(access, pipeline.id, wanted),
    }
    try:
        found = outlook(access, pipeline.id, wanted.period, wanted.who)
    except NotLearntYet as refusal:
        page = ForecastPage(**shared, empty=_not_yet(access, refusal))
        return respond(request, "forecasting/forecast.html", page)
    past = back_test(pipeline.id)
    page = ForecastPage(
        **shared,
        empty=None,
        title=f"{wanted.period.label} · {pipeline.name}",
        tiles=_tiles(found),
        bars=bars(found, past),
        has_target=bool(found.target),
        has_new=any(one.new for one in found.figures),
        past_note=_past_note(past),
        stages=stage_rows(found),
        end=money(found.falls[-1].onward if found.falls else 0, found.currency),
        people_columns=_people_columns(),
        people=_people(found, pipeline.id, wanted),
        decisive_columns=(
            Column("name", _("Opportunity")),
            Column("stage", pgettext("opportunity", "Stage")),
            Column("amount", _("Amount"), align="right"),
            Column("chance", _("Chance in the period"), align="right"),
            Column("expected", _("Expected"), align="right"),
        ),
        decisive=_decisive(found),
        open_href=_open_href(pipeline.id, wanted),
        warnings=tuple(_warnings(found)),
        learnt_at=found.learnt_at,
        observed=_observed(found),
    )
    return respond(request, "forecasting/forecast.html", page)


@require_GET
def forecast_file(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    access = permit(request, "forecasts.view").also("opportunities.view")
    wanted = _asked(request)
    kind = Format.CSV if request.GET.get("format") == "csv" else Format.XLSX
    found = outlook(access, wanted.pipeline_id, wanted.period, wanted.who)
    audit.record(access, "opportunity", None, "export", {"period": [None, wanted.period.code]})
    return file_of(found, kind)


def _asked(request: HttpRequest) -> Asked:
    given = request.GET
    return asked(whole(given.get("pipeline", "")), given.get("period", "")[:8], given.get("who", "")[:40])


def _href(
    pipeline_id: int, period: str, wanted: Asked, *, who: str | None = None, path: str = "/forecast"
) -> str:
    chosen = who if who is not None else _code(wanted)
    params = {"pipeline": pipeline_id, "period": period, **({"who": chosen} if chosen else {})}
    return f"{path}?{urlencode(params)}"


def _code(wanted: Asked) -> str:
    return f"{wanted.who[0].value}-{wanted.who[1]}" if wanted.who else ""


def _actions(access: Access, pipeline_id: int, wanted: Asked) -> tuple[Action, ...]:
    file = _href(pipeline_id, wanted.period.code, wanted, path="/forecast/file")
    shown = []
    if access.may("forecasts.check"):
        shown.append(
            Action(_("Past errors"), icon="history", href=f"/forecast/back-test?pipeline={pipeline_id}")
        )
    return (
        *shown,
        Action(_("Excel workbook"), icon="file-spreadsheet", href=f"{file}&format=xlsx", download=True),
        Action(_("Text table (CSV)"), icon="file-text", href=f"{file}&format=csv", download=True),
    )


def _choices(access: Access, pipeline_id: int, wanted: Asked) -> tuple[FieldControl, ...]:
    controls = []
    known = pipelines()
    if len(known) > 1:
        options = tuple(Option(str(one.id), one.name) for one in known)
        controls.append(
            FieldControl("pipeline", _("Pipeline"), "select", str(pipeline_id), options, required=True)
        )
    people = [seat for seat in seats(access) if seat.holder != Holder.COMPANY]
    if len(people) > 1:
        options = tuple(Option(seat.code, seat.name, depth=seat.depth) for seat in people)
        everybody = _("Everybody within my reach")
        controls.append(
            FieldControl("who", _("Whose"), "tree", _code(wanted), options, placeholder=everybody)
        )
    return tuple(controls)


def _not_yet(access: Access, refusal: NotLearntYet) -> EmptyState:
    compute = Action(_("Compute now"), icon="refresh-cw", post="/forecast/refresh", kind="soft")
    actions = (compute,) if access.may("forecasts.check") else ()
    return EmptyState(str(refusal.message), str(refusal.remedy), icon="hourglass", actions=actions)


def _tiles(found: Outlook) -> tuple[Tile, ...]:
    learnt = found.figure(Way.LEARNT)
    shown = [
        Tile(
            _("Closed so far"),
            money(found.closed.amount, found.currency),
            note=ngettext("%(count)s opportunity", "%(count)s opportunities", found.closed.count)
            % {"count": found.closed.count},
            icon="circle-check",
        )
    ]
    if found.target:
        reached = number(found.closed.amount * 100 / found.target, 0)
        several = len(pipelines()) > 1
        note = _("%(percent)s%% reached, all pipelines together") if several else _("%(percent)s%% reached")
        shown.append(
            Tile(
                pgettext("forecast", "Target"),
                money(found.target, found.currency),
                note=note % {"percent": reached},
                icon="target",
            )
        )
    if learnt is not None:
        shown.append(
            Tile(
                str(Way.LEARNT.label),
                money(learnt.total, found.currency),
                note=_("%(low)s to %(high)s")
                % {"low": money(learnt.low, found.currency), "high": money(learnt.high, found.currency)},
                icon="trending-up",
            )
        )
    shown.append(
        Tile(
            _("Open amount"),
            money(found.open_amount, found.currency),
            note=ngettext("%(count)s opportunity", "%(count)s opportunities", found.open_count)
            % {"count": found.open_count},
            icon="circle-dollar-sign",
        )
    )
    return tuple(shown)


def _past_note(past: BackTest) -> str:
    if past.is_thin:
        return _(
            "History is too thin to say how wrong each way is: %(count)s months of at least %(least)s."
        ) % {
            "count": len(past.months),
            "least": LEAST_MONTHS,
        }
    return ""


def _people_columns() -> tuple[Column, ...]:
    return (
        Column("owner", _("Owner")),
        Column("open", pgettext("forecast", "Open"), align="right"),
        Column("closed", _("Closed so far"), align="right"),
        *(Column(way.value, way.label, align="right") for way in Way),
        Column("target", pgettext("forecast", "Target"), align="right"),
    )


def _people(found: Outlook, pipeline_id: int, wanted: Asked) -> tuple[Row, ...]:
    names = names_of([one.person_id for one in found.people if one.person_id])
    rows = []
    for one in found.people:
        ways = {
            Way.LEARNT: one.learnt,
            Way.CASCADE: one.cascade,
            Way.PEOPLE: one.people,
            Way.NAIVE: one.naive,
        }
        name = names.get(one.person_id or 0)
        seat = f"{Holder.PERSON.value}-{one.person_id}"
        rows.append(
            Row(
                one.person_id or 0,
                (
                    Cell("text", text=name or _("Nobody")),
                    Cell("number", one.count),
                    Cell("money", one.closed, currency=found.currency),
                    *(Cell("money", ways[way], currency=found.currency) for way in Way),
                    Cell("money", one.target, currency=found.currency),
                ),
                href=_href(pipeline_id, wanted.period.code, wanted, who=seat) if name else "",
            )
        )
    return tuple(rows)


def _decisive(found: Outlook) -> tuple[Row, ...]:
    return tuple(
        Row(
            one.id,
            (
                Cell("text", text=one.name),
                Cell("text", text=one.stage.name),
                Cell("money", one.amount, currency=found.currency),
                Cell("text", text=f"{number(round(100 * one.chance))}%"),
                Cell("money", one.expected, currency=found.currency),
            ),
            href=f"/opportunities/{one.id}",
        )
        for one in found.decisive
        if one.chance > 0
    )


def _open_href(pipeline_id: int, wanted: Asked) -> str:
    """The list of the open ones that the sums are made of."""
    parts: list[dict[str, Any]] = [
        {"field": "pipeline", "op": "eq", "value": pipeline_id},
        {"field": "status", "op": "eq", "value": "open"},
    ]
    if wanted.who is not None and wanted.who[0] == Holder.PERSON:
        parts.append({"field": "owner", "op": "eq", "value": wanted.who[1]})
    return "/opportunities?" + urlencode({"filter": orjson.dumps({"all": parts}).decode(), "sort": "-amount"})


def _warnings(found: Outlook) -> Sequence[str]:
    left, said = found.left_out, []
    if left.unrated:
        currencies = ", ".join(f"{currency} × {held}" for currency, held in left.currencies)
        words = ngettext(
            "%(count)s amount is in no sum: its currency has no rate. %(currencies)s",
            "%(count)s amounts are in no sum: their currencies have no rate. %(currencies)s",
            left.unrated,
        )
        said.append(words % {"count": left.unrated, "currencies": currencies})
    if left.unpriced:
        words = ngettext(
            "%(count)s open opportunity has no amount: the learnt way takes the usual %(usual)s, the others"
            " nothing.",
            "%(count)s open opportunities have no amount: the learnt way takes the usual %(usual)s, the"
            " others nothing.",
            left.unpriced,
        )
        said.append(words % {"count": left.unpriced, "usual": money(found.lesson.mean_won, found.currency)})
    if left.undated:
        words = ngettext(
            "%(count)s open opportunity has no expected close: only the learnt way counts it.",
            "%(count)s open opportunities have no expected close: only the learnt way counts them.",
            left.undated,
        )
        said.append(words % {"count": left.undated})
    return said


def _observed(found: Outlook) -> str:
    words = ngettext(
        "Learnt from %(count)s opportunity won or lost",
        "Learnt from %(count)s opportunities won or lost",
        found.lesson.closed,
    )
    if found.lesson.closed < LEAST_CLOSED:
        return (words + " — " + _("little: the set chances still weigh in")) % {"count": found.lesson.closed}
    return words % {"count": number(found.lesson.closed)}
