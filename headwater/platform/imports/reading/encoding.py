"""Which encoding a text file is in, and its lines decoded by it."""

import codecs
from collections.abc import Iterator
from pathlib import Path

BLOCK = 1 << 20
LONGEST_LINE = 4 << 20
MIXED = "mixed"
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5", "windows-1252")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def detect(path: Path) -> str:
    """The encoding of the whole file; `mixed` when lines differ (UTF-8 and GB18030 in one file)."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name if name != "utf-8" or _decodes(path, "utf-8") else MIXED
    half = max(1, len(head) // 2)
    if head[1::2].count(0) > half * 0.3 and head[0::2].count(0) < half * 0.05:
        return "utf-16-le"
    if head[0::2].count(0) > half * 0.3 and head[1::2].count(0) < half * 0.05:
        return "utf-16-be"
    if _decodes(path, "utf-8"):
        return "utf-8"
    good, bad = _lines_in_utf8(path)
    if bad and good > bad:  # a file of one encoding would fail in almost every line
        return MIXED
    return "gb18030" if good == 0 or _decodes(path, "gb18030") else MIXED


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _lines_in_utf8(path: Path) -> tuple[int, int]:
    """How many of the first lines with more than ASCII are, and are not, UTF-8."""
    good = bad = 0
    with path.open("rb") as file:
        for _ in range(20_000):
            line = file.readline(LONGEST_LINE)
            if not line:
                break
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                good += 1
            except UnicodeDecodeError:
                bad += 1
    return good, bad


def lines(path: Path, encoding: str) -> Iterator[str]:
    """Physical lines with their line ends. What cannot be decoded becomes U+FFFD, so that it is seen.

    A line longer than `LONGEST_LINE` is cut there; the rest of it is dropped and marked by U+FFFD.
    """
    if encoding == MIXED:
        yield from _mixed(path)
        return
    with path.open("r", encoding=encoding, errors="replace", newline="") as file:
        first = True
        while line := file.readline(LONGEST_LINE):
            if first:
                line, first = line.removeprefix("\ufeff"), False
            if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
                while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(("\n", "\r")):
                    pass
                line = line[:1000] + "\ufffd\n"
            yield line


def _mixed(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        first = True
        while raw := file.readline(LONGEST_LINE):
            if first:
                raw, first = raw.removeprefix(codecs.BOM_UTF8), False
            try:
                line = raw.decode("utf-8")
            except UnicodeDecodeError:
                line = raw.decode("gb18030", errors="replace")
            yield line
