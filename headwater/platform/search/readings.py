"""How Chinese characters are read, without tones.

Only pypinyin's table of single characters is loaded (its phrases would cost 50 MB); surnames and a few
common words that are read differently have their own small tables.
"""

import importlib.util
import unicodedata
from functools import cache
from pathlib import Path

import orjson

# Characters that are read differently as a surname.
SURNAMES = {
    "曾": "zeng",
    "单": "shan",
    "仇": "qiu",
    "解": "xie",
    "朴": "piao",
    "查": "zha",
    "盖": "ge",
    "区": "ou",
    "覃": "qin",
    "翟": "zhai",
    "召": "shao",
    "乐": "yue",
    "缪": "miao",
    "员": "yun",
    "黑": "he",
    "秘": "bi",
    "折": "she",
    "种": "chong",
    "繁": "po",
    "隗": "wei",
    "藏": "zang",
    "祭": "zhai",
    "乜": "nie",
    "句": "gou",
    "洗": "xian",
    "长": "zhang",
    "重": "chong",
    "卜": "bu",
    "牟": "mu",
    "佴": "nai",
    "阚": "kan",
}
COMPOUND_SURNAMES = {
    "万俟": ("mo", "qi"),
    "尉迟": ("yu", "chi"),
    "澹台": ("tan", "tai"),
    "长孙": ("zhang", "sun"),
    "单于": ("chan", "yu"),
    "令狐": ("ling", "hu"),
    "宇文": ("yu", "wen"),
    "呼延": ("hu", "yan"),
    "皇甫": ("huang", "fu"),
    "濮阳": ("pu", "yang"),
    "公冶": ("gong", "ye"),
    "鲜于": ("xian", "yu"),
    "乐正": ("yue", "zheng"),
}
# Two-character words of company and place names whose usual reading is not that of their characters.
WORDS = {
    "重庆": ("chong", "qing"),
    "厦门": ("xia", "men"),
    "会计": ("kuai", "ji"),
    "音乐": ("yin", "yue"),
    "乐器": ("yue", "qi"),
    "六安": ("lu", "an"),
    "蚌埠": ("beng", "bu"),
    "番禺": ("pan", "yu"),
    "弹簧": ("tan", "huang"),
}
_WORD_HEADS = frozenset(word[0] for word in WORDS)
# Readings whose first entry in the table is not the usual one.
_USUAL = {"都": "du", "传": "chuan", "长": "chang", "重": "zhong", "行": "hang", "乐": "le", "车": "che"}


@cache
def readings() -> dict[str, str]:
    """The most usual reading of each character; ü is written v. Loaded on first use, about 2 MB."""
    spec = importlib.util.find_spec("pypinyin")  # finds without importing
    if spec is None or not spec.submodule_search_locations:
        return {}
    raw = orjson.loads((Path(spec.submodule_search_locations[0]) / "pinyin_dict.json").read_bytes())
    syllables: dict[str, str] = {}
    found: dict[str, str] = {}
    for code, marked in raw.items():
        number = int(code)
        if 0x4E00 <= number <= 0x9FFF or number == 0x3007:
            first = marked.split(",", 1)[0]
            plain = syllables.get(first)
            if plain is None:
                plain = syllables.setdefault(first, _plain(first))
            found[chr(number)] = plain
    return found | _USUAL


def _plain(marked: str) -> str:
    decomposed = unicodedata.normalize("NFD", marked.replace("ü", "v"))
    bare = "".join(char for char in decomposed if char.isascii() and char.isalpha())
    # ǖ and its like decompose into u, two dots and a tone.
    return bare.replace("u", "v", 1) if "\u0308" in decomposed else bare


@cache
def syllables() -> frozenset[str]:
    """All syllables there are."""
    return frozenset(readings().values())


def read_name(name: str, *, is_person: bool) -> list[str]:
    """The syllables of a folded name; characters without a reading stand for themselves."""
    table = readings()
    read = [table.get(char, char) for char in name]
    if is_person:
        compound = COMPOUND_SURNAMES.get(name[:2])
        if compound is not None and len(name) > 2:
            read[:2] = compound
        elif name[0] in SURNAMES:
            read[0] = SURNAMES[name[0]]
    elif not _WORD_HEADS.isdisjoint(name):
        for place in range(len(name) - 1):
            word = WORDS.get(name[place : place + 2])
            if word is not None:
                read[place : place + 2] = word
    return read
