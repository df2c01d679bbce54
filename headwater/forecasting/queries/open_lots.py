"""What is open and what was closed, counted by the database for as many opportunities as there are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from headwater.currencies.queries import in_company
from headwater.forecasting.curves import CELLS
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.sql import TRUE, Fragment, all_of
from headwater.targets.periods import Period, company_today, zone_name

MOST_SINGLE = 80

_DUE = "x.expected_close_on >= %s AND x.expected_close_on < %s"

_LOTS = f"""
SELECT x.stage_id, x.cell, x.owner_id, count(*) AS held, count(x.worth) AS priced,
  coalesce(sum(x.worth), 0) AS amount, coalesce(sum(x.worth::float8 * x.worth::float8), 0) AS squares,
  count(*) FILTER (WHERE NOT x.has_amount) AS unpriced,
  count(*) FILTER (WHERE x.has_amount AND x.worth IS NULL) AS unrated,
  count(*) FILTER (WHERE x.expected_close_on IS NULL) AS undated, count(*) FILTER (WHERE {_DUE}) AS due,
  coalesce(sum(x.worth) FILTER (WHERE {_DUE}), 0) AS due_amount,
  coalesce(sum(x.worth * x.probability) FILTER (WHERE {_DUE}), 0) / 100 AS weighted
FROM (%s) x GROUP BY 1, 2, 3
"""

_CLOSED = """
SELECT x.owner_id, count(*) AS held, coalesce(sum(x.worth), 0) AS amount,
  count(*) FILTER (WHERE x.has_amount AND x.worth IS NULL) AS unrated
FROM (SELECT o.owner_id, o.amount IS NOT NULL AS has_amount, {worth} AS worth FROM sales_opportunity o
  WHERE o.stage_id = ANY(%s::bigint[]) AND o.archived_at IS NULL AND o.closed_at >= %s AND o.closed_at < %s
  AND {where}) x GROUP BY 1
"""

_UNRATED = """
SELECT o.currency, count(*) AS held FROM sales_opportunity o
WHERE o.stage_id = ANY(%s::bigint[]) AND o.archived_at IS NULL AND o.amount IS NOT NULL AND {worth} IS NULL
  AND {where} GROUP BY 1 ORDER BY 2 DESC, 1
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whose opportunities of which stages."""

    open_stages: Sequence[int]
    won_stages: Sequence[int]
    people: frozenset[int] | None  # None: everybody within reach, and nobody's


def whose(access: Access, people: frozenset[int] | None, alias: str = "o") -> Fragment:
    """The condition that an opportunity is within reach and belongs to one of the chosen."""
    parts = [] if access.reach.everyone else [sorted(access.reach.people)]
    if people is not None:
        parts.append(sorted(people))
    return (
        all_of(Fragment(f"{alias}.owner_id = ANY(%s::bigint[])", (part,)) for part in parts)
        if parts
        else TRUE
    )


def _open(access: Access, chosen: Chosen, columns: str) -> Fragment:
    worth = in_company("o.amount", "o.currency", "%s")
    where = whose(access, chosen.people)
    return Fragment(
        f"SELECT {columns} o.stage_id, o.owner_id, o.probability, o.expected_close_on,"
        " o.amount IS NOT NULL AS has_amount,"
        " greatest(0, width_bucket(extract(epoch FROM %s - o.stage_entered_at)::float8 / 86400,"
        f" %s::float8[]) - 1) AS cell, {worth.text} AS worth FROM sales_opportunity o"
        f" WHERE o.stage_id = ANY(%s::bigint[]) AND o.archived_at IS NULL AND {where.text}",
        (
            clock.now(),
            list(CELLS),
            *worth.params,
            company_today(),
            list(chosen.open_stages),
            *where.params,
        ),
    )


def lots(access: Access, chosen: Chosen, period: Period) -> list[dict[str, Any]]:
    """The open ones by stage, age and owner."""
    rows = _open(access, chosen, "")
    due = (period.start, period.end)
    return sql.rows(_LOTS.replace("(%s) x", f"({rows.text}) x"), (*due * 3, *rows.params))


def largest(access: Access, chosen: Chosen, limit: int = MOST_SINGLE) -> list[dict[str, Any]]:
    """The largest open ones, one by one."""
    rows = _open(access, chosen, "o.id, o.name, o.account_id,")
    return sql.rows(
        f"SELECT x.* FROM ({rows.text}) x WHERE x.worth > 0 ORDER BY x.worth DESC, x.id LIMIT %s",
        (*rows.params, limit),
    )


@dataclass(frozen=True, slots=True)
class Closed:
    """What was won."""

    count: int = 0
    amount: Decimal = Decimal(0)
    unrated: int = 0


def closed(access: Access, chosen: Chosen, since: datetime, until: datetime) -> dict[int | None, Closed]:
    """What each owner won between two moments, at the rates of those days."""
    worth = in_company("o.amount", "o.currency", "(o.closed_at AT TIME ZONE %s)::date")
    where = whose(access, chosen.people)
    found = sql.rows(
        _CLOSED.format(worth=worth.text, where=where.text),
        (*worth.params, zone_name(), list(chosen.won_stages), since, until, *where.params),
    )
    return {row["owner_id"]: Closed(row["held"], row["amount"], row["unrated"]) for row in found}


def unrated(access: Access, chosen: Chosen) -> Iterator[tuple[str, int]]:
    """Currencies of open amounts that have no rate, and how many wait for each."""
    worth = in_company("o.amount", "o.currency", "%s")
    where = whose(access, chosen.people)
    found = sql.rows(
        _UNRATED.format(worth=worth.text, where=where.text),
        (list(chosen.open_stages), *worth.params, company_today(), *where.params),
    )
    return ((row["currency"], row["held"]) for row in found)
