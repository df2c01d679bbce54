"""What `lead_deadlines` says of all owned leads, said at once: the day and the rule of each, for the preview.

The function reckons one lead. Here rules are matched once for every combination of what they look at, and
moments are added for whole sets; working time comes from `working_lines`, without a call for each lead.
A property test holds it to the function.
"""

from collections.abc import Sequence

from headwater.kernel.sql import execute, value
from headwater.leads.services.working_lines import LINES, end, line


def _key(*columns: str) -> str:
    """One text instead of five columns: joined by five, the planner hashes all leads instead of the plan."""
    return f"({' || chr(31) || '.join(columns)})"


_PLAN = f"""
CREATE TEMPORARY TABLE recycle_plan ON COMMIT DROP AS
SELECT {_key("k.pool", "k.line", "k.stage", "k.intent", "k.got")} AS key, r.*,
  make_interval(secs => r.response_hours * 3600::double precision) AS response,
  make_interval(secs => (r.overdue_days * 86400)::double precision) AS overdue,
  make_interval(secs => (r.convert_days * 86400)::double precision) AS unconverted,
  CASE WHEN r.clock = 'working' AND r.calendar_of = 'pool' THEN
    COALESCE(p.calendar_id, (SELECT d.id FROM organization_calendar d WHERE d.is_default)) END AS calendar
FROM (
  SELECT DISTINCT COALESCE(l.home_pool_id, 0) AS pool, l.business_line AS line, l.stage, l.intent, l.got
  FROM leads_lead l
  WHERE l.status IN ('assigned', 'following') AND l.archived_at IS NULL
    AND (%s::bigint[] IS NULL OR l.home_pool_id = ANY(%s::bigint[]))
) k
LEFT JOIN pools_pool p ON p.id = k.pool
LEFT JOIN LATERAL (
  SELECT c.id AS rule_id, c.clock, c.calendar_of, c.joined, c.response_hours, c.overdue_days, c.convert_days,
    c.changed_at, c.spares_until, k.stage = ANY (c.exempt_stages) AS is_exempt, c.exempts_opportunity
  FROM pools_recyclerule c
  WHERE c.is_enabled AND c.archived_at IS NULL
    AND (c.pool_id IS NULL OR c.pool_id = k.pool)
    AND (c.business_lines = '{{}}' OR k.line = ANY (c.business_lines))
    AND (c.stages = '{{}}' OR k.stage = ANY (c.stages))
    AND (c.intents = '{{}}' OR k.intent = ANY (c.intents))
    AND (c.gots = '{{}}' OR k.got = ANY (c.gots))
  ORDER BY c.pool_id IS NULL, c.position, c.id LIMIT 1
) r ON TRUE
"""

_OPPORTUNITIES = """
SELECT DISTINCT t.source_id AS lead_id
FROM engagement_timelinelink t JOIN sales_opportunity o ON o.id = t.record_id
WHERE t.source_type = 'lead' AND t.record_type = 'opportunity' AND o.status = 'open' AND o.archived_at IS NULL
"""
_JOINED = f"""
leads_lead l JOIN recycle_plan r
  ON r.key = {_key("COALESCE(l.home_pool_id, 0)", "l.business_line", "l.stage", "l.intent", "l.got")}
LEFT JOIN opportunities o ON o.lead_id = l.id AND r.exempts_opportunity
"""
_OWNED = """
l.status IN ('assigned', 'following') AND l.archived_at IS NULL
  AND (%s::bigint[] IS NULL OR l.home_pool_id = ANY(%s::bigint[]))
"""
# What the day rests on besides the periods' ends.
_FACTS = """
l.id, l.owner_id, l.recycle_due_at AS before, l.status, l.protected_until, r.rule_id, r.joined,
r.response_hours IS NOT NULL AS asks_response, r.is_exempt OR o.lead_id IS NOT NULL AS is_exempt,
CASE WHEN GREATEST(l.assigned_at, l.last_activity_at) < r.changed_at
  THEN LEAST(l.recycle_due_at, r.spares_until) END AS spared_until"""
_AFTER = """
CASE
  WHEN x.is_exempt OR COALESCE(x.response, x.overdue, x.unconverted) IS NULL THEN NULL
  WHEN x.joined <> 'any' AND x.asks_response AND x.status <> 'assigned' THEN NULL
  WHEN x.joined = 'any'
    THEN GREATEST(LEAST(x.response, x.overdue, x.unconverted), x.protected_until, x.spared_until)
  ELSE GREATEST(x.response, x.overdue, x.unconverted, x.protected_until, x.spared_until)
END"""

# OFFSET 0 keeps the ends from being written into the CASE several times over.
_NATURAL = f"""
CREATE TEMPORARY TABLE recycle_preview ON COMMIT DROP AS
WITH opportunities AS ({_OPPORTUNITIES})
SELECT x.id, x.owner_id, x.before, {_AFTER} AS after, x.rule_id
FROM (
  SELECT {_FACTS}, CASE WHEN l.status = 'assigned' THEN l.assigned_at + r.response END AS response,
    GREATEST(l.assigned_at, l.last_activity_at) + r.overdue AS overdue,
    l.assigned_at + r.unconverted AS unconverted
  FROM {_JOINED}
  WHERE {_OWNED} AND r.clock IS DISTINCT FROM 'working' OFFSET 0
) x
"""


_WORKING = f"""
INSERT INTO recycle_preview
WITH opportunities AS ({_OPPORTUNITIES}), {LINES}
SELECT x.id, x.owner_id, x.before, {_AFTER} AS after, x.rule_id
FROM (
  SELECT y.*, CASE WHEN y.status = 'assigned' THEN {end("response")} END AS response,
    {end("overdue")} AS overdue, {end("unconverted")} AS unconverted
  FROM (
    SELECT z.*, {line("response", "z.assigned_at")}, {line("overdue", "z.base")},
      {line("unconverted", "z.assigned_at")}
    FROM (
      SELECT {_FACTS}, l.assigned_at, GREATEST(l.assigned_at, l.last_activity_at) AS base,
        COALESCE(r.calendar, w.calendar) AS calendar
      FROM {_JOINED}
      LEFT JOIN owners w ON w.id = l.owner_id AND r.calendar IS NULL
      WHERE {_OWNED} AND r.clock = 'working' OFFSET 0
    ) z JOIN governed g ON g.rule_id = z.rule_id AND g.calendar = z.calendar OFFSET 0
  ) y OFFSET 0
) x
"""


def foretell(pools: Sequence[int] | None) -> None:
    """Fill the table `recycle_preview` (id, owner_id, before, after, rule_id) with the owned leads.

    Those of `pools` alone, or all for None; both tables go with the transaction, or by `forget`.
    """
    only = None if pools is None else list(pools)
    execute(_PLAN, (only, only))
    execute("ANALYZE recycle_plan")
    execute(_NATURAL, (only, only))
    if value("SELECT EXISTS (SELECT 1 FROM recycle_plan WHERE clock = 'working')"):
        execute(_WORKING, (only, only))


def forget() -> None:
    """Drop what `foretell` made, so that one transaction may look twice."""
    execute("DROP TABLE recycle_preview, recycle_plan")
