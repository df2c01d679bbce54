"""A lead is won when the first opportunity that came of it is, and it is not any more when none is.

What came of a lead: the opportunities that its conversion names, and those opened later at the account it
became, for the lead that was converted into the account last before, where no conversion names them.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction

from headwater.kernel.access import Access
from headwater.kernel.sql import execute, rows, values
from headwater.leads.queries import Snapshot
from headwater.leads.services.following import write_stage
from headwater.leads.types import Stage

TOGETHER = 2000

_OF_OPPORTUNITIES = """
SELECT lead_id FROM leads_conversion WHERE opportunity_ids && %s::bigint[]
UNION SELECT c.lead_id FROM sales_opportunity o JOIN leads_conversion c ON c.account_id = o.account_id
WHERE o.id = ANY(%s::bigint[])
UNION SELECT lead_id FROM leads_conversion WHERE account_id = ANY(%s::bigint[])
"""

# Leads whose stage is not what their opportunities say, with the stage they had before they were won.
_ASTRAY = """
SELECT l.id, l.stage, w.won_at, greatest(w.won_at, l.stage_at) AS at, b.before, d.reason
FROM leads_lead l
JOIN leads_conversion c ON c.lead_id = l.id
LEFT JOIN LATERAL (
  SELECT min(o.closed_at) AS won_at FROM sales_opportunity o
  WHERE o.status = 'won' AND o.archived_at IS NULL AND (o.id = ANY(c.opportunity_ids)
    OR (o.account_id = c.account_id AND o.created_at >= c.at
      AND NOT EXISTS (SELECT 1 FROM leads_conversion n WHERE n.account_id = c.account_id
        AND (n.at, n.id) > (c.at, c.id) AND n.at <= o.created_at)
      AND NOT EXISTS (SELECT 1 FROM leads_conversion n WHERE n.opportunity_ids @> ARRAY[o.id])))
) w ON TRUE
LEFT JOIN LATERAL (
  SELECT s.before FROM leads_stagechange s
  WHERE s.lead_id = l.id AND s.kind = 'stage' AND s.after = 'WON' ORDER BY -s.id LIMIT 1
) b ON l.stage = 'WON'
LEFT JOIN LATERAL (
  SELECT s.reason FROM leads_stagechange s
  WHERE s.lead_id = l.id AND s.kind = 'stage' AND s.after = 'disqualified' ORDER BY -s.id LIMIT 1
) d ON b.before = 'disqualified'
WHERE l.id = ANY(%s::bigint[]) AND l.status = 'converted'
  AND ((w.won_at IS NOT NULL AND l.stage <> 'WON')
    OR (w.won_at IS NULL AND l.stage = 'WON' AND b.before IS NOT NULL))
"""


def leads_of(opportunity_ids: Sequence[int], account_ids: Sequence[int] = ()) -> list[int]:
    """Converted leads that these opportunities may have come of, or that became these accounts."""
    ids = list(opportunity_ids)
    return values(_OF_OPPORTUNITIES, (ids, ids, list(account_ids))) if ids or account_ids else []


@transaction.atomic
def settle_won(access: Access, lead_ids: Iterable[int]) -> int:
    """Bring the stage of converted leads to what their opportunities say; how many changed.

    Repeating it changes nothing. The step is dated by the day of the win, so that imported history is too.
    A stage WON that nobody stepped to (it came so from another system) stays.
    """
    changed = 0
    wanted = sorted(set(lead_ids))
    for start in range(0, len(wanted), TOGETHER):
        part = wanted[start : start + TOGETHER]
        # Read by a statement of its own once they are held: see `queries.lock_leads`.
        execute("SELECT id FROM leads_lead WHERE id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE", (part,))
        found = rows(_ASTRAY, (part,))
        won = [lead for lead in found if lead["won_at"] is not None]
        write_stage(access, won, Stage.WON, at={lead["id"]: lead["at"] for lead in won})
        back: dict[tuple[str, str], list[Snapshot]] = {}
        for lead in found:
            if lead["won_at"] is None:
                back.setdefault((lead["before"], lead["reason"] or ""), []).append(lead)
        for (stage, reason), leads in back.items():
            write_stage(access, leads, Stage(stage), reason=reason)
        changed += len(found)
    return changed


def settle_all(access: Access) -> int:
    """The same for all converted leads, in pieces of their own: what no event told is found each night."""
    changed, last = 0, 0
    while True:
        ids = values(
            "SELECT lead_id FROM leads_conversion WHERE lead_id > %s ORDER BY lead_id LIMIT %s",
            (last, TOGETHER),
        )
        if not ids:
            return changed
        last = ids[-1]
        changed += settle_won(access, ids)
