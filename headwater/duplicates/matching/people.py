"""Names of people: Chinese and Latin, given and family name in any order, forms of address left out."""

import re
from dataclasses import dataclass
from functools import lru_cache

from headwater.kernel.text import fold
from headwater.platform.search.readings import COMPOUND_SURNAMES, read_name

_HAN = re.compile("[\u3400-\u9fff]+")
_LATIN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_ADDRESSED = re.compile(
    "(?:先生|女士|小姐|太太|老师|经理|总监|总经理|主任|主管|医生|律师|工程师|工|总|董|哥|姐|部长|科长|处长|院长|校长|老板)$"
)
_TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam", "jr", "sr", "ii", "iii"])


_TWO_CHARACTERS = frozenset(
    re.findall("..", "欧阳司马上官诸葛东方夏侯司徒公孙慕容端木南宫轩辕闻人赫连钟离申屠太史独孤拓跋百里东郭")
) | set(COMPOUND_SURNAMES)


@dataclass(frozen=True, slots=True)
class PersonName:
    """`words` are Latin words, or one Chinese name; `reading` is the Chinese name in pinyin."""

    words: tuple[str, ...] = ()
    family: str = ""  # of a Chinese name
    reading: tuple[str, ...] = ()
    is_family_only: bool = False  # 张先生: the given name is not known

    @property
    def is_chinese(self) -> bool:
        return bool(self.family)


@lru_cache(maxsize=65_536)
def read_person(text: str) -> PersonName:
    """A person's name as typed. `王小明`, `Wang Xiaoming`, `Smith, John`, `张先生`."""
    folded = fold(text)
    han = "".join(_HAN.findall(folded))
    if len(han) >= 2:
        return _chinese(han)
    words = [word for word in _LATIN.findall(folded) if word not in _TITLES]
    return PersonName(words=tuple(words[:6]))


def _chinese(han: str) -> PersonName:
    length = 2 if han[:2] in _TWO_CHARACTERS and len(han) > 2 else 1
    family, given = han[:length], han[length:]
    bare = _ADDRESSED.sub("", given)
    if (bare != given and len(bare) <= 1 and len(given) >= 2) or given in ("总", "工", "董", "哥", "姐"):
        given = bare if len(bare) == 1 and len(given) > 2 else ""
    else:
        given = bare or given
    whole = family + given
    return PersonName((whole,), family, tuple(read_name(whole, is_person=True)), is_family_only=not given)
