"""Working time for whole sets: "n working seconds after t" as a few thousand straight lines.

For one calendar and one number of seconds, the end moves with the moment as long as each stays in its
opening, and stands still while the calendar is closed. So every moment lies on one line, which a binary
search finds, and its end is GREATEST(moment + shift, least): no look into the openings for each lead.
Seconds since 1970 and seconds worked are whole numbers here; moments keep their microseconds.
"""

_TERMS = ("response", "overdue", "unconverted")

# Which rules reckon by which calendars, and how long their periods are there; `recycle_plan` is at hand.
_ASKED = """
calendars AS MATERIALIZED (
  SELECT k.id, k.is_default, k.open_from, k.worked, working_day_seconds(k.id) AS day
  FROM organization_calendar k
), owners AS MATERIALIZED (
  SELECT u.id, COALESCE(lead_calendar('department', NULL, u.id),
    (SELECT d.id FROM calendars d WHERE d.is_default)) AS calendar
  FROM organization_user u
), asked AS MATERIALIZED (
  SELECT DISTINCT r.rule_id, c.id AS calendar, (r.response_hours * 3600)::bigint AS response_seconds,
    (r.overdue_days * c.day)::bigint AS overdue_seconds,
    (r.convert_days * c.day)::bigint AS unconverted_seconds
  FROM recycle_plan r JOIN calendars c
    ON c.id = r.calendar OR r.calendar IS NULL AND c.id IN (SELECT w.calendar FROM owners w)
  WHERE r.clock = 'working'
), terms AS MATERIALIZED (
  SELECT DISTINCT a.calendar, x.seconds, c.worked - x.seconds AS last
  FROM asked a JOIN calendars c ON c.id = a.calendar
  CROSS JOIN LATERAL (VALUES (a.response_seconds), (a.overdue_seconds), (a.unconverted_seconds)) x (seconds)
  WHERE x.seconds > 0
)"""

# Along the seconds worked at the moment: where the moment comes into an opening (source), where its end does
# (target), and the last for which the openings that are kept tell the end. At a mark itself the end is still
# in the opening before: hence the marks before it.
_MARKS = """
openings AS MATERIALIZED (
  SELECT o.calendar_id AS calendar, extract(epoch FROM o.starts_at)::bigint AS opens,
    o.worked_before AS worked,
    COALESCE(lag(o.ends_at) OVER (PARTITION BY o.calendar_id ORDER BY o.starts_at) + interval '1 microsecond',
      c.open_from) AS closed_since
  FROM organization_opening o JOIN calendars c ON c.id = o.calendar_id
), marks AS MATERIALIZED (
  SELECT m.*, max(m.source) OVER now AS opens, max(m.source_worked) OVER now AS worked,
    max(m.target) OVER now AS to_opens, max(m.target_worked) OVER now AS to_worked,
    max(m.source) OVER before AS opens_before, max(m.source_worked) OVER before AS worked_before,
    max(m.target) OVER before AS to_opens_before, max(m.target_worked) OVER before AS to_worked_before
  FROM (
    SELECT t.*, o.worked AS at, o.opens AS source, o.worked AS source_worked, NULL::bigint AS target,
      NULL::bigint AS target_worked, o.closed_since
    FROM terms t JOIN openings o ON o.calendar = t.calendar
    UNION ALL
    SELECT t.*, o.worked - t.seconds, NULL, NULL, o.opens, o.worked, NULL
    FROM terms t JOIN openings o ON o.calendar = t.calendar
    UNION ALL
    SELECT t.*, t.last, NULL, NULL, NULL, NULL, NULL FROM terms t
  ) m
  WINDOW now AS (PARTITION BY m.calendar, m.seconds ORDER BY m.at),
    before AS (PARTITION BY m.calendar, m.seconds ORDER BY m.at
      RANGE BETWEEN UNBOUNDED PRECEDING AND 1::bigint PRECEDING)
)"""

# `since` is the first moment on each line; both kinds together leave no moment out.
_LINES = """
lines AS MATERIALIZED (
  SELECT x.calendar, x.seconds, array_agg(x.since ORDER BY x.since) AS since,
    array_agg(x.shift ORDER BY x.since) AS shift, array_agg(x.least ORDER BY x.since) AS least,
    (SELECT to_timestamp(max(e.opens_before - e.worked_before + e.at)) FROM marks e
     WHERE e.at = e.last AND e.calendar = x.calendar AND e.seconds = x.seconds) AS until
  FROM (
    SELECT DISTINCT m.calendar, m.seconds,
      to_timestamp(m.opens + m.at - m.worked) + interval '1 microsecond' AS since,
      make_interval(
        secs => (m.to_opens - m.to_worked + m.worked + m.seconds - m.opens)::double precision) AS shift,
      '-infinity'::timestamptz AS least
    FROM marks m WHERE m.at < m.last AND m.opens IS NOT NULL AND m.to_opens IS NOT NULL
    UNION ALL
    SELECT m.calendar, m.seconds, m.closed_since, make_interval(
        secs => (m.to_opens_before - m.to_worked_before + m.at + m.seconds - m.source)::double precision),
      to_timestamp(m.to_opens_before - m.to_worked_before + m.at + m.seconds)
    FROM marks m
    WHERE m.closed_since <= to_timestamp(m.source) AND m.at <= m.last AND m.to_opens_before IS NOT NULL
  ) x GROUP BY x.calendar, x.seconds
)"""

_GOVERNED = f"""
governed AS MATERIALIZED (
  SELECT a.*, {
    ", ".join(
        f"{term}.{part} AS {term}_{part}" for term in _TERMS for part in ("since", "shift", "least", "until")
    )
}
  FROM asked a {
    " ".join(
        f"LEFT JOIN lines {term} ON {term}.calendar = a.calendar AND {term}.seconds = a.{term}_seconds"
        for term in _TERMS
    )
}
)"""

# Common table expressions over `recycle_plan`: `owners` with their calendars, and `governed`, one row for
# each rule and calendar with the seconds and the lines of each period.
LINES = f"{_ASKED}, {_MARKS}, {_LINES}, {_GOVERNED}"


def line(term: str, moment: str) -> str:
    """The line of one period that a moment lies on: columns for `end`, from `governed` as `g`."""
    kept = ", ".join(f"g.{term}_{part}" for part in ("seconds", "shift", "least", "until"))
    return f"{moment} AS {term}_from, width_bucket({moment}, g.{term}_since) AS {term}_at, {kept}"


def end(term: str) -> str:
    """The end of the period, from what `line` gave as `y`; beyond the openings kept, as the function says."""
    return f"""
CASE
  WHEN y.{term}_seconds IS NULL THEN NULL
  WHEN y.{term}_at > 0 AND y.{term}_from <= y.{term}_until
    THEN GREATEST(y.{term}_from + y.{term}_shift[y.{term}_at], y.{term}_least[y.{term}_at])
  ELSE working_due(y.calendar, y.{term}_from, y.{term}_seconds)
END"""
