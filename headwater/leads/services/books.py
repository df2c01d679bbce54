"""Private books: how many open leads a person holds, and the caps on it.

Every path that gives leads to people passes here: `lock_books` takes the people's own rows, in the order
of their ids, and counts after that in a statement of its own, so that what it counts is final (measured:
exact, and as fast as the unsafe ways; counters would drift).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from headwater.kernel.sql import rows
from headwater.leads.settings import LEVEL_CAPS, PRIVATE_CAP


@dataclass(slots=True)
class Book:
    """One person's room for leads. `take` counts what is given within this transaction."""

    user_id: int
    name: str
    is_active: bool
    cap: int
    held: int
    held_by_pool: dict[int, int] = field(default_factory=dict)

    @property
    def room(self) -> int:
        return max(0, self.cap - self.held)

    def has_room(self, pool_id: int | None, pool_cap: int | None) -> bool:
        if self.held >= self.cap:
            return False
        return pool_cap is None or pool_id is None or self.held_by_pool.get(pool_id, 0) < pool_cap

    def take(self, pool_id: int | None) -> None:
        self.held += 1
        if pool_id is not None:
            self.held_by_pool[pool_id] = self.held_by_pool.get(pool_id, 0) + 1


def lock_books(user_ids: Iterable[int]) -> dict[int, Book]:
    """The books of people, locked until the transaction ends. Unknown ids are left out."""
    return _books(sorted(set(user_ids)), "FOR NO KEY UPDATE OF u")


def read_books(user_ids: Iterable[int]) -> dict[int, Book]:
    """The books of people as they are now, for showing."""
    return _books(sorted(set(user_ids)), "")


def people_over(cap: int) -> int:
    """How many people would hold more than they may, were this the cap of all who have none of their own."""
    by_level = LEVEL_CAPS.get() or {}
    held = rows(
        "SELECT u.level, u.private_cap, count(*) AS held FROM leads_lead l"
        " JOIN organization_user u ON u.id = l.owner_id WHERE l.status IN ('assigned', 'following')"
        " AND l.archived_at IS NULL GROUP BY u.id"
    )
    return sum(one["held"] > _cap(one["private_cap"], by_level.get(str(one["level"])), cap) for one in held)


def _books(user_ids: list[int], lock: str) -> dict[int, Book]:
    people = rows(
        "SELECT u.id, u.name, u.is_active, u.level, u.private_cap FROM organization_user u"
        f" WHERE u.id = ANY(%s::bigint[]) ORDER BY u.id {lock}",
        (user_ids,),
    )
    general, by_level = PRIVATE_CAP.get(), LEVEL_CAPS.get() or {}
    books = {
        person["id"]: Book(
            person["id"],
            person["name"],
            person["is_active"],
            cap=_cap(person["private_cap"], by_level.get(str(person["level"])), general),
            held=0,
        )
        for person in people
    }
    held = rows(
        "SELECT owner_id, home_pool_id, count(*) AS held FROM leads_lead"
        " WHERE owner_id = ANY(%s::bigint[]) AND status IN ('assigned', 'following')"
        " AND archived_at IS NULL GROUP BY owner_id, home_pool_id",
        (user_ids,),
    )
    for row in held:
        book = books[row["owner_id"]]
        book.held += row["held"]
        if row["home_pool_id"] is not None:
            book.held_by_pool[row["home_pool_id"]] = row["held"]
    return books


def _cap(own: int | None, of_level: int | None, general: int) -> int:
    """A person's own cap goes before that of their level, and that before the general one."""
    if own is not None:
        return own
    return general if of_level is None else int(of_level)
