"""A visitor turns out to be a lead: by an inquiry, or by a link that was sent to them."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from headwater.kernel.access import system_access
from headwater.kernel.sql import execute, rows, value
from headwater.leads.queries import merged_into
from headwater.platform.events import emit
from headwater.tracking.events import VisitorIdentified
from headwater.tracking.services.folding import fold
from headwater.tracking.services.locking import lock_visitors
from headwater.tracking.types import DIRECT, IdentifiedBy


@transaction.atomic
def identify(key: UUID, lead_id: int, *, by: IdentifiedBy, at: datetime) -> bool:
    """Tie the visitor to the lead, and all their visits that are nobody's yet; whether that was news.

    A visitor not seen so far is remembered: their first events may still be under way. When a browser
    becomes another lead's, earlier visits stay the earlier one's. Who wants to be forgotten stays so.
    """
    lead_id = merged_into(lead_id) or lead_id
    if not value("SELECT EXISTS(SELECT 1 FROM leads_lead WHERE id = %s)", (lead_id,)):
        return False
    lock_visitors()
    found = rows(
        "INSERT INTO tracking_visitor (key, visits, pages, first_origin, first_touch, last_origin,"
        " last_touch, lead_id, identified_at, identified_by)"
        " VALUES (%s, 0, 0, '', '{}', '', '{}', %s, %s, %s)"
        " ON CONFLICT (key) DO UPDATE SET lead_id = EXCLUDED.lead_id, identified_at = EXCLUDED.identified_at,"
        " identified_by = EXCLUDED.identified_by"
        " WHERE tracking_visitor.forgotten_at IS NULL"
        " AND tracking_visitor.lead_id IS DISTINCT FROM EXCLUDED.lead_id"
        " RETURNING id, site_id, first_origin",
        (key, lead_id, at, by.value),
    )
    if not found:
        return False
    visitor = found[0]
    tied = rows(
        "WITH tied AS (UPDATE tracking_visit SET lead_id = %s WHERE visitor_id = %s AND lead_id IS NULL"
        " RETURNING pages) SELECT count(*) AS visits, COALESCE(sum(pages), 0)::int AS pages FROM tied",
        (lead_id, visitor["id"]),
    )[0]
    fold([visitor["id"]])
    if visitor["site_id"] is not None:
        execute(
            "INSERT INTO tracking_day (site_id, day, origin, visits, visitors, newcomers, pages, identified)"
            " VALUES (%s, (%s AT TIME ZONE %s)::date, %s, 0, 0, 0, 0, 1)"
            " ON CONFLICT (site_id, day, origin) DO UPDATE SET identified = tracking_day.identified + 1",
            (visitor["site_id"], at, settings.TIME_ZONE, visitor["first_origin"] or DIRECT),
        )
    told = VisitorIdentified(lead_id=lead_id, visitor_id=visitor["id"], by=by.value, **tied)
    emit(told, system_access("tracking.identify"))
    return True
