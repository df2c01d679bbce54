"""Who a visitor is, and who hears that a lead is back."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import pgettext_lazy

from headwater.kernel.sql import rows
from headwater.leads.events import LeadVisitorNamed
from headwater.leads.types import Status
from headwater.platform.events import StoredEvent, subscriber
from headwater.platform.notifications import Notice, notify_each, register_kind
from headwater.tracking import services
from headwater.tracking.events import LeadsVisited
from headwater.tracking.types import IdentifiedBy

register_kind(
    "tracking.back",
    label=pgettext_lazy("notification", "Leads of mine that are back on our website"),
    text=pgettext_lazy("notification", "“%(name)s” is back on our website: %(page)s"),
    icon="mouse-pointer-click",
    group=pgettext_lazy("group of notifications", "Leads"),
    bots=False,
)


@subscriber("tracking.identify", LeadVisitorNamed)
def identify(events: list[StoredEvent[LeadVisitorNamed]]) -> None:
    """A door named the visitor who inquired."""
    for stored in events:
        key = UUID(hex=stored.event.visitor)
        services.identify(key, stored.event.lead_id, by=IdentifiedBy.CAPTURE, at=stored.at)


_BACK = """
SELECT t.id, l.id AS lead_id, l.name, l.owner_id, l.status, t.started_at, COALESCE(NULLIF(t.entry_title, ''),
  t.entry_path) AS page
FROM tracking_visit t JOIN leads_lead l ON l.id = t.lead_id JOIN tracking_visitor v ON v.id = t.visitor_id
WHERE t.id = ANY(%s::bigint[]) AND l.archived_at IS NULL AND l.owner_id IS NOT NULL
  AND (t.started_at AT TIME ZONE %s)::date > (v.identified_at AT TIME ZONE %s)::date
"""


@subscriber("tracking.tell-who-is-back", LeadsVisited)
def tell_who_is_back(events: list[StoredEvent[LeadsVisited]]) -> None:
    """The owner, once a day for each lead, from the day after they became known."""
    ids = [one for stored in events for one in stored.event.visit_ids]
    zone = timezone.get_default_timezone_name()
    notices = [
        Notice(
            row["owner_id"],
            {"name": row["name"], "page": row["page"] or "—"},
            "lead",
            row["lead_id"],
            f"/leads/{row['lead_id']}",
            f"tracking.back:{row['lead_id']}:{timezone.localdate(row['started_at'])}",
        )
        for row in rows(_BACK, (ids, zone, zone))
        if Status(row["status"]).is_owned
    ]
    notify_each(notices, "tracking.back")
