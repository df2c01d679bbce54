"""Targets → results: what closed opportunities came to, broken down, with the list behind each row."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.exports.files import About, open_file
from headwater.exports.types import Format
from headwater.kernel import clock
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import Field, FieldType
from headwater.kernel.text import whole
from headwater.sales.queries import pipelines
from headwater.targets import queries
from headwater.targets.keys import read_key
from headwater.targets.periods import Period, period_of
from headwater.targets.queries.results import MOST_LISTED, Asked, Result, Results
from headwater.targets.queries.team import Team
from headwater.targets.types import Dimension, Grain, Holder
from headwater.targets.web.frame import PeriodNav, address, asked_period, figure, period_nav
from headwater.targets.web.progress import section_tabs, unpriced_words
from headwater.ui import formats
from headwater.ui.pages import (
    Action,
    Cell,
    Column,
    EmptyState,
    FieldControl,
    Option,
    Row,
    Tab,
    Tile,
)
from headwater.ui.responses import respond

_SHOWN = 200  # rows on the page; a file has them all
_BARS = 12
_DAYS = {Dimension.MONTH: Grain.MONTH, Dimension.QUARTER: Grain.QUARTER}


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """All of `targets/results.html`."""

    tabs: tuple[Tab, ...]
    dimensions: tuple[Tab, ...]
    nav: PeriodNav
    always: Tab
    controls: tuple[FieldControl, ...]
    hidden: dict[str, str]
    tiles: tuple[Tile, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    more: str
    chart: dict[str, Any] | None
    chart_words: str
    unpriced: str
    files: tuple[Action, ...]
    empty: EmptyState | None
    note: str


@dataclass(frozen=True, slots=True)
class ListedPage:
    """All of `targets/listed.html`: the opportunities behind a row."""

    title: str
    note: str
    back: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for."""

    access: Access
    by: Dimension
    period: Period | None  # None: ever since
    asked: Asked
    team: Team


def _question(request: HttpRequest) -> Question:
    access = permit(request, "results.view")
    raw = request.GET.get("by", "")
    by = Dimension(raw) if raw in Dimension.values else Dimension.PERSON
    period = None if request.GET.get("period") == "all" else asked_period(request, Grain.QUARTER)
    team = queries.team_of(access)
    holder, _dash, number = request.GET.get("team", "").partition("-")
    one = whole(number)
    key = (Holder(holder), one) if holder in Holder.values and one is not None else None
    known = key if key is not None and key in team else None
    pipeline = whole(request.GET.get("pipeline", ""))
    return Question(
        access,
        by,
        period,
        Asked(
            since=period.start if period else None,
            last=period.last if period else None,
            pipeline_id=pipeline,
            department_id=known[1] if known and known[0] == Holder.DEPARTMENT else None,
            person_id=known[1] if known and known[0] == Holder.PERSON else None,
        ),
        team,
    )


@require_GET
def results_page(request: HttpRequest) -> HttpResponse:
    """A breakdown of a period, or of all time."""
    question = _question(request)
    found = queries.results(question.access, question.by, question.asked)
    shown = found.rows[:_SHOWN]
    hidden = len(found.rows) - len(shown)
    page = ResultsPage(
        tabs=section_tabs("results"),
        dimensions=tuple(
            Tab(one.label, address(request, by=one.value), current=one == question.by) for one in Dimension
        ),
        nav=period_nav(request, question.period or asked_period(request, Grain.QUARTER), Grain),
        always=Tab(_("All time"), address(request, period="all"), current=question.period is None),
        controls=_controls(question),
        hidden={key: request.GET[key] for key in ("by", "period") if request.GET.get(key)},
        tiles=_tiles(found.total, found.currency),
        columns=_columns(question.by),
        rows=tuple(_row(request, question, row, found.currency) for row in shown),
        more=_("%(count)s more in the file") % {"count": hidden} if hidden else "",
        chart=_chart(question.by, found),
        chart_words=_("Won amount by %(what)s") % {"what": question.by.label},
        unpriced=unpriced_words(found.total.unpriced),
        files=tuple(
            Action(
                label,
                icon="file-down",
                href=address(request, reverse("results_file", args=[kind])),
                download=True,
            )
            for kind, label in (("xlsx", "Excel"), ("csv", "CSV"))
        )
        if question.access.may("opportunities.export")
        else (),
        empty=None if found.total.closed else _nothing(),
        note=_(
            "By product, an opportunity of several counts with each; amounts are shared out by line value."
        )
        if question.by == Dimension.PRODUCT
        else "",
    )
    return respond(request, "targets/results.html", page)


def _controls(question: Question) -> tuple[FieldControl, ...]:
    asked = question.asked
    chosen = ""
    if asked.person_id is not None:
        chosen = f"{Holder.PERSON.value}-{asked.person_id}"
    elif asked.department_id is not None:
        chosen = f"{Holder.DEPARTMENT.value}-{asked.department_id}"
    controls = []
    known = pipelines()
    if len(known) > 1:
        controls.append(
            FieldControl(
                "pipeline",
                _("Pipeline"),
                "select",
                str(asked.pipeline_id or ""),
                options=tuple(Option(str(one.id), one.name) for one in known),
                placeholder=_("All pipelines"),
                label_hidden=True,
            )
        )
    seats = [seat for seat in question.team if seat.holder != Holder.COMPANY]
    if len(seats) > 1:
        controls.append(
            FieldControl(
                "team",
                _("Team"),
                "tree",
                chosen,
                options=tuple(Option(seat.code, seat.name, depth=seat.depth) for seat in seats),
                placeholder=_("Everybody"),
                label_hidden=True,
            )
        )
    return tuple(controls)


def _tiles(total: Result, currency: str) -> tuple[Tile, ...]:
    won = _("%(won)s won of %(closed)s closed") % {"won": total.won, "closed": total.closed}
    return (
        Tile(_("Won amount"), figure(total.won_amount, currency).text, icon="trophy"),
        Tile(_("Win rate"), formats.percent(total.win_rate), note=won, icon="percent"),
        Tile(
            _("Cycle time"),
            formats.number(total.days_median),
            unit=pgettext("cycle time", "days"),
            note=_("median of won ones; mean %(mean)s") % {"mean": formats.number(total.days_mean, 1)}
            if total.days_mean is not None
            else "",
            icon="timer",
        ),
        Tile(_("Average deal"), figure(total.average, currency).text or formats.EMPTY, icon="coins"),
    )


def _columns(by: Dimension) -> tuple[Column, ...]:
    return (
        Column("label", by.label),
        Column("won_amount", _("Won amount"), align="right"),
        Column("won", pgettext("results", "Won"), align="right"),
        Column("lost", pgettext("results", "Lost"), align="right"),
        Column("win_rate", _("Win rate"), align="right"),
        Column("days_mean", _("Days to win, mean"), align="right"),
        Column("days_median", _("Days to win, median"), align="right"),
        Column("average", _("Average deal"), align="right"),
    )


def _row(request: HttpRequest, question: Question, row: Result, currency: str) -> Row:
    key = "" if row.key is None else str(row.key)
    return Row(
        id=0,
        href=address(request, reverse("results_listed"), key=key, by=question.by.value),
        cells=(
            Cell("text", text=label_of(question.by, row)),
            Cell("text", text=formats.money_full(row.won_amount, currency)),
            Cell("number", row.won),
            Cell("number", row.lost),
            Cell("text", text=formats.percent(row.win_rate)),
            Cell("text", text=formats.number(row.days_mean, 1)),
            Cell("text", text=formats.number(row.days_median)),
            Cell("text", text=figure(row.average, currency).text or formats.EMPTY),
        ),
    )


def label_of(by: Dimension, row: Result) -> str:
    """The name of a row."""
    if by in _DAYS and isinstance(row.key, date):
        return period_of(row.key, _DAYS[by]).label
    if row.key is None:
        return {
            Dimension.PERSON: _("Nobody"),
            Dimension.PRODUCT: _("Without products"),
            Dimension.SOURCE: _("Source unknown"),
        }.get(by, _("None"))
    return row.label


def _chart(by: Dimension, found: Results) -> dict[str, Any] | None:
    """Bars of the won amounts: the largest, or all periods in their order."""
    rows = [row for row in found.rows if row.won_amount]
    rows = rows[-24:] if by in _DAYS else rows[:_BARS]
    if len(rows) < 2:
        return None
    return {
        "grid": {"left": 8, "right": 8, "top": 12, "bottom": 4, "containLabel": True},
        "xAxis": {
            "type": "category",
            "data": [label_of(by, row) for row in rows],
            "axisLabel": {"interval": 0, "width": 84, "overflow": "truncate"} if len(rows) <= _BARS else {},
        },
        "yAxis": {"type": "value"},
        "series": [
            {"type": "bar", "name": str(_("Won amount")), "data": [float(row.won_amount) for row in rows]}
        ],
    }


def _nothing() -> EmptyState:
    return EmptyState(
        _("Nothing was closed in this period"),
        _("Won and lost opportunities count on the day they were closed."),
        icon="trophy",
    )


@require_GET
def listed_page(request: HttpRequest) -> HttpResponse:
    """The opportunities behind one row."""
    question = _question(request)
    key = read_key(question.by, request.GET.get("key"))
    found = queries.listed(question.access, question.by, key, question.asked)
    whole_result = queries.results(question.access, question.by, question.asked)
    row = next((one for one in whole_result.rows if one.key == key), None)
    title = label_of(question.by, row) if row else str(question.by.label)
    currency = whole_result.currency
    page = ListedPage(
        title=title,
        note=question.period.label if question.period else _("All time"),
        back=address(request, reverse("results"), key=None),
        columns=(
            Column("name", _("Opportunity")),
            Column("account", _("Account")),
            Column("owner", _("Owner")),
            Column("status", pgettext("opportunity", "Status")),
            Column("day", _("Closed")),
            Column("days", pgettext("cycle time", "Days"), align="right"),
            Column("value", _("Won amount"), align="right"),
        ),
        rows=tuple(_listed(one, currency) for one in found),
        more=_("The %(count)s largest are shown.") % {"count": MOST_LISTED}
        if len(found) == MOST_LISTED
        else "",
    )
    return respond(request, "targets/listed.html", page)


def _listed(one: dict[str, Any], currency: str) -> Row:
    is_won = one["status"] == "won"
    won = pgettext("opportunity", "Won") if is_won else pgettext("opportunity", "Lost")
    value = formats.money_full(one["value"], currency) if is_won else formats.EMPTY
    return Row(
        id=one["id"],
        href=f"/opportunities/{one['id']}",
        cells=(
            Cell("text", text=one["name"]),
            Cell("text", text=one["account"] or formats.EMPTY),
            Cell("text", text=one["owner"] or formats.EMPTY),
            Cell("tag", won, text=won, hue="green" if is_won else "gray"),
            Cell("date", one["day"]),
            Cell("number", one["days"]),
            Cell("text", text=value),
        ),
    )


@require_GET
def results_file(request: HttpRequest, kind: str) -> FileResponse:
    """All rows and the total as a file."""
    question = _question(request)
    question.access.also("opportunities.export")
    found = queries.results(question.access, question.by, question.asked)
    words = pgettext("targets", "Results")
    title = f"{words} {question.period.code if question.period else ''}".strip()
    about = About(
        title=title,
        by=question.access.actor.name,
        at=timezone.localtime(clock.now()).replace(tzinfo=None),
        number=0,
        lines=((str(_("Currency")), found.currency),),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"results.{kind}"
        file = open_file(path, Format(kind), _file_fields(question.by), about)
        file.write(_file_rows(found))
        file.close()
        content = BytesIO(path.read_bytes())
    name = f"{title.replace(' ', '-')}-{question.by.value}.{kind}"
    return FileResponse(content, as_attachment=True, filename=name)


def _file_fields(by: Dimension) -> list[Field]:
    labels = (
        ("won_amount", _("Won amount"), FieldType.MONEY),
        ("won", pgettext("results", "Won"), FieldType.NUMBER),
        ("lost", pgettext("results", "Lost"), FieldType.NUMBER),
        ("win_rate", _("Win rate, %"), FieldType.NUMBER),
        ("days_mean", _("Days to win, mean"), FieldType.NUMBER),
        ("days_median", _("Days to win, median"), FieldType.NUMBER),
        ("average", _("Average deal"), FieldType.MONEY),
        ("unpriced", _("Left out for want of a rate"), FieldType.NUMBER),
    )
    return [Field("label", by.label, FieldType.TEXT), *(Field(*one) for one in labels)]


def _file_rows(found: Results) -> Iterator[list[Any]]:
    names = ("won_amount", "won", "lost", "win_rate", "days_mean", "days_median", "average", "unpriced")
    total = replace(found.total, label=_("Total"))
    for row in (*found.rows, total):
        label = total.label if row is total else label_of(found.by, row)
        yield [label, *(getattr(row, name) for name in names)]
