"""Assigning: somebody gives leads to somebody, singly or by the thousand, evenly or by weights."""

from collections import deque
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel.access import Access
from headwater.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from headwater.kernel.turns import next_turn
from headwater.leads.errors import Closed, Inactive
from headwater.leads.queries import Snapshot, lock_leads, not_yours
from headwater.leads.services.books import Book, lock_books
from headwater.leads.services.claiming import cap_refusal
from headwater.leads.services.moving import move
from headwater.leads.services.outcomes import Outcome, the_one
from headwater.leads.types import Place, Status, Why
from headwater.pools.models import Pool
from headwater.pools.queries import pools_by_id

MAX_BATCH = 10_000


def assign_lead(access: Access, lead_id: int, owner_id: int, *, over_cap: bool = False) -> None:
    """Give one lead to `owner_id`; the same assignment again does nothing.

    Refuses with `NotFound`, `NotYours`, `Closed`, `Inactive`, `CapReached` or `PoolCapReached`.
    """
    the_one(assign_leads(access, [lead_id], [owner_id], over_cap=over_cap))


@transaction.atomic
def assign_leads(
    access: Access,
    ids: Sequence[int],
    owner_ids: Sequence[int],
    *,
    weights: Mapping[int, int] | None = None,
    over_cap: bool = False,
    why: Why = Why.ASSIGNED,
) -> list[Outcome]:
    """Give leads (10,000 at most) to people: evenly, or by whole `weights` of people; an outcome for each.

    Shares follow smooth weighted round robin; whoever is full is passed over, and leads for which nobody
    has room stay where they are. `over_cap` is the administrators' explicit override and is written into
    the ledger.
    """
    ids, owner_ids = list(dict.fromkeys(ids)), list(dict.fromkeys(owner_ids))
    _check(access, ids, owner_ids, weights, over_cap)
    books = lock_books(owner_ids)  # books first, then leads: the order that every path keeps
    leads = lock_leads(access, ids)
    for owner_id in owner_ids:
        book = books.get(owner_id)
        if book is None:
            raise Invalid.one("owner", "value.record", _("There is no such person."))
        if not book.is_active:
            raise Inactive(owner_id=owner_id, owner=book.name)
    pools = pools_by_id(lead["home_pool_id"] for lead in leads.values() if lead["home_pool_id"])
    turns = _Turns(books, owner_ids, weights)
    places: dict[int, Place] = {}
    exceeding: list[int] = []
    outcomes: list[Outcome] = []
    for lead_id in ids:
        lead = leads.get(lead_id)
        refused = _refusal(lead_id, lead)
        if refused is None and lead is not None and not _already(lead, owner_ids):
            pool = pools.get(lead["home_pool_id"])
            book, full = turns.next_for(pool, over_cap=over_cap, not_to=lead["owner_id"])
            if book is None:
                refused = full
            else:
                if full is not None:
                    exceeding.append(lead_id)
                places[lead_id] = Place.of_owner(book.user_id)
        outcomes.append(Outcome(lead_id, refused))
    move(places, access, why=why, over_cap=exceeding)
    return outcomes


def _check(
    access: Access,
    ids: list[int],
    owner_ids: list[int],
    weights: Mapping[int, int] | None,
    over_cap: bool,
) -> None:
    if over_cap and not access.may("leads.configure"):
        raise Forbidden(permission="leads.configure")
    if not owner_ids:
        raise Invalid.one("owner", "value.required", _("Choose who gets the leads."))
    if len(ids) > MAX_BATCH:
        raise Invalid.one(
            "ids", "batch.too_large", _("At most %(limit)s leads at a time.") % {"limit": MAX_BATCH}
        )
    for owner_id, weight in (weights or {}).items():
        if owner_id not in owner_ids or not 0 <= weight <= 1000:
            raise Invalid.one("weights", "weights.invalid", _("A weight is a whole number up to 1000."))
    if weights is not None and not any(weights.values()):
        raise Invalid.one("weights", "weights.zero", _("At least one person needs a weight above zero."))


def _refusal(lead_id: int, lead: Snapshot | None) -> DomainError | None:
    if lead is None:
        return NotFound(record="lead", id=lead_id)
    if not lead["mine"]:
        return not_yours(lead)
    status = Status(lead["status"])
    if status.is_closed:
        return Closed(id=lead_id, status=status.value, label=status.label)
    return None


def _already(lead: Snapshot, owner_ids: list[int]) -> bool:
    """With one receiver, what they own already stays; among several it may be dealt anew."""
    return len(owner_ids) == 1 and lead["owner_id"] == owner_ids[0]


class _Turns:
    """Whose turn it is among the books that have room, lead by lead; the cost of a turn is that of one book.

    Equal shares go round; unequal ones follow `kernel.turns`.
    """

    def __init__(
        self, books: dict[int, Book], owner_ids: list[int], weights: Mapping[int, int] | None
    ) -> None:
        self.books = books
        given = {owner_id: 1 if weights is None else weights.get(owner_id, 0) for owner_id in owner_ids}
        self.weights = {owner_id: weight for owner_id, weight in given.items() if weight}
        self.round = deque(self.weights) if len(set(self.weights.values())) == 1 else None
        self.standing: dict[int, int] = {}
        self.with_room: dict[int | None, dict[int, int]] = {}  # weights, by pool

    def next_for(
        self, pool: Pool | None, *, over_cap: bool, not_to: int | None
    ) -> tuple[Book | None, DomainError | None]:
        """Whose turn it is, and the cap that it exceeds or that leaves nobody. The lead counts as theirs."""
        circle = self.weights if over_cap else self._with_room(pool)
        if not_to in circle and len(self.weights) > 1:
            circle = {owner_id: weight for owner_id, weight in circle.items() if owner_id != not_to}
        if not circle:
            return None, self._why_nobody(pool, not_to)
        book = self.books[self._next(circle)]
        exceeded = cap_refusal(book, pool) if over_cap else None
        book.take(None if pool is None else pool.pk)
        if not over_cap:
            self._close(book, pool)
        return book, exceeded

    def _next(self, circle: dict[int, int]) -> int:
        if self.round is None:
            return next_turn(self.standing, circle)
        while True:
            self.round.rotate(-1)
            if self.round[-1] in circle:
                return self.round[-1]

    def _with_room(self, pool: Pool | None) -> dict[int, int]:
        key = None if pool is None else pool.pk
        if key not in self.with_room:
            self.with_room[key] = {
                owner_id: weight
                for owner_id, weight in self.weights.items()
                if cap_refusal(self.books[owner_id], pool) is None
            }
        return self.with_room[key]

    def _close(self, book: Book, pool: Pool | None) -> None:
        """Take a book that has become full out of the circles it was in."""
        if book.room == 0:
            for circle in self.with_room.values():
                circle.pop(book.user_id, None)
        elif cap_refusal(book, pool) is not None:
            self._with_room(pool).pop(book.user_id, None)

    def _why_nobody(self, pool: Pool | None, not_to: int | None) -> DomainError:
        refusals = (
            cap_refusal(self.books[owner_id], pool) for owner_id in self.weights if owner_id != not_to
        )
        return next((full for full in refusals if full is not None), NotFound(record="user", id=None))
