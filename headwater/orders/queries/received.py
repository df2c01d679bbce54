"""What came in, for whoever counts it: targets, results, reports."""

from headwater.kernel.sql import TRUE, Fragment

RECEIVED_COLUMNS = (
    "payment_id",
    "order_id",
    "owner_id",
    "account_id",
    "opportunity_id",
    "amount",
    "currency",
    "paid_on",
)


def received_entries(where: Fragment = TRUE) -> Fragment:
    """Every entry of the ledger as a query over the view `orders_received`, alias `e`.

    Columns: `payment_id`, `order_id`, `owner_id` (whose order it was when the money was recorded: a handover
    later moves no results), `account_id`, `opportunity_id` (may be NULL), `amount` (signed: refunds are
    negative, a void takes its entry back), `currency` (the order's) and `paid_on` (a void has the day of what
    it corrects). What was received is `sum(amount)`; in the company's currency
    `sum(in_company_currency(amount, currency, paid_on))`, NULL where a rate is missing.

    `where` is a condition over `e`: `received_entries(Fragment("e.paid_on >= %s", (day,)))`. Indexes begin
    with `paid_on` and with `owner_id, paid_on`. Nobody's reach is asked: the caller does.
    """
    columns = ", ".join(f"e.{name}" for name in RECEIVED_COLUMNS)
    return Fragment(f"SELECT {columns} FROM orders_received e WHERE {where.text}", where.params)
