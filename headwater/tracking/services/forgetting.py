"""What goes: at a visitor's wish, with a lead's visits, and by time. Figures without people stay."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from headwater.kernel import clock, listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import execute, rows, value, values
from headwater.platform import audit
from headwater.tracking.services.locking import lock_visitors

AT_ONCE = 5_000  # visits
KEEP_FIGURES = timedelta(days=800)
KEEP_WISHES = timedelta(days=2)  # as long as anything of theirs may still be under way


def forget_visitors(keys: Sequence[UUID]) -> None:
    """Delete all that is kept of these visitors; their keys stay for two days, to keep stragglers out."""
    if not keys:
        return
    ids = values(
        "INSERT INTO tracking_visitor (key, visits, pages, first_origin, first_touch, last_origin,"
        " last_touch, identified_by, forgotten_at) SELECT key, 0, 0, '', '{}', '', '{}', '', %s"
        " FROM unnest(%s::uuid[]) AS key"
        " ON CONFLICT (key) DO UPDATE SET forgotten_at = EXCLUDED.forgotten_at, site_id = NULL,"
        " first_at = NULL, last_at = NULL, visit_id = NULL, visits = 0, pages = 0, first_origin = '',"
        " first_touch = '{}', last_origin = '', last_touch = '{}', lead_id = NULL,"
        " identified_at = NULL, identified_by = ''"
        " RETURNING id",
        (clock.now(), list(keys)),
    )
    _delete_visits("visitor_id = ANY(%s::bigint[])", (ids,))
    execute("DELETE FROM tracking_leadvisits WHERE visitor_id = ANY(%s::bigint[])", (ids,))


@transaction.atomic
def erase_visits(access: Access, lead_id: int) -> int:
    """Delete a lead's visits, and forget their visitors; how many visits. Refuses `NotFound`."""
    if not listing.ids_within(access.also("leads.view"), record_type("lead"), [lead_id]):
        raise NotFound(record="lead", id=lead_id)
    lock_visitors()
    before = value("SELECT count(*) FROM tracking_visit WHERE lead_id = %s", (lead_id,))
    forget_visitors(values("SELECT key FROM tracking_visitor WHERE lead_id = %s", (lead_id,)))
    _delete_visits("lead_id = %s", (lead_id,))
    execute("DELETE FROM tracking_leadvisits WHERE lead_id = %s", (lead_id,))
    if before:
        audit.record(access, "lead", lead_id, "erase_visits", {"visits": [before, 0]})
    return int(before)


def let_go() -> None:
    """The nightly round: visits of unknown visitors past their site's days, their visitors, old figures."""
    for site in rows("SELECT id, keep_days FROM tracking_site ORDER BY id"):
        before = clock.now() - timedelta(days=site["keep_days"])
        while _let_go_visits(site["id"], before):
            pass
    _let_go_visitors()
    oldest = clock.today() - KEEP_FIGURES
    execute("DELETE FROM tracking_pageday WHERE day < %s", (oldest,))
    execute("DELETE FROM tracking_day WHERE day < %s", (oldest,))


@transaction.atomic
def _let_go_visits(site_id: int, before: object) -> int:
    lock_visitors()
    return _delete_visits(
        "id IN (SELECT id FROM tracking_visit WHERE site_id = %s AND started_at < %s"
        " AND lead_id IS NULL LIMIT %s)",
        (site_id, before, AT_ONCE),
    )


@transaction.atomic
def _let_go_visitors() -> None:
    """Those without visits: unknown ones, and wishes that have done their work."""
    lock_visitors()
    execute(
        "DELETE FROM tracking_visitor o WHERE COALESCE(forgotten_at, last_at, identified_at) < %s"
        " AND (forgotten_at IS NOT NULL OR lead_id IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM tracking_visit t WHERE t.visitor_id = o.id)",
        (clock.now() - KEEP_WISHES,),
    )


def _delete_visits(where: str, params: Sequence[object]) -> int:
    count = value(
        f"WITH gone AS (DELETE FROM tracking_visit WHERE {where} RETURNING id),"
        " hits AS (DELETE FROM tracking_hit h USING gone WHERE h.visit_id = gone.id)"
        " SELECT count(*) FROM gone",
        params,
    )
    return int(count)
