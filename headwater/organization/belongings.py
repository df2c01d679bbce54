"""What a person still owns, told by the rooms above, and how it passes on to somebody else when they leave.

A room says of each kind how much of it people hold. Where it also gives a `Holding`, the kind can be handed
over and taken back: the room keeps its own rules, history and events, whoever orders it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.errors import Text
from headwater.kernel.sql import TRUE, Fragment

Count = Callable[[Collection[int]], Mapping[int, int]]
Parents = Callable[[Sequence[int]], Mapping[int, tuple[str, int]]]
Rooms = Callable[[Collection[int]], Mapping[int, "Room"]]

MOVED = "moved_since"  # it is no longer where it was when this was decided
RECEIVER_LEFT = "receiver_left"
UNFIT = "unfit"  # this receiver cannot have it: somebody would report to themselves


@dataclass(frozen=True, slots=True)
class Gift:
    """One record and who gets it: a person, or a pool for leads."""

    record_id: int
    owner_id: int | None = None
    pool_id: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What became of a gift. `code` says why it stayed; `before` is what taking it back needs, as JSON."""

    record_id: int
    code: str = ""
    over_cap: bool = False
    before: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lent:
    """A gift that was given, to be taken back."""

    record_id: int
    owner_id: int | None
    pool_id: int | None
    before: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Room:
    """How many of a capped kind somebody holds, and may hold."""

    held: int
    cap: int


class Holding(Protocol):
    """How one kind passes on. Both acts run in the caller's transaction and lock what they touch."""

    def held(self, user_id: int, where: Fragment = TRUE) -> list[int]:
        """What the person holds, in the order of ids; `where` is a condition over the alias `t`."""

    def give(self, access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
        """Pass things of `user_id` on; what is no longer theirs stays. `mark` names the handover."""

    def take_back(self, access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
        """Bring things back to `user_id`; a code for each, empty where it came back, else why it did not."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """One kind of thing that people own; `count` takes user ids and gives a number for each who has any.

    `record` is its record type, where it has one: then criteria can part it, and results are named and
    linked. `parents` tells which record each belongs to, so that it may follow it; `rooms` the caps.
    """

    key: str
    label: Text
    count: Count
    holding: Holding | None = None
    record: str = ""
    takes_pool: bool = False
    parents: Parents | None = None
    rooms: Rooms | None = None
    table: str = ""  # of what has a name but no record type of its own
    position: int = 100
    icon: str = "folder"


_belongings: dict[str, Belonging] = {}


def register_belongings(
    key: str,
    label: Text,
    *,
    count: Count,
    holding: Holding | None = None,
    record: str = "",
    takes_pool: bool = False,
    parents: Parents | None = None,
    rooms: Rooms | None = None,
    table: str = "",
    position: int = 100,
    icon: str = "folder",
) -> None:
    """Say that people own something; rooms call this from `registrations.py`."""
    _belongings[key] = Belonging(
        key, label, count, holding, record, takes_pool, parents, rooms, table, position, icon
    )


def belongings_of(user_id: int) -> dict[str, int]:
    """How many of each kind the person owns, kinds without any left out."""
    held = {key: kind.count([user_id]).get(user_id, 0) for key, kind in _belongings.items()}
    return {key: number for key, number in held.items() if number}


def belonging_label(key: str) -> Text:
    """The label of a kind."""
    return _belongings[key].label


def transferable() -> list[Belonging]:
    """The kinds that can be handed over, those that others follow first."""
    kinds = [kind for kind in _belongings.values() if kind.holding is not None]
    return sorted(kinds, key=lambda kind: (kind.position, kind.key))


def held_in(table: str, user_id: int, where: Fragment, *, open_only: str = "TRUE") -> list[int]:
    """Ids of living rows of `table` that the person owns; for rooms whose tables have an `owner_id`."""
    found = sql.values(
        f"SELECT t.id FROM {table} t WHERE t.owner_id = %s AND t.archived_at IS NULL"
        f" AND ({open_only}) AND ({where.text}) ORDER BY t.id",
        (user_id, *where.params),
    )
    return [int(one) for one in found]
