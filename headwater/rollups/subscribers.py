"""What keeps rollups up to date: which leads and which days an event touches; all else is reckoned anew."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from headwater.engagement.events import (
    ActivitiesArchived,
    ActivitiesCorrected,
    ActivitiesRestored,
    ActivityEdited,
    ActivityRecorded,
)
from headwater.kernel.sql import values
from headwater.leads.events import (
    ClosedLeadsPassedOn,
    LeadConverted,
    LeadHistoryGathered,
    LeadsArchived,
    LeadsChanged,
    LeadsCreated,
    LeadsMerged,
    LeadsMoved,
    LeadsRestored,
    LeadStageChanged,
    LeadsUnmerged,
    LeadUnconverted,
)
from headwater.orders.events import OrdersChanged, OrdersMade
from headwater.platform.events import Event, StoredEvent, subscriber
from headwater.rollups.counting import days_of, write_days, write_sales, write_spells, write_stories
from headwater.rollups.filling import lock
from headwater.rollups.types import Key
from headwater.sales.events import (
    AccountsMerged,
    AccountsUnmerged,
    OpportunitiesArchived,
    OpportunitiesChanged,
    OpportunitiesCreated,
    OpportunitiesMoved,
    OpportunitiesRestored,
)

_COUNTED_BY = frozenset(
    {"source", "channel", "campaign", "intent", "invalid_reason"}
)  # of all values of a lead

# A conversion leads to one opportunity of its own; those of other lines stand in the books of the lines; one
# that was opened later belongs to a lead of its account. The last finds leads that it belonged to before.
_LEADS_OF_OPPORTUNITIES = """
SELECT lead_id FROM leads_conversion WHERE opportunity_id = ANY(%(ids)s::bigint[])
UNION SELECT lead_id FROM lines_linespawn WHERE opportunity_id = ANY(%(ids)s::bigint[])
UNION SELECT c.lead_id FROM sales_opportunity o JOIN leads_conversion c ON c.account_id = o.account_id
WHERE o.id = ANY(%(ids)s::bigint[])
UNION SELECT lead_id FROM rollups_leadstory WHERE won_by_id = ANY(%(ids)s::bigint[])
UNION SELECT lead_id FROM rollups_sale WHERE opportunity_id = ANY(%(ids)s::bigint[])
"""
# An order that changed its account or opportunity was another lead's before.
_LEADS_OF_ORDERS = """
SELECT c.lead_id FROM orders_order r JOIN leads_conversion c ON c.account_id = r.account_id
WHERE r.id = ANY(%(ids)s::bigint[])
UNION SELECT s.lead_id FROM orders_order r JOIN rollups_sale s ON s.opportunity_id = r.opportunity_id
WHERE r.id = ANY(%(ids)s::bigint[])
UNION SELECT lead_id FROM rollups_sale WHERE order_id = ANY(%(ids)s::bigint[])
"""
_LEADS_OF_ACCOUNTS = "SELECT lead_id FROM leads_conversion WHERE account_id = ANY(%s::bigint[])"
_LEADS_OF_ACTIVITIES = (
    "SELECT DISTINCT record_id FROM engagement_activity WHERE id = ANY(%s::bigint[]) AND record_type = 'lead'"
)


@subscriber(
    "rollups.leads",
    LeadsCreated,
    LeadsChanged,
    LeadsMoved,
    LeadStageChanged,
    LeadConverted,
    LeadUnconverted,
    LeadsMerged,
    LeadsUnmerged,
    LeadHistoryGathered,
    LeadsArchived,
    LeadsRestored,
    ClosedLeadsPassedOn,
    ActivityRecorded,
    ActivityEdited,
    ActivitiesCorrected,
    ActivitiesArchived,
    ActivitiesRestored,
    OpportunitiesCreated,
    OpportunitiesMoved,
    OpportunitiesChanged,
    OpportunitiesArchived,
    OpportunitiesRestored,
    AccountsMerged,
    AccountsUnmerged,
    OrdersMade,
    OrdersChanged,
)
def tell_stories(events: list[StoredEvent[Event]]) -> None:
    """Leads that something happened to are reckoned anew, and counted where they belong now."""
    happened = [stored.event for stored in events]
    touched = {one for event in happened for one in _leads(event)}
    opportunities = [one for event in happened for one in _opportunities(event)]
    if opportunities:
        touched.update(_found(_LEADS_OF_OPPORTUNITIES, opportunities))
    accounts = [one for event in happened for one in _accounts(event)]
    if accounts:
        touched.update(values(_LEADS_OF_ACCOUNTS, (accounts,)))
    activities = [
        one
        for event in happened
        if not isinstance(event, ActivityRecorded)  # says itself what it is about
        for one in _activities(event)
    ]
    if activities:
        touched.update(values(_LEADS_OF_ACTIVITIES, (activities,)))
    orders = [one for event in happened if isinstance(event, OrdersMade | OrdersChanged) for one in event.ids]
    if touched or orders:
        held = lock(Key.LEADS)
        write_stories(touched, zone=held.zone, counts=held.filled_at is not None)
        write_spells(touched)
        write_sales(touched, held.zone)
    if orders:  # by now the sales of their opportunities are there
        write_sales(_found(_LEADS_OF_ORDERS, orders), held.zone)


@subscriber(
    "rollups.follow-ups",
    ActivityRecorded,
    ActivityEdited,
    ActivitiesCorrected,
    ActivitiesArchived,
    ActivitiesRestored,
)
def count_follow_ups(events: list[StoredEvent[Event]]) -> None:
    """The days of people on which something changed are counted anew, former days of corrected ones too."""
    ids = [one for stored in events for one in _activities(stored.event)]
    held = lock(Key.FOLLOW_UPS)
    write_days(days_of(ids, held.zone), held.zone)


def _leads(event: Event) -> Iterable[int]:
    match event:
        case ActivityRecorded():
            return event.record_ids if event.record_type == "lead" else ()
        case ActivityEdited():
            return (event.record_id,) if event.record_type == "lead" else ()
        case LeadsChanged():
            return () if _COUNTED_BY.isdisjoint(event.fields) else event.lead_ids
        case LeadConverted() | LeadUnconverted():
            return (event.lead_id,)
        case LeadsMerged() | LeadsUnmerged():
            return (event.survivor_id, *event.lead_ids)
    found: Any = getattr(event, "lead_ids", ())
    return tuple(found)


def _found(text: str, ids: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(text, {"ids": ids})
        return [row[0] for row in cursor.fetchall()]


def _opportunities(event: Event) -> Iterable[int]:
    match event:
        case LeadConverted() | LeadUnconverted():
            return event.opportunity_ids
        case (
            OpportunitiesCreated()
            | OpportunitiesMoved()
            | OpportunitiesChanged()
            | OpportunitiesArchived()
            | OpportunitiesRestored()
        ):
            return event.ids
    return ()


def _accounts(event: Event) -> Iterable[int]:
    """Whose leads may get or lose opportunities that no conversion names."""
    match event:
        case LeadConverted() | LeadUnconverted():
            return (event.account_id,)
        case AccountsMerged() | AccountsUnmerged():
            return (event.survivor_id, *event.ids)
    return ()


def _activities(event: Event) -> Iterable[int]:
    match event:
        case ActivityEdited():
            return (event.activity_id,)
        case ActivityRecorded() | ActivitiesCorrected() | ActivitiesArchived() | ActivitiesRestored():
            return event.activity_ids
    return ()
