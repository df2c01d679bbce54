"""The kanban: what lies in each stage, counted and added up by the database, cards a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from headwater.kernel import clock, listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.criteria import Criteria, everything, to_sql
from headwater.kernel.sql import FALSE, TRUE, Fragment, all_of
from headwater.sales.queries.pipelines import PipelineView, StageView

CLOSED_DAYS = 90  # won and lost columns show what was closed lately
CARDS = 25
CARD_FIELDS = ("name", "account", "contact", "amount", "currency", "expected_close_on", "owner", "stage",
               "stage_entered_at", "probability")  # fmt: skip
SORTS = ("expected_close_on", "-amount", "stage_entered_at", "-created_at")  # of open stages


@dataclass(frozen=True, slots=True)
class ColumnTotal:
    """How many opportunities lie in a stage, and what they are worth.

    `amount` and `weighted` (each amount by its chance) are in the company's currency at today's rates;
    `left_out` amounts have a currency without a rate and are in neither.
    """

    count: int = 0
    stuck: int = 0
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    amount: Decimal = Decimal(0)
    weighted: Decimal = Decimal(0)
    left_out: int = 0


# Rates are the same for all of a currency, so the few sums are converted, not the many amounts.
_TOTALS = """
SELECT x.stage_id, x.currency, x.held, x.stuck, x.valued, x.amount,
  in_company_currency(x.amount, x.currency, %s::date) AS worth,
  in_company_currency(round(x.weighted / 100, 2), x.currency, %s::date) AS weighted
FROM (
  SELECT t.stage_id, t.currency, count(*) AS held, count(t.amount) AS valued, sum(t.amount) AS amount,
    sum(t.amount * t.probability) AS weighted,
    count(*) FILTER (WHERE t.stage_entered_at < s.stuck_before) AS stuck
  FROM (SELECT u.id, u.stuck_before FROM unnest(%s::bigint[], %s::timestamptz[]) AS u (id, stuck_before)) s
  JOIN sales_opportunity t ON t.stage_id = s.id
  WHERE {where}
  GROUP BY t.stage_id, t.currency
) x
"""


def column_totals(
    access: Access,
    pipeline: PipelineView,
    *,
    criteria: Criteria | None = None,
    q: str = "",
    only_stuck: bool = False,
) -> dict[int, ColumnTotal]:
    """Counts and sums of every stage within scope and filter; closed ones as far as they are recent."""
    kind = record_type("opportunity")
    parts = [
        Fragment("t.archived_at IS NULL"),
        kind.scope(access, "t"),
        to_sql(criteria or everything(kind, access)),
    ]
    if q.strip() and kind.search is not None:
        parts.append(kind.search(access, q, "t"))
    if only_stuck:
        parts.append(Fragment("t.stage_entered_at < s.stuck_before"))
    totals = {stage.id: ColumnTotal() for stage in pipeline.stages}
    closed = tuple(stage for stage in pipeline.stages if not stage.is_open)
    for stages, narrowed in ((pipeline.open_stages, TRUE), (closed, _recent())):
        condition = all_of([*parts, narrowed])
        today = clock.today()
        limits = [stuck_before(stage) for stage in stages]
        found = sql.rows(
            _TOTALS.replace("{where}", condition.text),
            (today, today, [stage.id for stage in stages], limits, *condition.params),
        )
        for row in found:
            totals[row["stage_id"]] = _with(totals[row["stage_id"]], row)
    return totals


def _with(known: ColumnTotal, row: Mapping[str, Any]) -> ColumnTotal:
    """A column with the opportunities of one more currency."""
    amounts = dict(known.amounts)
    if row["amount"] is not None:
        amounts[row["currency"]] = row["amount"]
    return ColumnTotal(
        count=known.count + row["held"],
        stuck=known.stuck + row["stuck"],
        amounts=amounts,
        amount=known.amount + (row["worth"] or 0),
        weighted=known.weighted + (row["weighted"] or 0),
        left_out=known.left_out + (row["valued"] if row["worth"] is None else 0),
    )


def column_cards(
    access: Access,
    stage: StageView,
    *,
    criteria: Criteria | None = None,
    q: str = "",
    sort: str = SORTS[0],
    only_stuck: bool = False,
    cursor: str | None = None,
    limit: int = CARDS,
) -> listing.Page:
    """A page of the cards of one stage; what was won or lost with the latest first."""
    parts = [Fragment("t.stage_id = %s", (stage.id,))]
    if not stage.is_open:
        parts += [_recent(), Fragment("t.closed_at IS NOT NULL")]
        sort = "-closed_at"
    if only_stuck:
        limits = stuck_before(stage)
        parts.append(FALSE if limits is None else Fragment("t.stage_entered_at < %s", (limits,)))
    return listing.fetch(
        access,
        record_type("opportunity"),
        criteria=criteria,
        where=all_of(parts),
        sort=sort,
        q=q,
        fields=CARD_FIELDS,
        limit=limit,
        cursor=cursor,
    )


def _recent() -> Fragment:
    return Fragment("t.closed_at >= %s", (clock.now() - timedelta(days=CLOSED_DAYS),))


def stuck_before(stage: StageView) -> datetime | None:
    """Whoever came to the stage before this moment lies there too long."""
    days = stage.days_until_stuck
    return None if days is None or not stage.is_open else clock.now() - timedelta(days=days)


def is_stuck(row: Mapping[str, Any], stage: StageView) -> bool:
    """Whether a card has lain in its stage longer than the stage allows."""
    limit = stuck_before(stage)
    return limit is not None and bool(row["stage_entered_at"] < limit)


def contact_roles(opportunity_id: int) -> list[dict[str, Any]]:
    """Who takes part in an opportunity; the reader may see the opportunity."""
    return sql.rows(
        "SELECT r.contact_id, c.name, c.title, r.role FROM sales_opportunitycontact r"
        " JOIN sales_contact c ON c.id = r.contact_id WHERE r.opportunity_id = %s ORDER BY r.id",
        (opportunity_id,),
    )
