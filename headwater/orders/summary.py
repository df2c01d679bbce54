"""What the pages of accounts, contacts and opportunities say of orders and money at a glance."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from headwater.currencies.queries import company_currency
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import Fragment, all_of
from headwater.orders.queries.parts import parts_sql
from headwater.sales.summary import Glance
from headwater.ui.formats import money_full
from headwater.ui.pages import Cell

_COLUMNS = {"account": "account_id", "opportunity": "opportunity_id", "contact": "contact_id"}


def money_of(access: Access, record: str, record_id: int) -> Sequence[Glance]:
    """Ordered, received and overdue in the company's currency; nothing where there are no orders."""
    column = _COLUMNS.get(record)
    if column is None or not access.may("orders.view"):
        return ()
    within = all_of(
        [
            Fragment(f"o.{column} = %s", (record_id,)),
            Fragment("o.archived_at IS NULL AND o.state IN ('active', 'completed')"),
            record_type("order").scope(access.also("orders.view"), "o"),
        ]
    )
    (sums,) = sql.rows(
        "SELECT count(*) AS orders, sum(x.total) AS total, sum(x.received) AS received,"
        " count(*) FILTER (WHERE x.total IS NULL) AS left_out FROM ("
        " SELECT in_company_currency(o.total, o.currency, o.ordered_on) AS total,"
        " in_company_currency(o.paid - o.refunded, o.currency, o.ordered_on) AS received"
        f" FROM orders_order o WHERE {within.text}) x",
        within.params,
    )
    if not sums["orders"]:
        return ()
    currency = company_currency()
    note = ngettext("%(count)s order", "%(count)s orders", sums["orders"]) % {"count": sums["orders"]}
    if sums["left_out"]:
        words = _("%(count)s without a rate left out")
        note = f"{note} · {words % {'count': sums['left_out']}}"
    ordered = Cell("money", sums["total"], currency=currency)
    found = [Glance(pgettext("summary", "Ordered"), ordered, note=note, icon="shopping-cart")]
    if access.may("payments.view"):
        received = Cell("money", sums["received"], currency=currency)
        found.append(Glance(pgettext("order", "Received"), received, icon="hand-coins"))
        late = _overdue(within)
        if late:
            overdue = Cell("tag", text=money_full(late, currency), hue="red")
            found.append(Glance(pgettext("order", "Overdue"), overdue, icon="alarm-clock"))
    return found


def _overdue(within: Fragment) -> Decimal:
    parts = parts_sql(within)
    found: Any = sql.value(
        "SELECT sum(in_company_currency(x.amount - x.settled, o.currency, %s::date))"
        f" FROM ({parts.text}) x JOIN orders_order o ON o.id = x.order_id"
        " WHERE x.amount > x.settled AND x.due_on < %s",
        (clock.today(), *parts.params, clock.today()),
    )
    return found or Decimal(0)
