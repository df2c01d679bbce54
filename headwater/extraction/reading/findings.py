"""What a search for one field finds, and how lines lie to each other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from headwater.extraction.reading.types import Found, Line

HAN = re.compile("[一-鿿]")


@dataclass(slots=True)
class Findings:
    """The best value of each field so far, and what else could be one."""

    fields: dict[str, Found] = field(default_factory=dict)
    others: list[Found] = field(default_factory=list)

    def keep(self, one: Found) -> None:
        """The first of a field is its value; further ones are told."""
        keep(self.fields, self.others, one)

    def value(self, name: str) -> str:
        found = self.fields.get(name)
        return found.value if found else ""


def keep(fields: dict[str, Found], others: list[Found], one: Found) -> None:
    """The first of a field is its value; further ones are told."""
    if not one.value:
        return
    known = fields.get(one.field)
    if known is None:
        fields[one.field] = one
    elif _bare(known.value) != _bare(one.value):
        others.append(one)


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that a field could have, and how much speaks for it."""

    text: str
    strength: float
    lines: tuple[int, ...]
    score: float

    @property
    def is_chinese(self) -> bool:
        return bool(HAN.search(self.text))


def near(lines: Sequence[Line], one: int, other: int) -> bool:
    """On one row, or one right below the other."""
    here, there = lines[one].box, lines[other].box
    if not here.height:
        return abs(one - other) == 1
    reach = 0.8 * (here.height + there.height) + 0.5 * max(here.height, there.height)
    return abs(here.middle - there.middle) < reach


def distance(lines: Sequence[Line], one: int, other: int) -> float:
    """How far apart two lines stand, the way across counting less than the way down."""
    here, there = lines[one].box, lines[other].box
    if not here.height:
        return float(abs(one - other))
    across = max(0.0, max(here.left, there.left) - min(here.right, there.right))
    return abs(here.middle - there.middle) + 0.3 * across


def aligned(lines: Sequence[Line], one: int, other: int) -> bool:
    """Beginning, ending or centred at one place."""
    here, there = lines[one].box, lines[other].box
    if not here.height:
        return True
    slack = 1.2 * max(here.height, there.height)
    centred = abs((here.left + here.right) - (there.left + there.right)) / 2 < slack
    return centred or abs(here.left - there.left) < slack or abs(here.right - there.right) < slack


def stacked(lines: Sequence[Line], one: int, other: int, *, alike: float = 1.34) -> bool:
    """Right above or below, in letters of about one size, and aligned."""
    here, there = lines[one].box, lines[other].box
    if not here.height:
        return abs(one - other) == 1
    close = abs(here.middle - there.middle) < 1.9 * max(here.height, there.height)
    ratio = letters(lines[one]) / max(letters(lines[other]), 1.0)
    return close and 1 / alike < ratio < alike and aligned(lines, one, other)


def letters(line: Line) -> float:
    """The height of a line's letters."""
    return line.size or line.box.height
