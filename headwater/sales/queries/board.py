"""The kanban: what lies in each stage, counted and added up by the database, cards a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from headwater.kernel import clock, listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.criteria import Criteria, everything, to_sql
from headwater.kernel.sql import Fragment, all_of
from headwater.sales.queries.pipelines import PipelineView, StageView

CLOSED_DAYS = 90  # won and lost columns show what was closed lately
CARDS = 25
CARD_FIELDS = ("name", "account", "contact", "amount", "currency", "expected_close_on", "owner", "stage",
               "stage_entered_at", "probability")  # fmt: skip
SORTS = ("expected_close_on", "-amount", "stage_entered_at", "-created_at")


@dataclass(frozen=True, slots=True)
class ColumnTotal:
    """How many opportunities lie in a stage, and their amounts by currency."""

    count: int = 0
    amounts: Mapping[str, Decimal] = field(default_factory=dict)


def column_totals(
    access: Access, pipeline: PipelineView, *, criteria: Criteria | None = None, q: str = ""
) -> dict[int, ColumnTotal]:
    """Counts and sums of every stage, in one statement, within scope and filter."""
    kind = record_type("opportunity")
    parts = [
        Fragment("t.pipeline_id = %s AND t.archived_at IS NULL", (pipeline.id,)),
        _recent(),
        kind.scope(access, "t"),
        to_sql(criteria or everything(kind, access)),
    ]
    if q.strip() and kind.search is not None:
        parts.append(kind.search(access, q, "t"))
    condition = all_of(parts)
    found = sql.rows(
        "SELECT t.stage_id, t.currency, count(*) AS held, sum(t.amount) AS amount FROM sales_opportunity t"
        f" WHERE {condition.text} GROUP BY t.stage_id, t.currency",
        condition.params,
    )
    totals = {stage.id: ColumnTotal() for stage in pipeline.stages}
    for row in found:
        known = totals.get(row["stage_id"], ColumnTotal())
        amounts = dict(known.amounts)
        if row["amount"] is not None:
            amounts[row["currency"]] = row["amount"]
        totals[row["stage_id"]] = ColumnTotal(known.count + row["held"], amounts)
    return totals


def column_cards(
    access: Access,
    stage: StageView,
    *,
    criteria: Criteria | None = None,
    q: str = "",
    sort: str = SORTS[0],
    cursor: str | None = None,
    limit: int = CARDS,
) -> listing.Page:
    """A page of the cards of one stage."""
    return listing.fetch(
        access,
        record_type("opportunity"),
        criteria=criteria,
        where=all_of([Fragment("t.stage_id = %s", (stage.id,)), _recent()]),
        sort=sort if sort in SORTS else SORTS[0],
        q=q,
        fields=CARD_FIELDS,
        limit=limit,
        cursor=cursor,
    )


def _recent() -> Fragment:
    since = clock.now() - timedelta(days=CLOSED_DAYS)
    return Fragment("(t.closed_at IS NULL OR t.closed_at >= %s)", (since,))


def is_stuck(row: Mapping[str, Any], stage: StageView) -> bool:
    """Whether a card has lain in its stage longer than the stage allows."""
    if stage.days_until_stuck is None:
        return False
    return bool(clock.now() - row["stage_entered_at"] > timedelta(days=stage.days_until_stuck))


def contact_roles(opportunity_id: int) -> list[dict[str, Any]]:
    """Who takes part in an opportunity; the reader may see the opportunity."""
    return sql.rows(
        "SELECT r.contact_id, c.name, c.title, r.role FROM sales_opportunitycontact r"
        " JOIN sales_contact c ON c.id = r.contact_id WHERE r.opportunity_id = %s ORDER BY r.id",
        (opportunity_id,),
    )
