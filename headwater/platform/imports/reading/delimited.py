"""Delimited text to rows: separators guessed, quotes honoured, broken rows marked instead of lost."""

import csv
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

SEPARATORS = (",", "\t", ";", "|")
MOST_LINES_IN_A_ROW = 500
MOST_CHARACTERS_IN_A_ROW = 4_200_000
_SNIFFED = 300

csv.field_size_limit(MOST_CHARACTERS_IN_A_ROW)


class RawRow(NamedTuple):
    """A row as it stood in the file; `line` is its first physical line, from 1."""

    line: int
    cells: list[str]
    problem: str = ""


def sniff(sample: list[str]) -> str:
    """The separator of these lines: the one that cuts most of them into the same number of cells."""
    if sample and sample[0].lower().startswith("sep=") and len(sample[0].strip()) == 5:
        return sample[0].strip()[4]
    best, best_score = ",", 0.0
    for separator in SEPARATORS:
        widths = [len(row) for row in csv.reader(sample[:_SNIFFED], delimiter=separator) if any(row)]
        if not widths:
            continue
        width, times = Counter(widths).most_common(1)[0]
        score = 0.0 if width < 2 else times / len(widths) + min(width, 60) / 1000
        if score > best_score:
            best, best_score = separator, score
    return best


class _Unclosed(Exception):
    pass


class _Feed:
    """Lines for the CSV reader, remembering those of the row at hand so that they can be given back."""

    def __init__(self, source: Iterator[str]) -> None:
        self.source = source
        self.back: list[str] = []
        self.held: list[str] = []
        self.size = 0
        self.line = 0
        self.ended = False

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if len(self.held) >= MOST_LINES_IN_A_ROW or (self.held and self.size > MOST_CHARACTERS_IN_A_ROW // 2):
            raise _Unclosed
        if self.back:
            line = self.back.pop()
        else:
            try:
                line = next(self.source)
            except StopIteration:
                self.ended = True
                raise
        self.held.append(line)
        self.size += len(line)
        return line

    def take(self) -> int:
        """End the row at hand; the line it began at."""
        first = self.line + 1
        self.line += len(self.held)
        self.held, self.size = [], 0
        return first

    def give_back(self) -> str:
        """Keep the first line of the row at hand as a row, and return the others to the feed."""
        first, rest = self.held[0], self.held[1:]
        self.back.extend(reversed(rest))
        self.held, self.size, self.ended = [first], len(first), False
        return first


def rows(source: Iterator[str], separator: str) -> Iterator[RawRow]:
    """All rows, blank ones left out. Never raises for what a file may contain."""
    feed = _Feed(line.replace("\x00", "") if "\x00" in line else line for line in source)
    reader = csv.reader(feed, delimiter=separator)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (_Unclosed, csv.Error):
            yield _broken(feed, separator)
            reader = csv.reader(feed, delimiter=separator)
            continue
        if feed.ended and len(feed.held) > 1 and sum(line.count('"') for line in feed.held) % 2:
            yield _broken(feed, separator)
            reader = csv.reader(feed, delimiter=separator)
            continue
        line = feed.take()
        if any(cells):
            yield RawRow(line, cells)


def _broken(feed: _Feed, separator: str) -> RawRow:
    """The row whose quotation mark never closes, cut as if it had none; the lines it swallowed follow."""
    first = feed.give_back() if feed.held else ""
    line = feed.take()
    return RawRow(line, first[:100_000].rstrip("\r\n").split(separator), "row.quote")
