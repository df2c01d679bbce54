"""I1 to I5 as queries. Used by property, concurrency and fault tests."""

from headwater.kernel.sql import rows, value
from headwater.leads.services.books import read_books

# One pass over the ledger: lead by lead, a table without statistics is walked from its end for each.
_FOLDED = """
SELECT l.id FROM leads_lead l
LEFT JOIN (
  SELECT DISTINCT ON (lead_id) * FROM leads_transfer ORDER BY lead_id, id DESC
) last ON last.lead_id = l.id
WHERE last.id IS NULL
   OR (l.archived_at IS NULL AND last.spot IS DISTINCT FROM CASE WHEN l.pool_id IS NOT NULL THEN 'pool'
        WHEN l.status IN ('assigned', 'following') THEN 'owner' ELSE 'closed' END)
   OR (l.archived_at IS NOT NULL AND last.spot <> 'archive')
   OR (l.archived_at IS NULL AND last.to_pool_id IS DISTINCT FROM l.pool_id)
   OR (l.archived_at IS NULL AND l.status IN ('assigned', 'following')
       AND last.to_owner_id IS DISTINCT FROM l.owner_id)
"""

# A transfer must begin where the one before it ended.
_BROKEN_CHAIN = """
SELECT id FROM (
  SELECT id, lead_id, from_pool_id, from_owner_id, from_status,
    lag(to_pool_id) OVER w AS was_pool, lag(to_status) OVER w AS was_status, lag(spot) OVER w AS was_spot,
    row_number() OVER w AS n
  FROM leads_transfer WINDOW w AS (PARTITION BY lead_id ORDER BY id)
) t WHERE (n = 1 AND (from_pool_id IS NOT NULL OR from_owner_id IS NOT NULL))
   OR (n > 1 AND was_spot <> 'archive' AND from_pool_id IS DISTINCT FROM was_pool)
"""


def broken_invariants(*, caps_hold: bool = True) -> list[str]:
    """What is wrong with the leads as they are; empty when all is well."""
    wrong = []
    two_places = rows(
        "SELECT id FROM leads_lead WHERE (pool_id IS NOT NULL) <> (status = 'pooled')"
        " OR (status IN ('assigned', 'following') AND owner_id IS NULL)"
        " OR (status = 'pooled' AND owner_id IS NOT NULL)"
    )
    if two_places:
        wrong.append(f"I1: leads in no or two places: {two_places}")
    if folded := rows(_FOLDED):
        wrong.append(f"I2: the ledger does not lead to the present place: {folded}")
    if broken := rows(_BROKEN_CHAIN):
        wrong.append(f"I2: the ledger has gaps: {broken}")
    if caps_hold:
        owners = [
            row["owner_id"] for row in rows("SELECT DISTINCT owner_id FROM leads_lead WHERE owner_id > 0")
        ]
        wrong += [
            f"I3: {book.name} holds {book.held} of {book.cap}"
            for book in read_books(owners).values()
            if book.held > book.cap
        ]
    return wrong


def place_counts() -> dict[str, int]:
    """Leads by place, and how many there are: their sum must be the number created."""
    found = rows(
        "SELECT CASE WHEN archived_at IS NOT NULL THEN 'archived' ELSE status END AS place, count(*) AS n"
        " FROM leads_lead GROUP BY 1"
    )
    return {row["place"]: row["n"] for row in found} | {"all": value("SELECT count(*) FROM leads_lead")}


# What people and rules have left on leads: (its id, the lead it belongs to).
_HISTORY = {
    "follow-ups": "SELECT id, record_id FROM engagement_activity WHERE record_type = 'lead'",
    "earlier versions of follow-ups": (
        "SELECT v.id, a.record_id FROM engagement_activityversion v"
        " JOIN engagement_activity a ON a.id = v.activity_id WHERE a.record_type = 'lead'"
    ),
    "files": (
        "SELECT f.id, CASE f.record_type WHEN 'lead' THEN f.record_id ELSE a.record_id END AS record_id"
        " FROM platform_file f LEFT JOIN engagement_activity a"
        " ON f.record_type = 'activity' AND a.id = f.record_id AND a.record_type = 'lead'"
        " WHERE f.record_type = 'lead' OR a.id IS NOT NULL"
    ),
    "touches": "SELECT id, lead_id AS record_id FROM leads_touch",
    "transfers": "SELECT id, lead_id AS record_id FROM leads_transfer",
    "steps of stage and status": "SELECT id, lead_id AS record_id FROM leads_stagechange",
    "conversions": "SELECT id, lead_id AS record_id FROM leads_conversion",
    "audit rows": "SELECT id, record_id FROM platform_audit WHERE record_type = 'lead'",
}

History = dict[str, dict[int, int]]


def history() -> History:
    """Everything that lies on leads now, to be compared with what lies there later."""
    return {
        name: {row["id"]: row["record_id"] for row in rows(statement)} for name, statement in _HISTORY.items()
    }


def lost_history(before: History) -> list[str]:
    """I5: what was there before and is gone, or lies on another lead or on none; empty when all is well."""
    wrong = []
    leads = {row["id"] for row in rows("SELECT id FROM leads_lead")}
    for name, now in history().items():
        if gone := {key: lead for key, lead in before[name].items() if now.get(key) != lead}:
            wrong.append(f"I5: {name} gone or elsewhere (id: lead): {gone}")
        if loose := {key: lead for key, lead in now.items() if lead not in leads}:
            wrong.append(f"I5: {name} of no lead (id: lead): {loose}")
    unread = rows(
        "SELECT c.lead_id FROM leads_conversion c WHERE NOT EXISTS (SELECT 1 FROM engagement_timelinelink t"
        " WHERE t.source_type = 'lead' AND t.source_id = c.lead_id"
        " AND t.record_type = 'account' AND t.record_id = c.account_id)"
    )
    if unread:
        wrong.append(f"I5: the customer does not show what happened with its lead: {unread}")
    return wrong
