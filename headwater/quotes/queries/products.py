"""What a line takes from a product."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from headwater.kernel import sql


@dataclass(frozen=True, slots=True)
class Offered:
    """A product as a line needs it."""

    id: int
    code: str
    name: str
    unit: str
    description: str
    tax_rate: Decimal | None
    is_archived: bool


def offered(ids: Collection[int]) -> dict[int, Offered]:
    """Products by id, archived ones too: they stay on the quotes that have them."""
    if not ids:
        return {}
    rows = sql.rows(
        "SELECT id, code, name, COALESCE(unit, '') AS unit, COALESCE(description, '') AS description,"
        " tax_rate, archived_at IS NOT NULL AS is_archived FROM products_product"
        " WHERE id = ANY(%s::bigint[])",
        (list(ids),),
    )
    return {row["id"]: Offered(**row) for row in rows}
