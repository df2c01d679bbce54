"""The tree of those whose targets, results and forecasts somebody may see."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.organization.queries import DepartmentNode, department_tree
from headwater.targets.types import Holder

Key = tuple[Holder, int]
COMPANY: Key = (Holder.COMPANY, 0)
M = TypeVar("M")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seat:
    """A line of the tree: the company, a department or a person."""

    key: Key
    name: str
    depth: int
    parent: Key | None
    is_active: bool = True
    department_id: int | None = None

    @property
    def holder(self) -> Holder:
        return self.key[0]

    @property
    def id(self) -> int:
        return self.key[1]

    @property
    def code(self) -> str:
        """`person-7`: in addresses and the API."""
        return f"{self.key[0].value}-{self.key[1]}"


@dataclass(frozen=True)
class Team:
    """Seats depth first: each department before what is below it."""

    seats: tuple[Seat, ...]
    sees_all: bool
    _by_key: Mapping[Key, Seat] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {seat.key: seat for seat in self.seats})

    def __iter__(self) -> Iterator[Seat]:
        return iter(self.seats)

    def __contains__(self, key: Key) -> bool:
        return key in self._by_key

    def __getitem__(self, key: Key) -> Seat:
        return self._by_key[key]

    @cached_property
    def children(self) -> dict[Key | None, list[Seat]]:
        found: dict[Key | None, list[Seat]] = {}
        for seat in self.seats:
            found.setdefault(seat.parent, []).append(seat)
        return found

    @property
    def people(self) -> list[int]:
        return [seat.id for seat in self.seats if seat.holder == Holder.PERSON]

    @property
    def departments(self) -> list[int]:
        return [seat.id for seat in self.seats if seat.holder == Holder.DEPARTMENT]

    def below(self, key: Key) -> frozenset[int]:
        """The people of a seat: one person, or all under a department."""
        if key[0] == Holder.PERSON:
            return frozenset([key[1]])
        found: set[int] = set()
        for child in self.children.get(key, []):
            found |= self.below(child.key)
        return frozenset(found)

    def gather(self, own: Callable[[Seat], M], join: Callable[[Seat, M, list[T]], T]) -> dict[Key, T]:
        """A value for every seat from the leaves up: `join(seat, own(seat), values below)`."""
        found: dict[Key, T] = {}
        for seat in reversed(self.seats):  # what is below comes after, so before when reversed
            parts = [found[child.key] for child in self.children.get(seat.key, [])]
            found[seat.key] = join(seat, own(seat), parts)
        return found

    def only(self, wanted: Callable[[Seat], bool]) -> "Team":
        """Without people whom `wanted` refuses, and without departments that hold nobody then."""
        kept: set[Key] = set()
        for seat in reversed(self.seats):
            holds = any(child.key in kept for child in self.children.get(seat.key, []))
            if holds or wanted(seat):
                kept.add(seat.key)
        return Team(tuple(seat for seat in self.seats if seat.key in kept), self.sees_all)


def team_of(access: Access) -> Team:
    """Who is within reach, the departments that are wholly so, and the company for who sees everybody.

    People who left are there too: their results stay. Departments are those of today.
    """
    everyone = access.reach.everyone
    people = sql.rows(
        "SELECT u.id, u.name, u.department_id, u.is_active AS signs_in, u.deactivated_at IS NULL AS is_active"
        " FROM organization_user u WHERE %s OR u.id = ANY(%s::bigint[]) ORDER BY u.name_pinyin, u.id",
        (everyone, sorted(access.reach.people)),
    )
    nodes = department_tree()
    covered = _covered(nodes, people, everyone=everyone)
    members: dict[int | None, list[dict[str, Any]]] = {}
    for row in people:
        place = row["department_id"] if row["department_id"] in covered else None
        members.setdefault(place, []).append(row)
    seats: list[Seat] = []
    top = COMPANY if everyone else None
    if everyone:
        seats.append(Seat(COMPANY, _("Whole company"), 0, None))
    depths: dict[int, int] = {}
    for node in nodes:
        if node.id not in covered:
            continue
        above = node.parent_id if node.parent_id in covered else None
        depth = int(everyone) if above is None else depths[above] + 1
        depths[node.id] = depth
        parent = top if above is None else (Holder.DEPARTMENT, above)
        seats.append(Seat((Holder.DEPARTMENT, node.id), node.name, depth, parent))
        leaders_first = sorted(members.get(node.id, []), key=lambda row: row["id"] != node.leader_id)
        seats += [_person(row, depth + 1, (Holder.DEPARTMENT, node.id)) for row in leaders_first]
    seats += [_person(row, 1 if everyone else 0, top) for row in members.get(None, [])]
    return Team(tuple(seats), everyone)


def _covered(nodes: list[DepartmentNode], people: list[dict[str, Any]], *, everyone: bool) -> set[int]:
    """Departments all of whose people are within reach."""
    if everyone:
        return {node.id for node in nodes}
    paths = {node.id: node.path for node in nodes}
    held = dict.fromkeys(paths, 0)
    for row in people:
        path = paths.get(row["department_id"], "") if row["signs_in"] else ""
        for part in path.split("/"):
            if part and int(part) in held:
                held[int(part)] += 1
    return {node.id for node in nodes if node.people_below and held[node.id] == node.people_below}


def _person(row: dict[str, Any], depth: int, parent: Key | None) -> Seat:
    return Seat(
        key=(Holder.PERSON, row["id"]),
        name=row["name"],
        depth=depth,
        parent=parent,
        is_active=row["is_active"],
        department_id=row["department_id"],
    )
