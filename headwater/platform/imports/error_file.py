"""Rows that were not taken, as a file: as they came, with the reason beside them, safe to open."""

import csv
import io
import tempfile
from collections.abc import Iterator
from typing import IO

from headwater.platform.imports import headers
from headwater.platform.imports.errors import FileRefused
from headwater.platform.imports.models import ImportJob, ImportRow
from headwater.platform.imports.queries import columns_of, row_offset, rows_of
from headwater.platform.imports.table import kept_rows
from headwater.platform.imports.types import Outcome
from headwater.platform.spreadsheet import MOST_CELL, safe_cell

MOST_XLSX_ROWS = 100_000
_STEP = 5_000


def problem_lines(job: ImportJob, outcomes: tuple[str, ...]) -> Iterator[list[str]]:
    """The header and every row with one of the outcomes, in the order of the file."""
    path = rows_of(job)
    if not path.exists():
        raise FileRefused("file.gone")
    columns = columns_of(job)
    ours = headers.remark_columns(columns)  # the file was one of these itself: its remarks are old
    kept = [place for place, column in enumerate(columns) if column.index not in ours]
    yield [*(columns[place].header for place in kept), *headers.remarks()]
    width, above = len(columns), row_offset(job)
    first, offset = 1, 0
    while True:
        rows, offset = kept_rows(path, offset=offset, first=first, most=_STEP)
        if not rows:
            return
        found = {
            one.number: one
            for one in ImportRow.objects.filter(
                job=job, number__gte=first, number__lt=first + len(rows), outcome__in=outcomes
            ).exclude(code="")
        }
        for row in rows:
            if row.number in found:
                one = found[row.number]
                cells = [safe_cell(cell) for cell in row.cells[:width]]
                cells += [""] * (width - len(cells))
                yield [
                    *(cells[place] for place in kept),
                    str(row.number + above),
                    str(Outcome(one.outcome).label),
                    safe_cell(one.detail),
                ]
        first += len(rows)


def csv_lines(job: ImportJob, outcomes: tuple[str, ...]) -> Iterator[bytes]:
    """The file as CSV that Excel opens with Chinese in it, piece by piece."""
    yield b"\xef\xbb\xbf"
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for count, line in enumerate(problem_lines(job, outcomes)):
        writer.writerow(line)
        if count % 500 == 499:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def xlsx_file(job: ImportJob, outcomes: tuple[str, ...]) -> IO[bytes]:
    """The file as a workbook, at most `MOST_XLSX_ROWS` rows; the caller closes it."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    write_workbook(out, problem_lines(job, outcomes))
    return out


def write_workbook(out: IO[bytes], lines: Iterator[list[str]]) -> None:
    """Rows of text as a workbook in which nothing is a formula or a link."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for number, line in enumerate(lines):
        if number > MOST_XLSX_ROWS:
            break
        for place, text in enumerate(line):
            sheet.write_string(number, place, text[:MOST_CELL], bold if number == 0 else None)
    sheet.freeze_panes(1, 0)
    book.close()
    out.seek(0)
