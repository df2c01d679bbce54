"""The queue of leads that the rules have yet to look at."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from headwater.kernel import clock, listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.kernel.sql import execute
from headwater.organization.queries import people_on_duty
from headwater.platform.events import emit
from headwater.routing.content import read_content
from headwater.routing.content.people import people_of_target
from headwater.routing.events import DispatchAsked
from headwater.routing.models import RoutingRule, WaitingLead
from headwater.routing.types import Trigger, Waits

# A lead that somebody owns is nobody's to route; one that was decided on for this event is done.
_ENQUEUE = """
INSERT INTO routing_waitinglead (lead_id, event_id, trigger, step, applied, waits_for, since, due_at, reasons)
SELECT l.id, %s, %s, 0, '', 'turn', %s, %s, '[]'
FROM leads_lead l WHERE l.id = ANY(%s::bigint[]) AND l.status = 'pooled' AND l.archived_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM routing_decision d WHERE d.lead_id = l.id AND d.event_id = %s)
ORDER BY l.id
ON CONFLICT (lead_id, event_id) DO NOTHING
"""


def enqueue(lead_ids: Sequence[int], event_id: int, trigger: Trigger, *, at: datetime | None = None) -> int:
    """Have the rules look at those of the leads that lie in a pool, once for this event; how many.

    What they waited for before is forgotten: the rules see them anew.
    """
    ids = list(lead_ids)
    moment = at or clock.now()
    execute(
        "DELETE FROM routing_waitinglead WHERE lead_id = ANY(%s::bigint[]) AND waits_for <> 'turn'"
        " AND event_id <> %s",
        (ids, event_id),
    )
    return execute(_ENQUEUE, (event_id, trigger.value, moment, moment, ids, event_id))


def look_again(lead_ids: Sequence[int], waits_for: Waits) -> int:
    """Something changed for leads that wait for it: the rules look again at once; how many."""
    return execute(
        "UPDATE routing_waitinglead SET waits_for = 'turn', due_at = %s"
        " WHERE lead_id = ANY(%s::bigint[]) AND waits_for = %s",
        (clock.now(), list(lead_ids), waits_for.value),
    )


def forget(lead_ids: Sequence[int]) -> int:
    """These leads went elsewhere; they wait for nothing any more."""
    return execute(
        "DELETE FROM routing_waitinglead WHERE lead_id = ANY(%s::bigint[]) AND waits_for <> 'turn'",
        (list(lead_ids),),
    )


@transaction.atomic
def ask_dispatch(access: Access, lead_ids: Sequence[int]) -> int:
    """Have all rules look at pooled leads within reach now, whatever their triggers; how many are meant."""
    ids = within(access, lead_ids)
    if ids:
        emit(DispatchAsked(lead_ids=ids), access)
    return len(ids)


def within(access: Access, lead_ids: Sequence[int]) -> list[int]:
    """Those of the leads that the actor reaches."""
    return sorted(listing.ids_within(access, record_type("lead"), list(dict.fromkeys(lead_ids))))


def look_again_for(user_ids: Sequence[int]) -> int:
    """These people came back: leads that their rules, or their pools, found nobody for are seen anew."""
    here = people_on_duty(user_ids)
    stranded = WaitingLead.objects.filter(waits_for=Waits.PERSON)
    waiting = list(stranded.values_list("lead", "rule", "lead__pool__default_assignee")) if here else []
    meant: dict[int | None, bool] = {}
    for rule in RoutingRule.objects.filter(pk__in={rule_id for _lead, rule_id, _default in waiting}):
        try:
            meant[rule.pk] = not here.isdisjoint(people_of_target(read_content(rule.content).target))
        except Invalid:
            continue
    ids = [lead for lead, rule_id, default in waiting if default in here or meant.get(rule_id)]
    return look_again(ids, Waits.PERSON) if ids else 0
