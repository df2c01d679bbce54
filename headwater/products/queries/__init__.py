"""What other rooms may ask about products."""

from headwater.products.queries.names import (
    ProductView,
    forget_choices,
    product_choices,
    product_names,
    products_by_id,
)
from headwater.products.queries.prices import price_book_for, price_of, prices_in

__all__ = [
    "ProductView",
    "forget_choices",
    "price_book_for",
    "price_of",
    "prices_in",
    "product_choices",
    "product_names",
    "products_by_id",
]
