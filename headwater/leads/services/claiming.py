"""Claiming: a rep takes leads from a pool.

Exact under any concurrency: the claimer's book is locked first, then the leads in the order of their
ids; of n claimers of one lead the first wins and the others learn who it was.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import DomainError, Invalid, NotFound
from headwater.leads.errors import (
    AlreadyOwned,
    CapReached,
    ClaimClosed,
    Closed,
    CoolingDown,
    DailyLimit,
    HeldBack,
    PoolCapReached,
)
from headwater.leads.queries import (
    Snapshot,
    claims_since,
    given_up_at,
    lock_leads,
    not_yours,
    taken_from_my_pools,
)
from headwater.leads.services.books import Book, lock_books
from headwater.leads.services.moving import move
from headwater.leads.services.outcomes import Outcome, the_one
from headwater.leads.services.wording import day_text, moment_text
from headwater.leads.types import Place, Status, Why
from headwater.pools.models import Pool
from headwater.pools.queries import pools_by_id, standing

MAX_BATCH = 200


def claim_lead(access: Access, lead_id: int) -> None:
    """Take one lead from its pool; the same claim again does nothing.

    Refuses with `NotFound`, `AlreadyOwned` (owner, since), `Closed`, `ClaimClosed`, `HeldBack`,
    `CoolingDown`, `DailyLimit`, `CapReached` or `PoolCapReached`.
    """
    the_one(claim_leads(access, [lead_id]))


@transaction.atomic
def claim_leads(access: Access, ids: Sequence[int]) -> list[Outcome]:
    """Take what can be taken of `ids` (200 at most), in their order; an outcome for each."""
    user_id = access.user_id
    if user_id is None:
        raise TypeError("a claim is made by a person")
    ids = list(dict.fromkeys(ids))
    if len(ids) > MAX_BATCH:
        raise Invalid.one("ids", "batch.too_large", f"≤ {MAX_BATCH}")
    book = lock_books([user_id])[user_id]
    leads = lock_leads(access, ids, known=taken_from_my_pools(access, "t"))
    rules = _Rules(access, book, leads)
    outcomes = [Outcome(lead_id, rules.refusal(lead_id, leads.get(lead_id))) for lead_id in ids]
    move(
        {lead_id: Place.of_owner(user_id) for lead_id in rules.taken},
        access,
        why=Why.CLAIMED,
    )
    return outcomes


class _Rules:
    """What one claimer may take now; each lead's own pool's rules apply to it."""

    def __init__(self, access: Access, book: Book, leads: dict[int, Snapshot]) -> None:
        self.access = access
        self.book = book
        self.user_id = book.user_id
        self.now = clock.now()
        self.taken: list[int] = []
        self.pools = pools_by_id(lead["pool_id"] for lead in leads.values() if lead["pool_id"])
        self.administers = standing(access.actor).admin
        midnight = timezone.localtime(self.now).replace(hour=0, minute=0, second=0, microsecond=0)
        self.tomorrow = midnight + timedelta(days=1)
        self.claims = claims_since(self.user_id, midnight)
        longest = max((pool.cooldown_days for pool in self.pools.values()), default=0)
        self.given_up = given_up_at(self.user_id, list(leads), self.now - timedelta(days=longest))

    def refusal(self, lead_id: int, lead: Snapshot | None) -> DomainError | None:
        """Why the claimer may not have the lead; None counts it as taken."""
        if lead is None:
            return NotFound(record="lead", id=lead_id)
        if lead["owner_id"] == self.user_id and Status(lead["status"]).is_owned:
            return None  # the same claim again
        refused = self._lead_rules(lead) or self._limits(self.pools[lead["pool_id"]])
        if refused is None:
            pool_id = lead["pool_id"]
            self.taken.append(lead_id)
            self.book.take(pool_id)
            self.claims[pool_id] = self.claims.get(pool_id, 0) + 1
        return refused

    def _lead_rules(self, lead: Snapshot) -> DomainError | None:
        status = Status(lead["status"])
        if status.is_closed:
            return Closed(id=lead["id"], status=status.value, label=status.label)
        if status.is_owned:
            since = lead["assigned_at"]
            return AlreadyOwned(
                id=lead["id"], owner=lead["owner_name"], since=since, since_text=moment_text(since)
            )
        if not lead["mine"]:
            return not_yours(lead)
        pool = self.pools[lead["pool_id"]]
        if pool.pk in self.administers:
            return None
        if not pool.allows_claim:
            return ClaimClosed(pool=pool.name)
        until = lead["claimable_at"]
        if until is not None and until > self.now:
            return HeldBack(pool=pool.name, until=until, until_text=moment_text(until))
        return self._cooling(lead, pool)

    def _cooling(self, lead: Snapshot, pool: Pool) -> DomainError | None:
        since: datetime | None = self.given_up.get(lead["id"])
        if since is None:
            return None
        until = since + timedelta(days=pool.cooldown_days)
        if until <= self.now:
            return None
        return CoolingDown(
            given_up_at=since,
            given_up_text=day_text(since),
            days=pool.cooldown_days,
            until=until,
            until_text=moment_text(until),
        )

    def _limits(self, pool: Pool) -> DomainError | None:
        used = self.claims.get(pool.pk, 0)
        if pool.daily_claim_limit is not None and used >= pool.daily_claim_limit:
            return DailyLimit(
                limit=pool.daily_claim_limit,
                used=used,
                pool=pool.name,
                until=self.tomorrow,
                until_text=moment_text(self.tomorrow),
            )
        return cap_refusal(self.book, pool)


def cap_refusal(book: Book, pool: Pool | None) -> DomainError | None:
    """Why a book takes no more leads of a pool, or None."""
    if book.room == 0:
        return CapReached(cap=book.cap, held=book.held, owner_id=book.user_id, owner=book.name)
    if pool is not None and not book.has_room(pool.pk, pool.private_cap):
        return PoolCapReached(
            cap=pool.private_cap,
            held=book.held_by_pool.get(pool.pk, 0),
            owner_id=book.user_id,
            owner=book.name,
            pool=pool.name,
        )
    return None
