"""Preset reports by hand: what somebody who knows the tables would write, over the raw ones alone.

Days are those of the company's zone, as reports count them; a lead is in a group once, and so is whatever came of it.
Where a preset compares itself with the period before, both are read, as it does.
"""

from collections.abc import Iterable

_ZONE = "'Asia/Shanghai'"
_TODAY = f"(now() AT TIME ZONE {_ZONE})::date"
_MONTH = f"(date_trunc('month', now() AT TIME ZONE {_ZONE}) AT TIME ZONE {_ZONE})"
_MONTH_BEFORE = (
    f"((date_trunc('month', now() AT TIME ZONE {_ZONE}) - interval '1 month') AT TIME ZONE {_ZONE})"
)


def _days_ago(days: int) -> str:
    return f"(({_TODAY} - {days})::timestamp AT TIME ZONE {_ZONE})"


# --- leads and what came of them

_REACHED = """
reached AS (
  SELECT lead_id, min(at) FILTER (WHERE after IN ('MQL', 'SQL', 'WON')) AS mql_at,
    min(at) FILTER (WHERE after IN ('SQL', 'WON')) AS sql_at
  FROM leads_stagechange WHERE kind = 'stage' GROUP BY 1
), won AS (
  SELECT c.lead_id, min(o.closed_at) AS won_at FROM leads_conversion c JOIN sales_opportunity o
    ON o.id = ANY(c.opportunity_ids) AND o.status = 'won' AND o.archived_at IS NULL GROUP BY 1
)
"""
_JOINED = "FROM leads_lead l LEFT JOIN reached r ON r.lead_id = l.id LEFT JOIN won w ON w.lead_id = l.id"
_STEPS = "count(r.mql_at), count(r.sql_at), count(w.won_at)"


def _money(by: str, extra: str = "") -> str:
    """Orders and payments by a column of the lead, each once in a group."""
    return f"""
sold AS (
  SELECT DISTINCT {by} AS key, o.id, o.total, o.state FROM leads_lead l JOIN leads_conversion c ON c.lead_id = l.id
  JOIN orders_order o ON o.opportunity_id = ANY(c.opportunity_ids) AND o.archived_at IS NULL
  {extra} WHERE l.archived_at IS NULL
), orders AS (
  SELECT key, count(*) AS orders, sum(total) AS total FROM sold WHERE state IN ('active', 'completed') GROUP BY 1
), paid AS (
  SELECT s.key, sum(p.amount) AS paid FROM sold s JOIN orders_payment p ON p.order_id = s.id GROUP BY 1
)
"""


def _by_campaign(rest: str, columns: str) -> str:
    return f"""
WITH leads AS (
  SELECT l.campaign_id AS key, count(*) AS leads, count(DISTINCT c.account_id) AS accounts
  FROM leads_lead l LEFT JOIN leads_conversion c ON c.lead_id = l.id
  WHERE l.archived_at IS NULL AND l.campaign_id IS NOT NULL GROUP BY 1
), {rest}
SELECT key, leads.leads, {columns} FROM leads LEFT JOIN orders USING (key) LEFT JOIN paid USING (key)
LEFT JOIN acquisition_campaign k ON k.id = key
"""


def _quality(by: str, costs: str) -> str:
    return f"""
WITH {_REACHED}, {_money(f"l.{by}")}, leads AS (
  SELECT l.{by} AS key, count(*) AS leads, count(*) FILTER (WHERE l.status <> 'invalid') AS valid, {_STEPS}
  {_JOINED} WHERE l.archived_at IS NULL GROUP BY 1
), costs AS ({costs})
SELECT * FROM leads LEFT JOIN orders USING (key) LEFT JOIN paid USING (key) LEFT JOIN costs USING (key)
"""


_CHANNEL_COSTS = """
SELECT channel_id AS key, sum(amount) AS cost FROM (
  SELECT channel_id, amount FROM acquisition_channelcost WHERE archived_at IS NULL
  UNION ALL SELECT channel_id, cost FROM acquisition_campaign WHERE archived_at IS NULL AND cost IS NOT NULL) x GROUP BY 1
"""
_SOURCE_COSTS = (
    "SELECT NULL::bigint AS key, sum(cost) AS cost FROM acquisition_campaign WHERE archived_at IS NULL"
)


# --- changes of place


def _given(since: str, columns: Iterable[str], by: str) -> str:
    """Leads given to people since then: how fast each was responded to, and how it left again."""
    return f"""
SELECT {by}, count(*), {", ".join(columns)} FROM (
  SELECT x.why, x.at, x.to_owner_id, n.at AS left_at, n.why AS ended_by, extract(epoch FROM a.at - x.at) AS seconds,
    l.id AS lead_id, l.owner_id, least(l.first_response_due_at, l.follow_due_at) AS due_at
  FROM leads_transfer x JOIN leads_lead l ON l.id = x.lead_id AND l.archived_at IS NULL
  LEFT JOIN LATERAL (
    SELECT y.at, y.why FROM leads_transfer y WHERE y.lead_id = x.lead_id AND y.id > x.id
      AND y.to_owner_id IS DISTINCT FROM x.to_owner_id ORDER BY y.id LIMIT 1) n ON TRUE
  LEFT JOIN LATERAL (
    SELECT min(y.occurred_at) AS at FROM engagement_activity y WHERE y.record_type = 'lead'
      AND y.record_id = x.lead_id AND y.occurred_at >= x.at AND y.kind <> 'note' AND y.archived_at IS NULL
      AND y.occurred_at < coalesce(n.at, 'infinity')) a ON TRUE
  WHERE x.to_owner_id IS NOT NULL AND x.at >= {since}
    AND x.why NOT IN ('unconverted', 'handed_back', 'restored', 'unmerged')
) t GROUP BY {by}
"""


_MEDIAN = "percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)"
_BACK = "count(*) FILTER (WHERE ended_by IN ('recycled', 'returned'))"


def _month_pair(text: str) -> str:
    return text.replace("{since}", _MONTH_BEFORE).replace("{pair}", f">= {_MONTH}")


# By the preset's key.
BY_HAND = {
    "person_status": """
SELECT owner_id, status, count(*) FROM leads_lead WHERE archived_at IS NULL AND owner_id IS NOT NULL GROUP BY 1, 2
""",
    "source_rates": f"""
WITH {_REACHED} SELECT l.source_id, count(*), count(*) FILTER (WHERE l.status <> 'invalid'), {_STEPS}
{_JOINED} WHERE l.archived_at IS NULL GROUP BY 1
""",
    "lead_trend": f"""
SELECT date_trunc('month', created_at AT TIME ZONE {_ZONE}), source_id, count(*) FROM leads_lead
WHERE archived_at IS NULL AND created_at >= {_MONTH} - interval '11 months' GROUP BY 1, 2 ORDER BY 1
""",
    "stage_conversion": f"""
WITH {_REACHED} SELECT date_trunc('month', l.created_at AT TIME ZONE {_ZONE}), count(*), {_STEPS}
{_JOINED} WHERE l.archived_at IS NULL GROUP BY 1
""",
    "stage_times": f"""
WITH {_REACHED} SELECT date_trunc('month', l.created_at AT TIME ZONE {_ZONE}),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM r.mql_at - l.created_at)),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM r.sql_at - r.mql_at)),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM w.won_at - r.sql_at)),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.at - l.created_at))
{_JOINED} LEFT JOIN leads_conversion c ON c.lead_id = l.id
WHERE l.archived_at IS NULL AND l.created_at >= {_MONTH} - interval '5 months' GROUP BY 1
""",
    "invalid_reasons": """
SELECT source_id, invalid_reason, count(*) FROM leads_lead
WHERE archived_at IS NULL AND status = 'invalid' GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 200
""",
    "pool_stock": """
SELECT pool_id, count(*), count(*) FILTER (WHERE intent = 'high') FROM leads_lead
WHERE archived_at IS NULL AND status = 'pooled' AND stage <> 'disqualified' GROUP BY 1
""",
    "expertise": """
SELECT owner_id, industry, count(*), count(*) FILTER (WHERE status = 'converted') FROM leads_lead
WHERE archived_at IS NULL AND owner_id IS NOT NULL AND industry <> '' GROUP BY 1, 2
""",
    "forgotten_leads": """
SELECT owner_id, count(*), count(*) FILTER (WHERE follow_due_at < now()),
  count(*) FILTER (WHERE last_activity_at IS NULL), count(*) FILTER (WHERE recycle_due_at < now() + interval '3 days')
FROM leads_lead WHERE archived_at IS NULL AND status IN ('assigned', 'following') GROUP BY 1
""",
    "campaign_opportunities": """
SELECT x.campaign_id, x.leads, x.accounts, y.opportunities, y.amount FROM (
  SELECT l.campaign_id, count(*) AS leads, count(DISTINCT c.account_id) AS accounts
  FROM leads_lead l LEFT JOIN leads_conversion c ON c.lead_id = l.id
  WHERE l.archived_at IS NULL AND l.campaign_id IS NOT NULL GROUP BY 1) x
LEFT JOIN (
  SELECT campaign_id, count(*) AS opportunities, sum(amount) AS amount FROM (
    SELECT DISTINCT l.campaign_id, o.id, o.amount FROM leads_lead l JOIN leads_conversion c ON c.lead_id = l.id
    JOIN sales_opportunity o ON o.id = ANY(c.opportunity_ids) AND o.archived_at IS NULL
    WHERE l.archived_at IS NULL AND l.campaign_id IS NOT NULL) d GROUP BY 1) y USING (campaign_id)
""",
    "campaign_orders": _by_campaign(
        _money("l.campaign_id"), "leads.accounts, orders.orders, orders.total, paid.paid"
    ),
    "campaign_return": _by_campaign(_money("l.campaign_id"), "k.cost, orders.total, paid.paid"),
    "campaign_types": f"""
WITH leads AS (
  SELECT k.type AS key, count(*) AS leads, count(*) FILTER (WHERE l.status <> 'invalid') AS valid
  FROM leads_lead l JOIN acquisition_campaign k ON k.id = l.campaign_id WHERE l.archived_at IS NULL GROUP BY 1
), {_money("k.type", "JOIN acquisition_campaign k ON k.id = l.campaign_id")}, offers AS (
  SELECT key, count(*) AS opportunities, sum(amount) AS amount FROM (
    SELECT DISTINCT k.type AS key, o.id, o.amount FROM leads_lead l JOIN acquisition_campaign k ON k.id = l.campaign_id
    JOIN leads_conversion c ON c.lead_id = l.id
    JOIN sales_opportunity o ON o.id = ANY(c.opportunity_ids) AND o.archived_at IS NULL
    WHERE l.archived_at IS NULL) d GROUP BY 1)
SELECT * FROM leads LEFT JOIN offers USING (key) LEFT JOIN paid USING (key)
""",
    "source_quality": _quality("source_id", _SOURCE_COSTS),
    "channel_quality": _quality("channel_id", _CHANNEL_COSTS),
    "channel_return": _quality("channel_id", _CHANNEL_COSTS),
    "sales_funnel": """
SELECT stage_id, count(*), sum(amount), sum(round(amount * probability / 100, 2)) FROM sales_opportunity
WHERE archived_at IS NULL AND status = 'open' GROUP BY 1
""",
    "lost_reasons": """
SELECT lost_reason, count(*), sum(amount) FROM sales_opportunity
WHERE archived_at IS NULL AND status = 'lost' GROUP BY 1
""",
    "stage_stay": """
SELECT m.from_stage_id, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY m.stay), avg(m.stay),
  count(*) FILTER (WHERE b.position > a.position AND b.kind <> 'lost')
FROM (SELECT *, extract(epoch FROM at - lag(at) OVER (PARTITION BY opportunity_id ORDER BY at, id)) AS stay
  FROM sales_stagemove) m JOIN sales_opportunity o ON o.id = m.opportunity_id AND o.archived_at IS NULL
JOIN sales_stage a ON a.id = m.from_stage_id JOIN sales_stage b ON b.id = m.to_stage_id GROUP BY 1
""",
    "return_reasons": """
SELECT reason, count(*), count(DISTINCT lead_id) FROM leads_transfer WHERE why = 'returned' GROUP BY 1
""",
    "assignment_ways": _given(
        _days_ago(89), (_MEDIAN, _BACK, "count(*) FILTER (WHERE ended_by = 'converted')"), "why"
    ),
    "response_speed": _given(
        _days_ago(59),
        ("count(seconds)", _MEDIAN, "avg(seconds)", "count(*) FILTER (WHERE seconds <= 86400)"),
        f"at >= {_days_ago(29)}, to_owner_id",
    ),
    "overdue_recycled": _given(
        _days_ago(59),
        (
            "count(*) FILTER (WHERE ended_by = 'recycled')",
            "count(*) FILTER (WHERE ended_by = 'returned')",
            "count(DISTINCT lead_id) FILTER (WHERE left_at IS NULL AND owner_id = to_owner_id AND due_at < now())",
        ),
        f"at >= {_days_ago(29)}, to_owner_id",
    ),
    "number_response": _given(_MONTH_BEFORE, (_MEDIAN,), f"at >= {_MONTH}"),
    "rule_effect": f"""
SELECT d.rule_name, d.rule_version, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM a.at - d.at)),
  count(*) FILTER (WHERE b.recycled), count(*) FILTER (WHERE b.returned), count(c.id)
FROM routing_decision d JOIN leads_lead l ON l.id = d.lead_id AND l.archived_at IS NULL
LEFT JOIN LATERAL (SELECT min(y.occurred_at) AS at FROM engagement_activity y WHERE y.record_type = 'lead'
  AND y.record_id = d.lead_id AND y.occurred_at >= d.at AND y.kind <> 'note' AND y.archived_at IS NULL) a ON TRUE
LEFT JOIN LATERAL (SELECT bool_or(x.why = 'recycled') AS recycled, bool_or(x.why = 'returned') AS returned
  FROM leads_transfer x WHERE x.lead_id = d.lead_id AND x.at >= d.at AND x.from_owner_id = d.owner_id) b ON TRUE
LEFT JOIN leads_conversion c ON c.lead_id = d.lead_id AND c.at >= d.at
WHERE d.outcome = 'dispatched' AND d.at >= {_MONTH} - interval '5 months' GROUP BY 1, 2
""",
    "follow_up_frequency": f"""
SELECT author_id, count(*), count(DISTINCT record_id) FILTER (WHERE record_type = 'lead'),
  count(*) FILTER (WHERE kind = 'call'), count(*) FILTER (WHERE kind = 'visit')
FROM engagement_activity WHERE archived_at IS NULL AND kind <> 'note' AND occurred_at >= {_days_ago(59)}
GROUP BY 1, occurred_at >= {_days_ago(29)}
""",
    "follow_up_outcomes": f"""
SELECT outcome, count(*) FROM engagement_activity
WHERE archived_at IS NULL AND outcome IS NOT NULL AND occurred_at >= {_days_ago(29)} GROUP BY 1
""",
    "follow_up_trend": f"""
SELECT (occurred_at AT TIME ZONE {_ZONE})::date, kind, count(*) FROM engagement_activity
WHERE archived_at IS NULL AND occurred_at >= {_days_ago(29)} GROUP BY 1, 2
""",
    "leaderboard": f"""
SELECT person, sum(won), sum(amount), sum(customers), sum(converted), sum(received) FROM (
  SELECT owner_id AS person, 1 AS won, amount, CASE WHEN NOT EXISTS (SELECT 1 FROM sales_opportunity e
    WHERE e.account_id = o.account_id AND e.status = 'won' AND e.archived_at IS NULL
      AND (e.closed_at, e.id) < (o.closed_at, o.id)) THEN 1 ELSE 0 END AS customers, 0 AS converted, 0 AS received
  FROM sales_opportunity o WHERE status = 'won' AND archived_at IS NULL AND closed_at >= {_MONTH}
  UNION ALL
  SELECT coalesce(l.owner_id, c.actor_id), 0, 0, 0, 1, 0 FROM leads_conversion c JOIN leads_lead l ON l.id = c.lead_id
  WHERE c.at >= {_MONTH}
  UNION ALL
  SELECT owner_id, 0, 0, 0, 0, amount FROM orders_payment WHERE paid_on >= date_trunc('month', {_TODAY})
) x GROUP BY 1
""",
    "target_progress": f"""
SELECT t.user_id, t.amount, w.reached FROM targets_target t LEFT JOIN (
  SELECT owner_id, sum(amount) AS reached FROM sales_opportunity
  WHERE status = 'won' AND archived_at IS NULL AND closed_at >= {_MONTH} GROUP BY 1) w ON w.owner_id = t.user_id
WHERE t.measure = 'won_amount' AND t.grain = 'month' AND t.starts_on = date_trunc('month', {_TODAY})
""",
    "open_tasks": """
SELECT owner_id, count(*), count(*) FILTER (WHERE due_at < now()) FROM engagement_task
WHERE archived_at IS NULL AND done_at IS NULL GROUP BY 1
""",
    "number_leads": _month_pair("""
SELECT created_at {pair}, count(*) FROM leads_lead WHERE archived_at IS NULL AND created_at >= {since} GROUP BY 1
"""),
    "number_valid_rate": _month_pair("""
SELECT created_at {pair}, count(*), count(*) FILTER (WHERE status <> 'invalid') FROM leads_lead
WHERE archived_at IS NULL AND created_at >= {since} GROUP BY 1
"""),
    "number_mql_rate": _month_pair("""
SELECT created_at {pair}, count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM leads_stagechange s
  WHERE s.lead_id = l.id AND s.kind = 'stage' AND s.after IN ('MQL', 'SQL', 'WON')))
FROM leads_lead l WHERE archived_at IS NULL AND created_at >= {since} GROUP BY 1
"""),
    "number_converted": _month_pair("""
SELECT c.at {pair}, count(*) FROM leads_conversion c JOIN leads_lead l ON l.id = c.lead_id AND l.archived_at IS NULL
WHERE c.at >= {since} GROUP BY 1
"""),
    "number_open_leads": """
SELECT count(*) FROM leads_lead WHERE archived_at IS NULL AND status IN ('assigned', 'following')
""",
    "number_follow_ups": _month_pair("""
SELECT occurred_at {pair}, count(*) FROM engagement_activity
WHERE archived_at IS NULL AND kind <> 'note' AND occurred_at >= {since} GROUP BY 1
"""),
    "number_open_amount": """
SELECT sum(amount) FROM sales_opportunity WHERE archived_at IS NULL AND status = 'open'
""",
    "number_won_amount": _month_pair("""
SELECT closed_at {pair}, sum(amount) FROM sales_opportunity
WHERE archived_at IS NULL AND status = 'won' AND closed_at >= {since} GROUP BY 1
"""),
    "number_received": f"""
SELECT paid_on >= date_trunc('month', {_TODAY}), sum(amount) FROM orders_payment
WHERE paid_on >= date_trunc('month', {_TODAY}) - interval '1 month' GROUP BY 1
""",
}  # fmt: skip
