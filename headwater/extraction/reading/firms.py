"""The company on a card: by its label, its form, the mail's host, or as what is left in large letters."""

import re
from collections.abc import Sequence
from dataclasses import replace

from headwater.extraction.reading import people, places
from headwater.extraction.reading.agreement import company_agrees, hosts, name_agrees
from headwater.extraction.reading.findings import HAN, Candidate, Findings, letters, stacked
from headwater.extraction.reading.pieces import Piece
from headwater.extraction.reading.reachable import LABELLED
from headwater.extraction.reading.types import Found, Line

_ENOUGH = 2.0
_SURE = ((7.0, 0.96), (5.0, 0.92), (4.0, 0.85), (3.0, 0.7))
_SENTENCE = re.compile(r"[，。！？；：、~～!?;…]|(?<=[一-鿿])[, ](?=[一-鿿])")


def read_company(pieces: list[Piece], lines: Sequence[Line], found: Findings) -> list[Piece]:
    """Put the companies into the findings, the likeliest first; what is left of the pieces."""
    mail = found.value("email")
    brands = hosts([mail, found.value("website")])
    left: list[Piece] = []
    candidates: list[Candidate] = []
    for piece, used in _joined(pieces, lines, brands):
        if piece.label == "company":
            found.keep(Found("company", piece.text, LABELLED * piece.score, used))
            continue
        text, rest = places.cut_company(piece.text)
        if rest and " " not in piece.text and lines[piece.line].box.height and _is_post(piece.text, rest):
            text, rest = piece.text, ""  # `采油三厂党总支书记` is what somebody is
        strength = 0.0 if piece.label else _strength(text, piece.size, brands, mail)
        if not lines[piece.line].box.height:  # in a text nothing else is left to tell by
            strength = max(strength, places.company_strength(text))
        if strength < _ENOUGH:
            left.append(piece)
            continue
        candidates.append(Candidate(places.tidy_company(text), strength, used, piece.score))
        if rest:
            left.append(replace(piece, text=rest))
    candidates = [
        replace(one, strength=one.strength + 0.6)
        if any(other.text.casefold() in one.text.casefold() for other in candidates if other.text != one.text)
        else one
        for one in candidates
    ]
    candidates.sort(key=lambda one: -round(one.strength, 1))
    for one in candidates:
        sure = next((sure for least, sure in _SURE if one.strength >= least), 0.6)
        found.keep(Found("company", one.text, sure * one.score, one.lines))
    return left


def read_brand(pieces: Sequence[Piece], lines: Sequence[Line], found: Findings) -> None:
    """Where nothing says company: what is left in the largest letters, in the tongue of the name."""
    name, known = found.fields.get("name"), found.fields.get("company")
    chinese = name is not None and bool(HAN.search(name.value))
    used = {line for one in found.fields.values() for line in one.lines}
    free = [
        piece for piece in pieces if not piece.label and piece.line not in used and _may_be_brand(piece.text)
    ]
    if known is not None:
        if not chinese or HAN.search(known.value):
            return
        # On a card in two tongues the Chinese name of the company is the one, though it has no form.
        free = [
            piece
            for piece in free
            if HAN.search(piece.text)
            and (
                places.company_strength(piece.text) >= 2
                or any(stacked(lines, line, piece.line, alike=2.4) for line in known.lines)
            )
        ]
        if not free:
            return
        found.others.append(found.fields.pop("company"))
    free.sort(
        key=lambda piece: (
            bool(HAN.search(piece.text)) != chinese,
            -letters(lines[piece.line]) * (1.5 if places.company_strength(piece.text) else 1.0),
        )
    )
    for piece in free[:1]:
        found.keep(Found("company", piece.text.strip(" ,;|"), 0.5 * piece.score, (piece.line,)))


def _is_post(text: str, rest: str) -> bool:
    return people.is_title(text) and people.split_joined(rest) is None and not places.has_legal_form(text)


def _strength(text: str, size: float, brands: Sequence[str], mail: str) -> float:
    strength = places.company_strength(text)
    agrees = company_agrees(text, brands)
    if strength < 3 and not agrees and HAN.search(text):
        return 0.0  # `舞美设计`, `云图设计`: what is left will tell
    if strength <= 0:
        if agrees < 0.5 or not _may_be_brand(text) or name_agrees(text, mail) >= 0.6:
            return 0.0
        strength = 1.0
    if HAN.search(text) and strength >= 1:
        strength += 2.0
    return strength + 1.5 * agrees + 0.5 * (min(size, 2.0) - 1)


def _may_be_brand(text: str) -> bool:
    """A few words that are no sentence, no title and no number."""
    bare = text.strip(" ,;|·-")
    if _SENTENCE.search(bare) or people.is_title(bare) or people.is_department(bare):
        return False
    if HAN.search(bare):
        return 2 <= len(bare) <= 14
    return (
        2 < len(bare) <= 40
        and len(bare.split()) <= 6
        and bare[:1].isupper()
        and not re.search(r"\d{3}", bare)
    )


def _joined(
    pieces: Sequence[Piece], lines: Sequence[Line], brands: Sequence[str]
) -> list[tuple[Piece, tuple[int, ...]]]:
    """Names that did not fit on one line, and branches, as one piece, with the lines of each."""
    whole: list[tuple[Piece, tuple[int, ...]]] = []
    for piece in pieces:
        at = next(
            (
                at
                for at in reversed(range(len(whole)))
                if _belongs(replace(whole[at][0], line=whole[at][1][-1]), piece, lines, brands)
            ),
            None,
        )
        if at is None:
            whole.append((piece, (piece.line,)))
        else:
            first, used = whole[at]
            blank = "" if HAN.search(first.text + piece.text) else " "
            whole[at] = (replace(first, text=first.text + blank + piece.text), (*used, piece.line))
    return whole


def _belongs(above: Piece, below: Piece, lines: Sequence[Line], brands: Sequence[str]) -> bool:
    """Whether the company's name goes on below."""
    if above.label or below.label or above.line == below.line:
        return False
    if places.is_branch(below.text):
        return places.company_strength(above.text) >= 4 and stacked(lines, above.line, below.line, alike=2.0)
    first, second = above.text, below.text
    if places.is_bare_form(second):
        return bool(HAN.search(first)) == bool(HAN.search(second)) and stacked(lines, above.line, below.line)
    if (
        not lines[above.line].box.height
        or not places.has_form(second)
        or places.has_form(first)
        or not stacked(lines, above.line, below.line, alike=1.15)
    ):
        return False
    if (
        people.is_title(first)
        or people.is_department(first)
        or places.address_strength(first) > 2
        or _SENTENCE.search(first)
    ):
        return False
    chinese = bool(HAN.search(first))
    if chinese != bool(HAN.search(second)):
        return False
    agrees, alone = company_agrees(first, brands), company_agrees(second, brands)
    if chinese:
        known = people.chinese_name(first)
        return agrees > alone or ((known is None or known[1] < 3) and len(first) >= 4)
    return agrees > alone or places.is_bare_form(second)
