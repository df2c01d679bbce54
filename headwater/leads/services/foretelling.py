"""What `lead_deadlines` says of all owned leads, said at once: the day and the rule of each, for the preview.

The function reckons one lead. Here rules are matched once for every combination of what they look at, moments
are added for whole sets, and working time is looked up in the openings by binary search, without a call for
each lead. A property test holds it to the function.
"""

from collections.abc import Sequence

from headwater.kernel.sql import execute, value

# Room for the seconds since 1970, and for the seconds worked, below the number of a calendar.
_SPAN = 10**12

_PLAN = """
CREATE TEMPORARY TABLE recycle_plan ON COMMIT DROP AS
SELECT k.*, r.*, CASE WHEN r.clock = 'working' AND r.calendar_of = 'pool' THEN p.calendar_id END AS calendar
FROM (
  SELECT DISTINCT COALESCE(l.home_pool_id, 0) AS pool, l.business_line AS line, l.stage, l.intent, l.got
  FROM leads_lead l
  WHERE l.status IN ('assigned', 'following') AND l.archived_at IS NULL
    AND (%s::bigint[] IS NULL OR l.home_pool_id = ANY(%s::bigint[]))
) k
LEFT JOIN pools_pool p ON p.id = k.pool
CROSS JOIN LATERAL (
  SELECT c.id AS rule_id, c.clock, c.calendar_of, c.joined, c.response_hours, c.overdue_days, c.convert_days,
    c.changed_at, c.spares_until, k.stage = ANY (c.exempt_stages) AS is_exempt, c.exempts_opportunity
  FROM pools_recyclerule c
  WHERE c.is_enabled AND c.archived_at IS NULL
    AND (c.pool_id IS NULL OR c.pool_id = k.pool)
    AND (c.business_lines = '{}' OR k.line = ANY (c.business_lines))
    AND (c.stages = '{}' OR k.stage = ANY (c.stages))
    AND (c.intents = '{}' OR k.intent = ANY (c.intents))
    AND (c.gots = '{}' OR k.got = ANY (c.gots))
  ORDER BY c.pool_id IS NULL, c.position, c.id LIMIT 1
) r
"""

_OPPORTUNITIES = """
SELECT DISTINCT t.source_id AS lead_id
FROM engagement_timelinelink t JOIN sales_opportunity o ON o.id = t.record_id
WHERE t.source_type = 'lead' AND t.record_type = 'opportunity' AND o.status = 'open' AND o.archived_at IS NULL
"""
_JOINED = """
leads_lead l {join} recycle_plan r ON r.pool = COALESCE(l.home_pool_id, 0) AND r.line = l.business_line
  AND r.stage = l.stage AND r.intent = l.intent AND r.got = l.got
LEFT JOIN opportunities o ON o.lead_id = l.id
"""
_OWNED = """
l.status IN ('assigned', 'following') AND l.archived_at IS NULL
  AND (%s::bigint[] IS NULL OR l.home_pool_id = ANY(%s::bigint[]))
"""


def _after(response: str, overdue: str, unconverted: str) -> str:
    """The day by the periods' ends; columns of `l` (lead), `r` (rule) and `o` (opportunity) are at hand."""
    return f"""
CASE
  WHEN r.is_exempt OR r.exempts_opportunity AND o.lead_id IS NOT NULL THEN NULL
  WHEN COALESCE({response}, {overdue}, {unconverted}) IS NULL THEN NULL
  WHEN r.joined <> 'any' AND r.response_hours IS NOT NULL AND l.status <> 'assigned' THEN NULL
  ELSE GREATEST(
    CASE WHEN r.joined = 'any' THEN LEAST({response}, {overdue}, {unconverted})
      ELSE GREATEST({response}, {overdue}, {unconverted}) END,
    l.protected_until,
    CASE WHEN GREATEST(l.assigned_at, l.last_activity_at) < r.changed_at
      THEN LEAST(l.recycle_due_at, r.spares_until) END)
END"""


_NATURAL_AFTER = _after(
    "CASE WHEN l.status = 'assigned'"
    " THEN l.assigned_at + make_interval(secs => r.response_hours * 3600::double precision) END",
    "GREATEST(l.assigned_at, l.last_activity_at)"
    " + make_interval(secs => (r.overdue_days * 86400)::double precision)",
    "l.assigned_at + make_interval(secs => (r.convert_days * 86400)::double precision)",
)
_NATURAL = f"""
CREATE TEMPORARY TABLE recycle_preview ON COMMIT DROP AS
WITH opportunities AS ({_OPPORTUNITIES})
SELECT l.id, l.owner_id, l.recycle_due_at AS before, {_NATURAL_AFTER} AS after, r.rule_id
FROM {_JOINED.format(join="LEFT JOIN")}
WHERE {_OWNED} AND r.clock IS DISTINCT FROM 'working'
"""


def _worked(name: str, since: str, seconds: str) -> str:
    """`working_due` by binary search among all openings; what it says of moments beyond them it says itself.

    OFFSET 0 keeps each step from being written into the next one several times over.
    """
    return f"""
CROSS JOIN LATERAL (SELECT {since} AS since, {seconds} AS seconds OFFSET 0) {name}_term
CROSS JOIN LATERAL (
  SELECT width_bucket(c.id * {_SPAN} + floor(extract(epoch FROM {name}_term.since))::bigint,
    (SELECT by_start FROM openings)) AS at OFFSET 0
) {name}_from
CROSS JOIN LATERAL (
  SELECT CASE
    WHEN {name}_term.seconds > 0 AND {name}_term.since >= c.open_from AND {name}_term.since < c.open_until
      AND (SELECT by_start FROM openings)[{name}_from.at] >= c.id * {_SPAN}
    THEN (SELECT worked FROM openings)[{name}_from.at] + {name}_term.seconds + extract(epoch FROM
      LEAST({name}_term.since, (SELECT ends FROM openings)[{name}_from.at])
      - (SELECT starts FROM openings)[{name}_from.at])
    END AS worked OFFSET 0
) {name}_target
CROSS JOIN LATERAL (
  SELECT width_bucket(c.id * {_SPAN} + ceil({name}_target.worked)::bigint - 1,
    (SELECT by_worked FROM openings)) AS at OFFSET 0
) {name}_until
CROSS JOIN LATERAL (
  SELECT CASE
    WHEN {name}_term.seconds IS NULL THEN NULL
    WHEN {name}_target.worked <= c.worked THEN (SELECT starts FROM openings)[{name}_until.at] + make_interval(
      secs => ({name}_target.worked - (SELECT worked FROM openings)[{name}_until.at])::double precision)
    ELSE working_due(c.id, {name}_term.since, {name}_term.seconds)
    END AS due_at OFFSET 0
) {name}
"""


_RESPONSE = _worked(
    "response",
    "l.assigned_at",
    "CASE WHEN l.status = 'assigned' THEN (r.response_hours * 3600)::bigint END",
)
_OVERDUE = _worked(
    "overdue", "GREATEST(l.assigned_at, l.last_activity_at)", "(r.overdue_days * c.day)::bigint"
)
_UNCONVERTED = _worked("unconverted", "l.assigned_at", "(r.convert_days * c.day)::bigint")
_WORKING = f"""
INSERT INTO recycle_preview
WITH opportunities AS ({_OPPORTUNITIES}), calendars AS MATERIALIZED (
  SELECT k.id, k.is_default, k.open_from, k.open_until, k.worked, working_day_seconds(k.id) AS day
  FROM organization_calendar k
), owners AS MATERIALIZED (
  SELECT u.id, lead_calendar('department', NULL, u.id) AS calendar FROM organization_user u
), openings AS MATERIALIZED (
  SELECT array_agg(x.starts_at ORDER BY x.calendar_id, x.starts_at) AS starts,
    array_agg(x.ends_at ORDER BY x.calendar_id, x.starts_at) AS ends,
    array_agg(x.worked_before ORDER BY x.calendar_id, x.starts_at) AS worked,
    array_agg(x.calendar_id * {_SPAN} + extract(epoch FROM x.starts_at)::bigint
      ORDER BY x.calendar_id, x.starts_at) AS by_start,
    array_agg(x.calendar_id * {_SPAN} + x.worked_before ORDER BY x.calendar_id, x.starts_at) AS by_worked
  FROM organization_opening x
)
SELECT l.id, l.owner_id, l.recycle_due_at,
  {_after("response.due_at", "overdue.due_at", "unconverted.due_at")}, r.rule_id
FROM {_JOINED.format(join="JOIN")}
LEFT JOIN owners w ON w.id = l.owner_id AND r.calendar_of <> 'pool'
JOIN calendars c ON c.id = COALESCE(r.calendar, w.calendar, (SELECT d.id FROM calendars d WHERE d.is_default))
{_RESPONSE}{_OVERDUE}{_UNCONVERTED}
WHERE {_OWNED} AND r.clock = 'working'
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
