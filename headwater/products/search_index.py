"""Entries of products and price books in the search index."""

from collections.abc import Sequence

from headwater.kernel import sql
from headwater.platform import search
from headwater.platform.search import SearchRow

CHUNK = 2000


def index_products(ids: Sequence[int]) -> None:
    """Write the entries of these products anew: found by name, code and number elsewhere."""
    found = sql.rows(
        "SELECT id, name, code, external_id FROM products_product WHERE id = ANY(%s::bigint[])", (list(ids),)
    )
    search.index(
        "product",
        [
            SearchRow(
                id=row["id"],
                names=[row["name"]],
                words=[word for word in (row["code"], row["external_id"]) if word],
            )
            for row in found
        ],
    )


def index_price_books(ids: Sequence[int]) -> None:
    """Write the entries of these price books anew."""
    found = sql.rows("SELECT id, name FROM products_pricebook WHERE id = ANY(%s::bigint[])", (list(ids),))
    search.index("price_book", [SearchRow(id=row["id"], names=[row["name"]]) for row in found])
