"""What closed opportunities came to, broken down; every breakdown adds up to the same total to the cent.

An opportunity counts on the day it was closed. Won amounts are in the company's currency at the rate of that
day, each rounded to the cent. An opportunity of several products is split among them by the value of its
lines; its amount is shared out without a remainder, and it counts as one opportunity with each of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from headwater.currencies.queries import company_currency
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.money import rounded
from headwater.kernel.sql import Fragment, all_of
from headwater.organization.queries import people_in
from headwater.targets.periods import first_moment, zone_name
from headwater.targets.queries.facts import closed_day, closed_value, refuse_hidden_amounts
from headwater.targets.types import Dimension

MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """Which closed opportunities: closed from `since` up to and with `last`, of a pipeline, of people."""

    since: date | None = None
    last: date | None = None
    pipeline_id: int | None = None
    department_id: int | None = None  # with all below it
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The closed opportunities of one person, product, quarter …; `key` None: of none."""

    key: Any
    label: str
    won: int
    lost: int
    won_amount: Decimal
    unpriced: int  # won ones whose amount is left out: no rate
    days_mean: Decimal | None  # from its beginning to the win, in days
    days_median: Decimal | None
    closed_days_mean: Decimal | None  # the same of won and lost together
    closed_days_median: Decimal | None

    @property
    def closed(self) -> int:
        return self.won + self.lost

    @property
    def win_rate(self) -> Decimal | None:
        """Won in percent of closed."""
        if not self.closed:
            return None
        return rounded(Decimal(self.won) * 100 / self.closed)

    @property
    def average(self) -> Decimal | None:
        """The won amount of a won opportunity whose amount is known."""
        priced = self.won - self.unpriced
        return rounded(self.won_amount / priced) if priced else None


@dataclass(frozen=True, slots=True)
class Results:
    """A breakdown and its total."""

    by: Dimension
    currency: str
    rows: tuple[Result, ...]
    total: Result


# What a row of `closed` is grouped by, and the names for the keys.
_KEYS = {
    Dimension.PERSON: ("c.owner_id", "SELECT id, name AS label FROM organization_user"),
    Dimension.DEPARTMENT: ("u.department_id", "SELECT id, name AS label FROM organization_department"),
    Dimension.PRODUCT: ("c.product_id", "SELECT id, name AS label FROM products_product"),
    Dimension.PIPELINE: ("c.pipeline_id", "SELECT id, name AS label FROM sales_pipeline"),
    Dimension.SOURCE: ("c.source_id", "SELECT id, name AS label FROM acquisition_source"),
    Dimension.MONTH: ("date_trunc('month', c.day)::date", ""),
    Dimension.QUARTER: ("date_trunc('quarter', c.day)::date", ""),
}

# The share of each product in each opportunity: running sums are rounded, so that the parts make the whole.
# Lines that are worth nothing together share alike.
_SHARES = """
, lines AS (
    SELECT l.opportunity_id, l.product_id, sum(l.amount) AS value, count(*) AS held
    FROM sales_opportunityline l JOIN closed c ON c.id = l.opportunity_id
    GROUP BY l.opportunity_id, l.product_id
), weights AS (
    SELECT opportunity_id, product_id,
           CASE WHEN sum(value) OVER whole > 0 THEN value ELSE held END AS weight
    FROM lines WINDOW whole AS (PARTITION BY opportunity_id)
), runs AS (
    SELECT opportunity_id, product_id, weight, sum(weight) OVER whole AS total,
           sum(weight) OVER (PARTITION BY opportunity_id ORDER BY product_id) AS upto
    FROM weights WINDOW whole AS (PARTITION BY opportunity_id)
), shares AS (
    SELECT c.*, r.product_id,
           CASE WHEN r.total IS NULL THEN c.value
                ELSE round(c.value * r.upto / r.total, 2) - round(c.value * (r.upto - r.weight) / r.total, 2)
           END AS share
    FROM closed c LEFT JOIN runs r ON r.opportunity_id = c.id
)
"""


# What `closed` carries besides: for a breakdown, and for the list behind one of its rows.
_LISTED = "o.id, o.name, o.owner_id, o.account_id, o.pipeline_id, o.source_id"
_NEEDED = {
    Dimension.PERSON: "o.owner_id",
    Dimension.DEPARTMENT: "o.owner_id",
    Dimension.PIPELINE: "o.pipeline_id",
    Dimension.SOURCE: "o.source_id",
}


def _closed(access: Access, asked: Asked, columns: str) -> Fragment:
    """A row for each closed opportunity within reach: the columns, status, day, days, value.

    `value` is that of a won one, NULL without a rate; a lost one is worth nothing. Sums over all time go
    through every closed opportunity: columns that they do not need cost them half their time.
    """
    day, value = closed_day("o"), closed_value("o")
    parts = [Fragment("o.archived_at IS NULL AND o.closed_at IS NOT NULL")]
    if asked.since is not None:
        parts.append(Fragment("o.closed_at >= %s", (first_moment(asked.since),)))
    if asked.last is not None:
        parts.append(Fragment("o.closed_at < %s + interval '1 day'", (first_moment(asked.last),)))
    if asked.pipeline_id is not None:
        parts.append(Fragment("o.pipeline_id = %s", (asked.pipeline_id,)))
    parts += [Fragment("o.owner_id = ANY(%s::bigint[])", (people,)) for people in _people(access, asked)]
    where = all_of(parts)
    return Fragment(
        f"SELECT {columns}, o.status,"
        f" {day.text} AS day, greatest({day.text} - (o.created_at AT TIME ZONE %s)::date, 0) AS days,"
        f" CASE WHEN o.status = 'won' THEN {value.text} ELSE 0 END AS value"
        f" FROM sales_opportunity o WHERE {where.text}",
        (*day.params, *day.params, zone_name(), *value.params, *where.params),
    )


def _people(access: Access, asked: Asked) -> Iterator[Sequence[int]]:
    """Sets of people in all of which an owner must be."""
    if not access.reach.everyone:
        yield sorted(access.reach.people)
    if asked.department_id is not None:
        yield sorted(people_in(asked.department_id, active=False))
    if asked.person_id is not None:
        yield [asked.person_id]


def results(access: Access, by: Dimension, asked: Asked) -> Results:
    """The breakdown of what was closed within reach. Refuses with `AmountsHidden`."""
    refuse_hidden_amounts(access)
    closed = _closed(access, asked, _NEEDED.get(by, "o.id"))
    key, names = _KEYS[by]
    if by == Dimension.PRODUCT:
        steps = _SHARES
        grouped = (
            f"SELECT {key} AS key, FALSE AS is_total, {_sums('c.share')} FROM shares c GROUP BY {key}"
            f" UNION ALL SELECT NULL, TRUE, {_sums('c.value')} FROM closed c"
        )
    else:
        steps = ""
        joins = "LEFT JOIN organization_user u ON u.id = c.owner_id" if by == Dimension.DEPARTMENT else ""
        grouped = (
            f"SELECT {key} AS key, grouping({key}) = 1 AS is_total, {_sums('c.value')}"
            f" FROM closed c {joins} GROUP BY GROUPING SETS (({key}), ())"
        )
    found = sql.rows(
        f"WITH closed AS ({closed.text}) {steps}, grouped AS ({grouped})"
        f" SELECT g.*, {'n.label' if names else 'NULL AS label'} FROM grouped g"
        f" {f'LEFT JOIN ({names}) n ON n.id = g.key' if names else ''}"
        f" ORDER BY {'g.won_amount DESC, g.won DESC, n.label, g.key' if names else 'g.key'}",
        closed.params,
    )
    total = next(row for row in found if row["is_total"])
    rows = tuple(_result(row) for row in found if not row["is_total"])
    return Results(by, company_currency(), rows, _result(total))


def _sums(value: str) -> str:
    won = "FILTER (WHERE c.status = 'won')"
    return (
        f"count(*) {won} AS won, count(*) FILTER (WHERE c.status = 'lost') AS lost,"
        f" coalesce(sum({value}), 0) AS won_amount, count(*) FILTER (WHERE {value} IS NULL) AS unpriced,"
        f" avg(c.days) {won} AS days_mean,"
        f" percentile_cont(0.5) WITHIN GROUP (ORDER BY c.days) {won} AS days_median,"
        " avg(c.days) AS closed_days_mean,"
        " percentile_cont(0.5) WITHIN GROUP (ORDER BY c.days) AS closed_days_median"
    )


def _result(row: dict[str, Any]) -> Result:
    return Result(
        key=row["key"],
        label=row["label"] or "",
        won=row["won"],
        lost=row["lost"],
        won_amount=rounded(Decimal(row["won_amount"])),
        unpriced=row["unpriced"],
        days_mean=_rounded(row["days_mean"]),
        days_median=_rounded(row["days_median"]),
        closed_days_mean=_rounded(row["closed_days_mean"]),
        closed_days_median=_rounded(row["closed_days_median"]),
    )


def _rounded(value: Decimal | float | None) -> Decimal | None:
    return None if value is None else rounded(Decimal(str(value)))


def listed(
    access: Access, by: Dimension, key: Any, asked: Asked, *, limit: int = MOST_LISTED
) -> list[dict[str, Any]]:
    """What is behind one row, the largest first: id, name, account, owner, status, day, days, value.

    `value` is the product's share where results are broken down by product.
    """
    refuse_hidden_amounts(access)
    closed = _closed(access, asked, _LISTED)
    is_split = by == Dimension.PRODUCT
    column, _names = _KEYS[by]
    return sql.rows(
        f"WITH closed AS ({closed.text}) {_SHARES if is_split else ''}"
        " SELECT c.id, c.name, a.name AS account, u.name AS owner, c.status, c.day, c.days,"
        f" {'c.share' if is_split else 'c.value'} AS value FROM {'shares' if is_split else 'closed'} c"
        " LEFT JOIN sales_account a ON a.id = c.account_id LEFT JOIN organization_user u ON u.id = c.owner_id"
        f" WHERE {column} IS NOT DISTINCT FROM %s"
        " ORDER BY value DESC NULLS FIRST, c.day DESC, c.id DESC LIMIT %s",
        (*closed.params, key, limit),
    )
