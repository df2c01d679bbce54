"""Open opportunities whose time to close is over: they stand in no period that is still to come."""

from decimal import Decimal

from headwater.currencies.queries import in_company
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.targets.periods import Period, company_today


def overdue(access: Access, pipeline_id: int | None, period: Period) -> tuple[int, Decimal]:
    """How many within reach were to close before today and before the period, and what they are worth."""
    today = company_today()
    worth = in_company("o.amount", "o.currency", "%s::date")
    (row,) = sql.rows(
        f"SELECT count(*) AS held, coalesce(sum({worth.text}), 0) AS amount FROM sales_opportunity o"
        " WHERE o.closed_at IS NULL AND o.archived_at IS NULL AND o.expected_close_on < %s"
        " AND (%s::bigint IS NULL OR o.pipeline_id = %s) AND (%s OR o.owner_id = ANY(%s::bigint[]))",
        (
            *worth.params,
            today,
            min(today, period.start),
            pipeline_id,
            pipeline_id,
            access.reach.everyone,
            sorted(access.reach.people),
        ),
    )
    return row["held"], row["amount"]
