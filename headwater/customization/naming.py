"""Names for fields and lists, made from what people call them."""

import re
from collections.abc import Container

from pypinyin import lazy_pinyin

MAX_NAME = 48
_WORD = re.compile(r"[^a-z0-9]+")


def identifier(label: str, otherwise: str) -> str:
    """`Total Visits` as `total_visits`, 预算金额 as `yu_suan_jin_e`; `otherwise` when nothing is left."""
    words = "_".join(lazy_pinyin(label)) if not label.isascii() else label
    name = _WORD.sub("_", words.lower()).strip("_")
    if name and not name[0].isalpha():
        name = f"{otherwise}_{name}"
    return name[: MAX_NAME - 4].rstrip("_") or otherwise


def free_name(name: str, taken: Container[str]) -> str:
    """`name`, or with a number behind it when it is taken."""
    candidate, count = name, 1
    while candidate in taken:
        count += 1
        candidate = f"{name}_{count}"
    return candidate
