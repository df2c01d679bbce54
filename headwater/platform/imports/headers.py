"""Which field a column most likely means: by its header in Chinese or English, and by what it holds."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.utils import translation
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from headwater.kernel import text
from headwater.platform.imports.types import Column, ColumnPlan, Guess, Target

LIKE_ENOUGH = 88.0
_NOISE = re.compile(r"[\s_\-./\\:：*＊#'\"“”]+")
_BRACKETS = re.compile(r"[(（\[【<].*?[)）\]】>]")

# Values of the left kind do not belong into fields of the right types.
_UNFIT: dict[str, frozenset[str]] = {
    Guess.EMAIL: frozenset({"phone", "number", "money", "percent", "date", "datetime", "boolean"}),
    Guess.PHONE: frozenset({"email", "date", "datetime", "boolean", "money", "percent"}),
    Guess.DATE: frozenset({"phone", "email", "number", "money", "percent", "boolean"}),
    Guess.DATETIME: frozenset({"phone", "email", "number", "money", "percent", "boolean"}),
    Guess.TEXT: frozenset({"number", "money", "percent", "boolean", "date", "datetime"}),
    Guess.LONG_TEXT: frozenset(
        {"number", "money", "percent", "boolean", "date", "datetime", "phone", "email"}
    ),
    Guess.PICKLIST: frozenset(
        {"phone", "email", "number", "money", "percent", "boolean", "date", "datetime"}
    ),
    Guess.BOOLEAN: frozenset(
        {"phone", "email", "date", "datetime", "link", "user", "department", "picklist"}
    ),
    Guess.NUMBER: frozenset({"email", "boolean", "date", "link"}),
}


def normal(header: str) -> str:
    """A header without case, width, blanks, marks and what stands in brackets."""
    folded = text.fold(header)
    plain = _NOISE.sub("", _BRACKETS.sub("", folded))
    return plain or _NOISE.sub("", folded)


def whole(header: str) -> str:
    """A header without case, width, blanks and marks; what stands in brackets stays."""
    return _NOISE.sub("", text.fold(header))


def remarks() -> tuple[str, str, str]:
    """What a file of rows that were not taken adds behind its columns (`error_file`)."""
    return _("Row"), _("Result"), _("Reason")


def remark_columns(columns: Sequence[Column]) -> frozenset[int]:
    """Columns that a file of ours added, where it comes back: they say nothing of the records."""
    known = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            known.append([normal(one) for one in remarks()])
    names = [normal(column.header) for column in columns]
    end = len(names)
    while end > 3 and names[end - 3 : end] in known:
        end -= 3
    return frozenset(column.index for column in columns[end:])


def signature(columns: Iterable[Column]) -> str:
    """The same for files with the same headers, in whatever order."""
    names = sorted(normal(column.header) for column in columns)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:40]


def names_of(target: Target) -> frozenset[str]:
    """All normal forms under which a target is known."""
    found = {normal(header) for header in target.headers}
    found.add(normal(target.key.removeprefix("custom.")))
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.add(normal(str(target.label)))
    return frozenset(found - {""})


@lru_cache(maxsize=20_000)
def _likeness(header: str, name: str) -> float:
    if header == name:
        return 100.0
    if len(header) < 3 or len(name) < 3:
        return 0.0
    return min(99.0, fuzz.ratio(header, name))


def guess(columns: list[Column], targets: list[Target]) -> list[ColumnPlan]:
    """A plan for every column; each target is given once, to the column that fits best."""
    names = {target.key: names_of(target) for target in targets}
    ranked: list[tuple[float, int, Target]] = []
    ours = remark_columns(columns)
    for column in columns:
        if column.guess == Guess.EMPTY or column.index in ours:
            continue
        header = normal(column.header)
        for target in targets:
            likeness = max((_likeness(header, name) for name in names[target.key]), default=0.0)
            if likeness >= LIKE_ENOUGH and fits(column, target):
                ranked.append((likeness, column.index, target))
    chosen = _best(ranked)
    taken = {target.key for target in chosen.values()}
    for column in columns:
        if (
            column.index not in chosen
            and column.index not in ours
            and (by_content := _by_content(column, targets, taken))
        ):
            chosen[column.index] = by_content
            taken.add(by_content.key)
    return [
        ColumnPlan(
            column.index,
            target=chosen[column.index].key if column.index in chosen else "",
            empty=tuple(column.blanks),
            add_missing=column.index in chosen and chosen[column.index].names_records,
        )
        for column in columns
    ]


def _best(ranked: list[tuple[float, int, Target]]) -> dict[int, Target]:
    chosen: dict[int, Target] = {}
    taken: set[str] = set()
    for _likeness_of, index, target in sorted(ranked, key=lambda item: (-item[0], item[1])):
        if index not in chosen and target.key not in taken:
            chosen[index] = target
            taken.add(target.key)
    return chosen


def fits(column: Column, target: Target) -> bool:
    """Whether values that look like the column's can go into the target."""
    if target.type in _UNFIT.get(column.guess, frozenset()):
        return False
    if target.known is None:
        return True
    looked = [value for value in column.values or column.samples if value not in column.blanks][:50]
    return not looked or sum(map(target.known, looked)) * 2 >= len(looked)


def _by_content(column: Column, targets: list[Target], taken: set[str]) -> Target | None:
    """E-mail addresses and telephone numbers are known by sight, whatever their column is called."""
    if column.guess not in (Guess.EMAIL, Guess.PHONE) or column.filled < 2:
        return None
    kind = "email" if column.guess == Guess.EMAIL else "phone"
    for target in targets:
        if target.is_contact and target.type == kind and target.key not in taken:
            return target
    return None
