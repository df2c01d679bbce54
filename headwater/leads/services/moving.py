"""The one place where a lead changes its place.

Claim, assign, return, move, invalidate, convert and every automatic rule end here, for one lead and for
ten thousand: an UPDATE over the set, the ledger from its before and after, the audit, one event.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.sql import rows
from headwater.leads.events import LeadsMoved
from headwater.leads.services.escalating import acted_on
from headwater.leads.types import Place, Why
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.pools.queries import pools_taking
from headwater.pools.types import Got

EVENT_CHUNK = 2000

_MOVE = """
WITH target AS (
  SELECT * FROM unnest(%s::bigint[], string_to_array(%s, ','), %s::bigint[], %s::bigint[], %s::boolean[])
    AS x (id, status, owner_id, pool_id, over_cap)
), before AS (
  SELECT l.id, l.owner_id, l.pool_id, l.status FROM leads_lead l JOIN target USING (id)
), moved AS (
  UPDATE leads_lead l SET
    status = target.status,
    owner_id = CASE WHEN target.status IN ('converted', 'invalid') THEN l.owner_id ELSE target.owner_id END,
    pool_id = target.pool_id,
    home_pool_id = COALESCE(target.pool_id, l.home_pool_id),
    placed_at = %s,
    assigned_at = CASE WHEN target.owner_id IS NOT NULL THEN %s ELSE l.assigned_at END,
    got = CASE WHEN target.owner_id IS NOT NULL THEN %s ELSE l.got END,
    rounds = CASE %s WHEN 'count' THEN l.rounds + 1 WHEN 'reset' THEN 0 ELSE l.rounds END,
    claimable_at = NULL,
    next_follow_at = CASE WHEN target.owner_id IS NOT NULL THEN l.next_follow_at END,
    invalid_reason = CASE WHEN target.status = 'invalid' THEN %s ELSE '' END,
    updated_at = %s,
    version = l.version + 1
  FROM target WHERE l.id = target.id
  RETURNING l.id
), ledger AS (
  INSERT INTO leads_transfer (lead_id, at, why, spot, from_owner_id, from_pool_id, to_owner_id, to_pool_id,
    from_status, to_status, reason, note, actor_id, rule, over_cap)
  SELECT before.id, %s, %s,
    CASE WHEN target.owner_id IS NOT NULL THEN 'owner' WHEN target.pool_id IS NOT NULL THEN 'pool'
         ELSE 'closed' END,
    before.owner_id, before.pool_id, target.owner_id, target.pool_id,
    before.status, target.status, %s, %s, %s, %s, target.over_cap
  FROM before JOIN target USING (id) JOIN moved USING (id)
)
SELECT before.id, before.owner_id, before.pool_id, before.status,
       target.owner_id AS to_owner_id, target.pool_id AS to_pool_id, target.status AS to_status
FROM before JOIN target USING (id) JOIN moved USING (id) ORDER BY before.id
"""


def move(
    places: Mapping[int, Place],
    access: Access,
    *,
    why: Why,
    reason: str = "",
    note: str = "",
    rule: str = "",
    over_cap: Iterable[int] = (),
    stays: Sequence[int] = (),
) -> None:
    """Bring each lead to its place. The caller has locked the rows, checked the rules and the books.

    A trigger brings the deadlines along. Writes one transfer a lead, one audit row a lead and an event for
    every 2,000. What was meant for a pool that closed meanwhile goes to the default pool.
    """
    if not places:
        return
    places = _standing(places)
    moment = clock.now()
    exceeding, staying = set(over_cap), set(stays)
    ids = list(places)
    moved = rows(
        _MOVE,
        (
            ids,
            ",".join(places[i].status.value for i in ids),  # an array of texts is slow to write
            [places[i].owner_id for i in ids],
            [places[i].pool_id for i in ids],
            [i in exceeding for i in ids],
            moment,
            moment,
            Got.CLAIMED.value if why == Why.CLAIMED else Got.ASSIGNED.value,
            _rounds(why, access),
            reason,
            moment,
            moment,
            why.value,
            reason,
            note,
            access.user_id,
            rule,
        ),
    )
    acted_on(access, ids)
    audit.record_many(access, "lead", why.value, [(row["id"], _changes(row, reason)) for row in moved])
    for start in range(0, len(moved), EVENT_CHUNK):
        chunk = moved[start : start + EVENT_CHUNK]
        pools = {row["to_pool_id"] for row in chunk}
        emit(
            LeadsMoved(
                lead_ids=[row["id"] for row in chunk],
                why=why.value,
                from_owner_ids=[row["owner_id"] for row in chunk],
                to_owner_ids=[row["to_owner_id"] for row in chunk],
                pool_id=pools.pop() if len(pools) == 1 else None,
                reason=reason,
                stays=[row["id"] for row in chunk if row["id"] in staying],
            ),
            access,
        )


def _standing(places: Mapping[int, Place]) -> Mapping[int, Place]:
    """The places with closed pools replaced; the pools among them stay open until the transaction ends."""
    wanted = {place.pool_id for place in places.values() if place.pool_id is not None}
    closed = {pool_id: pool.pk for pool_id, pool in pools_taking(wanted).items() if pool.pk != pool_id}
    if not closed:
        return places
    return {
        lead_id: Place.in_pool(closed[place.pool_id]) if place.pool_id in closed else place
        for lead_id, place in places.items()
    }


def _rounds(why: Why, access: Access) -> str:
    """Recycling counts a round; a person who places the lead, or a new inquiry, begins anew;
    a rule or a claim does not.
    """
    if why == Why.RECYCLED:
        return "count"
    if why == Why.WOKEN:
        return "reset"
    return "reset" if access.user_id is not None and why != Why.CLAIMED else ""


def _changes(row: dict[str, Any], reason: str) -> dict[str, list[Any]]:
    pairs = {
        "status": [row["status"], row["to_status"]],
        "owner": [row["owner_id"], row["to_owner_id"]],
        "pool": [row["pool_id"], row["to_pool_id"]],
    }
    changed = {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
    return changed | ({"reason": [None, reason]} if reason else {})
