"""A leaver's leads pass on: open ones to people or a pool, closed ones to who reads their history then.

A handover may exceed caps (I3); the transfer says so. Taking back asks for no caps either.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.sql import execute, rows
from headwater.leads.events import ClosedLeadsPassedOn, LeadsMoved
from headwater.leads.services.books import lock_books
from headwater.leads.services.claiming import cap_refusal
from headwater.leads.services.moving import EVENT_CHUNK, move
from headwater.leads.types import Place, Status, Why
from headwater.organization.belongings import MOVED, RECEIVER_LEFT, Gift, Given, Lent
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.pools.queries import pools_by_id

Snapshot = dict[str, Any]


def hand_over_leads(access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
    """Give open leads of `user_id` to people or into pools; what is not theirs any more stays.

    Runs in the caller's transaction; books first, then leads, as everywhere.
    """
    books = lock_books({gift.owner_id for gift in gifts if gift.owner_id is not None})
    leads = _lock([gift.record_id for gift in gifts])
    pools = pools_by_id(
        {lead["home_pool_id"] for lead in leads.values() if lead["home_pool_id"]}
        | {gift.pool_id for gift in gifts if gift.pool_id is not None}
    )
    places: dict[int, Place] = {}
    refused: dict[int, str] = {}
    exceeding: set[int] = set()
    for gift in gifts:
        lead = leads.get(gift.record_id)
        if lead is None or lead["owner_id"] != user_id or not Status(lead["status"]).is_owned:
            refused[gift.record_id] = MOVED
            continue
        if gift.pool_id is not None:
            target = pools.get(gift.pool_id)
            if target is None or target.archived_at is not None:
                refused[gift.record_id] = RECEIVER_LEFT
            else:
                places[gift.record_id] = Place.in_pool(gift.pool_id)
            continue
        book = books.get(gift.owner_id or 0)
        if book is None or not book.is_active:
            refused[gift.record_id] = RECEIVER_LEFT
            continue
        if cap_refusal(book, pools.get(lead["home_pool_id"])) is not None:
            exceeding.add(gift.record_id)
        book.take(lead["home_pool_id"])
        places[gift.record_id] = Place.of_owner(book.user_id)
    move(places, access, why=Why.HANDOVER, rule=mark, over_cap=exceeding)
    last = _last_transfers(list(places))
    given: list[Given] = []
    for gift in gifts:
        one = gift.record_id
        if one in refused:
            given.append(Given(one, refused[one]))
            continue
        lead = leads[one]
        upcoming: datetime | None = lead["next_follow_at"]
        before = {
            "transfer": last[one],
            "status": lead["status"],
            "home": lead["home_pool_id"],
            "next": None if upcoming is None else upcoming.isoformat(),
        }
        given.append(Given(one, over_cap=one in exceeding, before=before))
    return given


def take_leads_back(access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
    """Bring open leads back to `user_id` with what they were, unless anything moved them since."""
    ids = [one.record_id for one in lent]
    book = lock_books({user_id} | {one.owner_id for one in lent if one.owner_id is not None})[user_id]
    leads, last = _lock(ids), _last_transfers(ids)
    pools = pools_by_id(one.before["home"] for one in lent if one.before.get("home"))
    places: dict[int, Place] = {}
    results: dict[int, str] = {}
    exceeding: list[int] = []
    for one in lent:
        lead = leads.get(one.record_id)
        stands = (
            lead is not None
            and last.get(one.record_id) == one.before.get("transfer")
            and (lead["owner_id"], lead["pool_id"]) == (one.owner_id, one.pool_id)
        )
        results[one.record_id] = "" if stands else MOVED
        if lead is None or not stands:
            continue
        followed = Status.FOLLOWING in (lead["status"], one.before["status"])
        status = Status.FOLLOWING if followed else Status.ASSIGNED
        places[one.record_id] = Place(status, owner_id=user_id)
        if cap_refusal(book, pools.get(one.before["home"])) is not None:
            exceeding.append(one.record_id)
        book.take(one.before["home"])
    move(places, access, why=Why.HANDED_BACK, rule=mark, over_cap=exceeding)
    _restore([one for one in lent if one.record_id in places and one.pool_id is not None])
    return results


def _restore(lent: Sequence[Lent]) -> None:
    """What going through a pool had changed: the home pool and the next follow-up."""
    if not lent:
        return
    execute(
        "UPDATE leads_lead l SET home_pool_id = x.home, next_follow_at = x.next"
        " FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS x (id, home, next) WHERE l.id = x.id",
        (
            [one.record_id for one in lent],
            [one.before["home"] for one in lent],
            [one.before["next"] for one in lent],
        ),
    )


_CLOSED = """
WITH target AS (
  SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS x (id, owner_id)
), before AS (
  SELECT l.id, l.owner_id, l.status FROM leads_lead l JOIN target USING (id)
), passed AS (
  UPDATE leads_lead l SET owner_id = target.owner_id, updated_at = %s, version = l.version + 1
  FROM target WHERE l.id = target.id RETURNING l.id
)
INSERT INTO leads_transfer (lead_id, at, why, spot, from_owner_id, to_owner_id, from_status, to_status,
  reason, note, actor_id, rule, over_cap)
SELECT before.id, %s, %s, 'closed', before.owner_id, target.owner_id, before.status, before.status,
  '', '', %s, %s, FALSE
FROM before JOIN target USING (id) JOIN passed USING (id)
"""


def hand_over_closed(access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
    """Let converted and invalid leads of `user_id` be read by others; they stay closed."""
    books = lock_books({gift.owner_id for gift in gifts if gift.owner_id is not None})
    leads = _lock([gift.record_id for gift in gifts])
    refused: dict[int, str] = {}
    owners: dict[int, int] = {}
    for gift in gifts:
        lead, book = leads.get(gift.record_id), books.get(gift.owner_id or 0)
        if lead is None or lead["owner_id"] != user_id or not Status(lead["status"]).is_closed:
            refused[gift.record_id] = MOVED
        elif book is None or not book.is_active:
            refused[gift.record_id] = RECEIVER_LEFT
        else:
            owners[gift.record_id] = book.user_id
    _pass_on(access, user_id, owners, Why.HANDOVER, mark)
    last = _last_transfers(list(owners))
    return [
        Given(gift.record_id, refused[gift.record_id])
        if gift.record_id in refused
        else Given(gift.record_id, before={"transfer": last[gift.record_id]})
        for gift in gifts
    ]


def take_closed_back(access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
    """The closed ones again, unless something happened to them since."""
    ids = [one.record_id for one in lent]
    leads, last = _lock(ids), _last_transfers(ids)
    results: dict[int, str] = {}
    for one in lent:
        lead = leads.get(one.record_id)
        stands = lead is not None and last.get(one.record_id) == one.before.get("transfer")
        results[one.record_id] = "" if stands else MOVED
    for owner_id in {one.owner_id for one in lent}:
        back = [one.record_id for one in lent if one.owner_id == owner_id and not results[one.record_id]]
        _pass_on(access, owner_id or 0, dict.fromkeys(back, user_id), Why.HANDED_BACK, mark)
    return results


def _pass_on(access: Access, from_id: int, owners: Mapping[int, int], why: Why, mark: str) -> None:
    if not owners:
        return
    moment = clock.now()
    ids = list(owners)
    execute(
        _CLOSED,
        (ids, [owners[one] for one in ids], moment, moment, why.value, access.user_id, mark),
    )
    audit.record_many(access, "lead", why.value, [(one, {"owner": [from_id, owners[one]]}) for one in ids])
    to = [owners[one] for one in ids]
    emit(ClosedLeadsPassedOn(lead_ids=ids, from_owner_id=from_id, to_owner_ids=to), access)
    for start in range(0, len(ids), EVENT_CHUNK):
        chunk = ids[start : start + EVENT_CHUNK]
        emit(
            LeadsMoved(
                lead_ids=chunk,
                why=why.value,
                from_owner_ids=[from_id] * len(chunk),
                to_owner_ids=[owners[one] for one in chunk],
            ),
            access,
        )


def _lock(ids: Sequence[int]) -> dict[int, Snapshot]:
    found = rows(
        "SELECT id, owner_id, pool_id, home_pool_id, status, next_follow_at FROM leads_lead"
        " WHERE id = ANY(%s::bigint[]) AND archived_at IS NULL ORDER BY id FOR UPDATE",
        (list(ids),),
    )
    return {row["id"]: row for row in found}


def _last_transfers(ids: Sequence[int]) -> dict[int, int]:
    found = rows(
        "SELECT lead_id, max(id) AS id FROM leads_transfer"
        " WHERE lead_id = ANY(%s::bigint[]) GROUP BY lead_id",
        (list(ids),),
    )
    return {row["lead_id"]: row["id"] for row in found}
