"""SQL in composable pieces: text with `%s` places and the parameters that fill them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of SQL. Text never holds data; data travels in `params` alone."""

    text: str
    params: tuple[Any, ...] = ()

    def __and__(self, other: "Fragment") -> "Fragment":
        return all_of([self, other])

    def __or__(self, other: "Fragment") -> "Fragment":
        return any_of([self, other])

    def __invert__(self) -> "Fragment":
        # Two-valued on purpose: what is unknown is not matched, so its negation is.
        return Fragment(f"(({self.text}) IS NOT TRUE)", self.params)


TRUE = Fragment("TRUE")
FALSE = Fragment("FALSE")


def _join(parts: Iterable[Fragment], word: str, empty: Fragment, absorbing: Fragment) -> Fragment:
    kept: list[Fragment] = []
    for part in parts:
        if part == absorbing:
            return absorbing
        if part != empty:
            kept.append(part)
    if not kept:
        return empty
    if len(kept) == 1:
        return kept[0]
    text = f" {word} ".join(f"({part.text})" for part in kept)
    return Fragment(text, tuple(param for part in kept for param in part.params))


def all_of(parts: Iterable[Fragment]) -> Fragment:
    """True when every part is."""
    return _join(parts, "AND", TRUE, FALSE)


def any_of(parts: Iterable[Fragment]) -> Fragment:
    """True when one part is; false for none."""
    return _join(parts, "OR", FALSE, TRUE)


def rows(text: str, params: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Run a query on Django's connection; one dict a row."""
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        result = cursor.pgresult  # the driver's description would make an object for every column
        names = [result.fname(index).decode() for index in range(result.nfields)]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()] if names else []


def values(text: str, params: Sequence[Any] = ()) -> list[Any]:
    """The first column of every row."""
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return [row[0] for row in cursor.fetchall()]


def value(text: str, params: Sequence[Any] = ()) -> Any:
    """The first column of the first row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        row = cursor.fetchone()
        return None if row is None else row[0]


def execute(text: str, params: Sequence[Any] = ()) -> int:
    """Run a statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return int(cursor.rowcount)
