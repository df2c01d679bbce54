"""Where new leads go: to the row's or the import's owners while they have room, else into a pool."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from headwater.kernel.access import Access
from headwater.leads.dispatching import rules_take_new_leads
from headwater.leads.importing.reading import Draft
from headwater.leads.services.books import Book, lock_books
from headwater.leads.types import Why
from headwater.pools.models import Pool
from headwater.pools.queries import pools_taking


class Spot(NamedTuple):
    """A place for one lead, and a word to its row when it is not the one asked for."""

    pool_id: int
    owner_id: int | None
    why: Why
    note: str = ""


class Placing:
    """The books of everybody concerned, locked, and the places given from them."""

    def __init__(self, access: Access, options: Mapping[str, Any]) -> None:
        self.access = access
        self.pool_id: int = options["pool"]
        self.owners: list[int] = list(options["owners"])
        self.books: dict[int, Book] = {}
        self.pools: dict[int, Pool] = {}
        self.spots: dict[int, Spot] = {}
        self.has_defaults = not rules_take_new_leads()  # else the rules leave them what nobody else gets

    def lock(self, drafts: Iterable[Draft], also: Iterable[int] = ()) -> None:
        """Lock the people's rows, in the order of their ids, and count what they hold.

        A pool that closed since the import was asked for is the default pool from here on.
        """
        drafts = list(drafts)
        self.pools = pools_taking({self.pool_id, *(draft.pool_id for draft in drafts if draft.pool_id)})
        people = set(self.owners) | {draft.owner_id for draft in drafts if draft.owner_id}
        if self.has_defaults:
            people |= {pool.default_assignee_id for pool in self.pools.values() if pool.default_assignee_id}
        concerned = people.union(also)
        books = lock_books(concerned) if concerned else {}
        self.books = {person: book for person, book in books.items() if person in people}

    def place(self, draft: Draft) -> Spot:
        """The place of one new lead."""
        pool = self.pools[draft.pool_id or self.pool_id]
        pool_id, cap = pool.pk, pool.private_cap
        if not self.books:
            return self._in_pool(pool_id)
        wanted = [draft.owner_id] if draft.owner_id else self._turn(draft.number)
        for person in wanted:
            if self._give(person, pool_id, cap):
                return Spot(pool_id, person, Why.IMPORTED)
        assignee = pool.default_assignee_id
        if self.has_defaults and assignee and assignee not in wanted and self._give(assignee, pool_id, cap):
            return Spot(pool_id, assignee, Why.DEFAULT, self._full(wanted))
        return Spot(pool_id, None, Why.IMPORTED, self._full(wanted))

    def _in_pool(self, pool_id: int) -> Spot:
        """The same spot for all, where nobody is to be given anything."""
        if pool_id not in self.spots:
            self.spots[pool_id] = Spot(pool_id, None, Why.IMPORTED)
        return self.spots[pool_id]

    def _turn(self, number: int) -> list[int]:
        """The owners in the order in which this row asks them: each row begins with the next."""
        start = number % len(self.owners) if self.owners else 0
        return self.owners[start:] + self.owners[:start]

    def _give(self, person: int, pool_id: int, cap: int | None) -> bool:
        book = self.books.get(person)
        if book is None or not book.is_active or not book.has_room(pool_id, cap):
            return False
        book.take(pool_id)
        return True

    def _full(self, wanted: list[int]) -> str:
        if not wanted:
            return ""
        names = "、".join(self.books[person].name for person in wanted[:3] if person in self.books)
        return _("%(names)s: no room left, the lead lies in the pool.") % {"names": names}
