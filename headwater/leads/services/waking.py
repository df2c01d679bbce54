"""Somebody inquires again: the lead gets a touch, and one that lay idle is active at once (domain §7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson
from django.db import transaction

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.sql import execute, rows
from headwater.leads.dispatching import rules_take_woken_leads
from headwater.leads.events import LeadsInquired
from headwater.leads.queries import Snapshot
from headwater.leads.services.books import Book, lock_books
from headwater.leads.services.claiming import cap_refusal
from headwater.leads.services.following import write_stage
from headwater.leads.services.moving import EVENT_CHUNK, move
from headwater.leads.services.releasing import homes_of
from headwater.leads.settings import WOKEN_STAGE
from headwater.leads.types import Place, Stage, Status, Why
from headwater.organization.queries import people_on_duty
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.pools.models import Pool
from headwater.pools.queries import pools_by_id

_IDLE = frozenset({Status.POOLED, Status.INVALID})


@dataclass(frozen=True, slots=True)
class Inquiry:
    """How somebody came again. `key` names it in the system it came from: repeated, it is the same touch."""

    source_id: int | None = None
    channel_id: int | None = None
    campaign_id: int | None = None
    utm: dict[str, Any] = field(default_factory=dict)
    keyword: str = ""
    landing_page: str = ""
    note: str = ""
    key: str | None = None
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reinquiry:
    """What came of one inquiry."""

    lead_id: int
    touch_id: int
    is_woken: bool = False
    is_repeated: bool = False  # this key had been recorded before; nothing happened


@transaction.atomic
def wake(access: Access, inquiries: Sequence[tuple[int, Inquiry]], *, door: str) -> list[Reinquiry]:
    """Record inquiries on leads, whoever holds them; wake what lies in a pool or is invalid.

    A woken lead goes to its pool, and from there the rules take it; where no rule does, to who had it
    before (active, on duty, with room, not cooling down), else to the pool's default assignee, else it
    waits in the pool. Owned and converted leads stay where they are. Who may do so is the caller's to
    check; leads that are archived meanwhile are left out.
    """
    ids = sorted({lead_id for lead_id, _inquiry in inquiries})
    people = lock_books(() if rules_take_woken_leads() else takers(ids))
    leads = _lock(ids)
    found = _touches(access, [(i, one) for i, one in inquiries if i in leads], door)
    fresh = sorted({one.lead_id for one in found if not one.is_repeated})
    idle = [leads[lead_id] for lead_id in fresh if Status(leads[lead_id]["status"]) in _IDLE]
    _restage(access, idle)
    _place(access, idle, people)
    woken = {lead["id"] for lead in idle}
    audit.record_many(access, "lead", "inquired", [(lead_id, {"door": [None, door]}) for lead_id in fresh])
    told = [one for one in found if not one.is_repeated]
    for start in range(0, len(told), EVENT_CHUNK):
        chunk = told[start : start + EVENT_CHUNK]
        emit(
            LeadsInquired(
                lead_ids=[one.lead_id for one in chunk],
                touch_ids=[one.touch_id for one in chunk],
                door=door,
                woken=[one.lead_id in woken for one in chunk],
                former_owner_ids=[leads[one.lead_id]["former_owner_id"] for one in chunk],
            ),
            access,
        )
    return [
        Reinquiry(one.lead_id, one.touch_id, one.lead_id in woken and not one.is_repeated, one.is_repeated)
        for one in found
    ]


def takers(lead_ids: Sequence[int]) -> set[int]:
    """Who may get these leads when they wake: former owners and default assignees, to lock beforehand."""
    found = rows(
        f"SELECT f.owner_id, p.default_assignee_id FROM leads_lead l {_FORMER}"
        " LEFT JOIN pools_pool p ON p.id = l.home_pool_id"
        " WHERE l.id = ANY(%s::bigint[]) AND l.status IN ('pooled', 'invalid')",
        (list(lead_ids),),
    )
    return {user_id for row in found for user_id in row.values() if user_id is not None}


# By -id, not id DESC: a planner without statistics (a table just filled) would walk the whole ledger
# backwards by its key for every lead instead of reading the lead's few rows.
_FORMER = """LEFT JOIN LATERAL (
  SELECT t.from_owner_id AS owner_id FROM leads_transfer t
  WHERE t.lead_id = l.id AND t.from_owner_id IS NOT NULL ORDER BY -t.id LIMIT 1
) f ON TRUE"""


def _lock(ids: Sequence[int]) -> dict[int, Snapshot]:
    # As in `queries.lock_leads`: what was waited for is read by a statement of its own.
    execute("SELECT id FROM leads_lead WHERE id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE", (list(ids),))
    found = rows(
        "SELECT l.id, l.name, l.status, l.stage, l.owner_id, l.pool_id, l.home_pool_id,"
        f" f.owner_id AS former_owner_id FROM leads_lead l {_FORMER}"
        " WHERE l.id = ANY(%s::bigint[]) AND l.archived_at IS NULL",
        (list(ids),),
    )
    return {row["id"]: row for row in found}


_TOUCH = """
INSERT INTO leads_touch (lead_id, at, door, source_id, channel_id, campaign_id, is_first, utm, keyword,
  landing_page, note, key, import_id, actor_id)
SELECT x.lead_id, %s, %s, x.source_id, x.channel_id, x.campaign_id, FALSE, COALESCE(x.utm, '{}'),
  x.keyword, x.landing_page, x.note, x.key, x.import_id, %s
FROM jsonb_to_recordset(%s::jsonb) AS x (place int, lead_id bigint, source_id bigint, channel_id bigint,
  campaign_id bigint, utm jsonb, keyword text, landing_page text, note text, key text, import_id bigint)
ORDER BY x.place
ON CONFLICT (lead_id, key) WHERE key IS NOT NULL DO NOTHING RETURNING id, lead_id, key
"""


def _touches(access: Access, inquiries: Sequence[tuple[int, Inquiry]], door: str) -> list[Reinquiry]:
    """A touch for each inquiry, in their order; the one there is for a key that was recorded before."""
    if not inquiries:
        return []
    given = [
        {
            "place": place,
            "lead_id": lead_id,
            "source_id": one.source_id,
            "channel_id": one.channel_id,
            "campaign_id": one.campaign_id,
            "utm": one.utm,
            "keyword": one.keyword,
            "landing_page": one.landing_page,
            "note": one.note,
            "key": one.key,
            "import_id": one.import_id,
        }
        for place, (lead_id, one) in enumerate(inquiries)
    ]
    made = rows(_TOUCH, (clock.now(), door, access.user_id, orjson.dumps(given).decode()))
    known = rows(
        "SELECT t.id, t.lead_id, t.key FROM leads_touch t"
        " JOIN unnest(%s::bigint[], %s::text[]) AS x (lead_id, key) USING (lead_id, key)",
        ([i for i, one in inquiries if one.key], [one.key for _i, one in inquiries if one.key]),
    )
    plain = [(row["lead_id"], row["id"]) for row in made if row["key"] is None]
    keyed = {(row["lead_id"], row["key"]): row["id"] for row in known}
    new = {row["id"] for row in made}
    found: list[Reinquiry] = []
    unkeyed: dict[int, list[int]] = {}
    for lead_id, touch_id in plain:
        unkeyed.setdefault(lead_id, []).append(touch_id)
    for lead_id, one in inquiries:
        touch_id = unkeyed[lead_id].pop(0) if one.key is None else keyed[lead_id, one.key]
        found.append(Reinquiry(lead_id, touch_id, is_repeated=touch_id not in new))
        new.discard(touch_id)
    return found


def _restage(access: Access, leads: Sequence[Snapshot]) -> None:
    """Back to the first stage, or as it was, by setting; nobody inquires disqualified."""
    keeps = WOKEN_STAGE.get() == "keep"
    back = [
        lead
        for lead in leads
        if lead["stage"] != Stage.UQL and (not keeps or lead["stage"] == Stage.DISQUALIFIED)
    ]
    write_stage(access, back, Stage.UQL)


def _place(access: Access, leads: Sequence[Snapshot], people: dict[int, Book]) -> None:
    homes = homes_of(leads, None)
    pools = pools_by_id(homes.values())
    cooling = _cooling(leads)
    on_duty = people_on_duty(sorted(people))
    places: dict[int, Place] = {}
    for lead in leads:
        pool = pools[homes[lead["id"]]]
        owner = _taker(lead, pool, people, on_duty, cooling)
        if owner is not None:
            people[owner].take(pool.pk)
        places[lead["id"]] = Place.in_pool(pool.pk) if owner is None else Place.of_owner(owner)
    move(places, access, why=Why.WOKEN)


def _taker(
    lead: Snapshot,
    pool: Pool,
    people: dict[int, Book],
    on_duty: Iterable[int],
    cooling: dict[tuple[int, int], Any],
) -> int | None:
    """Who gets the lead where no rule says so, by the pool that it goes to."""
    for user_id in (lead["former_owner_id"], pool.default_assignee_id):
        book = people.get(user_id) if user_id is not None else None
        if book is None or not book.is_active or book.user_id not in on_duty:
            continue
        since = cooling.get((lead["id"], book.user_id))
        if since is not None and since + timedelta(days=pool.cooldown_days) > clock.now():
            continue
        if cap_refusal(book, pool) is None:
            return book.user_id
    return None


def _cooling(leads: Sequence[Snapshot]) -> dict[tuple[int, int], Any]:
    """When whom gave which lead up last."""
    found = rows(
        "SELECT lead_id, from_owner_id, max(at) AS at FROM leads_transfer"
        " WHERE lead_id = ANY(%s::bigint[]) AND from_owner_id IS NOT NULL"
        " AND why IN ('returned', 'recycled') GROUP BY lead_id, from_owner_id",
        ([lead["id"] for lead in leads],),
    )
    return {(row["lead_id"], row["from_owner_id"]): row["at"] for row in found}
