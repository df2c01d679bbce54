"""A result as the screens show it: headline, chart, table, what to know about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.acquisition.queries.costs import unpriced_costs
from headwater.insight.drawing.charts import draw
from headwater.insight.drawing.points import Link, no_link
from headwater.insight.drawing.tables import Figure, Figures, Table, pivot, table
from headwater.insight.engine import Definition, dataset
from headwater.insight.engine.results import Result
from headwater.kernel.catalogue import FieldType
from headwater.ui.records.cells import KNOWN_HUES

_HEIGHTS = (5, 8, 12, 16, 20, 25, 30, 40, 60, 90)


@dataclass(frozen=True, slots=True)
class Headline:
    """The total of a measure."""

    label: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class ResultView:
    """All that `insight/result.html` draws."""

    kind: str
    headlines: tuple[Headline, ...]
    chart: Mapping[str, Any] | None
    chart_rows: int  # of a chart whose height depends on them, in steps; 0: the usual height
    chart_label: str
    table: Table | None
    notices: tuple[str, ...]
    is_empty: bool
    as_of: datetime
    compares: bool


def link_to(address: str) -> Link:
    """Every number opens `address?m=<measure>&k=<its groups>` beside the page; "" leads nowhere."""
    if not address:
        return no_link
    joint = "&" if "?" in address else "?"

    known: tuple[Sequence[Any] | None, str] = (None, "")  # a row's numbers share their keys

    def link(measure: str, keys: Sequence[Any]) -> Mapping[str, Any]:
        nonlocal known
        if known[0] is not keys:
            known = keys, quote_plus(key_text(keys))
        return {"drawer": f"{address}{joint}m={measure}&k={known[1]}"}

    return link


def draft_link(measure: str, keys: Sequence[Any]) -> Mapping[str, Any]:
    """Points of a report that is not saved: the builder sends its definition along."""
    return {"drill": {"m": measure, "k": key_text(keys)}}


def key_text(keys: Sequence[Any]) -> str:
    """Group keys as they go through an address."""
    return orjson.dumps(list(keys), default=str).decode()


def chart_kind(style: Mapping[str, Any], result: Result) -> str:
    """The kind that can be drawn: without groups a number, a pivot only of two groupings."""
    kind = str(style.get("kind") or "table")
    if not result.groupings and kind not in ("funnel", "table"):
        return "number"
    if kind == "number" and result.groupings:
        return "number"
    return "table" if kind == "pivot" and len(result.groupings) < 2 else kind


def across_of(definition: Definition) -> Definition | None:
    """The same question by the last grouping alone: what stands below the columns of a pivot."""
    if definition.chart.get("kind") != "pivot" or len(definition.groupings) < 2:
        return None
    return replace(definition, groupings=definition.groupings[-1:], sort="")


def report_view(
    definition: Any,
    result: Result,
    *,
    drill: str = "",
    link: Link | None = None,
    across: Result | None = None,
) -> ResultView:
    """A result as its definition wants it drawn.

    `drill` is the address that answers with the records behind a number; `across` the same question by the
    last grouping alone, for the totals of a pivot's columns.
    """
    raw = definition.as_json()
    style = raw.get("chart") or {}
    leads = link or link_to(drill)
    kind = chart_kind(style, result)
    drawing = draw(kind, result, style, leads, own_hues(str(raw.get("dataset")), result))
    is_empty = bool(result.groupings) and not result.rows
    sort = str(raw.get("sort") or "")
    shown = None
    if not is_empty and result.groupings:
        shown = pivot(result, leads, across) if kind == "pivot" else table(result, leads, sort)
    notices = [*result.notices, *_left_out(result), *_costs_left_out(raw, result)]
    notices += [*(drawing.notices if drawing else ()), *(shown.notices if shown else ())]
    if kind not in ("table", "pivot", "number") and drawing is None and not is_empty:
        notices.append(_("This cannot be drawn as such a chart; the table shows it."))
    height = drawing.rows if drawing else 0
    return ResultView(
        kind=kind,
        headlines=_headlines(result, leads),
        chart=drawing.option if drawing else None,
        chart_rows=next((step for step in _HEIGHTS if step >= height), _HEIGHTS[-1]) if height else 0,
        chart_label=_described(result),
        table=shown,
        notices=tuple(dict.fromkeys(str(notice) for notice in notices)),
        is_empty=is_empty,
        as_of=result.as_of,
        compares=result.total_before is not None,
    )


def _left_out(result: Result) -> list[str]:
    """What the figures are without."""
    said = []
    if result.unpriced:
        words = _("%(count)s amounts without an exchange rate are left out.")
        said.append(words % {"count": result.unpriced})
    if result.is_cut:
        words = _("The table shows the first %(shown)s of %(count)s groups; the total is of all.")
        said.append(words % {"shown": len(result.rows), "count": result.group_count})
    return said


def _costs_left_out(raw: Mapping[str, Any], result: Result) -> list[str]:
    """Costs are rows without a record: the engine does not count those without an exchange rate."""
    if raw.get("dataset") != "acquisition" or '"lead.spent"' not in orjson.dumps(raw["measures"]).decode():
        return []
    count = unpriced_costs(result.since, result.until)
    if not count:
        return []
    said = ngettext(
        "%(count)s cost of a channel is left out: no exchange rate is known.",
        "%(count)s costs of channels are left out: no exchange rate is known.",
        count,
    )
    return [said % {"count": count}]


def chart_option(definition: Any, result: Result) -> dict[str, Any]:
    """The option for <hw-chart>; empty where there is nothing to draw."""
    style = definition.as_json().get("chart") or {}
    hues = own_hues(definition.dataset, result)
    drawing = draw(chart_kind(style, result), result, style, hues=hues)
    return drawing.option if drawing else {}


def own_hues(dataset_key: str, result: Result) -> dict[str, dict[Any, str]]:
    """The hues that choices have everywhere else: one status has one colour in tags, boards and charts."""
    known = dataset(dataset_key)
    found: dict[str, dict[Any, str]] = {}
    for column in result.groupings:
        node_key, _dot, key = column.field.partition(".")
        node = known.by_key.get(node_key) if known else None
        field = node.kind.field(key) if node is not None and node.kind is not None else None
        if field is not None and field.type == FieldType.PICKLIST:
            found[column.key] = {one.value: one.color for one in field.options if one.color in KNOWN_HUES}
    return found


def _headlines(result: Result, link: Link) -> tuple[Headline, ...]:
    figures = Figures(result, link)
    before = result.total_before
    return tuple(
        Headline(
            column.label,
            figures.one(column, result.total[index], None if before is None else before[index], ()),
        )
        for index, column in enumerate(result.measures)
    )


def _described(result: Result) -> str:
    """The chart in a sentence, for those who do not see it."""
    measures = ", ".join(column.label for column in result.measures)
    if not result.groupings:
        return measures
    groups = ", ".join(column.label for column in result.groupings)
    count = ngettext("%(n)s group", "%(n)s groups", result.group_count) % {"n": result.group_count}
    return _("%(measures)s by %(groups)s, %(count)s; the table has the numbers") % {
        "measures": measures,
        "groups": groups,
        "count": count,
    }
