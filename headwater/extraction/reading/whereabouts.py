"""The address on a card, with the lines on which it goes on."""

import re
from collections.abc import Sequence

from headwater.extraction.reading import people, places
from headwater.extraction.reading.findings import HAN, Findings, letters, stacked
from headwater.extraction.reading.pieces import Piece
from headwater.extraction.reading.reachable import LABELLED
from headwater.extraction.reading.types import Found, Line


def read_addresses(pieces: Sequence[Piece], lines: Sequence[Line], found: Findings) -> list[Piece]:
    """Put the addresses into the findings; what is left of the pieces."""
    left = list(pieces)
    labelled = [piece for piece in left if piece.label == "address"]
    for piece in [*labelled, *(piece for piece in left if not piece.label and _begins_address(piece.text))]:
        if piece not in left:
            continue
        text, parts = _whole(piece, left, lines)
        if not piece.label and not _is_address(text):
            continue
        left = [one for one in left if one not in parts]
        used = [one.line for one in parts]
        sure = LABELLED if piece.label else 0.6 + 0.06 * places.address_strength(text)
        found.keep(Found("address", places.tidy_address(text), sure * piece.score, tuple(used)))
    _prefer_own_tongue(found)
    return left


def _begins_address(text: str) -> bool:
    """Whether an address may begin here: in Latin letters its first line alone says little."""
    if not HAN.search(text) and _is_sentence(text):
        return False
    least = 2.6 if HAN.search(text) else 0.8
    return (
        places.address_strength(text) >= least
        and places.company_strength(text) < (4.5 if HAN.search(text) else 3.0)
        and not people.is_title(text)
    )


def _is_sentence(text: str) -> bool:
    """Addresses are numbers and names: most of their words do not begin small."""
    words = text.split()
    small = sum(word[0].islower() for word in words)
    return len(words) > 5 and small > 0.5 * len(words)


def _is_address(text: str) -> bool:
    strength = places.address_strength(text)
    return strength >= 3.0 or (
        strength >= 2.5 and (bool(HAN.search(text)) or bool(re.search(r"\d.*,|,.*\d", text)))
    )


def _whole(piece: Piece, pieces: Sequence[Piece], lines: Sequence[Line]) -> tuple[str, list[Piece]]:
    """The address that begins with a piece, and the pieces of its lines."""
    text, parts = piece.text, [piece]
    while True:
        free = [one for one in pieces if one not in parts]
        end = parts[-1].line
        more = _town(text, end, free, lines) or _continuation(text + _comma(lines[end]), end, free, lines)
        if more is None:
            return text, parts
        text = places.joined(text + _comma(lines[parts[-1].line]), more.text)
        parts.append(more)


def _town(text: str, line: int, pieces: Sequence[Piece], lines: Sequence[Line]) -> Piece | None:
    """A line that says nothing by itself, between a street and a line with a post code."""
    if HAN.search(text) or not lines[line].box.height:
        return None
    for piece in pieces:
        if (
            not piece.label
            and places.may_be_town(piece.text)
            and lines[piece.line].box.middle > lines[line].box.middle
            and stacked(lines, line, piece.line)
        ):
            below = _continuation(text, piece.line, [one for one in pieces if one is not piece], lines)
            if below is not None and places.ends_address(below.text):
                return piece
    return None


def _comma(line: Line) -> str:
    """The comma at a line's end, which no piece keeps."""
    return "," if line.text.rstrip().endswith((",", "，")) and not HAN.search(line.text) else ""


def _prefer_own_tongue(found: Findings) -> None:
    """On a card in two tongues the Chinese address is the one."""
    first = found.fields.get("address")
    chinese = next((one for one in found.others if one.field == "address" and HAN.search(one.value)), None)
    if first is not None and chinese is not None and not HAN.search(first.value):
        found.others.remove(chinese)
        found.others.append(first)
        found.fields["address"] = chinese


def _continuation(text: str, line: int, pieces: Sequence[Piece], lines: Sequence[Line]) -> Piece | None:
    here = lines[line].box
    for piece in pieces:
        there = lines[piece.line].box
        if piece.label or piece.line == line or not places.goes_on(text, piece.text):
            continue
        if places.company_strength(piece.text) >= 4 or people.is_title(piece.text):
            continue
        if not here.height:
            near = piece.line == line + 1
        else:
            near = 0 < there.middle - here.middle < 2.3 * max(here.height, there.height)
            near = near and there.left < here.right and there.right > here.left
            near = near and 0.7 < letters(lines[line]) / max(letters(lines[piece.line]), 1.0) < 1.4
        if near:
            return piece
    return None
