"""What opportunities are about, line by line. The reader may see the opportunity."""

from dataclasses import dataclass
from decimal import Decimal

from headwater.kernel import sql


@dataclass(frozen=True, slots=True)
class LineView:
    """A line with its product's name."""

    id: int
    product_id: int
    name: str
    code: str
    unit: str | None
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    amount: Decimal
    is_archived: bool  # the product is not offered any more


def lines_of(opportunity_id: int) -> list[LineView]:
    """The lines of an opportunity in their order."""
    rows = sql.rows(
        "SELECT l.id, l.product_id, p.name, p.code, p.unit, l.quantity, l.unit_price, l.discount, l.amount,"
        " p.archived_at IS NOT NULL AS is_archived"
        " FROM sales_opportunityline l JOIN products_product p ON p.id = l.product_id"
        " WHERE l.opportunity_id = %s ORDER BY l.position, l.id",
        (opportunity_id,),
    )
    return [LineView(**row) for row in rows]
