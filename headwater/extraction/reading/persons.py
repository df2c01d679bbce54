"""Who the card is of, and what they do: by words, by the mail's name, and by where the lines stand."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from headwater.extraction.reading import people, places
from headwater.extraction.reading.agreement import company_agrees, hosts, name_agrees
from headwater.extraction.reading.findings import (
    HAN,
    Candidate,
    Findings,
    aligned,
    distance,
    letters,
    near,
    stacked,
)
from headwater.extraction.reading.pieces import Piece, split_words
from headwater.extraction.reading.types import Found, Line

_ENOUGH = 1.2
_ENOUGH_SAID = 2.0  # in a text, where no large letters tell who it is
_SURE = ((4.6, 0.96), (3.8, 0.9), (2.8, 0.75))
_CHINESE_ENOUGH = 3.2  # on a card in two tongues the Chinese name is the one
_LATIN_HEAD = re.compile(
    r"(?!CEO|CTO|CFO|COO|VP)[A-Z][A-Za-z&+]{1,11} ?[一-鿿]{3,10}$"
)  # `Sourcing 高级经理`
_SENTENCE = re.compile(r"[，。！？；：!?;…]|^(?:让|为|用|与|以|把|从|做|只|每|一切)")


def read_person(pieces: Sequence[Piece], lines: Sequence[Line], found: Findings) -> None:
    """Put the name and the title into the findings."""
    company = found.value("company")
    words = [
        replace(piece, text=word)
        for piece in pieces
        if not piece.label and piece.text != company
        for word in words_of(piece.text, found.value("email"))
    ]
    titles = [piece for piece in words if people.is_title(piece.text)]
    _name(words, titles, lines, found)
    _title(words, titles, lines, found)


def words_of(text: str, mail: str = "") -> list[str]:
    """A line cut into name, title and what else: `林书言 市场部 副经理` as the name and the rest."""
    words: list[str] = []

    def is_known(name: str) -> bool:
        return name_agrees(name, mail) >= 0.8

    if _LATIN_HEAD.match(text) and people.is_title(text) and not is_known(text.split(maxsplit=1)[0]):
        return [text]
    for part in (half for whole in split_words(text) for half in _named_apart(whole)):
        if people.is_title(part) and not _hides_name(part, is_known):
            words += people.split_latin(part, is_known)
            continue
        halves = part.split() if HAN.search(part) else [part]
        names = [half for half in halves if _surely_name(half)]
        apart = len(halves) > 1 and all(len(half) == 1 for half in halves)
        if apart:
            words.append("".join(halves))
        elif len(halves) > 1 and names and len(names) < len(halves):
            words += _merged(halves)
        else:
            joined = people.split_joined(part, is_known)
            words += list(joined) if joined else [part]
    return words


def _named_apart(part: str) -> list[str]:
    """`谌龙飞/党委副书记`: a bar without blanks parts a name from a title, but not two halves of a title."""
    halves = [half.strip() for half in re.split(r"[/／]", part) if half.strip()]
    return halves if len(halves) > 1 and any(_surely_name(half) for half in halves) else [part]


def _hides_name(part: str, is_known: Callable[[str], bool]) -> bool:
    if people.split_joined(part, is_known):
        return True
    halves = part.split()
    return len(halves) > 1 and any(_surely_name(half) for half in halves)


def _surely_name(half: str) -> bool:
    known = people.chinese_name(half)
    return known is not None and known[1] >= 3 and not people.says_work(half)


def _merged(halves: list[str]) -> list[str]:
    """Names by themselves, what stands between them together."""
    found: list[str] = []
    open_run: list[str] = []
    for half in halves:
        if _surely_name(half):
            if open_run:
                found.append(" ".join(open_run))
                open_run = []
            found.append(half)
        else:
            open_run.append(half)
    return [*found, " ".join(open_run)] if open_run else found


def _name(words: Sequence[Piece], titles: Sequence[Piece], lines: Sequence[Line], found: Findings) -> None:
    mail = found.value("email")
    brands = hosts([mail, found.value("website")])
    title_texts = {piece.text for piece in titles}
    title_lines = {piece.line for piece in titles}
    candidates: list[Candidate] = []
    for piece in words:
        known = (
            people.chinese_name(piece.text) or people.mixed_name(piece.text) or people.latin_name(piece.text)
        )
        if known is None and people.one_latin_word(piece.text):
            known = piece.text, 1.0
        if known is None or piece.text in title_texts:
            continue
        text, strength = known
        strength += 1.4 * (min(piece.size, 2.6) - 1)
        if piece.line in title_lines:
            strength += 1.3
        elif any(near(lines, piece.line, line) for line in title_lines):
            strength += 1.0
        agrees = name_agrees(text, mail)
        strength += 1.6 * agrees
        if agrees < 0.6 and company_agrees(text, brands) >= 0.8:
            strength -= 2.0
        if HAN.search(text):
            strength += 0.6
        candidates.append(Candidate(text, strength, (piece.line,), piece.score))
    candidates.sort(key=lambda one: (-(one.is_chinese and one.strength >= _CHINESE_ENOUGH), -one.strength))
    for one in candidates:
        if one.strength >= (_ENOUGH if lines[one.lines[0]].box.height else _ENOUGH_SAID):
            sure = next((sure for least, sure in _SURE if one.strength >= least), 0.5)
            found.keep(Found("name", one.text, sure * one.score, one.lines))


def _title(words: Sequence[Piece], titles: Sequence[Piece], lines: Sequence[Line], found: Findings) -> None:
    name = found.fields.get("name")
    chinese = name is None or bool(HAN.search(name.value))
    own = [piece for piece in titles if bool(HAN.search(piece.text)) == chinese] or list(titles)
    if name is not None:
        own.sort(key=lambda piece: distance(lines, piece.line, name.lines[0]))
    departments = [piece for piece in words if people.is_department(piece.text) and piece not in titles]
    if not own or (chinese and not any(HAN.search(piece.text) for piece in own)):
        _unknown_title(words, departments, lines, found)  # `区域总代` above `General Agent`
        if "title" in found.fields or not own:
            return
    first = own[0]
    chosen = [first]
    for piece in own[1:]:
        if piece.line == first.line or any(stacked(lines, one.line, piece.line) for one in chosen):
            chosen.append(piece)
    tongue = bool(HAN.search(first.text))
    if not tongue:
        chosen += _goes_on(chosen[-1], [piece for piece in words if piece not in titles], lines, found)
    room = [piece for piece in departments if bool(HAN.search(piece.text)) == tongue]
    beside = [piece for piece in room if piece.line == first.line or stacked(lines, first.line, piece.line)]
    whole = sorted([*beside[:1], *chosen], key=lambda piece: (piece.line, words.index(piece)))
    text = " ".join(dict.fromkeys(piece.text for piece in whole))
    used = tuple(sorted({piece.line for piece in whole}))
    sure = 0.94 if len(chosen) == 1 else 0.85
    found.keep(Found("title", text, sure * min(piece.score for piece in chosen), used))
    for piece in titles:
        if piece not in chosen:
            found.keep(Found("title", piece.text, 0.6 * piece.score, (piece.line,)))


def _goes_on(last: Piece, words: Sequence[Piece], lines: Sequence[Line], found: Findings) -> list[Piece]:
    """What a Latin title says on a second line: `Assistant Vice President` / `Corporate Banking`."""
    here = lines[last.line].box
    if not here.height:
        return []
    brands = hosts([found.value("email"), found.value("website")])
    name, mail = found.value("name"), found.value("email")
    for piece in words:
        if (
            piece.line != last.line
            and lines[piece.line].box.middle > here.middle
            and stacked(lines, last.line, piece.line, alike=1.15)
            and _could_be_title(piece.text, chinese=False)
            and piece.text != name
            and not places.company_strength(piece.text)
            and company_agrees(piece.text, brands) < 0.5
            and name_agrees(piece.text, mail) < 0.6
            and not people.is_department(piece.text)
        ):
            return [piece]
    return []


def _unknown_title(
    words: Sequence[Piece], departments: Sequence[Piece], lines: Sequence[Line], found: Findings
) -> None:
    """Words that no list knows are a title where titles stand: beside the name, in smaller letters."""
    name = found.fields.get("name")
    if name is None or not lines[name.lines[0]].box.height:
        chosen = list(departments[:1])
    else:
        brands = hosts([found.value("email"), found.value("website")])
        free = [
            piece
            for piece in words
            if _could_be_title(piece.text, chinese=bool(HAN.search(name.value)))
            and piece.text != name.value
            and company_agrees(piece.text, brands) < 0.8
            and name_agrees(piece.text, found.value("email")) < 0.8
            and _stands_by(lines, name.lines[0], piece.line)
        ]
        free.sort(key=lambda piece: distance(lines, piece.line, name.lines[0]))
        chosen = free[:1]
        chosen += [
            piece
            for piece in departments
            if chosen and piece not in chosen and stacked(lines, chosen[0].line, piece.line)
        ][:1]
        chosen = sorted(chosen or departments[:1], key=lambda piece: piece.line)
    if chosen:
        text = " ".join(piece.text for piece in chosen)
        found.keep(
            Found(
                "title",
                text,
                0.6 * min(piece.score for piece in chosen),
                tuple(piece.line for piece in chosen),
            )
        )


def _could_be_title(text: str, *, chinese: bool) -> bool:
    bare = text.strip(" ,;|·-")
    if _SENTENCE.search(bare) or re.search(r"\d{2}", bare) or places.company_strength(bare) >= 3:
        return False
    if chinese:
        return bool(HAN.search(bare)) and 2 <= len(bare) <= 14
    return not HAN.search(bare) and 3 <= len(bare) <= 48 and bare[:1].isupper() and len(bare.split()) <= 6


def _stands_by(lines: Sequence[Line], name: int, other: int) -> bool:
    """On the name's row, or within two rows of it and aligned, in letters no larger."""
    here, there = lines[name].box, lines[other].box
    if name == other:
        return True
    if letters(lines[other]) > 1.1 * letters(lines[name]):
        return False
    if here.beside(there):
        return True
    return abs(here.middle - there.middle) < 1.2 * here.height + 2.6 * there.height and aligned(
        lines, name, other
    )
