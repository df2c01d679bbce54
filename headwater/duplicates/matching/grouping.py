"""Pairs brought into groups: what is the same as the same thing is one."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from headwater.duplicates.matching.keys import MOST_SHARED, is_weak

T = TypeVar("T", bound=Hashable)


def pairs_by_keys(keys: Mapping[T, Iterable[str]], *, most: int = MOST_SHARED) -> set[tuple[T, T]]:
    """Pairs that share a key, or two weak ones, of keys that at most `most` share; for sets in memory."""
    holders: dict[str, list[T]] = {}
    for record, own in keys.items():
        for key in own:
            holders.setdefault(key, []).append(record)
    weight: Counter[tuple[T, T]] = Counter()
    for key, sharing in holders.items():
        if 1 < len(sharing) <= most:
            for at, one in enumerate(sharing):
                for other in sharing[at + 1 :]:
                    weight[_ordered(one, other)] += 1 if is_weak(key) else 2
    return {pair for pair, shared in weight.items() if shared >= 2}


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
        _ordered(one, other)
        for group in gathered
        for at, one in enumerate(group)
        for other in group[at + 1 :]
    }


def cliques(pairs: Iterable[tuple[T, T]], *, most: int) -> list[list[T]]:
    """Records of which every two are a pair, at most `most` in one; the first pairs given come first.

    Stricter than `groups`: who only looks like somebody who looks like somebody is not one of them. A record
    is in one of them at most; a pair of which either is in another stands alone.
    """
    given = list(pairs)
    alike: dict[T, set[T]] = {}
    for one, other in given:
        alike.setdefault(one, set()).add(other)
        alike.setdefault(other, set()).add(one)
    taken: set[T] = set()
    found: list[list[T]] = []
    for one, other in given:
        if one in taken or other in taken:
            continue
        members = [one, other]
        for candidate in dict.fromkeys(each for pair in given for each in pair):
            if len(members) == most:
                break
            if candidate not in taken and alike[candidate].issuperset(members):
                members.append(candidate)
        taken.update(members)
        found.append(members)
    return found


def _ordered(one: T, other: T) -> tuple[T, T]:
    return (one, other) if str(one) <= str(other) else (other, one)
