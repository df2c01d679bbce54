"""A result as a table: groups with their subtotals, or one grouping across the other; numbers as links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from headwater.insight.drawing import words
from headwater.insight.drawing.points import Link, hashable, in_order
from headwater.insight.engine.results import Column, Result, Row

MOST_ACROSS = 40
MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """A column, `span` wide; `sort` says how it is sorted now, `sort_key` what sorting by it is called."""

    label: str
    is_number: bool = False
    span: int = 1
    sort_key: str = ""
    sort: str = ""  # ascending | descending


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the table. `change` in percent (points where `is_points`) against before."""

    text: str
    full: str = ""
    change: float | None = None
    is_points: bool = False
    is_good: bool = True
    before: str = ""
    url: str = ""
    drill: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row: labels of its groups (None: the one above), figures. `kind`: "" | sum | total."""

    labels: tuple[str | None, ...]
    figures: tuple[Figure, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`above` are the heads over several columns of a pivot."""

    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    total: Line | None
    above: tuple[Head, ...] = ()
    notices: tuple[str, ...] = ()


class Figures:
    """Makes figures of one result."""

    def __init__(self, result: Result, link: Link) -> None:
        self.result = result
        self.link = link

    def one(self, column: Column, value: Any, before: Any, keys: Sequence[Any]) -> Figure:
        currency = self.result.currency
        text = words.short(value, column, currency)
        long = words.long(value, column, currency)
        leads = self.link(column.key, keys) if value else {}
        return Figure(
            text=text,
            full="" if long == text else long,
            change=words.change(value, before, column),
            is_points=words.unit_of(column) == "percent",
            is_good=not words.falls_well(column),
            before="" if before is None else words.short(before, column, currency),
            url=str(leads.get("drawer", "")),
            drill=leads.get("drill"),
        )

    def row(
        self, values: Sequence[Any], before: Sequence[Any] | None, keys: Sequence[Any]
    ) -> tuple[Figure, ...]:
        return tuple(
            self.one(column, values[index], None if before is None else before[index], keys)
            for index, column in enumerate(self.result.measures)
        )


def table(result: Result, link: Link, sort: str = "") -> Table:
    """Rows of the result; with two groupings or more each first group is headed by its subtotal."""
    figures = Figures(result, link)
    heads = tuple(_head(column, sort, is_number=False) for column in result.groupings)
    heads += tuple(_head(column, sort, is_number=True) for column in result.measures)
    count = len(result.groupings)
    lines: list[Line] = []
    if count < 2:
        lines = [
            Line(tuple(row.labels), figures.row(row.values, row.before, row.keys))
            for row in result.rows[:MOST_ROWS]
        ]
    else:
        sums = {hashable(row.keys[0]): row for row in result.subtotals}
        for head, rows in _blocks(result.rows[:MOST_ROWS]).items():
            found = sums.get(head)
            label = rows[0].labels[0]
            if found is not None:
                empty: tuple[str | None, ...] = ("",) * (count - 1)
                lines.append(
                    Line((label, *empty), figures.row(found.values, found.before, rows[0].keys[:1]), "sum")
                )
            for index, row in enumerate(rows):
                first = label if index == 0 and found is None else None
                lines.append(Line((first, *row.labels[1:]), figures.row(row.values, row.before, row.keys)))
    total = None
    if count and result.rows:
        labels: tuple[str | None, ...] = (_("Total"), *("",) * (count - 1))
        total = Line(labels, figures.row(result.total, result.total_before, ()), "total")
    return Table(heads, tuple(lines), total)


def _head(column: Column, sort: str, *, is_number: bool) -> Head:
    now = ""
    if sort.lstrip("-") == column.key:
        now = "descending" if sort.startswith("-") else "ascending"
    # Numbers are wanted largest first.
    falling = is_number and now != "descending"
    return Head(column.label, is_number, 1, f"-{column.key}" if falling else column.key, now)


def _blocks(rows: Sequence[Row]) -> dict[Any, list[Row]]:
    blocks: dict[Any, list[Row]] = {}
    for row in rows:
        blocks.setdefault(hashable(row.keys[0]), []).append(row)
    return blocks


def pivot(result: Result, link: Link, across: Result | None = None) -> Table:
    """The last grouping across, the others down.

    Row totals are the result's subtotals; the totals of columns come from `across`, the same question by
    the last grouping alone: sums of what stands in the table would count records twice.
    """
    figures = Figures(result, link)
    measures = result.measures
    columns: dict[Any, str] = {}
    for row in result.rows:
        columns.setdefault(hashable(row.keys[-1]), row.labels[-1])
    if result.groupings[-1].bucket:
        columns = in_order(columns)
    notices: tuple[str, ...] = ()
    if len(columns) > MOST_ACROSS:
        notices = (
            _("The first %(shown)s of %(count)s columns are shown.")
            % {"shown": MOST_ACROSS, "count": len(columns)},
        )
    keys = list(columns)[:MOST_ACROSS]
    lines: dict[tuple[Any, ...], dict[Any, Row]] = {}
    for row in result.rows:
        lines.setdefault(tuple(hashable(key) for key in row.keys[:-1]), {})[hashable(row.keys[-1])] = row
    has_sums = len(result.groupings) == 2
    sums = {hashable(row.keys[0]): row for row in result.subtotals} if has_sums else {}
    blank = tuple(Figure("") for _column in measures)

    made = []
    for head, cells in lines.items():
        first = next(iter(cells.values()))
        shown: list[Figure] = []
        for key in keys:
            at = cells.get(key)
            shown += figures.row(at.values, at.before, at.keys) if at is not None else blank
        if has_sums:
            found = sums.get(head[0])
            shown += figures.row(found.values, found.before, first.keys[:1]) if found else blank
        made.append(Line(tuple(first.labels[:-1]), tuple(shown)))

    foot: list[Figure] = []
    below = {hashable(row.keys[0]): row for row in across.rows} if across else {}
    by_last = Figures(result, _by_last(link))
    for key in keys:
        found = below.get(key)
        foot += by_last.row(found.values, found.before, found.keys) if found else blank
    if has_sums:
        foot += figures.row(result.total, result.total_before, ())
    labels: tuple[str | None, ...] = (_("Total"), *("",) * (len(result.groupings) - 2))

    names = [columns[key] for key in keys] + ([_("Total")] if has_sums else [])
    down = tuple(Head(column.label) for column in result.groupings[:-1])
    if len(measures) == 1:
        heads = (*down, *(Head(name, is_number=True) for name in names))
        above: tuple[Head, ...] = ()
    else:
        heads = (*down, *(Head(column.label, is_number=True) for _name in names for column in measures))
        above = (*(Head("") for _one in down), *(Head(name, True, len(measures)) for name in names))
    return Table(heads, tuple(made), Line(labels, tuple(foot), "total"), above, notices)


def _by_last(link: Link) -> Link:
    """The same link, its key being of the last grouping alone: those of a cell go from the first one on."""

    def made(measure: str, keys: Sequence[Any]) -> Mapping[str, Any]:
        found = dict(link(measure, keys))
        if found.get("drawer"):
            found["drawer"] = f"{found['drawer']}&by=last"
        if found.get("drill"):
            found["drill"] = {**found["drill"], "by": "last"}
        return found

    return made
