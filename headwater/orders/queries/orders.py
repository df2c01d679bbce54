"""Orders, one at a time, as services and screens need them."""

from collections.abc import Mapping
from typing import Any

from headwater.kernel import listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.orders.models import Instalment, OrderLine


def order_of(access: Access, order_id: int) -> Mapping[str, Any]:
    """An order within reach, as listed; refuses with `NotFound`."""
    return listing.get(access.also("orders.view"), record_type("order"), order_id)


def order_lines(order_id: int) -> list[OrderLine]:
    """The lines of an order in their places. The caller has checked that it may be seen."""
    return list(OrderLine.objects.filter(order_id=order_id).order_by("position"))


def instalments_of(order_id: int) -> list[Instalment]:
    """The payment plan of an order by the days of its parts. The caller has checked that it may be seen."""
    return list(Instalment.objects.filter(order_id=order_id).order_by("due_on", "pk"))


def order_id_of_quote(version_id: int) -> int | None:
    """The living order that was made from an accepted version."""
    found = sql.value(
        "SELECT id FROM orders_order WHERE quote_version_id = %s AND archived_at IS NULL"
        " AND state <> 'cancelled'",
        (version_id,),
    )
    return None if found is None else int(found)


def has_order(opportunity_id: int) -> bool:
    """Whether a living order was made of an opportunity."""
    return bool(
        sql.value(
            "SELECT EXISTS (SELECT 1 FROM orders_order WHERE opportunity_id = %s AND archived_at IS NULL"
            " AND state <> 'cancelled')",
            (opportunity_id,),
        )
    )


_UNRECONCILED = """
SELECT o.id FROM orders_order o
LEFT JOIN (SELECT p.order_id, sum(p.amount) AS received FROM orders_payment p GROUP BY p.order_id) e
    ON e.order_id = o.id
LEFT JOIN (SELECT l.order_id, sum(l.amount) AS amount FROM orders_orderline l GROUP BY l.order_id) l
    ON l.order_id = o.id
WHERE o.paid - o.refunded <> coalesce(e.received, 0)
   OR l.amount IS NOT NULL AND o.total <> l.amount - o.discount
ORDER BY o.id
"""


def unreconciled() -> list[int]:
    """Orders whose sums are not those of their entries and lines: always none."""
    return [int(one) for one in sql.values(_UNRECONCILED)]
