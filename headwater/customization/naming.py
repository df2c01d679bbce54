"""Names for fields and lists, made from what people call them."""

import re
from collections.abc import Container

from headwater.platform.search.readings import read_name

MAX_NAME = 48
_CHINESE = re.compile(r"[\u4e00-\u9fff\u3007]+")
_WORD = re.compile(r"[^a-z0-9]+")


def identifier(label: str, otherwise: str) -> str:
    """`Total Visits` as `total_visits`, 预算金额 as `yu_suan_jin_e`; `otherwise` when nothing is left."""
    words = _CHINESE.sub(lambda run: f"_{'_'.join(read_name(run[0], is_person=False))}_", label)
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
