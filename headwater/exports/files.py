"""The two kinds of file. Both take rows piece by piece and hold none; no cell of theirs is a formula."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

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
        self._writer.writerows([as_text(value) for value in row] for row in rows)

    def close(self) -> None:
        self._file.close()


def as_text(value: CellValue) -> str:
    """A value in a text table: days and moments in ISO form; no text is taken for a formula."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return safe_cell(value) if isinstance(value, str) else str(value)


class Book:
    """A workbook of values, with the watermark of its reader and a last sheet that says whose copy it is.

    In memory, unless it is written row by row into a file (`in_pieces`): then no row is held.
    """

    def __init__(self, target: Path | BytesIO, about: About, *, in_pieces: bool = False) -> None:
        import xlsxwriter

        options: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False}
        if in_pieces and isinstance(target, Path):
            options |= {"constant_memory": True, "tmpdir": str(target.parent)}
        else:
            options |= {"in_memory": True}
        self._book = xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options)
        self._book.set_properties(
            {"title": about.title, "author": about.by, "comments": f"#{about.number} {about.by} {about.at}"}
        )
        self._about = about
        self._formats: dict[tuple[str, bool, str], Any] = {}

    def sheet(self, title: str) -> Any:
        """A worksheet that prints across, with its reader at the foot of each page."""
        made = self._book.add_worksheet(_sheet_name(title))
        made.set_landscape()
        moment = self._about.at.strftime("%Y-%m-%d %H:%M")
        made.set_footer(f"&L{_plain(self._about.by)} {moment}&C#{self._about.number}&R&P / &N")
        return made

    def format(self, numbers: str = "", *, bold: bool = False, line: str = "") -> Any:
        """How cells look: numbers as Excel writes them, with a line `top` or `bottom`."""
        key = (numbers, bold, line)
        if key not in self._formats:
            wanted: dict[str, Any] = {"num_format": numbers} if numbers else {}
            wanted |= {"bold": True} if bold else {}
            wanted |= {line: 1} if line else {}
            self._formats[key] = self._book.add_format(wanted)
        return self._formats[key]

    def put(self, sheet: Any, row: int, place: int, value: CellValue, numbers: str = "", **look: Any) -> None:
        """One value as what it is; `numbers` is how a number, a day or a moment is written."""
        if value is None:
            if look:
                sheet.write_blank(row, place, None, self.format(**look))
        elif isinstance(value, str):
            sheet.write_string(row, place, value[:MOST_CELL], self.format(**look) if look else None)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, place, value, self.format(numbers or _MOMENT, **look))
        elif isinstance(value, date):
            sheet.write_datetime(row, place, value, self.format(numbers or _DATE, **look))
        elif isinstance(value, Decimal) and len(value.as_tuple().digits) > 15:  # Excel would round it
            sheet.write_string(row, place, str(value), self.format(**look) if look else None)
        else:
            sheet.write_number(row, place, value, self.format(numbers, **look) if numbers or look else None)

    def close(self) -> None:
        """Put it together; nothing can be written afterwards."""
        sheet = self._book.add_worksheet(_sheet_name(_("About this file")))
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 90)
        for number, (label, words) in enumerate(self._about.lines):
            sheet.write_string(number, 0, label)
            sheet.write_string(number, 1, words[:MOST_CELL])
        self._book.close()


class Workbook:
    """A list as a worksheet with numbers, days and moments as such."""

    def __init__(self, path: Path, fields: Sequence[Field], about: About) -> None:
        self._book = Book(path, about, in_pieces=True)
        self._sheet = self._book.sheet(about.title)
        self._next = 1
        for place, field in enumerate(fields):
            self._sheet.set_column(place, place, 32 if field.type in _WIDE else 18)
            self._book.put(self._sheet, 0, place, str(field.label), bold=True, line="bottom")
        self._sheet.freeze_panes(1, 1)
        self._sheet.repeat_rows(0)

    def write(self, rows: Iterable[Sequence[CellValue]]) -> None:
        for number, row in enumerate(rows, self._next):
            for place, value in enumerate(row):
                self._book.put(self._sheet, number, place, value)
            self._next = number + 1

    def close(self) -> None:
        self._book.close()


def _sheet_name(title: str) -> str:
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in title)[:31].strip() or "1"


def _plain(words: str) -> str:
    """`&` begins a code in a footer."""
    return words.replace("&", "&&")
