"""Addresses in comparable parts: house number, street, unit, what stands around them.

Western: `1001 W. Roosevelt Rd, Apt 4`. Chinese: `北京市朝阳区建国路88号B座1201`. The parts are for comparing;
nothing is lost that a person typed, because the original is kept elsewhere.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from headwater.kernel.text import fold
from headwater.sales.names import without_region

_SIGNS = re.compile(r"[^\w\s/-]+")
_WORD = re.compile(r"[a-z]+|\d+[a-z]*")
_DIRECTIONS = frozenset(["n", "s", "e", "w", "north", "south", "east", "west", "ne", "nw", "se", "sw"])
_WAYS = frozenset(
    re.findall(
        r"\w+",
        "st str street rd road ave av avenue blvd boulevard dr drive ln lane ct court crt pl place "
        "cres crescent cr cct circuit way pkwy parkway hwy highway tce terrace close cl sq square "
        "pde parade gr grove street",
    )
)
_UNITS = frozenset(
    re.findall(
        r"\w+",
        "apt apartment unit suite ste flat fl floor level lot room rm shop",
    )
)
_NUMBER_WORD = re.compile(r"\d+[a-z]?$")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)$")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_CN_STREET = re.compile(
    r"(?P<street>[\u4e00-\u9fffa-z0-9]*?(?:大街|大道|公路|路|街|巷|弄|胡同|道|镇|村|园区|园))"
    r"[东西南北中]?(?:段|侧)?(?P<number>\d+(?:[-/]\d+)?)?(?:号|弄)?(?P<rest>.*)$"
)
_DISTRICT = re.compile(r"^[\u4e00-\u9fff]{1,6}?(?:新区|区|县|市|镇|街道)")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Address:
    """An address in parts, each empty where unknown."""

    number: str = ""
    street: str = ""
    rest: str = ""  # building, floor, a second line
    locality: str = ""
    postcode: str = ""
    region: str = ""

    @property
    def place(self) -> str:
        """Number and street in a form that survives abbreviations; empty unless both are known."""
        return f"{self.number} {self.street[:4]}" if self.number and self.street else ""


@lru_cache(maxsize=65_536)
def read_address(text: str, locality: str = "", postcode: str = "", region: str = "") -> Address:
    """The parts of an address as typed."""
    folded = fold(text)
    read = _chinese(folded) if _CHINESE.search(folded) else _western(folded)
    number, street, rest = read
    return Address(
        number,
        street,
        rest,
        "".join(_WORD.findall(fold(locality))) or fold(locality),
        fold(postcode),
        fold(region),
    )


def _western(text: str) -> tuple[str, str, str]:
    words = _WORD.findall(_SIGNS.sub(" ", text))
    number = ""
    if words and _NUMBER_WORD.match(words[0]):
        number, words = words[0], words[1:]
    street: list[str] = []
    rest: list[str] = []
    for at, word in enumerate(words):
        ordinal = _ORDINAL.match(word)
        if word in _DIRECTIONS and not street:
            continue
        if street and (word in _WAYS or word in _UNITS):
            rest = words[at + (word in _WAYS) :]
            break
        if street and word in _DIRECTIONS:
            rest = words[at + 1 :]
            break
        street.append(ordinal[1] if ordinal else word)
    if len(street) > 3:
        street, rest = street[:2], street[2:] + rest
    return number, "".join(street), " ".join(rest)


def _chinese(text: str) -> tuple[str, str, str]:
    core = without_region("".join(text.split()))
    shorter = _DISTRICT.sub("", core)
    core = (shorter or core).lstrip("区县市")  # 朝阳 is a city too
    found = _CN_STREET.match(core)
    if found is None:
        digits = _DIGITS.search(core)
        return (digits[0] if digits else ""), core[:20], ""
    return found["number"] or "", found["street"], found["rest"]
