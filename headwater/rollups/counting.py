"""The statements that write: stories with their cells, and the cells of follow-ups.

Each brings what it is asked for to what the raw tables say, whatever stood there before: repeating it changes
nothing. The caller holds the lock of the rollup (`filling.lock`).
"""

from collections.abc import Iterable, Sequence
from datetime import date

from headwater.kernel.sql import execute, rows, value
from headwater.rollups.sales import SALE_COLUMNS, sales
from headwater.rollups.spells import SPELL_COLUMNS, spells
from headwater.rollups.story import COLUMNS, reckoning

TOGETHER = 5000

_DAY_CELL = (
    "day", "source_id", "channel_id", "campaign_id", "status", "stage", "reached", "invalid_reason",
)  # fmt: skip
_PLACE_CELL = ("owner_id", "pool_id", "home_pool_id", "status", "stage", "intent")
_ALL = ", ".join(COLUMNS)
_OTHERS = COLUMNS[1:]


_WRITE = f"""
WITH fresh AS MATERIALIZED ({{reckoning}}), old AS MATERIALIZED (
  SELECT * FROM rollups_leadstory WHERE lead_id = ANY(%s::bigint[])
), saved AS (
  INSERT INTO rollups_leadstory ({_ALL}) SELECT {_ALL} FROM fresh
  ON CONFLICT (lead_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _OTHERS)}
  WHERE ({", ".join(f"rollups_leadstory.{name}" for name in _OTHERS)})
    IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _OTHERS)})
), gone AS (
  DELETE FROM rollups_leadstory s USING old
  WHERE s.lead_id = old.lead_id AND NOT EXISTS (SELECT 1 FROM fresh WHERE fresh.lead_id = old.lead_id)
), signed AS MATERIALIZED (
  SELECT 1 AS sign, {_ALL} FROM fresh WHERE is_living AND %s::boolean
  UNION ALL SELECT -1, {_ALL} FROM old WHERE is_living AND %s::boolean
), by_day AS (
  INSERT INTO rollups_leadday AS k ({", ".join(_DAY_CELL)}, leads, follow_ups, responded, response_seconds)
  SELECT {", ".join(_DAY_CELL)}, sum(sign), sum(sign * follow_ups),
    COALESCE(sum(sign) FILTER (WHERE response_seconds IS NOT NULL), 0),
    COALESCE(sum(sign * response_seconds), 0)
  FROM signed GROUP BY {", ".join(_DAY_CELL)}
  HAVING sum(sign) <> 0 OR sum(sign * follow_ups) <> 0 OR COALESCE(sum(sign * response_seconds), 0) <> 0
    OR COALESCE(sum(sign) FILTER (WHERE response_seconds IS NOT NULL), 0) <> 0
  ON CONFLICT ({", ".join(_DAY_CELL)}) DO UPDATE SET leads = k.leads + excluded.leads,
    follow_ups = k.follow_ups + excluded.follow_ups, responded = k.responded + excluded.responded,
    response_seconds = k.response_seconds + excluded.response_seconds
), by_place AS (
  INSERT INTO rollups_leadplace AS k ({", ".join(_PLACE_CELL)}, leads)
  SELECT {", ".join(_PLACE_CELL)}, sum(sign) FROM signed
  GROUP BY {", ".join(_PLACE_CELL)} HAVING sum(sign) <> 0
  ON CONFLICT ({", ".join(_PLACE_CELL)}) DO UPDATE SET leads = k.leads + excluded.leads
)
SELECT count(*) FROM fresh
"""

LEAD_DAYS = f"""
SELECT {", ".join(_DAY_CELL)}, count(*) AS leads, sum(follow_ups) AS follow_ups,
  count(response_seconds) AS responded, COALESCE(sum(response_seconds), 0) AS response_seconds
FROM rollups_leadstory WHERE is_living GROUP BY {", ".join(_DAY_CELL)}
"""
LEAD_PLACES = f"""
SELECT {", ".join(_PLACE_CELL)}, count(*) AS leads
FROM rollups_leadstory WHERE is_living GROUP BY {", ".join(_PLACE_CELL)}
"""
LEAD_DAY_COLUMNS = (*_DAY_CELL, "leads", "follow_ups", "responded", "response_seconds")
LEAD_PLACE_COLUMNS = (*_PLACE_CELL, "leads")


def write_stories(ids: Iterable[int], *, zone: str, counts: bool) -> int:
    """Reckon these leads anew; with `counts` their cells follow. How many of them there are."""
    wanted = sorted(set(ids))
    written = 0
    for start in range(0, len(wanted), TOGETHER):
        part = wanted[start : start + TOGETHER]
        found = reckoning(zone, part)
        written += int(
            value(_WRITE.replace("{reckoning}", found.text), (*found.params, part, counts, counts))
        )
    if counts and wanted:
        execute("DELETE FROM rollups_leadday WHERE leads = 0")
        execute("DELETE FROM rollups_leadplace WHERE leads = 0")
    return written


_SPELLS = ", ".join(SPELL_COLUMNS)
_WRITE_SPELLS = f"""
WITH fresh AS MATERIALIZED ({{spells}}), gone AS (
  DELETE FROM rollups_spell s
  WHERE s.lead_id = ANY(%s::bigint[]) AND NOT EXISTS (SELECT 1 FROM fresh f WHERE f.id = s.id)
)
INSERT INTO rollups_spell AS k ({_SPELLS}) SELECT {_SPELLS} FROM fresh
ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in SPELL_COLUMNS[1:])}
WHERE ({", ".join(f"k.{name}" for name in SPELL_COLUMNS[1:])})
  IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in SPELL_COLUMNS[1:])})
"""


def write_spells(ids: Iterable[int]) -> None:
    """Reckon the changes of place of these leads anew, with what followed each."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), TOGETHER):
        part = wanted[start : start + TOGETHER]
        found = spells(part)
        execute(_WRITE_SPELLS.replace("{spells}", found.text), (*found.params, part))


_SALES = ", ".join(SALE_COLUMNS)
_WRITE_SALES = f"""
WITH fresh AS MATERIALIZED ({{sales}}), gone AS (
  DELETE FROM rollups_sale s WHERE s.lead_id = ANY(%s::bigint[]) AND NOT EXISTS (
    SELECT 1 FROM fresh f WHERE f.lead_id = s.lead_id
      AND (f.opportunity_id, f.order_id) IS NOT DISTINCT FROM (s.opportunity_id, s.order_id))
)
INSERT INTO rollups_sale ({_SALES}) SELECT {_SALES} FROM fresh ON CONFLICT DO NOTHING
"""


def write_sales(ids: Iterable[int], zone: str) -> None:
    """Find the sales of these leads anew."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), TOGETHER):
        part = wanted[start : start + TOGETHER]
        found = sales(zone, part)
        execute(_WRITE_SALES.replace("{sales}", found.text), (*found.params, part))


def count_stories() -> None:
    """Make all cells of leads anew from the stories; readers see the old ones until it is committed."""
    execute("DELETE FROM rollups_leadday")
    execute(f"INSERT INTO rollups_leadday ({', '.join(LEAD_DAY_COLUMNS)}) {LEAD_DAYS}")
    execute("DELETE FROM rollups_leadplace")
    execute(f"INSERT INTO rollups_leadplace ({', '.join(LEAD_PLACE_COLUMNS)}) {LEAD_PLACES}")


FOLLOW_UP_COLUMNS = (
    "author_id", "day", "kind", "outcome", "record_type", "follow_ups", "duration_seconds", "timed",
)  # fmt: skip
_FOLLOW_UP_CELL = FOLLOW_UP_COLUMNS[:5]
_FOLLOW_UP_COUNTS = (
    "count(*) AS follow_ups, COALESCE(sum(a.duration_seconds), 0) AS duration_seconds,"
    " count(a.duration_seconds) AS timed"
)

# An edit may have moved a follow-up to another day: what it said before is kept, with its day.
_TOUCHED = """
SELECT a.author_id, (a.occurred_at AT TIME ZONE %s)::date AS day FROM engagement_activity a
WHERE a.id = ANY(%s::bigint[])
UNION
SELECT a.author_id, (v.occurred_at AT TIME ZONE %s)::date FROM engagement_activityversion v
JOIN engagement_activity a ON a.id = v.activity_id WHERE v.activity_id = ANY(%s::bigint[])
"""

# Per person and day, so that however many are asked each is a range of the author's index.
_WRITE_DAYS = f"""
WITH touched AS MATERIALIZED (
  SELECT * FROM unnest(%s::bigint[], %s::date[]) AS x (author_id, day)
), fresh AS MATERIALIZED (
  SELECT x.author_id, x.day, c.* FROM touched x CROSS JOIN LATERAL (
    SELECT a.kind, a.outcome, a.record_type, {_FOLLOW_UP_COUNTS} FROM engagement_activity a
    WHERE a.author_id = x.author_id AND a.archived_at IS NULL
      AND a.occurred_at >= x.day::timestamp AT TIME ZONE %s
      AND a.occurred_at < (x.day + 1)::timestamp AT TIME ZONE %s
    GROUP BY a.kind, a.outcome, a.record_type
  ) c
), gone AS (
  DELETE FROM rollups_followupday k USING touched x
  WHERE k.author_id = x.author_id AND k.day = x.day AND NOT EXISTS (
    SELECT 1 FROM fresh f WHERE f.author_id = k.author_id AND f.day = k.day AND f.kind = k.kind
      AND f.outcome IS NOT DISTINCT FROM k.outcome AND f.record_type = k.record_type)
)
INSERT INTO rollups_followupday AS k ({", ".join(FOLLOW_UP_COLUMNS)})
SELECT {", ".join(FOLLOW_UP_COLUMNS)} FROM fresh
ON CONFLICT ({", ".join(_FOLLOW_UP_CELL)}) DO UPDATE SET follow_ups = excluded.follow_ups,
  duration_seconds = excluded.duration_seconds, timed = excluded.timed
WHERE (k.follow_ups, k.duration_seconds, k.timed)
  IS DISTINCT FROM (excluded.follow_ups, excluded.duration_seconds, excluded.timed)
"""

FOLLOW_UP_DAYS = f"""
SELECT a.author_id, (a.occurred_at AT TIME ZONE %s)::date AS day, a.kind, a.outcome, a.record_type,
  {_FOLLOW_UP_COUNTS}
FROM engagement_activity a
WHERE a.archived_at IS NULL AND a.occurred_at >= %s::date::timestamp AT TIME ZONE %s
  AND a.occurred_at < %s::date::timestamp AT TIME ZONE %s
GROUP BY 1, 2, 3, 4, 5
"""


def days_of(activity_ids: Sequence[int], zone: str) -> set[tuple[int, date]]:
    """(author, day) of these follow-ups, as they are and as they ever were."""
    ids = list(activity_ids)
    found = rows(_TOUCHED, (zone, ids, zone, ids))
    return {(row["author_id"], row["day"]) for row in found}


def write_days(touched: Iterable[tuple[int, date]], zone: str) -> None:
    """Count the follow-ups of these people on these days anew."""
    wanted = sorted(touched)
    for start in range(0, len(wanted), TOGETHER):
        part = wanted[start : start + TOGETHER]
        authors, days = [author for author, _day in part], [day for _author, day in part]
        execute(_WRITE_DAYS, (authors, days, zone, zone))


def write_span(since: date, until: date, zone: str) -> None:
    """Count all follow-ups from `since` to before `until` anew."""
    execute("DELETE FROM rollups_followupday WHERE day >= %s AND day < %s", (since, until))
    execute(
        f"INSERT INTO rollups_followupday ({', '.join(FOLLOW_UP_COLUMNS)}) {FOLLOW_UP_DAYS}",
        (zone, since, zone, until, zone),
    )
