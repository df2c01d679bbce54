"""Leads nobody acts on go up the reporting line, within working time, until somebody does.

An escalation is opened and ended under the lock of its lead: neither can overtake the other.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from headwater.kernel.access import Access
from headwater.kernel.sql import rows
from headwater.leads.settings import ROUNDS_HOURS, WARNING_HOURS
from headwater.platform.notifications import acknowledge_records, escalate

SINGLY = 5  # so many at once are told one by one; more as a count
CAME_BACK = "lead.came_back"
WARNINGS = ("lead.response_soon", "lead.recycle_soon")
_KINDS = tuple(f"{kind}{many}" for kind in (*WARNINGS, CAME_BACK) for many in ("", "_many"))


def acted_on(access: Access, lead_ids: Sequence[int]) -> int:
    """What waited for an act on these leads waits no more; how many escalations that ended."""
    return acknowledge_records(access, "lead", lead_ids, kinds=_KINDS) if lead_ids else 0


def waiting_time(kind: str) -> timedelta | None:
    """How much working time each person up the line has; None: what is told in vain stays with the rep."""
    hours = WARNING_HOURS.get() if kind in WARNINGS else ROUNDS_HOURS.get() if kind == CAME_BACK else 0
    return timedelta(hours=hours) if hours else None


def tell_of_came_back(lead_ids: Sequence[int], former: dict[int, int]) -> None:
    """Ask who had them last to settle what becomes of leads that went round too often; then those above.

    More than a few of one person's come as one, which ends with an act on the first of them.
    """
    within = waiting_time(CAME_BACK)
    if within is None or not lead_ids:
        return
    found = rows(
        "SELECT id, name, rounds FROM leads_lead WHERE id = ANY(%s::bigint[]) ORDER BY id", (list(lead_ids),)
    )
    by_rep: dict[int, list[dict[str, Any]]] = {}
    for lead in found:
        by_rep.setdefault(former[lead["id"]], []).append(lead)
    for rep_id, leads in by_rep.items():
        many = len(leads) > SINGLY
        for lead in leads[:1] if many else leads:
            escalate(
                rep_id,
                f"{CAME_BACK}_many" if many else CAME_BACK,
                key=f"{CAME_BACK}:{lead['id']}:{lead['rounds']}:{rep_id}",
                within=within,
                params={"count": len(leads)} if many else {"name": lead["name"], "rounds": lead["rounds"]},
                record_type="lead",
                record_id=lead["id"],
                url="/leads?view=pooled" if many else f"/leads/{lead['id']}",
            )
