"""Pairs brought into groups: what is the same as the same thing is one."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from headwater.duplicates.matching.keys import MOST_SHARED

T = TypeVar("T", bound=Hashable)


def pairs_by_keys(keys: Mapping[T, Iterable[str]], *, most: int = MOST_SHARED) -> set[tuple[T, T]]:
    """Pairs of records that share a key that at most `most` records share; for sets in memory."""
    holders: dict[str, list[T]] = {}
    for record, own in keys.items():
        for key in own:
            holders.setdefault(key, []).append(record)
    found: set[tuple[T, T]] = set()
    for sharing in holders.values():
        if 1 < len(sharing) <= most:
            found.update((one, other) for at, one in enumerate(sharing) for other in sharing[at + 1 :])
    return {(one, other) if str(one) <= str(other) else (other, one) for one, other in found}


def groups(pairs: Iterable[tuple[T, T]]) -> list[list[T]]:
    """Connected records, each group in the order in which its members were met."""
    leader: dict[T, T] = {}

    def find(one: T) -> T:
        while leader.setdefault(one, one) != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for one, other in pairs:
        leader[find(other)] = find(one)
    gathered: dict[T, list[T]] = {}
    for one in list(leader):
        gathered.setdefault(find(one), []).append(one)
    return list(gathered.values())


def pairs_within(gathered: Iterable[Sequence[T]]) -> set[tuple[T, T]]:
    """Every pair of each group."""
    return {
        (one, other) if str(one) <= str(other) else (other, one)
        for group in gathered
        for at, one in enumerate(group)
        for other in group[at + 1 :]
    }
