"""What follows when leads move, and when what came of them is won."""

from typing import Any

from headwater.kernel.access import system_access
from headwater.kernel.sql import rows
from headwater.leads.events import (
    LeadConverted,
    LeadHistoryGathered,
    LeadsMerged,
    LeadsMoved,
    LeadUnconverted,
)
from headwater.leads.services.winning import leads_of, settle_won
from headwater.leads.types import Why
from headwater.organization.queries import names_of
from headwater.platform.events import StoredEvent, emit, subscriber
from headwater.platform.notifications import notify, notify_each
from headwater.sales.events import (
    AccountsMerged,
    AccountsUnmerged,
    OpportunitiesArchived,
    OpportunitiesChanged,
    OpportunitiesCreated,
    OpportunitiesMoved,
    OpportunitiesRestored,
)
from headwater.sales.services.merging import gather_late

_GIVEN = frozenset({Why.ASSIGNED, Why.TRANSFERRED, Why.DEFAULT})
_SINGLY = 5  # so many leads at once are told one by one; more as a count


@subscriber("leads.after-merges", LeadsMerged)
def after_merges(events: list[StoredEvent[LeadsMerged]]) -> None:
    """What was hung on a lead while it was being merged away comes along."""
    access = system_access("leads")
    for stored in events:
        if gather_late(access, stored.event.merge_id):
            ids = [stored.event.survivor_id, *stored.event.lead_ids]
            emit(LeadHistoryGathered(lead_ids=ids), access)


@subscriber(
    "leads.won",
    LeadConverted,
    LeadUnconverted,
    OpportunitiesCreated,
    OpportunitiesMoved,
    OpportunitiesChanged,
    OpportunitiesArchived,
    OpportunitiesRestored,
    AccountsMerged,
    AccountsUnmerged,
)
def follow_wins(events: list[StoredEvent[Any]]) -> None:
    """A won opportunity makes its lead WON; reopened, put away or moved elsewhere it is that no more."""
    opportunities: set[int] = set()
    accounts: set[int] = set()
    for stored in events:
        match stored.event:
            case LeadConverted() | LeadUnconverted() as event:
                opportunities.update(event.opportunity_ids)
                accounts.add(event.account_id)
            case AccountsMerged() | AccountsUnmerged() as event:
                accounts.update((event.survivor_id, *event.ids))
            case OpportunitiesChanged() as event:
                if "account" in event.fields:
                    opportunities.update(event.ids)
                    accounts.update(one for one in event.changes.get("account", ()) if isinstance(one, int))
            case event:
                opportunities.update(event.ids)
    settle_won(system_access("leads.won"), leads_of(sorted(opportunities), sorted(accounts)))


@subscriber("leads.tell-owners", LeadsMoved)
def tell_owners(events: list[StoredEvent[LeadsMoved]]) -> None:
    """Who is given leads by somebody else hears of it, and so does who held them before."""
    for stored in events:
        event = stored.event
        if event.why not in _GIVEN or stored.actor_id is None:  # what rules give they tell of themselves
            continue
        by = names_of([stored.actor_id]).get(stored.actor_id, "") if stored.actor_id else ""
        received: dict[int, list[int]] = {}
        for lead_id, owner_id in zip(event.lead_ids, event.to_owner_ids, strict=True):
            if owner_id is not None and owner_id != stored.actor_id:
                received.setdefault(owner_id, []).append(lead_id)
        titles = _names(event.lead_ids)
        for owner_id, lead_ids in received.items():
            if len(lead_ids) > _SINGLY:
                notify(
                    [owner_id],
                    "lead.assigned_many",
                    params={"by": by, "count": len(lead_ids)},
                    record_type="lead",
                    record_id=None,
                    url="/leads?view=mine",
                    dedupe_key=f"lead.assigned:{stored.id}:{owner_id}",
                )
                continue
            notify_each(
                [
                    (
                        owner_id,
                        {"by": by, "name": titles.get(lead_id, "")},
                        "lead",
                        lead_id,
                        f"/leads/{lead_id}",
                        f"lead.assigned:{stored.id}:{lead_id}",
                    )
                    for lead_id in lead_ids
                ],
                "lead.assigned",
            )
        _tell_former(stored, by, titles)


def _tell_former(stored: StoredEvent[LeadsMoved], by: str, titles: dict[int, str]) -> None:
    event = stored.event
    moved = zip(event.lead_ids, event.from_owner_ids, event.to_owner_ids, strict=True)
    lost = [
        (lead_id, former, owner_id)
        for lead_id, former, owner_id in moved
        if former is not None and owner_id is not None and former not in (owner_id, stored.actor_id)
    ]
    receivers = names_of({owner_id for _lead, _former, owner_id in lost})
    notify_each(
        [
            (
                former,
                {"by": by, "name": titles.get(lead_id, ""), "to": receivers.get(owner_id, "")},
                "lead",
                lead_id,
                f"/leads/{lead_id}",
                f"lead.taken_away:{stored.id}:{lead_id}",
            )
            for lead_id, former, owner_id in lost
        ],
        "lead.taken_away",
    )


def _names(ids: list[int]) -> dict[int, str]:
    found = rows("SELECT id, name FROM leads_lead WHERE id = ANY(%s::bigint[])", (ids,))
    return {row["id"]: row["name"] for row in found}
