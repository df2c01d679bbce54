"""The two kinds of file. Both take rows piece by piece and hold none; no cell of theirs is a formula."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from headwater.exports.types import Format
from headwater.exports.values import CellValue
from headwater.kernel.catalogue import Field, FieldType
from headwater.platform.spreadsheet import MOST_CELL, safe_cell

_DATE, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
_WIDE = frozenset({FieldType.LONG_TEXT, FieldType.EMAIL, FieldType.URL})


@dataclass(frozen=True, slots=True)
class About:
    """Who took the list along, and which: the watermark of a workbook."""

    title: str
    by: str
    at: datetime  # on the house's wall clock
    number: int
    lines: tuple[tuple[str, str], ...]  # label, words: printed on a sheet of their own


class TableFile(Protocol):
    """A file that grows row by row."""

    def write(self, rows: Iterable[Sequence[CellValue]]) -> None: ...

    def close(self) -> None: ...


def open_file(path: Path, kind: Format, fields: Sequence[Field], about: About) -> TableFile:
    """A new file with its header."""
    return Workbook(path, fields, about) if kind == Format.XLSX else TextTable(path, fields)


class TextTable:
    """CSV in UTF-8 with a mark that lets Excel read its Chinese."""

    def __init__(self, path: Path, fields: Sequence[Field]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(safe_cell(str(field.label)) for field in fields)

    def write(self, rows: Iterable[Sequence[CellValue]]) -> None:
        self._writer.writerows([_as_text(value) for value in row] for row in rows)

    def close(self) -> None:
        self._file.close()


def _as_text(value: CellValue) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return safe_cell(value) if isinstance(value, str) else str(value)


class Workbook:
    """A worksheet with numbers, days and moments as such, and a second one that says whose copy it is."""

    def __init__(self, path: Path, fields: Sequence[Field], about: About) -> None:
        import xlsxwriter

        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), {**options, "tmpdir": str(path.parent)})
        self._book.set_properties(
            {"title": about.title, "author": about.by, "comments": f"#{about.number} {about.by} {about.at}"}
        )
        self._sheet = self._book.add_worksheet(_sheet_name(about.title))
        self._dates = self._book.add_format({"num_format": _DATE})
        self._moments = self._book.add_format({"num_format": _MOMENT})
        self._about = about
        self._next = 1
        self._lay_out(fields)

    def _lay_out(self, fields: Sequence[Field]) -> None:
        bold = self._book.add_format({"bold": True, "bottom": 1})
        for place, field in enumerate(fields):
            self._sheet.set_column(place, place, 32 if field.type in _WIDE else 18)
            self._sheet.write_string(0, place, str(field.label), bold)
        self._sheet.freeze_panes(1, 1)
        self._sheet.set_landscape()
        self._sheet.repeat_rows(0)
        moment = self._about.at.strftime("%Y-%m-%d %H:%M")
        self._sheet.set_footer(f"&L{_plain(self._about.by)} {moment}&C#{self._about.number}&R&P / &N")

    def write(self, rows: Iterable[Sequence[CellValue]]) -> None:
        sheet, number = self._sheet, self._next
        for row in rows:
            for place, value in enumerate(row):
                if value is None:
                    continue
                if isinstance(value, str):
                    sheet.write_string(number, place, value[:MOST_CELL])
                elif isinstance(value, datetime):
                    sheet.write_datetime(number, place, value, self._moments)
                elif isinstance(value, date):
                    sheet.write_datetime(number, place, value, self._dates)
                elif isinstance(value, Decimal) and len(value.as_tuple().digits) > 15:
                    sheet.write_string(number, place, str(value))  # Excel would round it
                else:
                    sheet.write_number(number, place, value)
            number += 1
        self._next = number

    def close(self) -> None:
        sheet = self._book.add_worksheet(_sheet_name(_("About this file")))
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 90)
        for number, (label, words) in enumerate(self._about.lines):
            sheet.write_string(number, 0, label)
            sheet.write_string(number, 1, words[:MOST_CELL])
        self._book.close()


def _sheet_name(title: str) -> str:
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in title)[:31].strip() or "1"


def _plain(words: str) -> str:
    """`&` begins a code in a footer."""
    return words.replace("&", "&&")
