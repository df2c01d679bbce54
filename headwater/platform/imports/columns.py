"""What the columns of a file hold, learnt while all of it is read once."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from headwater.kernel import text
from headwater.platform.imports.types import Column, Guess

MOST_VALUES = 200  # kept with their counts: choices of a picklist, values to treat as empty
MOST_SEEN = 5_000  # distinct values every one of which is looked at
LOOK_EVERY = 16  # beyond that, one in so many
MOST_UNIQUE = 50_000
SAMPLES = 5
LONGEST_CHOICE = 80
MOST_CHOICES = 60

_BLANK_WORDS = frozenset(
    [
        "select",
        "请选择",
        "-请选择-",
        "--请选择--",
        "未选择",
        "null",
        "none",
        "n/a",
        "na",
        "#n/a",
        "#n/a!",
        "-",
        "--",
        "---",
        "/",
        "\\",
        "未填写",
        "未填",
        "空",
        "(空)",
        "（空）",
        "(blank)",
        "undefined",
        "nil",
        "please_select",
        "not_selected",
    ]
) | {"please select", "not selected", "- select -"}
_YES_NO = frozenset(
    ["yes", "no", "y", "n", "true", "false", "t", "f", "是", "否", "有", "无", "对", "错", "√", "×"]
)

_NUMBER = re.compile(r"[¥￥$€£]?[+-]?(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,13})(?:\.\d{1,6})?[万亿]?[元%]?$")
_DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?$")
_MOMENT = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[ T]+\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?$"
)
_MOBILE = re.compile(r"(?:\+?86|0086)?[\s-]*1[3-9]\d[\s-]*\d{4}[\s-]*\d{4}$")
_PHONE = re.compile(r"(?:\+?\d{1,3}[\s-]*)?(?:\(?0\d{2,3}\)?[\s-]*)?\d{3,4}[\s-]*\d{3,5}$")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+$")
_URL = re.compile(r"(?:https?://|www\.)\S+\.\S+$")


def is_blank_word(value: str) -> bool:
    """A value by which forms and people say that nothing was chosen."""
    return value.strip().lower() in _BLANK_WORDS


def _is_moment(value: str) -> bool:
    return bool(_MOMENT.match(value) or _DATE.match(value))


_TESTS: dict[Guess, Callable[[str], object]] = {
    Guess.EMAIL: _EMAIL.match,
    Guess.PHONE: lambda value: _MOBILE.match(value) or (_PHONE.match(value) and not _NUMBER.match(value)),
    Guess.URL: _URL.match,
    Guess.DATE: _DATE.match,
    Guess.DATETIME: _is_moment,
    Guess.NUMBER: lambda value: _NUMBER.match(value) and not _MOBILE.match(value),
    Guess.BOOLEAN: lambda value: value.lower() in _YES_NO or value in ("0", "1"),
}


class ColumnWatch:
    """Looks at one column's values as they pass by."""

    def __init__(self, index: int, header: str) -> None:
        self.index = index
        self.header = header
        self.filled = 0
        self.longest = 0
        self.has_breaks = False
        self.tally: dict[str, int] | None = {}
        self.seen: set[str] = set()
        self.hashes: set[int] | None = set()
        self.possible = dict(_TESTS)
        self.tested = 0

    def add(self, values: Sequence[str]) -> None:
        """Take note of the next values that are not blank: a thousand at once cost little more than one."""
        self.filled += len(values)
        counts = Counter(values)
        if self.hashes is not None:
            marks = set(map(hash, counts))
            if len(counts) < len(values) or not self.hashes.isdisjoint(marks):
                self.hashes = None
            elif len(self.hashes) < MOST_UNIQUE:
                self.hashes |= marks
        if self.tally is not None:
            for value, count in counts.items():
                self.tally[value] = self.tally.get(value, 0) + count
            if len(self.tally) > MOST_VALUES:
                self.tally = None
        fresh = [value for value in counts if value not in self.seen]
        for value in fresh:
            if len(value) > self.longest:
                self.longest = len(value)
                self.has_breaks = self.has_breaks or "\n" in value
        room = MOST_SEEN - len(self.seen)
        self.seen.update([value[:200] for value in fresh[:room]])
        for value in fresh[:room]:
            self._test(value)
        for value in fresh[room::LOOK_EVERY]:
            self._test(value)

    def _test(self, value: str) -> None:
        if not self.possible or is_blank_word(value):
            return
        plain = text.half_width(value.strip())
        self.tested += 1
        for guess in [guess for guess, test in self.possible.items() if not test(plain)]:
            del self.possible[guess]

    def result(self) -> Column:
        values = sorted(self.tally.items(), key=lambda item: -item[1]) if self.tally is not None else []
        values = [(value, number) for value, number in values if len(value) <= LONGEST_CHOICE]
        plain = [value for value in self.tally or self.seen if not is_blank_word(value)]
        samples = [value for value, _ in values if not is_blank_word(value)] or sorted(
            plain, key=len, reverse=True
        )
        return Column(
            index=self.index,
            header=self.header,
            guess=self._guess(len(plain)),
            filled=self.filled,
            distinct=len(self.tally) if self.tally is not None else len(self.seen),
            is_unique=self.hashes is not None and self.filled > 1,
            longest=self.longest,
            samples=[sample[:80] for sample in samples[:SAMPLES]],
            values=[value for value, _ in values],
            counts=[number for _, number in values],
            blanks=[value for value in self.tally or () if is_blank_word(value)],
        )

    def _guess(self, distinct: int) -> Guess:
        if not self.filled or not distinct:
            return Guess.EMPTY
        if self.tested:
            found = self._by_form(distinct)
            if found is not None:
                return found
        if self.has_breaks or self.longest > 200:
            return Guess.LONG_TEXT
        few = distinct <= MOST_CHOICES and self.longest <= LONGEST_CHOICE and self.tally is not None
        if few and (distinct <= self.filled * 0.3 or (distinct <= 8 and distinct * 2 <= self.filled)):
            return Guess.PICKLIST
        return Guess.TEXT

    def _by_form(self, distinct: int) -> Guess | None:
        possible = self.possible
        if Guess.BOOLEAN in possible and distinct <= 2:
            words = {value.lower() for value in self.tally or ()}
            if not words <= {"0", "1"} or (distinct == 2 and self.filled > 2):
                return Guess.BOOLEAN
        for guess in (Guess.EMAIL, Guess.URL, Guess.DATE, Guess.DATETIME, Guess.PHONE, Guess.NUMBER):
            if guess in possible:
                return guess
        return None


def inspect(headers: list[str], rows: Iterable[list[str]]) -> list[Column]:
    """The columns of rows held in memory; the reader feeds `ColumnWatch` itself."""
    watches = [ColumnWatch(index, header) for index, header in enumerate(headers)]
    for cells in rows:
        for watch, cell in zip(watches, cells, strict=False):
            if cell:
                watch.add([cell])
    return [watch.result() for watch in watches]
