"""The history of all pipelines, read once for a whole refresh: by month, so that any month-end can be
replayed.

Everything carries the moment at which it happened; what is asked for as of a moment uses rows from before
it alone. The moves between stages hold amount, expected close and owner as they were at each of them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from headwater.currencies.queries import in_company
from headwater.forecasting.learning import EDGES
from headwater.forecasting.types import Step
from headwater.kernel import sql
from headwater.targets.periods import first_moment, zone_name

Keyed = dict[date, list[tuple[Any, ...]]]  # by month


@dataclass(slots=True)
class History:
    """What happened in a pipeline, by month."""

    pipeline_id: int
    steps: list[Step]
    days: Keyed = field(default_factory=lambda: defaultdict(list))  # (stage, bucket, days at risk)
    moves: Keyed = field(default_factory=lambda: defaultdict(list))  # (stage, bucket, target, count)
    made: Keyed = field(default_factory=lambda: defaultdict(list))  # (stage, owner, count)
    wins: Keyed = field(default_factory=lambda: defaultdict(list))  # (worth,)
    passed: Keyed = field(default_factory=lambda: defaultdict(list))  # (stage, count)
    lost: Keyed = field(default_factory=lambda: defaultdict(list))  # (stage, count)

    @property
    def first_month(self) -> date | None:
        """When it begins."""
        return min((*self.made, *self.days, *self.wins), default=None)


@dataclass(frozen=True, slots=True)
class Standing:
    """An open opportunity as it stood at a moment."""

    stage: int
    days: float
    worth: Decimal | None  # in the company's currency; None without an amount or a rate
    expected_close_on: date | None
    is_unrated: bool


_SPELLS = """
CREATE TEMPORARY TABLE forecasting_spell ON COMMIT DROP AS
WITH moved AS (
  SELECT m.opportunity_id, m.to_stage_id, m.owner_id, m.expected_close_on, m.at, m.id,
    {worth} AS worth, m.amount IS NOT NULL AS has_amount,
    lead(m.at) OVER w AS next_at, lead(m.to_stage_id) OVER w AS next_stage_id, row_number() OVER w AS place
  FROM sales_stagemove m WHERE m.at <= %s
  WINDOW w AS (PARTITION BY m.opportunity_id ORDER BY m.at, m.id)
)
SELECT s.pipeline_id, s.id AS stage_id, s.kind, v.opportunity_id, v.owner_id, v.expected_close_on, v.worth,
  v.has_amount AND v.worth IS NULL AS is_unrated, v.place,
  v.at AS began, v.at AT TIME ZONE %s AS entered, LEAST(v.next_at, o.archived_at) AT TIME ZONE %s AS left_at,
  CASE WHEN n.pipeline_id = s.pipeline_id AND (o.archived_at IS NULL OR v.next_at <= o.archived_at) THEN n.id
  END
    AS next_stage_id
FROM moved v JOIN sales_stage s ON s.id = v.to_stage_id JOIN sales_opportunity o ON o.id = v.opportunity_id
LEFT JOIN sales_stage n ON n.id = v.next_stage_id
WHERE o.archived_at IS NULL OR v.at < o.archived_at
"""

_MOVES = """
SELECT pipeline_id, date_trunc('month', left_at)::date AS month, stage_id,
  width_bucket(EXTRACT(EPOCH FROM left_at - entered) / 86400, %s::numeric[]) - 1 AS bucket, next_stage_id,
  count(*)
FROM forecasting_spell WHERE kind = 'open' AND next_stage_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5
"""

_DAYS = """
WITH buckets (place, begins, ends) AS (
  SELECT ordinality - 1, make_interval(days => begins), make_interval(days => ends)
  FROM unnest(%s::int[], %s::int[]) WITH ORDINALITY AS x (begins, ends, ordinality)
), spans AS (
  SELECT t.pipeline_id, t.stage_id, b.place, t.entered + b.begins AS begins,
    LEAST(t.entered + b.ends, COALESCE(t.left_at, %s)) AS ends
  FROM forecasting_spell t JOIN buckets b ON t.entered + b.begins < COALESCE(t.left_at, %s)
  WHERE t.kind = 'open'
)
SELECT s.pipeline_id, m.month::date, s.stage_id, s.place,
  SUM(EXTRACT(EPOCH FROM LEAST(s.ends, m.month + interval '1 month') - GREATEST(s.begins, m.month)) /
  86400)::float8
FROM spans s CROSS JOIN LATERAL generate_series(date_trunc('month', s.begins), s.ends, '1 month') AS m (month)
WHERE m.month < s.ends GROUP BY 1, 2, 3, 4
"""

_MADE = """
SELECT pipeline_id, date_trunc('month', entered)::date, stage_id, owner_id, count(*)
FROM forecasting_spell WHERE place = 1 AND kind = 'open' GROUP BY 1, 2, 3, 4
"""

_WINS = """
SELECT pipeline_id, date_trunc('month', entered)::date, worth FROM forecasting_spell
WHERE kind = 'won' AND (left_at IS NULL OR left_at >= date_trunc('month', entered) + interval '1 month')
"""

# How far each opportunity had come: positions of living open stages, or beyond them all.
_PATHS = """
CREATE TEMPORARY TABLE forecasting_path ON COMMIT DROP AS
SELECT t.pipeline_id, t.opportunity_id, t.entered, t.left_at, t.kind, t.place, max(x.rank) OVER w AS rank,
  first_value(x.rank) OVER w AS began
FROM forecasting_spell t JOIN sales_stage s ON s.id = t.stage_id CROSS JOIN LATERAL (
  SELECT CASE WHEN t.kind = 'won' THEN 1000000 WHEN t.kind = 'open' AND s.archived_at IS NULL THEN s.position
  END AS rank
) x
WINDOW w AS (PARTITION BY t.pipeline_id, t.opportunity_id ORDER BY t.entered, t.place ROWS UNBOUNDED
PRECEDING)
"""

_PASSED = """
WITH firsts AS (
  SELECT p.pipeline_id, s.id AS stage_id, min(p.entered) AS at
  FROM forecasting_path p JOIN sales_stage s ON s.pipeline_id = p.pipeline_id AND s.kind = 'open'
    AND s.archived_at IS NULL AND p.rank > s.position AND p.began <= s.position
  GROUP BY p.pipeline_id, p.opportunity_id, s.id
)
SELECT pipeline_id, date_trunc('month', at)::date, stage_id, count(*) FROM firsts GROUP BY 1, 2, 3
"""

# One that is opened again was not lost after all, from then on.
_LOST = """
SELECT p.pipeline_id, date_trunc('month', e.at)::date, s.id, sum(e.count)::int
FROM forecasting_path p JOIN sales_stage s ON s.pipeline_id = p.pipeline_id AND s.position = p.rank
CROSS JOIN LATERAL (VALUES (p.entered, 1), (p.left_at, -1)) AS e (at, count)
WHERE p.kind = 'lost' AND s.kind = 'open' AND s.archived_at IS NULL AND e.at IS NOT NULL GROUP BY 1, 2, 3
"""

# What was changed between two moves is known from the edits, since they have been kept.
_STANDING = """
SELECT t.pipeline_id, t.stage_id, EXTRACT(EPOCH FROM %s - t.entered)::float8 / 86400,
  CASE WHEN e.id IS NULL THEN t.worth ELSE {worth} END,
  CASE WHEN e.id IS NULL THEN t.expected_close_on ELSE e.expected_close_on END,
  CASE WHEN e.id IS NULL THEN t.is_unrated ELSE e.amount IS NOT NULL AND {worth} IS NULL END
FROM forecasting_spell t LEFT JOIN LATERAL (
  SELECT e.id, e.amount, e.currency, e.expected_close_on FROM targets_opportunityedit e
  WHERE e.opportunity_id = t.opportunity_id AND e.at < %s AND e.at >= t.began ORDER BY e.at DESC, e.id DESC
  LIMIT 1
) e ON TRUE
WHERE t.kind = 'open' AND t.entered < %s AND (t.left_at IS NULL OR t.left_at >= %s)
ORDER BY t.pipeline_id, t.opportunity_id
"""

_STEPS = """
SELECT pipeline_id, id, name, kind, position, probability, archived_at IS NULL AS is_living, days_until_stuck
FROM sales_stage ORDER BY pipeline_id, position, id
"""


def read_steps() -> dict[int, list[Step]]:
    """The stages of every pipeline."""
    found: dict[int, list[Step]] = defaultdict(list)
    for row in sql.rows(_STEPS):
        found[row.pop("pipeline_id")].append(Step(**row))
    return found


def read_history(now: datetime) -> dict[int, History]:
    """The history of every pipeline until `now`; only inside a transaction, which `standing` needs too."""
    zone = zone_name()
    worth = in_company("m.amount", "m.currency", "(m.at AT TIME ZONE %s)::date")
    # The day of a rate stands in the text of `worth` once, after the company's currency.
    params = (*worth.params, zone, now, zone, zone)
    sql.execute("DROP TABLE IF EXISTS pg_temp.forecasting_path, pg_temp.forecasting_spell")
    sql.execute(_SPELLS.format(worth=worth.text), params)
    sql.execute("ANALYZE pg_temp.forecasting_spell")
    sql.execute(_PATHS)
    found = {key: History(key, steps) for key, steps in read_steps().items()}
    local = sql.value("SELECT %s::timestamptz AT TIME ZONE %s", (now, zone))
    ends = [*EDGES[1:], 36_500]
    for name, text, given in (
        ("moves", _MOVES, (list(EDGES),)),
        ("days", _DAYS, (list(EDGES), ends, local, local)),
        ("made", _MADE, ()),
        ("wins", _WINS, ()),
        ("passed", _PASSED, ()),
        ("lost", _LOST, ()),
    ):
        for pipeline_id, month, *values in _tuples(text, given):
            getattr(found[pipeline_id], name)[month].append(tuple(values))
    return found


def standing(month: date) -> dict[int, list[Standing]]:
    """What was open when a month began, by pipeline; after `read_history` in one transaction with it."""
    moment = datetime(month.year, month.month, 1)  # noqa: DTZ001 - the house's wall clock, as the spells have it
    worth = in_company("e.amount", "e.currency", "%s")
    given = (*worth.params, month)
    params = (moment, *given, *given, first_moment(month), moment, moment)
    found: dict[int, list[Standing]] = defaultdict(list)
    for pipeline_id, *values in _tuples(_STANDING.format(worth=worth.text), params):
        found[pipeline_id].append(Standing(*values))
    return found


def _tuples(text: str, params: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        yield from cursor.fetchall()
