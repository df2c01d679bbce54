"""Products and price books for tests of any room."""

import itertools
from typing import Any

from headwater.kernel.access import system_access
from headwater.products import services
from headwater.products.models import PriceBook, Product

_numbers = itertools.count(1)


def make_product(name: str | None = None, **values: Any) -> Product:
    """A product on offer; 100 yuan unless told otherwise."""
    given = {"name": name or f"产品{next(_numbers)}", "list_price": "100"} | values
    return Product.objects.get(pk=services.create_product(system_access("tests"), given))


def make_price_book(name: str | None = None, **values: Any) -> PriceBook:
    """A price book for everybody."""
    given = {"name": name or f"价格表{next(_numbers)}"} | values
    return PriceBook.objects.get(pk=services.create_price_book(system_access("tests"), given))


def set_price(book: PriceBook, product: Product, price: str, **values: Any) -> int:
    """What a product costs in a book."""
    return services.set_price(system_access("tests"), book.pk, product.pk, {"unit_price": price, **values})
