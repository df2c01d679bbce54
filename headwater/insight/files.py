"""A result as a file: real numbers, days, money, shares, a total, and a sheet that says whose copy it is."""

import csv
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.exports.files import About, Book, as_text
from headwater.exports.types import Format
from headwater.exports.values import CellValue
from headwater.insight.engine import Definition, Result, dataset, kind_of
from headwater.insight.sheets import SHARE, TIME, Sheet, flat, pivoted
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.money import plain
from headwater.ui.formats import series
from headwater.ui.records.words import condition_words

TYPES = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
}
_WIDEST = 40
_MOST_ACROSS = 2_000  # columns of a pivot: beyond, rows are easier to read and nothing is lost
_REFUSED = '/\\:*?"<>|\r\n\t\x00'


def sheet_of(definition: Definition, result: Result, across: Result | None = None) -> Sheet:
    """The table of a result: a pivot where the report is one and a sheet can hold it, else a row a group.

    `across` is the result by the last grouping alone: the totals of a pivot's columns.
    """
    if definition.chart.get("kind") == "pivot" and len(result.groupings) >= 2:
        wide = len({row.keys[-1] for row in result.rows}) * len(result.measures)
        if wide <= _MOST_ACROSS:
            return pivoted(result, across)
    return flat(result)


def write_csv(sheet: Sheet, notes: Sequence[str] = ()) -> bytes:
    """UTF-8 with a mark that lets Excel read its Chinese; shares as `12.5%`, times as `26:05:00`.

    `notes` stand below, each in a row of its own.
    """
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(as_text(one.label) for one in sheet.columns)
    writer.writerows(
        [as_text(_plain(one, column.numbers)) for one, column in zip(row, sheet.columns, strict=True)]
        for row in (*sheet.rows, *sheet.totals)
    )
    writer.writerows([as_text(note)] for note in notes)
    return out.getvalue().encode("utf-8-sig")


def _plain(value: CellValue, numbers: str) -> CellValue:
    if not isinstance(value, float):
        return value
    if numbers == SHARE:
        return f"{plain(Decimal(str(round(value * 100, 4))))}%"
    if numbers == TIME:
        minutes, seconds = divmod(abs(round(value * 86_400)), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{'-' if value < 0 else ''}{hours}:{minutes:02}:{seconds:02}"
    return plain(Decimal(str(value)))


def write_xlsx(sheet: Sheet, about: About, target: Path | None = None) -> bytes:
    """A workbook; written to `target`, or its bytes."""
    out = BytesIO()
    book = Book(target or out, about)
    page = book.sheet(about.title)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, min(max(12, 2 * len(column.label) + 2), _WIDEST))
        book.put(page, 0, place, column.label, bold=True, line="bottom")
    _put_rows(book, page, sheet, sheet.rows, 1)
    _put_rows(book, page, sheet, sheet.totals, 1 + len(sheet.rows), is_total=True)
    page.freeze_panes(1, sheet.heads)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    page.repeat_rows(0)
    book.close()
    return out.getvalue()


def _put_rows(
    book: Book,
    page: object,
    sheet: Sheet,
    rows: Sequence[Sequence[CellValue]],
    start: int,
    *,
    is_total: bool = False,
) -> None:
    for number, row in enumerate(rows, start):
        for place, value in enumerate(row):
            numbers = sheet.columns[place].numbers
            if is_total:
                book.put(page, number, place, value, numbers, bold=True, line="top")
            else:
                book.put(page, number, place, value, numbers)


def about_of(access: Access, definition: Definition, result: Result, *, name: str, number: int) -> About:
    """Whose copy it is, of what, cut how: the watermark and the last sheet."""
    now = timezone.localtime(clock.now()).replace(tzinfo=None)
    by = str(access.actor.name)
    lines = [
        (_("Report"), name),
        (_("Exported by"), by),
        (_("Exported at"), now.strftime("%Y-%m-%d %H:%M")),
        (_("Figures as of"), timezone.localtime(result.as_of).strftime("%Y-%m-%d %H:%M")),
        (pgettext("report", "Period"), _days(result)),
        (_("Conditions"), conditions(access, definition)),
        (pgettext("export", "Rows"), _rows(result)),
    ]
    if result.currency:
        lines.append((_("Currency"), result.currency))
    lines += [(_("Note"), notice) for notice in notes_of(result)]
    words = _("It shows what %(name)s may see. For internal use; each export is on record.")
    lines.append((_("Note"), words % {"name": by}))
    return About(name, by, now, number, tuple(lines))


def notes_of(result: Result) -> list[str]:
    """What the figures are without."""
    notes = list(result.notices)
    if result.unpriced:
        notes.append(
            _("%(count)s amounts without an exchange rate are left out.") % {"count": result.unpriced}
        )
    return notes


def text_notes(result: Result) -> list[str]:
    """What a text table, which has no second sheet, says below: how much of it there is, what is left out."""
    return [*([_rows(result)] if result.is_cut else []), *notes_of(result)]


def conditions(access: Access, definition: Definition) -> str:
    """The filters in words."""
    of = dataset(definition.dataset)
    if of is None or not definition.filters:
        return _("Everything within reach")
    return condition_words(definition.filters, kind_of(of, access), access)


def _days(result: Result) -> str:
    if result.since is None and result.until is None:
        return pgettext("period of a report", "All time")
    days = [one.isoformat() if one else "…" for one in (result.since, result.until)]
    if result.before_since is None:
        return " – ".join(days)
    before = [one.isoformat() if one else "…" for one in (result.before_since, result.before_until)]
    compared = _("compared with %(days)s") % {"days": " – ".join(before)}
    return series([" – ".join(days), compared])


def _rows(result: Result) -> str:
    if result.is_cut:
        return _("The first %(count)s of %(total)s") % {
            "count": len(result.rows),
            "total": result.group_count,
        }
    return str(len(result.rows))


def file_name(name: str, kind: Format, at: datetime | None = None) -> str:
    """What the file is called: the report, the moment, no letter that a disk refuses."""
    moment = timezone.localtime(at or clock.now()).strftime("%Y%m%d-%H%M")
    usable = "".join(" " if letter in _REFUSED else letter for letter in name).strip() or "report"
    return f"{usable[:80]}-{moment}.{kind.value}"
