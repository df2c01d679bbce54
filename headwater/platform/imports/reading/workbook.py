"""Workbooks to rows. Runs as a process of its own: `python -m ... FILE [SHEET]` writes JSON lines.

Its memory is limited and goes back to the system; a file that breaks the parser breaks nothing else.
Formulas count by their last value, macros are not looked at.
"""

import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import orjson

MOST_INFLATED = 1_200_000_000
MOST_RATIO = 400
MOST_PARTS = 20_000
MEMORY_LIMIT = 6 << 30


class WorkbookRefused(Exception):
    """`code` says why: `file.zip_bomb`, `file.not_a_workbook`, `file.locked`, `file.no_rows`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def guard(path: Path) -> None:
    """Look at the archive's directory before anything is unpacked; raises `WorkbookRefused`."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            total = sum(part.file_size for part in parts)
            packed = sum(part.compress_size for part in parts) or 1
            if len(parts) > MOST_PARTS or total > MOST_INFLATED:
                raise WorkbookRefused("file.zip_bomb")
            if total > 50_000_000 and total / packed > MOST_RATIO:
                raise WorkbookRefused("file.zip_bomb")
            if packed > path.stat().st_size * 1.1 + 1024:  # parts that overlap
                raise WorkbookRefused("file.zip_bomb")
            if "xl/workbook.xml" not in names and "xl/workbook.bin" not in names:
                raise WorkbookRefused("file.not_a_workbook")
            for part in parts:
                _honest(archive, part)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise WorkbookRefused("file.not_a_workbook") from None


def _honest(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A part must not hold more than the directory says; reading stops one byte beyond."""
    if part.is_dir() or part.file_size > 200_000_000:  # big ones are bounded by the process's memory
        return
    seen = 0
    with archive.open(part) as stream:
        while block := stream.read(1 << 20):
            seen += len(block)
            if seen > part.file_size:
                raise WorkbookRefused("file.zip_bomb")


def sheet_names(path: Path) -> list[str]:
    """The visible sheets, in order."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_path(str(path))
    return [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]


def rows(path: Path, sheet: str = "") -> Iterator[tuple[int, list[str]]]:
    """Line numbers and cells of a sheet (default: the first visible one that holds something)."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_path(str(path))
        visible = sheet_names(path) or book.sheet_names
        names = [sheet] if sheet in book.sheet_names else visible
        for name in names:
            found = book.get_sheet_by_name(name)
            if found.height:
                first = (found.start or (0, 0))[0]
                for offset, cells in enumerate(found.iter_rows()):
                    text = [as_text(cell) for cell in cells]
                    if any(text):
                        yield first + offset + 1, text
                return
    except PasswordError:
        raise WorkbookRefused("file.locked") from None
    except (CalamineError, OSError, ValueError):
        raise WorkbookRefused("file.not_a_workbook") from None


def as_text(cell: Any) -> str:
    """A cell as somebody would have typed it: whole numbers without a point, ISO dates."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, str):
        return cell.replace("\x00", "")
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 1e18:
            return str(int(cell))
        return f"{cell:.15g}"
    if isinstance(cell, datetime):
        whole_day = cell.time() == time(0)
        return cell.date().isoformat() if whole_day else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on this system; the archive's directory was checked all the same
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def main(arguments: list[str]) -> int:
    """Write `[line, [cells]]` a line; ends with code 3 and a refusal's code on stderr."""
    _limit_memory()
    out = sys.stdout.buffer
    path = Path(arguments[0])
    try:
        out.write(orjson.dumps({"sheets": sheet_names(path)}) + b"\n")
        for line, cells in rows(path, arguments[1] if len(arguments) > 1 else ""):
            out.write(orjson.dumps([line, cells]) + b"\n")
    except WorkbookRefused as refusal:
        sys.stderr.write(refusal.code)
        return 3
    except Exception:  # noqa: BLE001 - whatever a hostile file does to the parser, the answer is one
        sys.stderr.write("file.not_a_workbook")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
