"""What a board's widgets come to. Whatever is wrong with one stays with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.utils.translation import gettext as _

from headwater.dashboards.errors import ReportGone
from headwater.dashboards.filters import Filters, narrowed
from headwater.dashboards.queries.sources import Source, sources_of
from headwater.dashboards.shapes import Board, Item
from headwater.insight import results
from headwater.insight.drawing import across_of
from headwater.insight.engine import Definition, Result
from headwater.insight.errors import ReportsBusy, ReportUnreadable
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import DomainError, Invalid

FRESH = timedelta(minutes=5)  # figures younger than this are shown without asking again
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a widget shows no figures, and what its reader may do."""

    code: str
    text: str
    advice: str = ""

    @property
    def passes(self) -> bool:
        """Whether asking again in a moment may help."""
        return self.code == ReportsBusy.code


@dataclass(frozen=True, slots=True)
class Outcome:
    """A widget with its figures, or why there are none; neither: they have not been computed yet."""

    item: Item
    title: str
    source: Source | None = None
    definition: Definition | None = None
    result: Result | None = None
    across: Result | None = None  # by the last grouping alone: the totals of a pivot's columns
    trouble: Trouble | None = None
    missing: tuple[str, ...] = field(default=())

    @property
    def chart(self) -> str:
        return self.item.chart or (self.source.chart if self.source else "table")

    @property
    def as_of(self) -> datetime | None:
        return self.result.as_of if self.result else None

    @property
    def is_fresh(self) -> bool:
        """Whether nothing need be asked again; a trouble that does not pass counts as an answer."""
        if self.result is not None:
            if self.across is None and self.definition is not None and across_of(self.definition) is not None:
                return False
            now = clock.now()
            # The days that a period means are others after the company's midnight.
            return now - self.result.as_of < FRESH and results.is_of_day(self.result, now)
        return self.trouble is not None and not self.trouble.passes


def first_sight(access: Access, board: Board, filters: Filters) -> list[Outcome]:
    """Every widget with the last figures that are known, however old; nothing is computed."""
    items = board.in_phone_order
    sources = sources_of(access, items)
    asked = [_prepared(access, item, one, filters) for item, one in zip(items, sources, strict=True)]
    ready = [index for index, one in enumerate(asked) if one.definition is not None]
    if not ready:
        return asked
    wanted = [d for one in asked if (d := one.definition) is not None]
    totals = {number: alone for number, one in enumerate(wanted) if (alone := across_of(one)) is not None}
    known = results.peek(_reader(access), [*wanted, *totals.values()])
    across = dict(zip(totals, known[len(wanted) :], strict=True))
    for number, index in enumerate(ready):
        asked[index] = replace(asked[index], result=known[number], across=across.get(number))
    return asked


def outcome(
    access: Access, item: Item, filters: Filters, *, max_age: timedelta = FRESH, again: bool = False
) -> Outcome:
    """One widget with figures no older than `max_age`; `again` computes them in any case."""
    (source,) = sources_of(access, [item])
    asked = _prepared(access, item, source, filters)
    if asked.definition is None:
        return asked
    alone = across_of(asked.definition)
    try:
        result = results.cached(_reader(access), asked.definition, max_age, refresh=again)
        across = None
        if alone is not None:
            across = results.cached(_reader(access), alone, max_age, refresh=again)
        return replace(asked, result=result, across=across)
    except DomainError as refusal:
        return replace(asked, trouble=_trouble(refusal))
    except Exception:
        # The other widgets and the page must not fall with this one; the log has what happened.
        log.exception("dashboard_widget_failed", widget=item.key)
        return replace(asked, trouble=_failed())


def outcomes(access: Access, board: Board, filters: Filters) -> Sequence[Outcome]:
    """All of them, one after another: what the API answers."""
    return [outcome(access, item, filters) for item in board.items]


def _reader(access: Access) -> Access:
    return access.also("reports.view")


def _prepared(access: Access, item: Item, source: Source | None, filters: Filters) -> Outcome:
    if source is None:
        return Outcome(item, str(item.title), trouble=_trouble(ReportGone()))
    missing: tuple[str, ...] = ()
    try:
        reader = _reader(access)
        found = narrowed(source.definition, filters, reader)
        missing = found.missing
        definition = Definition.stored(_drawn(found.definition, item), reader)
    except DomainError as refusal:
        return Outcome(item, source.title, source, trouble=_trouble(refusal), missing=missing)
    except Exception:
        log.exception("dashboard_widget_failed", widget=item.key)
        return Outcome(item, source.title, source, trouble=_failed())
    return Outcome(item, source.title, source, definition, missing=missing)


def _drawn(definition: dict[str, Any], item: Item) -> dict[str, Any]:
    """The widget's own kind of chart instead of the report's."""
    if not item.chart:
        return definition
    chart = definition.get("chart")
    return definition | {"chart": {**(chart if isinstance(chart, dict) else {}), "kind": item.chart}}


def _trouble(refusal: DomainError) -> Trouble:
    if isinstance(refusal, Invalid):  # it was sound when it was kept: what it names is gone or hidden
        said = " ".join(dict.fromkeys(one["detail"] for one in refusal.fields.values()))
        return Trouble(ReportUnreadable.code, said or refusal.detail, str(ReportUnreadable.remedy))
    return Trouble(refusal.code, refusal.detail, refusal.advice)


def _failed() -> Trouble:
    return Trouble(
        "widget.failed",
        _("These figures could not be computed."),
        _("The other widgets are not affected. If it stays so, tell an administrator."),
    )
