"""A business card: lines with their places become fields."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from headwater.extraction.reading import contacts, people, places
from headwater.extraction.reading.pieces import Piece, cut, in_order, split_words, without_contacts
from headwater.extraction.reading.types import Extraction, Found, Line

_HAN = re.compile("[一-鿿]")
_LABELLED = 0.97


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that a field could have, and how much speaks for it."""

    text: str
    strength: float
    line: int
    score: float
    size: float = 1.0

    @property
    def is_chinese(self) -> bool:
        return bool(_HAN.search(self.text))


def ordered(lines: Sequence[Line]) -> list[Line]:
    """The lines in the order to which places of findings refer."""
    return in_order([line for line in lines if line.text.strip() and line.score >= 0.4])


def read_card(lines: Sequence[Line]) -> Extraction:
    """The fields of one card from its lines as `ordered` gave them."""
    region = contacts.region_of(" ".join(line.text for line in lines))
    pieces = cut(lines)
    found: dict[str, Found] = {}
    others: list[Found] = []
    free = _contacts(pieces, region, found, others)
    free = _addresses(free, lines, found, others)
    _company(free, lines, found, others)
    used = {found["company"].value} if "company" in found else set()
    words = [
        replace(piece, text=word) for piece in free if not piece.label for word in _words(piece.text, used)
    ]
    titles = [piece for piece in words if people.is_title(piece.text)]
    _name(words, titles, lines, found, others)
    _title(words, titles, lines, found, others)
    return Extraction(found, tuple(others))


def keep(found: dict[str, Found], others: list[Found], one: Found) -> None:
    """The first of a field is its value; further ones are told."""
    if not one.value:
        return
    known = found.get(one.field)
    if known is None:
        found[one.field] = one
    elif re.sub(r"\W", "", known.value).casefold() != re.sub(r"\W", "", one.value).casefold():
        others.append(one)


def _contacts(pieces: list[Piece], region: str, found: dict[str, Found], others: list[Found]) -> list[Piece]:
    """Everything that a machine could dial or open; what is left of the pieces."""
    numbers: list[Found] = []
    left: list[Piece] = []
    for piece in pieces:
        label, text = piece.label, piece.text
        if label in ("name", "company", "title", "department", "requirement", "budget"):
            left += _stated(piece, found, others)
            continue
        if label in ("postcode", "tax"):
            continue
        if label in ("wechat", "qq", "wechat_phone", "line_id"):
            _accounts(piece, region, numbers, found, others)
            continue
        mails, pages = contacts.emails(text), contacts.websites(text)
        for _start, _end, mail in mails:
            sure = 0.97 if label in ("email", "") else 0.9
            keep(found, others, Found("email", mail, sure * piece.score, (piece.line,)))
        for start, end, page in pages:
            if any(start < last and first < end for first, last, _ in mails):
                continue
            sure = 0.97 if label == "website" else 0.92
            keep(found, others, Found("website", page, sure * piece.score, (piece.line,)))
        if label == "email" and not mails and "@" in text:
            keep(found, others, Found("email", text.replace(" ", ""), 0.5, (piece.line,)))
        if label == "website" and not pages and "." in text:
            keep(found, others, Found("website", text.replace(" ", ""), 0.6, (piece.line,)))
        hint = label if label in ("mobile", "phone", "fax") else ""
        told = [] if label in ("address", "email", "website") else contacts.phones(text, hint, region)
        numbers += [
            Found(number.kind, number.text, number.confidence * piece.score, (piece.line,))
            for _start, _end, number in told
        ]
        if label == "address":
            left.append(piece)
        elif not label or label in ("mobile", "phone", "fax"):
            rest = without_contacts(text, region)
            if rest and (not label or len(_HAN.findall(rest)) >= 2):
                left += [replace(piece, label="", text=part) for part in re.split(r"\s{3,}", rest)]
    for one in sorted(numbers, key=lambda one: one.field == "fax"):
        keep(found, others, one)
    found.pop("fax", None)
    return left


def _stated(piece: Piece, found: dict[str, Found], others: list[Found]) -> list[Piece]:
    """What a label names outright; a department goes before the title, a company is cleaned later."""
    if piece.label in ("company", "department"):
        return [piece if piece.label == "company" else replace(piece, label="")]
    value = contacts.amount(piece.text) if piece.label == "budget" else piece.text
    keep(found, others, Found(piece.label, value, _LABELLED * piece.score, (piece.line,)))
    return []


def _accounts(
    piece: Piece, region: str, numbers: list[Found], found: dict[str, Found], others: list[Found]
) -> None:
    sure = 0.95 * piece.score
    if piece.label == "wechat_phone":
        for _start, _end, number in contacts.phones(piece.text, "wechat_phone", region):
            numbers.append(Found("mobile", number.text, number.confidence * piece.score, (piece.line,)))
            bare = re.sub(r"\D", "", number.text)
            keep(found, others, Found("wechat", bare, sure, (piece.line,)))
    elif piece.label == "wechat":
        keep(found, others, Found("wechat", contacts.wechat_id(piece.text), sure, (piece.line,)))
    elif piece.label == "qq":
        keep(found, others, Found("qq", contacts.qq_number(piece.text), sure, (piece.line,)))


def _addresses(
    pieces: list[Piece], lines: Sequence[Line], found: dict[str, Found], others: list[Found]
) -> list[Piece]:
    """Addresses with the lines on which they go on; what is left."""
    left = list(pieces)
    labelled = [piece for piece in left if piece.label == "address"]
    loose = [
        piece
        for piece in left
        if not piece.label
        and places.address_strength(piece.text) >= (2.6 if _HAN.search(piece.text) else 3.0)
        and places.company_strength(piece.text) < 4.5
        and not people.is_title(piece.text)
    ]
    for piece in [*labelled, *loose]:
        if piece not in left:
            continue
        left.remove(piece)
        text, used = piece.text, [piece.line]
        while (more := _continuation(text, used[-1], left, lines)) is not None:
            text = places.joined(text, more.text)
            used.append(more.line)
            left.remove(more)
        sure = _LABELLED if piece.label else 0.6 + 0.06 * places.address_strength(text)
        keep(found, others, Found("address", places.tidy_address(text), sure * piece.score, tuple(used)))
    _prefer_own_tongue(lines, found, others)
    return left


def _prefer_own_tongue(lines: Sequence[Line], found: dict[str, Found], others: list[Found]) -> None:
    """On a card in two tongues the Chinese address is the one."""
    first = found.get("address")
    chinese = next((one for one in others if one.field == "address" and _HAN.search(one.value)), None)
    if first is not None and chinese is not None and not _HAN.search(first.value):
        others.remove(chinese)
        others.append(first)
        found["address"] = chinese


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
        if near:
            return piece
    return None


def _company(
    pieces: list[Piece], lines: Sequence[Line], found: dict[str, Found], others: list[Found]
) -> None:
    """The company, from its label, its form, or as a brand in large letters."""
    candidates: list[Candidate] = []
    taken: list[Piece] = []
    domain = found["email"].value.partition("@")[2].split(".")[0].casefold() if "email" in found else ""
    for at, piece in enumerate(list(pieces)):
        if piece.label == "company":
            keep(found, others, Found("company", piece.text, _LABELLED * piece.score, (piece.line,)))
            taken.append(piece)
        if piece.label:
            continue
        text, rest = places.cut_company(piece.text)
        strength = places.company_strength(text)
        if places.is_branch(text) and candidates:
            last = candidates[-1]
            if lines[piece.line].box.middle - lines[last.line].box.middle < 3 * max(
                1, lines[piece.line].box.height
            ):
                candidates[-1] = replace(last, text=last.text + text)
                taken.append(piece)
            continue
        before = pieces[at - 1] if at else None
        if places.is_bare_form(text) and before is not None and not before.label and _HAN.search(before.text):
            text, strength = before.text + text, 6.0
            taken.append(before)
            candidates = [one for one in candidates if one.line != before.line]
        if strength <= 0:
            continue
        if not _HAN.search(text) and domain and domain in re.sub(r"[^a-z0-9]", "", text.casefold()):
            strength += 1.0
        if _HAN.search(text):
            strength += 2.0
        strength += 0.5 * (min(piece.size, 2.0) - 1)
        candidates.append(Candidate(text.strip(" ,;|"), strength, piece.line, piece.score, piece.size))
        taken.append(piece)
        if rest:
            pieces.append(replace(piece, text=rest))
    candidates.sort(key=lambda one: -round(one.strength))
    for one in candidates:
        if one.strength >= 2:
            sure = (
                0.96
                if one.strength >= 5
                else 0.88
                if one.strength >= 4
                else 0.7
                if one.strength >= 3
                else 0.6
            )
            keep(found, others, Found("company", one.text, sure * one.score, (one.line,)))
    for piece in taken:
        if piece in pieces and (
            piece.label or places.company_strength(places.cut_company(piece.text)[0]) >= 2
        ):
            pieces.remove(piece)


def _words(text: str, used: set[str]) -> list[str]:
    if text in used:
        return []
    words: list[str] = []
    for part in split_words(text):
        if people.is_title(part) and not _splits(part):
            words.append(part)
            continue
        halves = part.split() if _HAN.search(part) else [part]
        names = [half for half in halves if people.chinese_name(half)]
        if (len(halves) > 1 and names and len(names) < len(halves)) or (
            len(halves) > 1 and all(len(half) == 1 for half in halves)
        ):
            words += ["".join(halves)] if all(len(half) == 1 for half in halves) else _merged(halves)
            continue
        joined = people.split_joined(part)
        words += list(joined) if joined else [part]
    return words


def _splits(part: str) -> bool:
    """A title that may hide a name beside it."""
    if people.split_joined(part):
        return True
    halves = part.split()
    return len(halves) > 1 and any(
        (known := people.chinese_name(half)) is not None and known[1] >= 3 and not people.says_work(half)
        for half in halves
    )


def _merged(halves: list[str]) -> list[str]:
    """Names by themselves, what stands between them together: `林书言 市场部 副经理`."""
    found: list[str] = []
    open_run: list[str] = []
    for half in halves:
        known = people.chinese_name(half)
        if known and known[1] >= 3 and not people.says_work(half):
            if open_run:
                found.append(" ".join(open_run))
                open_run = []
            found.append(half)
        else:
            open_run.append(half)
    return [*found, " ".join(open_run)] if open_run else found


def _name(
    words: Sequence[Piece],
    titles: Sequence[Piece],
    lines: Sequence[Line],
    found: dict[str, Found],
    others: list[Found],
) -> None:
    candidates: list[Candidate] = []
    title_lines = {piece.line for piece in titles}
    for piece in words:
        known = people.chinese_name(piece.text) or people.latin_name(piece.text)
        if known is None and people.one_latin_word(piece.text):
            known = piece.text, 1.0
        if known is None or (piece.text in {t.text for t in titles}):
            continue
        text, strength = known
        strength += 1.4 * (min(piece.size, 2.6) - 1)
        if piece.line in title_lines:
            strength += 1.3
        elif any(_near(lines, piece.line, line) for line in title_lines):
            strength += 1.0
        if _HAN.search(text):
            strength += 0.6
        candidates.append(Candidate(text, strength, piece.line, piece.score, piece.size))
    # On a card in two tongues the Chinese name is the one.
    candidates.sort(key=lambda one: (-(one.is_chinese and one.strength >= 3.5), -one.strength))
    for one in candidates:
        if one.strength >= 1.2:
            sure = (
                0.96
                if one.strength >= 4.6
                else 0.9
                if one.strength >= 3.8
                else 0.75
                if one.strength >= 2.8
                else 0.5
            )
            keep(found, others, Found("name", one.text, sure * one.score, (one.line,)))


def _near(lines: Sequence[Line], one: int, other: int) -> bool:
    here, there = lines[one].box, lines[other].box
    if not here.height:
        return abs(one - other) == 1
    return abs(here.middle - there.middle) < 1.6 * (here.height + there.height) / 2 + 0.5 * max(
        here.height, there.height
    )


def _title(
    words: Sequence[Piece],
    titles: Sequence[Piece],
    lines: Sequence[Line],
    found: dict[str, Found],
    others: list[Found],
) -> None:
    name = found.get("name")
    chinese = name is None or bool(_HAN.search(name.value))
    own = [piece for piece in titles if bool(_HAN.search(piece.text)) == chinese] or list(titles)
    if name is not None:
        own.sort(key=lambda piece: _distance(lines, piece.line, name.lines[0]))
    departments = [piece for piece in words if people.is_department(piece.text) and piece not in titles]
    if not own:
        for piece in departments[:1]:
            keep(found, others, Found("title", piece.text, 0.6 * piece.score, (piece.line,)))
        return
    first = own[0]
    chosen = [first]
    chosen += [
        piece for piece in own[1:] if piece.line == first.line or _stacked(lines, first.line, piece.line)
    ]
    room = [piece for piece in departments if bool(_HAN.search(piece.text)) == bool(_HAN.search(first.text))]
    near = [piece for piece in room if piece.line == first.line or _stacked(lines, first.line, piece.line)]
    parts = sorted(chosen, key=lambda piece: (piece.line, words.index(piece)))
    whole = sorted([*near[:1], *parts], key=lambda piece: (piece.line, words.index(piece)))
    text = " ".join(dict.fromkeys(piece.text for piece in whole))
    used = tuple(sorted({piece.line for piece in whole}))
    sure = 0.94 if len(parts) == 1 else 0.85
    keep(found, others, Found("title", text, sure * min(piece.score for piece in parts), used))
    for piece in titles:
        if piece not in parts:
            keep(found, others, Found("title", piece.text, 0.6 * piece.score, (piece.line,)))


def _distance(lines: Sequence[Line], one: int, other: int) -> float:
    here, there = lines[one].box, lines[other].box
    return abs(here.middle - there.middle) if here.height else float(abs(one - other))


def _stacked(lines: Sequence[Line], one: int, other: int) -> bool:
    """Right above or below, in letters of about one size and beginning at one edge."""
    here, there = lines[one].box, lines[other].box
    if not here.height:
        return abs(one - other) == 1
    near = abs(here.middle - there.middle) < 1.9 * max(here.height, there.height)
    alike = 0.75 < here.height / max(there.height, 1) < 1.34
    centred = abs((here.left + here.right) - (there.left + there.right)) / 2 < 1.2 * here.height
    ends = abs(here.right - there.right) < 1.2 * here.height
    return near and alike and (abs(here.left - there.left) < 1.2 * here.height or centred or ends)
