"""What makes the rules look at leads, and what follows when one has led to an opportunity."""

from headwater.leads.events import LeadsChanged, LeadsCreated, LeadsFollowedUp, LeadStageChanged
from headwater.lines.events import LineSpawned
from headwater.lines.queries import active_rules, leads_meant
from headwater.lines.services.telling import tell_owner
from headwater.lines.tasks import spawn
from headwater.platform.events import Event, StoredEvent, subscriber
from headwater.platform.jobs import defer_many


@subscriber("lines.hear", LeadsCreated, LeadsChanged, LeadsFollowedUp, LeadStageChanged)
def hear(events: list[StoredEvent[Event]]) -> None:
    """Find the leads that rules mean, a query a rule, and have each spawned in a job of its own."""
    rules = active_rules()
    if not rules:
        return
    lead_ids: set[int] = set()
    changed: list[LeadsChanged] = []
    activity_ids: dict[int, list[int]] = {}
    for stored in events:
        event = stored.event
        if isinstance(event, LeadsFollowedUp):
            for lead_id, activity_id in zip(event.lead_ids, event.activity_ids, strict=True):
                activity_ids.setdefault(lead_id, []).append(activity_id)
        if isinstance(event, LeadsCreated | LeadsFollowedUp | LeadStageChanged):
            lead_ids.update(event.lead_ids)
        elif isinstance(event, LeadsChanged):
            changed.append(event)
    said = [one for many in activity_ids.values() for one in many]
    taken: set[tuple[int, str]] = set()
    for rule, content in rules:
        reads = content.reads()
        touched = {one for event in changed if not reads.isdisjoint(event.fields) for one in event.lead_ids}
        meant = [
            one
            for one in leads_meant(content, sorted(lead_ids | touched), said)
            if (one, content.line) not in taken
        ]
        taken |= {(one, content.line) for one in meant}
        defer_many(
            spawn,
            (
                {"lead_id": one, "rule_id": rule.pk, "activity_ids": activity_ids.get(one, [])}
                for one in meant
            ),
        )


@subscriber("lines.tell-owner", LineSpawned)
def spawned(events: list[StoredEvent[LineSpawned]]) -> None:
    """Who got an opportunity hears of it."""
    for stored in events:
        tell_owner(stored)
