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
_HELD = """
reached AS MATERIALIZED (
  SELECT f.measure, f.person, date_trunc('month', f.day)::date AS month, sum(f.value) AS value
  FROM {facts} f GROUP BY 1, 2, 3
), held AS MATERIALIZED (
  SELECT r.measure, 'person' AS holder, r.person AS holder_id, r.month, sum(r.value) AS value
  FROM reached r WHERE r.person IS NOT NULL GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT r.measure, 'department', d.id, r.month, sum(r.value)
  FROM reached r JOIN organization_user u ON u.id = r.person
  JOIN organization_department own ON own.id = u.department_id
  JOIN organization_department d ON starts_with(own.path, d.path) GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT r.measure, 'company', 0, r.month, sum(r.value) FROM reached r GROUP BY 1, 2, 3, 4
)
"""
_TARGETS = """
(WITH {held}, goals AS (
  SELECT t.id, t.user_id, t.department_id, t.measure, t.grain, t.starts_on, {end} AS ends_on,
    CASE WHEN t.user_id IS NOT NULL THEN 'person' WHEN t.department_id IS NOT NULL THEN 'department'
         ELSE 'company' END AS holder,
    coalesce(t.user_id, t.department_id, 0) AS holder_id,
    CASE WHEN t.measure = ANY(ARRAY[{money}]) THEN {worth} ELSE t.amount END AS goal
  FROM targets_target t WHERE t.amount IS NOT NULL AND {days}
)
SELECT g.*, coalesce(h.value, 0) AS reached FROM goals g LEFT JOIN (
  SELECT g.id, sum(h.value) AS value FROM goals g JOIN held h ON h.measure = g.measure
    AND h.holder = g.holder AND h.holder_id = g.holder_id AND h.month >= g.starts_on AND h.month < g.ends_on
  GROUP BY g.id) h ON h.id = g.id)
"""


def targets_table(first: date = SINCE, last: date = UNTIL - DAY) -> str:
    """Each target that is set, and what its holder reached in its period; in the company's currency.

    With days only those that begin on one of them; what a period of theirs may hold is read alone.
    """
    from headwater.currencies.queries import in_company

    money = ", ".join(f"'{one.value}'" for one in Measure if one.is_money)
    worth = written_out(in_company("t.amount", "t.currency", "t.starts_on"))
    first, last = max(first, SINCE), min(last, UNTIL - DAY)
    held = _HELD.format(facts=facts_table(first, min(last + 366 * DAY, UNTIL - DAY)))
    days = f"t.starts_on BETWEEN '{first}' AND '{last}'"
    return _TARGETS.format(held=held, end=_END, money=money, worth=worth, days=days)
