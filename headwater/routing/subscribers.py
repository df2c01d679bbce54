"""What sets the rules off, and what follows when they have decided."""

from headwater.leads.events import LeadsChanged, LeadsCreated, LeadsMoved, LeadStageChanged
from headwater.leads.types import Why
from headwater.organization.events import DutyChanged
from headwater.platform.events import Event, StoredEvent, subscriber
from headwater.platform.jobs import defer
from headwater.routing.events import DispatchAsked, LeadsDispatched, LeadsStranded
from headwater.routing.queries.rules import is_listening
from headwater.routing.services.mailing import OUTBOX
from headwater.routing.services.queueing import enqueue, forget, look_again, look_again_for
from headwater.routing.services.telling import tell_administrators, tell_owners
from headwater.routing.tasks import mail_customers, run_rules
from headwater.routing.types import Trigger, Waits

_MOVES = {
    Why.RECYCLED.value: Trigger.RECYCLED,
    Why.REOPENED.value: Trigger.WOKEN,
    Why.WOKEN.value: Trigger.WOKEN,
}


@subscriber("routing.hear", LeadsCreated, LeadStageChanged, LeadsMoved, LeadsChanged, DispatchAsked)
def hear(events: list[StoredEvent[Event]]) -> None:
    """Put the leads of an event into the queue, and have it run.

    What the rules themselves did is a move of another kind, so it never sets them off.
    """
    if not is_listening():
        return
    waiting = 0
    for stored in events:
        event = stored.event
        if isinstance(event, LeadsChanged):
            waiting += look_again(event.lead_ids, Waits.GATE)
            continue
        if not isinstance(event, LeadsCreated | LeadStageChanged | LeadsMoved | DispatchAsked):
            continue
        trigger = _trigger(event)
        if trigger is not None:
            stays = set(event.stays) if isinstance(event, LeadsMoved) else set()
            waiting += enqueue([i for i in event.lead_ids if i not in stays], stored.id, trigger)
        elif isinstance(event, LeadsMoved):
            forget(event.lead_ids)
    if waiting:
        defer(run_rules, queueing_lock="routing.run")


def _trigger(event: LeadsCreated | LeadStageChanged | LeadsMoved | DispatchAsked) -> Trigger | None:
    match event:
        case LeadsCreated():
            return Trigger.CAPTURED
        case LeadStageChanged():
            return Trigger.STAGE_CHANGED
        case DispatchAsked():
            return Trigger.ASKED
        case LeadsMoved():
            return _MOVES.get(event.why)


@subscriber("routing.duty", DutyChanged)
def duty_changed(events: list[StoredEvent[DutyChanged]]) -> None:
    """Leads that nobody could take are given out when somebody comes back on duty."""
    people = {user_id for stored in events for user_id in stored.event.user_ids}
    if look_again_for(sorted(people)):
        defer(run_rules, queueing_lock="routing.run")


@subscriber("routing.tell-owners", LeadsDispatched)
def dispatched(events: list[StoredEvent[LeadsDispatched]]) -> None:
    """Who is given leads by a rule hears of it."""
    for stored in events:
        tell_owners(stored.id, stored.event)


@subscriber("routing.tell-customers", LeadsDispatched)
def dispatched_to_mail(events: list[StoredEvent[LeadsDispatched]]) -> None:
    """What was queued for customers goes out soon."""
    if OUTBOX.has_due():
        defer(mail_customers, queueing_lock="routing.mail_customers")


@subscriber("routing.tell-administrators", LeadsStranded)
def stranded(events: list[StoredEvent[LeadsStranded]]) -> None:
    """Who answers for the pool hears of leads that nobody could take."""
    for stored in events:
        tell_administrators(stored.id, stored.event)
