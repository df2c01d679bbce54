"""How much speaks for two records being the same person or company, field by field.

After Fellegi and Sunter: every field that both records fill adds bits of evidence, for where it agrees and
against where it differs; what only one fills says nothing. Agreement on what many share (张伟, a switchboard
that many sites answer) weighs less: `Frequencies` knows how common a value is among the records at hand.
The weights are the same for every set of records.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from headwater.duplicates.matching.addresses import Address
from headwater.duplicates.matching.people import PersonName
from headwater.duplicates.matching.profiles import Profile


class Part(StrEnum):
    """The fields that speak."""

    PERSON = "person"
    COMPANY = "company"
    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"
    NUMBER = "number"
    BORN = "born"
    ADDRESS = "address"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one field says: `bits` for (above 0) or against, `level` from exact to different."""

    part: Part
    level: str  # exact, close, alike, differs
    bits: float


@dataclass(frozen=True, slots=True)
class Score:
    """All the evidence. `percent` is for people: how sure, 0 to 100."""

    bits: float
    evidence: tuple[Evidence, ...]

    @property
    def percent(self) -> int:
        """50 at `LIKELY` bits, and from there by the odds, softened: the weights are estimates."""
        return round(100 / (1 + 2 ** (-(self.bits - LIKELY) / 3)))


LIKELY = 11.0  # from here on two records are suggested as one
_OF_COMPANY = frozenset({Part.COMPANY, Part.ADDRESS, Part.PHONE, Part.HOST})
_COLLEAGUES = 8.0  # what company, address and switchboard say together about two names that differ


@dataclass(slots=True)
class Frequencies:
    """How many records hold each value; empty is right for a comparison without a corpus."""

    total: int = 1000
    counts: Mapping[str, int] = field(default_factory=dict)
    spread: Mapping[str, int] = field(default_factory=dict)  # phone -> different places that share it

    def rarity(self, value: str, least: float, most: float, usual: float) -> float:
        """Bits that an agreement on the value is worth: rare ones more."""
        if not self.counts:
            return usual
        seen = self.counts.get(value, 1)
        return min(most, max(least, math.log2(self.total / seen)))


def score(one: Profile, other: Profile, frequencies: Frequencies) -> Score:
    """Compare two records."""
    found = [
        *_person(one.person, other.person, frequencies),
        *_company(one, other, frequencies),
        *_phones(one, other, frequencies),
        *_sets(Part.EMAIL, one.emails, other.emails, 16, -1),
        *_sets(Part.HANDLE, one.handles, other.handles, 18, -1),
        *_number(one.number, other.number),
        *_born(one.born, other.born),
        *_address(one.address, other.address),
        *_host(one.host, other.host),
    ]
    return Score(_summed(found), tuple(found))


def _summed(found: list[Evidence]) -> float:
    """Where two people differ, what their company shares makes them colleagues and not one person."""
    bits = sum(item.bits for item in found)
    levels = {item.part: item.level for item in found}
    if levels.get(Part.PERSON) == "differs" and Part.COMPANY in levels:
        shared = sum(item.bits for item in found if item.part in _OF_COMPANY and item.bits > 0)
        bits -= max(0.0, shared - _COLLEAGUES)
    return bits


def _said(part: Part, level: str, bits: float) -> Evidence:
    return Evidence(part, level, bits)


def _person(one: PersonName, other: PersonName, frequencies: Frequencies) -> list[Evidence]:
    if not one.words or not other.words:
        return []
    if one.is_chinese and other.is_chinese:
        return [_chinese_names(one, other, frequencies)]
    if one.is_chinese != other.is_chinese:
        return [_across_scripts(one, other)]
    bits, levels = 0.0, []
    left = list(other.words)
    for word in one.words:
        if not left:
            break
        best = max(left, key=lambda candidate: _word_likeness(word, candidate))
        alike = _word_likeness(word, best)
        if alike == 1:
            bits += frequencies.rarity(f"w:{word}", 2, 7, 5)
            levels.append("exact")
        elif alike >= 0.8:
            bits += 3.5
            levels.append("close")
        else:
            continue
        left.remove(best)
    missed = min(len(one.words), len(other.words)) - len(levels)
    bits -= 3.5 * missed
    level = "differs" if not levels else "alike" if missed else "close" if "close" in levels else "exact"
    return [_said(Part.PERSON, level, bits)]


def _word_likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) <= 2 and long.startswith(short):
        return 0.8  # an initial
    alike = JaroWinkler.similarity(one, other)
    distance = DamerauLevenshtein.distance(one, other)
    if (distance <= 1 and len(short) >= 3) or (distance <= 2 and len(short) >= 6):
        return max(alike, 0.85)
    return alike if alike >= 0.88 else min(alike, 0.7)


def _chinese_names(one: PersonName, other: PersonName, frequencies: Frequencies) -> Evidence:
    mine, theirs = one.words[0], other.words[0]
    if one.is_family_only or other.is_family_only:
        same = one.family == other.family
        return _said(Part.PERSON, "alike" if same else "differs", 1.5 if same else -5)
    if mine == theirs:
        return _said(Part.PERSON, "exact", frequencies.rarity(f"w:{mine}", 4, 10, 8))
    if one.reading == other.reading:
        return _said(Part.PERSON, "close", 5)
    if one.family == other.family and len(mine) >= 3 and len(mine) == len(theirs):
        differing = sum(a != b for a, b in zip(mine, theirs, strict=True))
        if differing == 1:
            return _said(Part.PERSON, "alike", -1)
    return _said(Part.PERSON, "differs", -6)


def _across_scripts(one: PersonName, other: PersonName) -> Evidence:
    chinese, latin = (one, other) if one.is_chinese else (other, one)
    joined = "".join(chinese.reading)
    family_length = len("".join(chinese.reading[: len(chinese.family)]))
    turned = joined[family_length:] + joined[:family_length]
    same = "".join(latin.words) in (joined, turned)
    return _said(Part.PERSON, "close", 6) if same else _said(Part.PERSON, "differs", -2)


def _company(one: Profile, other: Profile, frequencies: Frequencies) -> list[Evidence]:
    if not one.company or not other.company:
        return []
    if one.company == other.company:
        if _elsewhere(one.seat, other.seat):  # 石家庄云泰 is hardly 上海云泰
            return [_said(Part.COMPANY, "alike", 0.5)]
        return [_said(Part.COMPANY, "exact", frequencies.rarity(f"c:{one.company}", 5, 10, 8))]
    weight = {piece: frequencies.rarity(f"p:{piece}", 1, 10, 6) for piece in {*one.pieces, *other.pieces}}
    mine, theirs = set(one.pieces), set(other.pieces)
    shared = 0.0
    for piece in mine & theirs:
        shared += weight[piece]
    for piece in mine - theirs:
        for candidate in theirs - mine:
            if len(piece) >= 4 and len(candidate) >= 4 and _word_likeness(piece, candidate) >= 0.85:
                shared += 0.8 * min(weight[piece], weight[candidate])
                break
    all_mine, all_theirs = sum(weight[p] for p in mine), sum(weight[p] for p in theirs)
    within = shared / max(min(all_mine, all_theirs), 0.1)
    overall = shared / max(all_mine + all_theirs - shared, 0.1)
    whole = fuzz.ratio(one.company, other.company) / 100
    alike = max(0.5 * within + 0.5 * overall, whole if whole >= 0.85 else 0)
    if alike >= 0.85:
        return [_said(Part.COMPANY, "close", min(7.0, shared))]
    if alike >= 0.6:
        return [_said(Part.COMPANY, "alike", min(4.0, shared))]
    if alike >= 0.35:
        return [_said(Part.COMPANY, "alike", 0.5)]
    return [_said(Part.COMPANY, "differs", -4)]


def _elsewhere(one: str, other: str) -> bool:
    """Whether both name a place and neither names that of the other (广东省深圳 is 深圳)."""
    return bool(one and other) and one not in other and other not in one


def _phones(one: Profile, other: Profile, frequencies: Frequencies) -> list[Evidence]:
    if not one.phones or not other.phones:
        return []
    shared = one.phones & other.phones
    if shared:
        places = min(frequencies.spread.get(phone, 1) for phone in shared)
        return [_said(Part.PHONE, "exact", max(2.0, 11 - 2.5 * math.log2(max(places, 1))))]
    if any(DamerauLevenshtein.distance(a, b) == 1 for a in one.phones for b in other.phones):
        return [_said(Part.PHONE, "close", 3)]
    return [_said(Part.PHONE, "differs", -2)]


def _sets(
    part: Part, one: frozenset[str], other: frozenset[str], same: float, differs: float
) -> list[Evidence]:
    if not one or not other:
        return []
    return [_said(part, "exact", same) if one & other else _said(part, "differs", differs)]


def _number(one: str, other: str) -> list[Evidence]:
    if not one or not other:
        return []
    if one == other:
        return [_said(Part.NUMBER, "exact", 15)]
    if DamerauLevenshtein.distance(one, other) == 1:
        return [_said(Part.NUMBER, "close", 9)]
    return [_said(Part.NUMBER, "differs", -4)]


def _born(one: str, other: str) -> list[Evidence]:
    if not one or not other:
        return []
    if one == other:
        return [_said(Part.BORN, "exact", 9)]
    if DamerauLevenshtein.distance(one, other) == 1:
        return [_said(Part.BORN, "close", 4.5)]
    return [_said(Part.BORN, "differs", -4)]


def _address(one: Address, other: Address) -> list[Evidence]:
    bits, level = 0.0, ""
    street = _street_likeness(one.street, other.street)
    if street is not None:
        numbers = one.number and other.number
        if street >= 0.8:
            bits += 5 if street == 1 else 4
            level = "alike"
            if numbers and one.number == other.number:
                bits += 6
                level = "exact" if street == 1 else "close"
            elif numbers:
                bits += _near(one.number, other.number)
        else:
            bits -= 3
            level = "differs"
            if numbers and one.number == other.number:
                bits += 1.5
    elif one.number and one.number == other.number:
        bits, level = 3, "alike"
    rest = _street_likeness(one.rest, other.rest)
    if rest is not None:
        bits += 3 if rest == 1 else 2 if rest >= 0.8 else -0.5
    for mine, theirs, same, differs in (
        (one.postcode, other.postcode, 4, -1.5),
        (one.locality, other.locality, 4, -1.5),
        (one.region, other.region, 1.5, -1),
    ):
        if mine and theirs:
            level = level or ("alike" if mine == theirs else "differs")
            near = mine == theirs or (len(mine) > 3 and _word_likeness(mine, theirs) >= 0.85)
            bits += same if mine == theirs else same - 1 if near else differs
    return [_said(Part.ADDRESS, level, min(bits, 16.0))] if level else []


def _host(one: str, other: str) -> list[Evidence]:
    if not one or not other:
        return []
    return [_said(Part.HOST, "exact", 4)] if one == other else [_said(Part.HOST, "differs", -0.5)]


def _near(one: str, other: str) -> float:
    a, b = "".join(filter(str.isdigit, one)), "".join(filter(str.isdigit, other))
    if a and a == b:
        return 5
    if DamerauLevenshtein.distance(one, other) == 1 and len(one) > 2:
        return 2
    if a and b and abs(int(a) - int(b)) <= 30:
        return 1
    return -3


def _street_likeness(one: str, other: str) -> float | None:
    if not one or not other:
        return None
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) >= 4 and long.startswith(short):
        return 0.95
    if short.isdigit() or long.isdigit():
        return 0.0
    return fuzz.ratio(one, other) / 100
