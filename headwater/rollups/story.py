"""What became of leads, reckoned from the raw tables: one statement for the subscriber, the filling, the
check and the tests alike. The meaning of each value stands in docs/adr/rollups.md.
"""

import re
from collections.abc import Sequence

from headwater.kernel.sql import Fragment
from headwater.rollups.sales import OPPORTUNITIES

# Where a lead is counted.
PLACE = (
    "created_at", "day", "source_id", "channel_id", "campaign_id", "status", "stage", "intent",
    "invalid_reason", "owner_id", "pool_id", "home_pool_id", "is_living",
)  # fmt: skip
FACTS = (
    "reached", "first_owned_at", "first_response_at", "response_seconds", "handling_seconds",
    "response_due_at", "is_in_time", "follow_ups", "last_follow_up_at", "claims", "assignments", "transfers",
    "returns", "recycles", "wakes", "rounds", "mql_at", "sql_at", "won_at", "won_by_id", "disqualified_at",
    "converted_at", "invalid_at", "last_return_reason",
)  # fmt: skip
COLUMNS = ("lead_id", *PLACE, *FACTS)

_ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,60}")

# A moment typed into a form has no seconds: a follow-up of the minute in which the lead came is after it.
_RECKONING = f"""
SELECT l.id AS lead_id, l.created_at, (l.created_at AT TIME ZONE %s)::date AS day, l.source_id, l.channel_id,
  l.campaign_id, l.status, l.stage, l.intent, l.invalid_reason, l.owner_id, l.pool_id, l.home_pool_id,
  l.archived_at IS NULL AS is_living,
  CASE WHEN r.won_at IS NOT NULL THEN 'WON' WHEN r.sql_at IS NOT NULL THEN 'SQL'
       WHEN r.mql_at IS NOT NULL THEN 'MQL' ELSE 'UQL' END AS reached,
  t.first_owned_at, f.first_response_at,
  extract(epoch FROM f.first_response_at - l.created_at)::bigint AS response_seconds,
  extract(epoch FROM greatest(f.first_response_at, t.first_owned_at) - t.first_owned_at)::bigint
    * CASE WHEN f.first_response_at IS NOT NULL THEN 1 END AS handling_seconds,
  CASE WHEN f.first_response_at IS NOT NULL THEN s.response_due_at END AS response_due_at,
  f.first_response_at <= s.response_due_at AS is_in_time,
  a.follow_ups, a.last_follow_up_at, t.claims, t.assignments, t.transfers, t.returns, t.recycles, t.wakes,
  l.rounds::integer AS rounds, r.mql_at, r.sql_at, r.won_at, o.won_by_id, s.disqualified_at,
  c.at AS converted_at,
  CASE WHEN l.status = 'invalid' THEN t.invalidated_at END AS invalid_at,
  COALESCE(t.last_return_reason, '') AS last_return_reason
FROM leads_lead l
CROSS JOIN LATERAL (
  SELECT min(t.at) FILTER (WHERE t.spot = 'owner') AS first_owned_at,
    (count(*) FILTER (WHERE t.why = 'claimed'))::integer AS claims,
    (count(*) FILTER (WHERE t.why IN ('assigned', 'dispatched', 'default')))::integer AS assignments,
    (count(*) FILTER (WHERE t.why = 'transferred'))::integer AS transfers,
    (count(*) FILTER (WHERE t.why = 'returned'))::integer AS returns,
    (count(*) FILTER (WHERE t.why = 'recycled'))::integer AS recycles,
    (count(*) FILTER (WHERE t.why = 'woken'))::integer AS wakes,
    max(t.at) FILTER (WHERE t.why = 'invalidated') AS invalidated_at,
    (array_agg(t.reason ORDER BY t.at DESC, t.id DESC) FILTER (WHERE t.why = 'returned'))[1]
      AS last_return_reason
  FROM leads_transfer t WHERE t.lead_id = l.id
) t
CROSS JOIN LATERAL (
  SELECT count(*)::integer AS follow_ups, max(a.occurred_at) AS last_follow_up_at,
    min(a.occurred_at) FILTER (WHERE a.occurred_at >= date_trunc('minute', l.created_at)) AS first_at
  FROM engagement_activity a
  WHERE a.record_type = 'lead' AND a.record_id = l.id AND a.archived_at IS NULL AND a.kind <> 'note'
) a
CROSS JOIN LATERAL (
  SELECT CASE WHEN a.first_at IS NOT NULL THEN greatest(a.first_at, l.created_at) END AS first_response_at
) f
CROSS JOIN LATERAL (
  SELECT COALESCE(
      (array_agg(s.before ORDER BY s.at, s.id) FILTER (WHERE s.kind = 'stage'))[1], l.stage) AS initial,
    min(s.at) FILTER (WHERE s.kind = 'stage' AND s.after IN ('MQL', 'SQL', 'WON')) AS mql_at,
    min(s.at) FILTER (WHERE s.kind = 'stage' AND s.after IN ('SQL', 'WON')) AS sql_at,
    min(s.at) FILTER (WHERE s.kind = 'stage' AND s.after = 'WON') AS won_at,
    min(s.at) FILTER (WHERE s.kind = 'stage' AND s.after = 'disqualified') AS left_at,
    (array_agg(s.due_at ORDER BY s.at, s.id)
      FILTER (WHERE s.kind = 'status' AND s.before = 'assigned' AND s.after = 'following'))[1]
      AS response_due_at
  FROM leads_stagechange s WHERE s.lead_id = l.id
) g
LEFT JOIN leads_conversion c ON c.lead_id = l.id
LEFT JOIN LATERAL (
  SELECT o.closed_at AS won_at, o.id AS won_by_id FROM ({OPPORTUNITIES}) x
  JOIN sales_opportunity o ON o.id = x.id AND o.status = 'won' AND o.archived_at IS NULL
  ORDER BY o.closed_at, o.id LIMIT 1
) o ON TRUE
CROSS JOIN LATERAL (
  SELECT g.response_due_at,
    CASE WHEN g.initial = 'disqualified' THEN l.created_at ELSE g.left_at END AS disqualified_at,
    least(CASE WHEN l.stage <> 'WON' THEN NULL WHEN g.initial = 'WON' THEN l.created_at ELSE g.won_at END,
      o.won_at) AS won_at,  -- what was won and is open again is not won
    CASE WHEN g.initial IN ('SQL', 'WON') THEN l.created_at ELSE g.sql_at END AS sql_at,
    CASE WHEN g.initial IN ('MQL', 'SQL', 'WON') THEN l.created_at ELSE g.mql_at END AS mql_at
) s
CROSS JOIN LATERAL (
  SELECT s.won_at, least(s.sql_at, s.won_at) AS sql_at, least(s.mql_at, s.sql_at, s.won_at) AS mql_at
) r
"""


def reckoning(zone: str, ids: Sequence[int]) -> Fragment:
    """A query with COLUMNS for the leads of these ids; `zone` is where days are counted."""
    return Fragment(f"{_RECKONING}WHERE l.id = ANY(%s::bigint[])", (zone, list(ids)))


def reckoning_text(zone: str) -> str:
    """The same for all leads, without parameters."""
    if not _ZONE.fullmatch(zone):
        raise ValueError(f"{zone!r} is no time zone")
    return _RECKONING.replace("%s", f"'{zone}'")
