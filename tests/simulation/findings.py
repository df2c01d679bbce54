"""What a quarter came to: what is wrong (nothing should be), figures to read, and a digest to compare."""

from hashlib import blake2b
from typing import Any

from headwater.kernel.sql import rows, value
from tests.leads.invariants import broken_invariants, place_counts
from tests.simulation.quarter import STEP, Quarter

_CAPS = """
SELECT t.id FROM leads_transfer t JOIN leads_lead l ON l.id = t.lead_id
WHERE t.over_cap AND t.why NOT IN ('handover', 'assigned', 'transferred')
"""
# Every change of place names a rule if a rule made it, a person if a person did.
_UNEXPLAINED = """
SELECT t.id, t.why FROM leads_transfer t WHERE t.why = ''
   OR (t.why IN ('recycled', 'dispatched') AND t.rule = '')
   OR (t.why = 'recycled' AND t.reason NOT IN ('response', 'overdue', 'unconverted'))
   OR (t.why IN ('returned', 'invalidated') AND t.reason = '')
   OR (t.why IN ('claimed', 'returned', 'invalidated', 'converted', 'handover') AND t.actor_id IS NULL)
"""
# What the rules did has its decision.
_UNDECIDED = """
SELECT t.id, t.why FROM leads_transfer t
WHERE (t.why IN ('dispatched', 'default') OR (t.why = 'moved' AND t.rule <> '')) AND NOT EXISTS (
  SELECT 1 FROM routing_decision d WHERE d.lead_id = t.lead_id AND d.at = t.at
    AND d.outcome = CASE t.why WHEN 'default' THEN 'fallback' ELSE t.why END
    AND (t.why = 'moved' OR d.owner_id = t.to_owner_id))
"""
# Claims of a person in a pool and day, against the limit of the pool.
_OVER_QUOTA = """
SELECT t.to_owner_id, p.name, count(*) FROM leads_transfer t JOIN pools_pool p ON p.id = t.from_pool_id
WHERE t.why = 'claimed' AND p.daily_claim_limit IS NOT NULL
GROUP BY t.to_owner_id, p.id, (t.at AT TIME ZONE 'Asia/Shanghai')::date
HAVING count(*) > p.daily_claim_limit
"""
# The books as the ledger tells them: nobody but a handover gave a person more than the cap.
_OVER_CAP = """
SELECT * FROM (
  SELECT id, user_id, why, over_cap, step,
    sum(step) OVER (PARTITION BY user_id ORDER BY id, step) AS held FROM (
    SELECT id, why, over_cap, to_owner_id AS user_id, 1 AS step FROM leads_transfer WHERE spot = 'owner'
    UNION ALL
    SELECT id, why, FALSE, from_owner_id, -1 FROM leads_transfer
    WHERE from_owner_id IS NOT NULL AND from_status IN ('assigned', 'following')
  ) moves
) books WHERE step = 1 AND held > 50 AND why <> 'handover' AND NOT over_cap
"""
_OVER_PROTECTED = """
SELECT owner_id, count(*) FROM leads_lead WHERE protected_until > %s AND status IN ('assigned', 'following')
GROUP BY owner_id HAVING count(*) > 5
"""
# Taken back for want of a first follow-up: not before the time was over, and within a step after.
_GOT = """
SELECT id, at, got FROM (
  SELECT *, lag(at) OVER (PARTITION BY lead_id ORDER BY id) AS got FROM leads_transfer
) t WHERE why = 'recycled' AND reason = 'response' AND
"""
_UNTIMELY = (
    _GOT + " rule LIKE '公司%%' AND at - got NOT BETWEEN interval '24 hours' AND interval '24 hours' + %s"
)
_UNTIMELY_AT_WORK = (
    _GOT
    + " rule LIKE '工时%%' AND working_between(NULL, got, at)"
    + " NOT BETWEEN 24 * 3600 AND 24 * 3600 + extract(epoch FROM %s::interval)"
)
# Nothing that was followed up within the 15 days is taken for idleness.
_EAGER = """
SELECT t.id FROM leads_transfer t
JOIN engagement_activity a ON a.record_type = 'lead' AND a.record_id = t.lead_id
WHERE t.why = 'recycled' AND t.reason = 'overdue' AND a.author_id = t.from_owner_id
  AND a.occurred_at <= t.at AND a.occurred_at > t.at - interval '15 days'
"""
_FOLLOWED = """
SELECT l.id FROM leads_lead l WHERE l.status = 'following' AND l.last_activity_at IS NULL
"""
_LOST = """
SELECT a.id FROM engagement_activity a WHERE a.record_type = 'lead'
  AND NOT EXISTS (SELECT 1 FROM leads_lead l WHERE l.id = a.record_id)
"""
_HISTORY = """
SELECT l.mobile, t.at::text, t.why, t.spot, t.reason, t.rule, f.email, u.email, p.name, t.over_cap
FROM leads_transfer t JOIN leads_lead l ON l.id = t.lead_id
LEFT JOIN organization_user f ON f.id = t.from_owner_id
LEFT JOIN organization_user u ON u.id = t.to_owner_id
LEFT JOIN pools_pool p ON p.id = t.to_pool_id
ORDER BY l.mobile, t.id
"""


def faults(quarter: Quarter) -> list[str]:
    """What should not be; empty when the quarter went well."""
    wrong = broken_invariants(caps_hold=False)
    checks: dict[str, tuple[str, tuple[Any, ...]]] = {
        "a transfer over the cap without leave": (_CAPS, ()),
        "a transfer without a reason": (_UNEXPLAINED, ()),
        "a dispatch without a decision": (_UNDECIDED, ()),
        "I3: a book over its cap": (_OVER_CAP, ()),
        "more claims in a day than the pool allows": (_OVER_QUOTA, ()),
        "more protected than the quota allows": (_OVER_PROTECTED, (quarter.end,)),
        "recycled too early or too late": (_UNTIMELY, (STEP,)),
        "recycled too early or too late by working time": (_UNTIMELY_AT_WORK, (STEP,)),
        "recycled for idleness though followed up": (_EAGER, ()),
        "following without a follow-up": (_FOLLOWED, ()),
        "I5: a follow-up whose lead is gone": (_LOST, ()),
    }
    for name, (sql, parameters) in checks.items():
        if found := rows(sql, parameters):
            wrong.append(f"{name}: {len(found)}, first {found[0]}")
    counts = place_counts()
    total = counts.pop("all")
    if not sum(counts.values()) == total == quarter.arrivals.number:
        wrong.append(f"I2: {quarter.arrivals.number} leads came, {total} are there: {counts}")
    kept = value("SELECT count(*) FROM engagement_activity WHERE record_type = 'lead'")
    if kept != quarter.told:
        wrong.append(f"I5: {quarter.told} follow-ups were told, {kept} are there")
    if quarter.latest > STEP:
        wrong.append(f"something waited {quarter.latest} past its deadline")
    if quarter.left_over:
        wrong.append(f"{quarter.left_over} due after the jobs had run")
    return wrong


def digest() -> str:
    """The whole ledger by names, not by ids: equal for equal outcomes."""
    told = blake2b(digest_size=16)
    for row in rows(_HISTORY):
        told.update(repr(tuple(row.values())).encode())
    return told.hexdigest()


def report(quarter: Quarter, seconds: float) -> str:
    """Figures of a run, to be read by people."""
    moves = {row["why"]: row["n"] for row in rows("SELECT why, count(*) AS n FROM leads_transfer GROUP BY 1")}
    outcomes = {
        row["outcome"]: row["n"]
        for row in rows("SELECT outcome, count(*) AS n FROM routing_decision GROUP BY 1 ORDER BY 1")
    }
    lines = {
        "leads": f"{quarter.arrivals.number} and {quarter.arrivals.again} inquiries of known ones",
        "hours": f"{quarter.hours} played in {seconds:.1f} s",
        "places": place_counts(),
        "moves": dict(sorted(moves.items())),
        "decisions": outcomes,
        "acts": dict(sorted(quarter.acts.items())),
        "refusals": dict(sorted(quarter.refusals.items())),
        "who left": sum(rep.is_gone for rep in quarter.company.reps),
        "follow-ups": value("SELECT count(*) FROM engagement_activity"),
        "longest past due": quarter.latest,
        "digest": digest(),
    }
    return "\n".join(f"{name:>16}  {said}" for name, said in lines.items())
