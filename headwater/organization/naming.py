"""The sound of a name, for sorting and finding people by it."""

from headwater.kernel import text

# Family names read otherwise than the same character in a sentence.
_FAMILY = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "任": "ren", "盖": "ge", "朴": "piao",
    "区": "ou", "尉": "wei", "乐": "yue", "华": "hua", "覃": "qin", "翟": "zhai", "冼": "xian", "召": "shao",
    "缪": "miao", "种": "chong", "折": "she", "黑": "he", "员": "yun", "繁": "po", "秘": "bi", "重": "chong",
}  # fmt: skip


def sound_of(name: str) -> str:
    """`zhangsan zs` of 张三; other writing stays as it is, folded."""
    from pypinyin import lazy_pinyin

    folded = text.fold(name)
    syllables: list[str] = lazy_pinyin(folded, errors=lambda rest: rest.split())
    if folded[:1] in _FAMILY:
        syllables[0] = _FAMILY[folded[0]]
    whole = "".join(syllables)
    initials = "".join(syllable[:1] for syllable in syllables)
    return f"{whole} {initials}"[:200]
