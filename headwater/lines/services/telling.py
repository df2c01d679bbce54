"""Telling people what came of a lead of another line."""

from headwater.kernel.errors import DomainError
from headwater.kernel.sql import rows
from headwater.lines.events import LineSpawned
from headwater.lines.models import CrossLineRule
from headwater.lines.queries import line_label
from headwater.organization.queries import administrators
from headwater.platform.events import StoredEvent
from headwater.platform.notifications import notify


def tell_owner(stored: StoredEvent[LineSpawned]) -> None:
    """Who got the opportunity hears of it, unless they started it themselves."""
    event = stored.event
    found = rows("SELECT name FROM sales_opportunity WHERE id = %s", (event.opportunity_id,))
    notify(
        [event.owner_id],
        "line.spawned",
        params={"line": line_label(event.line), "name": found[0]["name"] if found else ""},
        record_type="opportunity",
        record_id=event.opportunity_id,
        url=f"/opportunities/{event.opportunity_id}",
        dedupe_key=f"line.spawned:{event.spawn_id}",
        but_not=stored.actor_id,
    )


def tell_failure(lead_id: int, rule_id: int, refusal: DomainError) -> None:
    """A rule means a lead and cannot go on: those who set the system up hear why, once a lead."""
    found = rows("SELECT name FROM leads_lead WHERE id = %s", (lead_id,))
    rule = CrossLineRule.objects.filter(pk=rule_id).first()
    notify(
        sorted(administrators()),
        "line.failed",
        params={
            "name": found[0]["name"] if found else "",
            "rule": rule.name if rule else "",
            "reason": refusal.detail,
        },
        record_type="lead",
        record_id=lead_id,
        url=f"/leads/{lead_id}",
        dedupe_key=f"line.failed:{rule_id}:{lead_id}",
    )
