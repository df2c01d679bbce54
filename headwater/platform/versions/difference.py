"""What differs between two contents, for showing it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs; `path` leads to it ("target.people.0.weight"), None stands for absent."""

    path: str
    before: Any
    after: Any


def difference(before: Any, after: Any) -> list[Change]:
    """The changes that lead from one JSON content to another, in the order of the later one.

    Objects are compared key by key; lists of objects item by item; any other list as one value.
    """
    return list(_changes("", before, after))


def _changes(path: str, before: Any, after: Any) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*after, *(key for key in before if key not in after)]:
            yield from _changes(_join(path, key), before.get(key, _ABSENT), after.get(key, _ABSENT))
    elif _holds_objects(before) and _holds_objects(after):
        for place in range(max(len(before), len(after))):
            old = before[place] if place < len(before) else _ABSENT
            new = after[place] if place < len(after) else _ABSENT
            yield from _changes(_join(path, place), old, new)
    elif before != after or type(before) is not type(after):
        yield Change(path, None if before is _ABSENT else before, None if after is _ABSENT else after)


def _holds_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)
