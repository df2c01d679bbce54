"""A file, read once from end to end: its columns, its number of rows, and its rows kept as JSON lines.

Later passes (check, run, error file) read the kept rows from any place, whatever the file was.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import orjson

from headwater.kernel import text
from headwater.platform.imports.columns import ColumnWatch
from headwater.platform.imports.errors import FileRefused
from headwater.platform.imports.reading import delimited, encoding, workbook
from headwater.platform.imports.types import Column, SourceRow

MOST_COLUMNS = 500
LONGEST_CELL = 32_000
_LOOK_AHEAD = 25
_LOOK_TOGETHER = 1_000  # rows whose cells are looked at column by column
_PHONE_OR_MAIL = re.compile(r"(?:\+?86)?1[3-9]\d{9}$|[^@\s]+@[^@\s]+\.[a-z]+$")
_KNOWN_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"\x7fELF",
    b"MZ",
)


@dataclass(slots=True)
class Layout:
    """How to read the file. Empty values are found out."""

    format: str = ""
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    has_header: bool | None = None


@dataclass(slots=True)
class Table:
    """What was found."""

    layout: Layout
    columns: list[Column]
    rows: int
    broken: int = 0
    offset: int = 0  # rows above the data
    sheets: list[str] = field(default_factory=list)


def read_table(
    source: Path,
    target: Path,
    layout: Layout,
    *,
    most_rows: int,
    name_of_column: Callable[[int], str],
    progress: Callable[[int], None] | None = None,
) -> Table:
    """Read `source` as `layout` says (guessing the rest) and keep its rows in `target`.

    Refuses with `FileRefused` what is no table; a broken row is kept and marked, never dropped.
    """
    with source.open("rb") as file:
        head = file.read(8)
    layout.format = _format(head)
    sheets: list[str] = []
    is_book = layout.format == "xlsx"
    raw = _workbook_rows(source, layout, sheets) if is_book else _text_rows(source, layout)
    ahead = list(islice(raw, _LOOK_AHEAD))
    if not ahead:
        raise FileRefused("file.no_rows")
    start, headers = _headers(ahead, layout, name_of_column)
    if len(headers) > MOST_COLUMNS:
        raise FileRefused("file.too_many_columns", limit=MOST_COLUMNS, found=len(headers))
    watches = [ColumnWatch(index, header) for index, header in enumerate(headers)]
    width = len(watches)
    number = broken = 0
    together: list[list[str]] = []
    with target.open("wb", buffering=1 << 20) as out:
        for found in _chain(ahead[start:], raw):
            cells, problem = _fit(found, width)
            number += 1
            if number > most_rows:
                raise FileRefused("file.too_many_rows", limit=most_rows)
            if problem:
                broken += 1
                out.write(orjson.dumps([found.line, cells, problem]))
            else:
                together.append(cells)
                if len(together) == _LOOK_TOGETHER:
                    _look(watches, together)
                    together = []
                out.write(orjson.dumps([found.line, cells]))
            out.write(b"\n")
            if progress is not None and number % 20_000 == 0:
                progress(number)
    if not number:
        raise FileRefused("file.no_rows")
    _look(watches, together)
    above = ahead[start].line - 1 if start < len(ahead) else start
    return Table(layout, [watch.result() for watch in watches], number, broken, above, sheets)


def _look(watches: list[ColumnWatch], rows: list[list[str]]) -> None:
    for watch, cells in zip(watches, zip(*rows, strict=True), strict=False):
        watch.add([cell for cell in cells if cell])


def _chain(ahead: list[delimited.RawRow], rest: Iterator[delimited.RawRow]) -> Iterator[delimited.RawRow]:
    yield from ahead
    yield from rest


def _format(head: bytes) -> str:
    if not head:
        raise FileRefused("file.empty")
    if head.startswith(b"PK"):
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("file.old_workbook")
    if head.startswith(_KNOWN_BINARY):
        raise FileRefused("file.not_a_table")
    return "csv"


def _text_rows(source: Path, layout: Layout) -> Iterator[delimited.RawRow]:
    layout.encoding = layout.encoding or encoding.detect(source)
    sample = list(islice(encoding.lines(source, layout.encoding), 300))
    joined = "".join(sample)[:200_000]
    controls = sum(char < " " and char not in "\t\r\n\x00" for char in joined)
    if controls > len(joined) * 0.05 or joined.count("\ufffd") > len(joined) * 0.3:
        raise FileRefused("file.not_a_table")
    layout.separator = layout.separator or delimited.sniff(sample)
    lines = encoding.lines(source, layout.encoding)
    if sample and sample[0].lower().startswith("sep="):
        next(lines)
    return delimited.rows(lines, layout.separator)


def _workbook_rows(source: Path, layout: Layout, sheets: list[str]) -> Iterator[delimited.RawRow]:
    """Rows from a process of its own; see `reading.workbook`."""
    try:
        workbook.guard(source)
    except workbook.WorkbookRefused as refusal:
        raise FileRefused(refusal.code) from None
    command = [sys.executable, "-m", workbook.__name__, str(source)]
    if layout.sheet:
        command.append(layout.sheet)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        assert reader.stderr is not None
        try:
            for line in reader.stdout:
                found = orjson.loads(line)
                if isinstance(found, dict):
                    sheets.extend(found["sheets"])
                else:
                    yield delimited.RawRow(found[0], found[1])
            refusal_code = reader.stderr.read().decode("utf-8", "replace").strip()
            if reader.wait() != 0:
                known = refusal_code.startswith("file.")
                raise FileRefused(refusal_code if known else "file.not_a_workbook")
        finally:
            if reader.poll() is None:
                reader.kill()


def _headers(
    ahead: list[delimited.RawRow], layout: Layout, name_of_column: Callable[[int], str]
) -> tuple[int, list[str]]:
    """Where the data begins and the columns' names: titles above the header are passed over."""
    widths = [sum(1 for cell in row.cells if cell.strip()) for row in ahead]
    usual = sorted(widths)[len(widths) // 2]
    at = next((place for place, width in enumerate(widths[:10]) if width >= max(1, usual * 0.6)), 0)
    cells = [text.tidy(cell).replace("\n", " ") for cell in ahead[at].cells]
    if layout.has_header is None:
        layout.has_header = not any(_PHONE_OR_MAIL.match(cell) for cell in cells)
    if not layout.has_header:
        width = max(len(row.cells) for row in ahead)
        return at, [name_of_column(index + 1) for index in range(width)]
    while (
        cells
        and not cells[-1]
        and all(len(r.cells) < len(cells) or not r.cells[len(cells) - 1] for r in ahead)
    ):
        cells.pop()
    names: list[str] = []
    taken: set[str] = set()
    for index, cell in enumerate(cells):
        name = cell[:120] or name_of_column(index + 1)
        counter = 2
        unique = name
        while unique.lower() in taken:
            unique = f"{name} ({counter})"
            counter += 1
        taken.add(unique.lower())
        names.append(unique)
    return at + 1, names


def _fit(found: delimited.RawRow, width: int) -> tuple[list[str], str]:
    """Cells brought to the header's width, and what is wrong with the row."""
    cells, problem = found.cells, found.problem
    if len(cells) > width:
        if not problem and any(cell.strip() for cell in cells[width:]):
            problem = "row.too_many_cells"
        else:
            cells = cells[:width]
    elif len(cells) < width:
        cells = cells + [""] * (width - len(cells))
    whole = "".join(cells)
    if len(whole) > LONGEST_CELL and any(len(cell) > LONGEST_CELL for cell in cells):
        cells = [cell[:LONGEST_CELL] for cell in cells]
        problem = problem or "row.cell_too_long"
    if "\ufffd" in whole:
        problem = problem or "row.encoding"
    return [cell.strip() for cell in cells], problem


def kept_rows(path: Path, *, offset: int, first: int, most: int) -> tuple[list[SourceRow], int]:
    """At most `most` kept rows from byte `offset` on, numbered from `first`; and where the next begins."""
    rows: list[SourceRow] = []
    with path.open("rb") as file:
        file.seek(offset)
        for number, line in enumerate(islice(file, most), start=first):
            offset += len(line)
            found = orjson.loads(line)
            rows.append(SourceRow(number, found[0], found[1], found[2] if len(found) > 2 else ""))
    return rows, offset
