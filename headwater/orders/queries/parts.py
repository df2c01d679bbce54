"""The parts of an order by the day they are due, and how much of each is settled: from the ledger, in SQL.

An order falls into its instalments, in the order of their days, and what they leave of the total, due on the
order's own day. Money booked to an instalment settles that one; all other money settles the oldest first.
What was refunded is taken from the last. So the parts add up to the total, and what is open of them to what
is open of the order, whatever the plan says: a plan of more than the total is cut at its end.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headwater.kernel import sql
from headwater.kernel.sql import Fragment


@dataclass(frozen=True, slots=True)
class OrderPart:
    """A part of an order; without an instalment it is what the plan leaves."""

    instalment_id: int | None
    due_on: date
    amount: Decimal
    settled: Decimal
    planned: Decimal  # what the plan says, where it is cut
    percent: Decimal | None
    note: str | None

    @property
    def open(self) -> Decimal:
        return self.amount - self.settled


# Each step adds a column; `before` is the sum over the parts that come earlier.
_PARTS = """
WITH chosen AS (
    SELECT o.id, o.total, o.due_on, o.paid - o.refunded AS received FROM orders_order o WHERE {where}
), planned AS (
    SELECT c.id AS order_id, c.total, c.received, i.id AS instalment_id, i.due_on, i.amount,
        i.percent, i.note,
        sum(i.amount) OVER (PARTITION BY c.id ORDER BY i.due_on, i.id) - i.amount AS before
    FROM chosen c JOIN orders_instalment i ON i.order_id = c.id
    UNION ALL
    SELECT c.id, c.total, c.received, NULL, c.due_on, c.total - coalesce(s.amount, 0), NULL, NULL,
        coalesce(s.amount, 0)
    FROM chosen c LEFT JOIN LATERAL (
        SELECT sum(i.amount) AS amount FROM orders_instalment i WHERE i.order_id = c.id) s ON TRUE
    WHERE c.total > coalesce(s.amount, 0)
), cut AS (
    SELECT p.*, greatest(least(p.amount, p.total - p.before), 0) AS due,
        coalesce((SELECT sum(e.amount) FROM orders_payment e WHERE e.instalment_id = p.instalment_id), 0)
            AS booked
    FROM planned p
), booked AS (
    SELECT c.*, greatest(least(c.due, c.booked), 0) AS own FROM cut c
), kept AS (
    SELECT b.*, greatest(least(b.own, b.received - (sum(b.own) OVER w - b.own)), 0) AS held
    FROM booked b WINDOW w AS (PARTITION BY b.order_id ORDER BY b.due_on, b.instalment_id NULLS LAST)
), pooled AS (
    SELECT k.*, k.received - sum(k.held) OVER (PARTITION BY k.order_id) AS pool,
        sum(k.due - k.held) OVER w - (k.due - k.held) AS needed_before
    FROM kept k WINDOW w AS (PARTITION BY k.order_id ORDER BY k.due_on, k.instalment_id NULLS LAST)
)
SELECT p.order_id, p.instalment_id, p.due_on, p.due AS amount,
    p.held + greatest(least(p.due - p.held, p.pool - p.needed_before), 0) AS settled,
    p.amount AS planned, p.percent, p.note
FROM pooled p
"""


def parts_sql(where: Fragment) -> Fragment:
    """A query of the parts of the orders that meet `where` (over `o`): order_id, instalment_id, due_on,
    amount, settled, planned, percent, note.
    """
    return Fragment(_PARTS.format(where=where.text), where.params)


def parts_of(order_id: int) -> list[OrderPart]:
    """The parts of one order, the oldest first."""
    query = parts_sql(Fragment("o.id = %s", (order_id,)))
    found = sql.rows(
        "SELECT x.instalment_id, x.due_on, x.amount, x.settled, x.planned, x.percent, x.note"
        f" FROM ({query.text}) x ORDER BY x.due_on, x.instalment_id NULLS LAST",
        query.params,
    )
    return [OrderPart(**row) for row in found]


def overdue_of(order_id: int, today: date) -> Decimal:
    """How much of an order is overdue."""
    return sum((part.open for part in parts_of(order_id) if part.due_on < today), Decimal(0))
