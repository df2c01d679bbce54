"""Taking back what nobody works on: every minute, chunk by chunk, through `move` as any change of place."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.sql import rows, values
from headwater.leads.services.deadlines import DEADLINES, renew
from headwater.leads.services.escalating import tell_of_came_back
from headwater.leads.services.moving import move
from headwater.leads.services.releasing import homes_of
from headwater.leads.types import Place, Why
from headwater.platform.jobs import is_stopping

CHUNK = 2000

# The index gives the leads; whoever is just working on one holds its lock, and is not disturbed.
_DUE = (
    "SELECT id FROM leads_lead WHERE recycle_due_at <= %s ORDER BY recycle_due_at LIMIT %s"
    " FOR UPDATE SKIP LOCKED"
)
# What is locked now is reckoned anew, from its present base: the columns could be older than a rule.
_RECKONED = f"""
SELECT l.id, l.owner_id, l.home_pool_id, l.rounds, d.rule_label, d.max_rounds, d.cause, d.recycle_due_at
FROM leads_lead l LEFT JOIN LATERAL {DEADLINES} d ON TRUE WHERE l.id = ANY(%s::bigint[])
"""


def recycle_due() -> int:
    """Take back all leads whose time is over; how many. Two at once share the work, none is taken twice."""
    taken = 0
    while not is_stopping():
        found, went = recycle_chunk()
        taken += went
        if found < CHUNK:
            break
    return taken


@transaction.atomic
def recycle_chunk() -> tuple[int, int]:
    """One chunk in one transaction: how many seemed due, how many went."""
    moment = clock.now()
    ids = values(_DUE, (moment, CHUNK))
    if not ids:
        return 0, 0
    leads = rows(_RECKONED, (ids,))
    due = [lead for lead in leads if lead["recycle_due_at"] is not None and lead["recycle_due_at"] <= moment]
    if len(due) < len(leads):
        gone = {lead["id"] for lead in due}
        renew([lead["id"] for lead in leads if lead["id"] not in gone])
    _take_back(due)
    return len(ids), len(due)


def _take_back(leads: Sequence[dict[str, Any]]) -> None:
    access = system_access("leads.recycle")
    homes = homes_of(leads, None)
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for lead in leads:
        groups.setdefault((lead["rule_label"], lead["cause"]), []).append(lead)
    for (rule, cause), members in groups.items():
        worn_out = [lead["id"] for lead in members if lead["rounds"] + 1 >= lead["max_rounds"]]
        move(
            {lead["id"]: Place.in_pool(homes[lead["id"]]) for lead in members},
            access,
            why=Why.RECYCLED,
            reason=cause,
            rule=rule,
            stays=worn_out,
        )
        tell_of_came_back(worn_out, {lead["id"]: lead["owner_id"] for lead in members})
