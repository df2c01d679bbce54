"""Who hears that leads were taken back; and what else moves deadlines."""

from typing import Any

from headwater.kernel.access import system_access
from headwater.kernel.sql import rows
from headwater.leads.events import LeadsMoved
from headwater.leads.services.escalating import SINGLY
from headwater.leads.services.recalculating import recalculate, renew_for_opportunities
from headwater.leads.types import Why
from headwater.organization.events import CalendarsChanged
from headwater.platform.events import StoredEvent, subscriber
from headwater.platform.notifications import notify, notify_each
from headwater.pools.events import PoolChanged
from headwater.pools.queries import people_of, pools_by_id
from headwater.pools.recycling import rules_in_order
from headwater.pools.types import Clock
from headwater.sales.events import (
    OpportunitiesArchived,
    OpportunitiesCreated,
    OpportunitiesMoved,
    OpportunitiesRestored,
)

_LOST = """
SELECT l.id, l.name, t.from_owner_id, t.rule, p.name AS pool, u.name AS rep,
  COALESCE(u.manager_id, d.leader_id) AS manager_id
FROM unnest(%s::bigint[], %s::bigint[]) AS x (id, owner_id)
JOIN leads_lead l ON l.id = x.id
JOIN organization_user u ON u.id = x.owner_id
LEFT JOIN organization_department d ON d.id = u.department_id
JOIN LATERAL (
  SELECT * FROM leads_transfer t
  WHERE t.lead_id = l.id AND t.why = 'recycled' AND t.from_owner_id = x.owner_id
  ORDER BY -t.id LIMIT 1  -- see `services.waking`: not by the ledger's key
) t ON TRUE
LEFT JOIN pools_pool p ON p.id = t.to_pool_id
"""


@subscriber("leads.tell-of-recycling", LeadsMoved)
def tell_of_recycling(events: list[StoredEvent[LeadsMoved]]) -> None:
    """The rep who lost leads, their manager, and the pool's administrators where the last round is over."""
    for stored in events:
        event = stored.event
        if event.why != Why.RECYCLED:
            continue
        lost = rows(_LOST, (event.lead_ids, event.from_owner_ids))
        by_rep: dict[int, list[dict[str, Any]]] = {}
        for lead in lost:
            by_rep.setdefault(lead["from_owner_id"], []).append(lead)
        for rep_id, leads in by_rep.items():
            _tell_rep(stored.id, rep_id, leads)
            manager_id = leads[0]["manager_id"]
            if manager_id is not None and manager_id != rep_id:
                notify(
                    [manager_id],
                    "lead.recycled_of",
                    params={"count": len(leads), "rep": leads[0]["rep"]},
                    record_type="lead",
                    record_id=leads[0]["id"] if len(leads) == 1 else None,
                    url=f"/leads/{leads[0]['id']}" if len(leads) == 1 else "/leads?view=pooled",
                    dedupe_key=f"lead.recycled_of:{stored.id}:{rep_id}",
                )
        if event.stays:
            _tell_administrators(stored, event.stays)


def _tell_rep(event_id: int, rep_id: int, leads: list[dict[str, Any]]) -> None:
    if len(leads) > SINGLY:
        notify(
            [rep_id],
            "lead.recycled_many",
            params={"count": len(leads)},
            record_type="lead",
            url="/pools",
            dedupe_key=f"lead.recycled:{event_id}:{rep_id}",
        )
        return
    notify_each(
        [
            (
                rep_id,
                {"name": lead["name"], "pool": lead["pool"] or "", "rule": lead["rule"]},
                "lead",
                lead["id"],
                f"/leads/{lead['id']}",
                f"lead.recycled:{event_id}:{lead['id']}",
            )
            for lead in leads
        ],
        "lead.recycled",
    )


def _tell_administrators(stored: StoredEvent[LeadsMoved], stays: list[int]) -> None:
    found = rows(
        "SELECT home_pool_id, count(*) AS leads FROM leads_lead WHERE id = ANY(%s::bigint[]) GROUP BY 1",
        (stays,),
    )
    pools = pools_by_id(row["home_pool_id"] for row in found)
    for row in found:
        pool = pools[row["home_pool_id"]]
        notify(
            people_of(pool.pk, admins_only=True),
            "lead.worn_out",
            params={"count": row["leads"], "pool": pool.name},
            record_type="pool",
            record_id=pool.pk,
            url=f"/pools/{pool.pk}",
            dedupe_key=f"lead.worn_out:{stored.id}:{pool.pk}",
        )


@subscriber(
    "leads.opportunities-exempt",
    OpportunitiesCreated,
    OpportunitiesMoved,
    OpportunitiesArchived,
    OpportunitiesRestored,
)
def follow_opportunities(events: list[StoredEvent[Any]]) -> None:
    """An open opportunity may keep its lead; whether it does changes when it opens or closes."""
    ids = sorted({record_id for stored in events for record_id in stored.event.ids})
    renew_for_opportunities(ids)


@subscriber("leads.pool-calendars", PoolChanged, CalendarsChanged)
def follow_calendars(events: list[StoredEvent[Any]]) -> None:
    """With other working hours the deadlines of rules that go by them move."""
    changed = any(
        isinstance(stored.event, CalendarsChanged) or "calendar" in stored.event.fields for stored in events
    )
    if changed and any(rule.is_enabled and rule.clock == Clock.WORKING for rule in rules_in_order()):
        recalculate(system_access("leads.pool-calendars"), "")
