"""Bringing every lead under changed rules, in the background, with progress; killed anywhere it goes on."""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import rows, value, values
from headwater.leads.models import Recalculation
from headwater.leads.services.deadlines import renew
from headwater.platform.jobs import defer, is_stopping, task
from headwater.pools import recycling as rules
from headwater.pools.models import RecycleRule

CHUNK = 1000  # leads locked at once: whoever follows one up waits no longer than for these
_PATIENCE = 120.0  # seconds that transactions from before the change may take to end

_OPEN = "l.status IN ('assigned', 'following') AND l.archived_at IS NULL"
_NEXT = f"SELECT l.id FROM leads_lead l WHERE l.id > %s AND {_OPEN} ORDER BY l.id LIMIT %s FOR NO KEY UPDATE"


@transaction.atomic
def save_recycle_rule(
    access: Access,
    values_: Mapping[str, Any],
    *,
    rule_id: int | None = None,
    version: int | None = None,
    note: str = "",
) -> RecycleRule:
    """Make or change a rule (see `pools.recycling.save_rule`); the leads follow in the background."""
    before = None if rule_id is None else rules.get_rule(rule_id).version
    saved = rules.save_rule(access, values_, rule_id=rule_id, version=version, note=note)
    if saved.version != before:
        recalculate(access, saved.label)
    return saved


@transaction.atomic
def archive_recycle_rule(access: Access, rule_id: int) -> None:
    """Take a rule away; the leads follow in the background."""
    label = rules.get_rule(rule_id).label
    rules.archive_rule(access, rule_id)
    recalculate(access, label)


@transaction.atomic
def order_recycle_rules(access: Access, ids: Sequence[int]) -> None:
    """Try the rules in this order; the leads follow in the background."""
    rules.order_rules(access, ids)
    recalculate(access, "")


def recalculate(access: Access, rule: str) -> Recalculation:
    """Start anew with all leads; one that is still running stops where it is."""
    moment = clock.now()
    Recalculation.objects.filter(finished_at=None).update(finished_at=moment)
    made = Recalculation.objects.create(
        started_at=moment,
        actor_id=access.user_id,
        rule=rule,
        after_xid=int(value("SELECT pg_current_xact_id()::text")),
        total=value(f"SELECT count(*) FROM leads_lead l WHERE {_OPEN}"),
    )
    defer(recalculate_deadlines, recalculation_id=made.pk)
    return made


def latest_recalculation() -> Recalculation | None:
    """The one that runs, or ran last."""
    return Recalculation.objects.order_by("-pk").first()


def get_recalculation(recalculation_id: int) -> Recalculation:
    found = Recalculation.objects.filter(pk=recalculation_id).first()
    if found is None:
        raise NotFound(record="recalculation", id=recalculation_id)
    return found


@task("leads.recalculate_deadlines", queue="long")
def recalculate_deadlines(recalculation_id: int) -> None:
    """Bring the leads under changed rules; what a stopped worker leaves, a new job takes up."""
    if not run_recalculation(recalculation_id):
        with transaction.atomic():
            defer(
                recalculate_deadlines,
                at=clock.now() + timedelta(seconds=5),
                recalculation_id=recalculation_id,
            )


def run_recalculation(recalculation_id: int) -> bool:
    """Go through the leads from where the work stands; whether it came to its end."""
    found = get_recalculation(recalculation_id)
    if not _old_rules_are_gone(found.after_xid):
        return False
    while not is_stopping():
        if _chunk(recalculation_id):
            return True
    return False


_OLDER = """
SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND backend_xid IS NOT NULL AND age(backend_xid) >= age((%s::bigint %% 4294967296)::text::xid))
"""


def _old_rules_are_gone(xid: int) -> bool:
    """A lead moved by a transaction older than the change may still get its deadlines by the old rule."""
    until = time.monotonic() + _PATIENCE
    while value(_OLDER, (xid,)):
        if time.monotonic() > until or is_stopping():
            return False
        time.sleep(0.1)
    return True


@transaction.atomic
def _chunk(recalculation_id: int) -> bool:
    """The next leads, with the mark of how far it went in the same transaction; whether none are left."""
    work = Recalculation.objects.select_for_update().get(pk=recalculation_id)
    if work.finished_at is not None:
        return True
    ids = values(_NEXT, (work.cursor, CHUNK))
    if ids:
        work.changed += renew(ids)
        work.seen += len(ids)
        work.cursor = ids[-1]
    if len(ids) < CHUNK:
        work.finished_at = clock.now()
    work.save()
    return work.finished_at is not None


def leads_of_opportunities(ids: Sequence[int]) -> list[int]:
    """The leads whose history these opportunities carry on."""
    found = rows(
        "SELECT DISTINCT source_id FROM engagement_timelinelink WHERE record_type = 'opportunity'"
        " AND source_type = 'lead' AND record_id = ANY(%s::bigint[])",
        (list(ids),),
    )
    return [row["source_id"] for row in found]


@transaction.atomic
def renew_for_opportunities(ids: Sequence[int]) -> None:
    """An open opportunity may exempt its lead: reckon anew when one opens or closes."""
    lead_ids = leads_of_opportunities(ids)
    if lead_ids:
        locked = values(
            f"SELECT l.id FROM leads_lead l WHERE l.id = ANY(%s::bigint[]) AND {_OPEN} ORDER BY l.id"
            " FOR NO KEY UPDATE",
            (lead_ids,),
        )
        renew(locked)
