"""What people reached, as tables for reports: the facts of `targets`, never a second opinion on them."""

from datetime import date, datetime, timedelta
from typing import Any

from headwater.kernel.sql import Fragment
from headwater.targets.queries.facts import facts
from headwater.targets.types import YEARS, Measure

DAY = timedelta(days=1)
SINCE, UNTIL = date(YEARS[0], 1, 1), date(YEARS[1], 1, 1)


def written_out(fragment: Fragment) -> str:
    """The SQL with its values in it: zones, currencies and days that the house itself gives, no input."""
    parts = fragment.text.split("%s")
    assert len(parts) == len(fragment.params) + 1
    return "".join(
        part + literal for part, literal in zip(parts, [*map(_literal, fragment.params), ""], strict=True)
    )


def _literal(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return f"'{value.isoformat()}'::timestamptz"
    if isinstance(value, date):
        return f"'{value.isoformat()}'::date"
    quoted = str(value).replace("'", "''").replace("%", "%%")
    return f"'{quoted}'::text"


def facts_table(first: date = SINCE, last: date = UNTIL - DAY) -> str:
    """measure, person, day, value: one row for each thing that counts towards a measure, from day to day."""
    since, until = max(first, SINCE), min(last, UNTIL - DAY) + DAY
    parts = (
        f"SELECT '{measure.value}'::text AS measure, f.person, f.day, f.value"
        f" FROM ({written_out(facts(measure, since, until))}) f"
        for measure in Measure
    )
    return f"({' UNION ALL '.join(parts)})"


_END = (
    "(t.starts_on + make_interval(months =>"
    " CASE t.grain WHEN 'month' THEN 1 WHEN 'quarter' THEN 3 ELSE 12 END))::date"
)
# Everybody counts for themselves, for the departments above them as they stand now, and for the company.
# A measure each: a report about one of them reads the facts of none of the others.
_OF_MEASURE = """
(WITH reached AS MATERIALIZED (
  SELECT f.person, date_trunc('month', f.day)::date AS month, sum(f.value) AS value
  FROM ({facts}) f GROUP BY 1, 2
), held AS (
  SELECT 'person' AS holder, r.person AS holder_id, r.month, r.value
  FROM reached r WHERE r.person IS NOT NULL
  UNION ALL
  SELECT 'department', d.id, r.month, sum(r.value)
  FROM reached r JOIN organization_user u ON u.id = r.person
  JOIN organization_department own ON own.id = u.department_id
  JOIN organization_department d ON starts_with(own.path, d.path) GROUP BY 2, 3
  UNION ALL
  SELECT 'company', 0, r.month, sum(r.value) FROM reached r GROUP BY 3
), goals AS (
  SELECT t.id, t.user_id, t.department_id, t.grain, t.starts_on, {end} AS ends_on,
    CASE WHEN t.user_id IS NOT NULL THEN 'person' WHEN t.department_id IS NOT NULL THEN 'department'
         ELSE 'company' END AS holder,
    coalesce(t.user_id, t.department_id, 0) AS holder_id, {goal} AS goal
  FROM targets_target t WHERE t.measure = '{measure}' AND t.amount IS NOT NULL AND {days}
)
SELECT g.*, '{measure}'::text AS measure, coalesce(h.value, 0) AS reached FROM goals g LEFT JOIN (
  SELECT g.id, sum(h.value) AS value FROM goals g JOIN held h
    ON h.holder = g.holder AND h.holder_id = g.holder_id AND h.month >= g.starts_on AND h.month < g.ends_on
  GROUP BY g.id) h ON h.id = g.id)
"""


def targets_table(first: date = SINCE, last: date = UNTIL - DAY) -> str:
    """Each target that is set, and what its holder reached in its period; in the company's currency.

    With days only those that begin on one of them; what a period of theirs may hold is read alone.
    """
    from headwater.currencies.queries import in_company

    worth = written_out(in_company("t.amount", "t.currency", "t.starts_on"))
    first, last = max(first, SINCE), min(last, UNTIL - DAY)
    until = min(last + 367 * DAY, UNTIL)
    return "({})".format(
        " UNION ALL ".join(
            _OF_MEASURE.format(
                facts=written_out(facts(measure, first, until)),
                end=_END,
                goal=worth if measure.is_money else "t.amount",
                measure=measure.value,
                days=f"t.starts_on BETWEEN '{first}' AND '{last}'",
            )
            for measure in Measure
        )
    )
