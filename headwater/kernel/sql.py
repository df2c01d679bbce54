"""SQL in composable pieces: text with `%s` places and the parameters that fill them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import psycopg
from django.db import OperationalError, connection, transaction

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")
_TRIES = 4


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


def atomic_again(act: Callable[_Given, _Answer]) -> Callable[_Given, _Answer]:
    """A transaction that begins anew when the database ended it to resolve a deadlock.

    For acts over rows that others may bring in between, so that no order of locks holds for all of them.
    Within another transaction it raises: that one would have to begin anew.
    """

    @wraps(act)
    def run(*args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
        for left in reversed(range(_TRIES)):
            try:
                with transaction.atomic():
                    return act(*args, **kwargs)
            except OperationalError as failure:
                is_deadlock = isinstance(failure.__cause__, psycopg.errors.DeadlockDetected)
                if not is_deadlock or not left or connection.in_atomic_block:
                    raise
        raise AssertionError("unreachable")

    return run
