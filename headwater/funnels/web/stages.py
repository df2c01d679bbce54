"""From stage to stage by cohort, and why things stop."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.funnels import questions
from headwater.funnels.asking import Asked, asked
from headwater.funnels.queries.answers import RECORDS, answer, records_address
from headwater.funnels.types import Cut
from headwater.funnels.web.frame import Frame, frame
from headwater.insight.drawing import ResultView, report_view
from headwater.insight.drawing import words as drawn
from headwater.insight.drawing.view import link_to
from headwater.insight.engine import Definition, Result
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import DomainError
from headwater.ui.pages import Tab
from headwater.ui.responses import respond

PATH = "/funnel/stages"
USUAL = "this_year"


@dataclass(frozen=True, slots=True)
class StageCell:
    """A number of a cohort; `heat` 0 to 9 of shares, within their column."""

    text: str
    records: str
    heat: int


@dataclass(frozen=True, slots=True)
class StageLine:
    """A cohort, or all of them together."""

    label: str
    cells: tuple[StageCell, ...]


@dataclass(frozen=True, slots=True)
class StagesPage:
    """All of `funnels/stages.html`."""

    frame: Frame
    cohorts: tuple[Tab, ...]
    heads: tuple[str, ...] = ()
    lines: tuple[StageLine, ...] = ()
    total: StageLine | None = None
    reasons: tuple[tuple[str, ResultView], ...] = ()
    is_empty: bool = False


@require_GET
def stages_page(request: HttpRequest) -> HttpResponse:
    """UQL to MQL to SQL to won, cohort by cohort."""
    access = permit(request, "funnels.view")
    wanted = asked(request.GET, period=USUAL)
    if wanted.by is not Cut.QUARTER:
        wanted = replace(wanted, by=Cut.MONTH)
    wanted = replace(wanted, against="", one="", two="")
    title = pgettext("funnel page", "Stages")
    cohorts = tuple(
        Tab(cut.label, wanted.address(PATH, by=cut.value), current=cut is wanted.by)
        for cut in (Cut.MONTH, Cut.QUARTER)
    )
    try:
        counts = answer(access, questions.stage_counts(wanted))
        times = answer(access, questions.stage_times(wanted))
        reasons = tuple(_reasons(access, wanted, key) for key in ("lost_reasons", "return_reasons"))
    except DomainError as refused:
        page = StagesPage(frame(title, PATH, wanted, refused=refused), cohorts)
        return respond(request, "funnels/stages.html", page)
    page = StagesPage(
        frame=frame(title, PATH, wanted),
        cohorts=cohorts,
        heads=tuple(column.label for result in (counts, times) for column in result.measures),
        lines=_lines(wanted, counts, times),
        total=StageLine(
            "",
            (
                *_cells(wanted, "stage_counts", counts, counts.total, (), {}),
                *_cells(wanted, "stage_times", times, times.total, (), {}),
            ),
        ),
        reasons=reasons,
        is_empty=not counts.rows,
    )
    return respond(request, "funnels/stages.html", page)


def _lines(wanted: Asked, counts: Result, times: Result) -> tuple[StageLine, ...]:
    """The latest cohort first."""
    beside = {row.keys: row for row in times.rows}
    tops = {
        column.key: max((row.values[index] or 0 for row in counts.rows), default=0)
        for index, column in enumerate(counts.measures)
        if drawn.unit_of(column) == "percent"
    }
    lines = []
    for row in sorted(counts.rows, key=lambda one: str(one.keys[0]), reverse=True):
        other = beside.get(row.keys)
        lines.append(
            StageLine(
                row.labels[0],
                (
                    *_cells(wanted, "stage_counts", counts, row.values, row.keys, tops),
                    *_cells(
                        wanted,
                        "stage_times",
                        times,
                        other.values if other else [None] * len(times.measures),
                        row.keys,
                        {},
                    ),
                ),
            )
        )
    return tuple(lines)


def _cells(
    wanted: Asked,
    question: str,
    result: Result,
    values: Sequence[Any],
    keys: Sequence[Any],
    tops: dict[str, Any],
) -> tuple[StageCell, ...]:
    return tuple(
        StageCell(
            drawn.short(value, column, result.currency),
            records_address(question, wanted.period, column.key, keys, by=wanted.by.value) if value else "",
            _heat(value, tops.get(column.key)),
        )
        for column, value in zip(result.measures, values, strict=True)
    )


def _heat(value: Any, top: Any) -> int:
    return round(9 * float(value) / float(top)) if value and top else 0


def _reasons(access: Access, wanted: Asked, question: str) -> tuple[str, ResultView]:
    definition = Definition.parse(questions.QUESTIONS[question](wanted), access)
    found = answer(access, definition.as_json())
    address = wanted.address(RECORDS, what=question, by="", vs="none")
    shown = report_view(definition, found, link=link_to(address))
    # Bars of how often; the table beside them has the other numbers.
    alone = replace(
        found,
        measures=found.measures[:1],
        rows=tuple(replace(row, values=row.values[:1], before=None) for row in found.rows),
        total=found.total[:1],
        total_before=None,
        subtotals=(),
    )
    bars = report_view(definition, alone, link=link_to(address))
    return _reason_name(question), replace(shown, chart=bars.chart, chart_rows=bars.chart_rows)


def _reason_name(question: str) -> str:
    if question == "lost_reasons":
        return pgettext("funnel page", "Why opportunities are lost")
    return pgettext("funnel page", "Why leads are returned")
