"""What can be done with products and price books."""

from headwater.products.services.books import (
    archive_price_books,
    create_price_book,
    remove_price,
    restore_price_books,
    set_audience,
    set_price,
    update_price_book,
)
from headwater.products.services.products import (
    archive_products,
    create_product,
    restore_products,
    update_product,
)

__all__ = [
    "archive_price_books",
    "archive_products",
    "create_price_book",
    "create_product",
    "remove_price",
    "restore_price_books",
    "restore_products",
    "set_audience",
    "set_price",
    "update_price_book",
    "update_product",
]
