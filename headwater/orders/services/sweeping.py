"""Word to owners when an instalment falls due, and when it is overdue: once each, however often it runs."""

from datetime import timedelta
from typing import Any

from headwater.kernel import clock, sql
from headwater.kernel.sql import Fragment
from headwater.orders.queries.parts import parts_sql
from headwater.orders.settings import REMIND_DAYS
from headwater.platform.notifications import Notice, notify_each

BACK = 7  # days: what became overdue longer ago is found on the page of receivables, not told anew

# Only orders that have a part due in these days, found by the days alone.
_NEAR = """
o.archived_at IS NULL AND o.state IN ('active', 'completed') AND o.total > o.paid - o.refunded AND (
    o.due_on BETWEEN %s AND %s
    OR EXISTS (SELECT 1 FROM orders_instalment i WHERE i.order_id = o.id AND i.due_on BETWEEN %s AND %s))
"""


def remind() -> int:
    """Tell the owners; how many notifications were written. One query and one statement a kind."""
    today = clock.today()
    first, last = today - timedelta(days=BACK), today + timedelta(days=REMIND_DAYS.get())
    parts = parts_sql(Fragment(_NEAR, (first, last, first, last)))
    found = sql.rows(
        "SELECT x.order_id, x.instalment_id, x.due_on, x.amount - x.settled AS open, o.number, o.currency,"
        f" o.owner_id, a.name AS account FROM ({parts.text}) x JOIN orders_order o ON o.id = x.order_id"
        " JOIN sales_account a ON a.id = o.account_id JOIN organization_user u ON u.id = o.owner_id"
        " WHERE x.amount > x.settled AND x.due_on BETWEEN %s AND %s AND u.is_active"
        " ORDER BY x.due_on, x.order_id",
        (*parts.params, first, last),
    )
    due = [_notice(row, "due") for row in found if row["due_on"] >= today]
    overdue = [_notice(row, "overdue") for row in found if row["due_on"] < today]
    return notify_each(due, "order.due") + notify_each(overdue, "order.overdue")


def _notice(row: dict[str, Any], kind: str) -> Notice:
    part = f"{row['order_id']}:{row['instalment_id'] or 0}:{row['due_on']}"
    params = {
        "number": row["number"],
        "account": row["account"],
        "amount": f"{row['open']:,.2f}",
        "currency": row["currency"],
        "day": row["due_on"].isoformat(),
    }
    url = f"/orders/{row['order_id']}"
    return Notice(row["owner_id"], params, "order", row["order_id"], url, f"order.{kind}:{part}")
