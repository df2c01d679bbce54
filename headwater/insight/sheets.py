"""A result as rows and columns of values: a row for each group, or the last grouping across."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.exports.values import CellValue
from headwater.insight.engine import Column, Result, Row
from headwater.kernel.catalogue import FieldType

_DAY_SECONDS = 86_400
SHARE, TIME = "0.0%", "[h]:mm:ss"
_NUMBERS = {
    FieldType.MONEY: "#,##0.00",
    FieldType.PERCENT: SHARE,
    "duration": TIME,
    FieldType.DATE: "yyyy-mm-dd",
    FieldType.DATETIME: "yyyy-mm-dd hh:mm",
    FieldType.NUMBER: "#,##0.##",
}
_BUCKETS = {"day": "yyyy-mm-dd", "week": "yyyy-mm-dd", "month": "yyyy-mm", "year": "yyyy"}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column and how its values are written in a workbook; "" for texts and whole numbers."""

    label: str
    numbers: str = ""


@dataclass(slots=True)
class Sheet:
    """A table; the first `heads` columns say what a row is about."""

    columns: list[SheetColumn]
    heads: int
    rows: list[list[CellValue]] = field(default_factory=list)
    totals: list[list[CellValue]] = field(default_factory=list)


def flat(result: Result) -> Sheet:
    """A row for each group; with a comparison each measure's value before stands beside it."""
    heads = [_head(one) for one in result.groupings]
    has_before = result.total_before is not None
    sheet = Sheet([*heads, *_measures(result, has_before)], len(heads))
    for row in result.rows:
        sheet.rows.append([*_keys(result, row), *_cells(result, row.values, row.before, has_before)])
    if heads:
        first: list[CellValue] = [_("Total"), *(None for _one in heads[1:])]
        sheet.totals.append([*first, *_cells(result, result.total, result.total_before, has_before)])
    elif not result.rows:
        sheet.rows.append(_cells(result, result.total, result.total_before, has_before))
    return sheet


def pivoted(result: Result, across: Result | None) -> Sheet:
    """The last grouping across, the others down; totals of rows and columns are counted, not added up."""
    down = result.groupings[:-1]
    columns = _in_order(result, across)
    row_totals = {row.keys[:1]: row.values for row in result.subtotals} if len(down) == 1 else {}
    labels = [
        SheetColumn(_both(label, measure, result), numbers_of(measure))
        for label in columns.values()
        for measure in result.measures
    ]
    ends = [SheetColumn(_both(_("Total"), one, result), numbers_of(one)) for one in result.measures]
    sheet = Sheet([*(_head(one) for one in down), *labels, *(ends if row_totals else [])], len(down))
    nothing: list[CellValue] = [None] * len(result.measures)
    places = {key: place for place, key in enumerate(columns)}
    lines: dict[Any, list[CellValue]] = {}
    for row in result.rows:
        line = lines.get(row.keys[:-1])
        if line is None:
            line = lines[row.keys[:-1]] = [*_keys(result, row, len(down)), *(nothing * len(columns))]
            if row_totals:
                found = row_totals.get(row.keys[:1])
                line += nothing if found is None else _cells(result, found, None, False)
        start = len(down) + places[row.keys[-1]] * len(result.measures)
        line[start : start + len(result.measures)] = _cells(result, row.values, None, False)
    sheet.rows = list(lines.values())
    by_column = {} if across is None else {row.keys[-1]: row.values for row in across.rows}
    total: list[CellValue] = [_("Total"), *(None for _one in down[1:])]
    for key in columns:
        found = by_column.get(key)
        total += nothing if found is None else _cells(result, found, None, False)
    if row_totals:
        total += _cells(result, result.total, None, False)
    sheet.totals = [total]
    return sheet


def _in_order(result: Result, across: Result | None) -> dict[Any, str]:
    """What stands across: days in their order, others as the result by that grouping alone has them."""
    found = {row.keys[-1]: row.labels[-1] for row in result.rows}
    if result.groupings[-1].bucket:
        return dict(
            sorted(found.items(), key=lambda item: (item[0] is None, item[0] if item[0] is not None else 0))
        )
    order = [row.keys[-1] for row in across.rows] if across is not None else []
    known = [key for key in order if key in found]
    return {key: found[key] for key in (*known, *(key for key in found if key not in set(known)))}


def _both(label: str, measure: Column, result: Result) -> str:
    return label if len(result.measures) == 1 else f"{label} · {measure.label}"


def _head(column: Column) -> SheetColumn:
    return SheetColumn(column.label, _BUCKETS.get(column.bucket, ""))


def _measures(result: Result, has_before: bool) -> list[SheetColumn]:
    columns = []
    for one in result.measures:
        label = one.label
        if one.type == FieldType.MONEY and result.currency:
            label = f"{label} ({result.currency})"
        columns.append(SheetColumn(label, numbers_of(one)))
        if has_before:
            before = pgettext("column of a report", "%(measure)s, before") % {"measure": label}
            columns.append(SheetColumn(before, numbers_of(one)))
    return columns


def numbers_of(column: Column) -> str:
    """How Excel is to write the values of a measure; counts stay whole."""
    if column.type == FieldType.NUMBER and column.agg in ("count", "distinct"):
        return "#,##0"
    return _NUMBERS.get(column.type, "#,##0.##")


def _keys(result: Result, row: Row, most: int | None = None) -> list[CellValue]:
    """What a row is about: days as days, years as years, all else in words."""
    cells: list[CellValue] = []
    for column, key, label in list(zip(result.groupings, row.keys, row.labels, strict=True))[:most]:
        if (isinstance(key, date) and column.bucket in _BUCKETS) or (
            isinstance(key, Decimal | int) and not isinstance(key, bool) and _is_amount(column)
        ):
            cells.append(key)
        else:
            cells.append(label)
    return cells


def _is_amount(column: Column) -> bool:
    return not column.bucket and column.type in (FieldType.NUMBER, FieldType.MONEY)


def _cells(
    result: Result, values: Sequence[Any], before: Sequence[Any] | None, has_before: bool
) -> list[CellValue]:
    cells: list[CellValue] = []
    for place, column in enumerate(result.measures):
        cells.append(cell(column, values[place]))
        if has_before:
            cells.append(cell(column, before[place]) if before is not None else None)
    return cells


def cell(column: Column, value: Any) -> CellValue:
    """A value as a workbook has it: shares as fractions, lengths of time as parts of a day, no zones."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if column.type == FieldType.PERCENT:
        return float(Decimal(value) / 100)
    if column.type == "duration":
        return float(Decimal(value) / _DAY_SECONDS)
    return value  # type: ignore[no-any-return]
