"""A card's lines in reading order, cut into pieces under the labels they stand by."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from headwater.extraction.reading.contacts import emails, phones, segments, websites
from headwater.extraction.reading.types import Line
from headwater.kernel.text import half_width

_MIXED_NAME = re.compile(r"[A-Z][a-z]{1,11} ?[一-鿿]{1,2}$")  # `Eric 赵`
_HAN_ONE = re.compile("[一-鿿]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text under one label (or none), the line it stands on, and how large it is among the others."""

    label: str
    text: str
    line: int
    size: float
    score: float


def in_order(lines: Sequence[Line]) -> list[Line]:
    """From top to bottom; what stands on one row from left to right; single characters set wide as one."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box.middle):
        row = rows[-1] if rows else None
        if (
            row
            and row[-1].box.beside(line.box)
            and abs(row[0].box.middle - line.box.middle) < 0.7 * max(row[0].box.height, line.box.height)
        ):
            row.append(line)
        else:
            rows.append([line])
    ordered: list[Line] = []
    for row in rows:
        row.sort(key=lambda line: line.box.left)
        for line in row:
            last = ordered[-1] if ordered else None
            if last is not None and line is not row[0] and _one_word(last, line):
                ordered[-1] = _together(last, line)
            else:
                ordered.append(line)
    return ordered


def _one_word(left: Line, right: Line) -> bool:
    """A word set wide, or a line that eyes took for two."""
    if abs(left.box.height - right.box.height) > 0.4 * right.box.height:
        return False
    gap = right.box.left - left.box.right
    if gap < 0.35 * right.box.height:
        return True
    both = _HAN_ONE.fullmatch(right.text.strip()) and re.fullmatch("[一-鿿]{1,2}", left.text.strip())
    return bool(both) and gap < 2.5 * right.box.height


def _together(left: Line, right: Line) -> Line:
    box = left.box.with_(right.box)
    place = left.place.with_(right.place) if left.place and right.place else left.place
    one, other = left.text.strip(), right.text.strip()
    overlap = left.box.right - right.box.left
    if overlap > 0.3 * left.box.height and one[-1:] == other[:1]:
        other = other[1:]  # the character on the seam was read twice
    return replace(left, text=one + other, box=box, place=place, score=min(left.score, right.score))


def cut(lines: Sequence[Line]) -> list[Piece]:
    """All pieces. A label alone takes what stands to its right, or right below it, as its value."""
    usual = median([line.size or line.box.height for line in lines] or [1.0]) or 1.0
    pieces: list[Piece] = []
    for place, line in enumerate(lines):
        size = ((line.size or line.box.height) / usual) or 1.0  # a text has no sizes
        pieces += [
            Piece(segment.label, segment.text, place, size, line.score)
            for segment in segments(half_width(line.text))
        ]
    for at, piece in enumerate(pieces):
        if piece.label and not piece.text:
            follower = _value_of(pieces, at, lines)
            if follower is not None:
                pieces[follower] = replace(pieces[follower], label=piece.label)
    return [piece for piece in pieces if piece.text]


def _value_of(pieces: list[Piece], at: int, lines: Sequence[Line]) -> int | None:
    here = lines[pieces[at].line].box
    best: tuple[float, int] | None = None
    for other, piece in enumerate(pieces):
        if piece.label or not piece.text or piece.line == pieces[at].line:
            continue
        box = lines[piece.line].box
        if here.height and box.beside(here) and box.left >= here.right - here.height:
            distance = box.left - here.right
        elif (
            here.height
            and 0 < box.middle - here.middle < 2.2 * here.height
            and abs(box.left - here.left) < 2 * here.height
        ):
            distance = 1000 + box.top - here.bottom
        elif not here.height and piece.line == pieces[at].line + 1:
            distance = 0.0
        else:
            continue
        if best is None or distance < best[0]:
            best = (distance, other)
    return best[1] if best else None


def without_contacts(text: str, region: str) -> str:
    """What is left of an unlabelled stretch when mails, pages and numbers are taken out."""
    spans = [(start, end) for start, end, _ in emails(text)]
    spans += [(start, end) for start, end, _ in websites(text)]
    spans += [(start, end) for start, end, _ in phones(text, "", region)]
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]}  {text[end:]}"
    return text.strip(" ,;|/·•、，")


def split_words(text: str) -> list[str]:
    """A stretch cut at wide blanks, bars and between Chinese and Latin: `林书言 | Lin Shuyan  总监`."""
    parts = re.split(
        r"\s*[|｜／]\s*|\s+[•·]\s*|\s*[•·]\s+|(?<![一-鿿])[•·]|[•·](?![一-鿿])|\s{2,}|(?<=[一-鿿])\s*/\s*(?=[A-Za-z])|\s+/\s+",
        text,
    )
    found: list[str] = []
    for part in parts:
        if _MIXED_NAME.match(part):
            found.append(part)
            continue
        found += re.split(
            r"(?<=[一-鿿])[\s(（]*(?=[A-Z][a-z]+(?:[\s\-][A-Z]|[)）]|$|\s*$))|(?<=[a-z)）])\s*(?=[一-鿿])",
            part,
        )
    return [
        one.strip(" ()（）") if one.count("(") != one.count(")") else one.strip()
        for one in found
        if one and one.strip(" ()（）")
    ]
