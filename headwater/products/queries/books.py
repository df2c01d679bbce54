"""Price books and what is in them, as their pages show it. The caller has checked that they may be seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from headwater.kernel import sql
from headwater.kernel.errors import NotFound
from headwater.products.models import PriceBook, PriceEntry


@dataclass(frozen=True, slots=True)
class BookView:
    """A price book; without criteria it is for everybody."""

    id: int
    currency: str
    valid_from: date | None
    valid_to: date | None
    criteria: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EntryView:
    """A price in a book: from a quantity on, between two days."""

    id: int
    product_id: int
    from_quantity: Decimal
    unit_price: Decimal
    valid_from: date | None
    valid_to: date | None


def find_book(book_id: int) -> BookView:
    """A book, in use or not; refuses with `NotFound`."""
    found = PriceBook.objects.filter(pk=book_id).first()
    if found is None:
        raise NotFound(record="price_book", id=book_id)
    return BookView(found.pk, found.currency, found.valid_from, found.valid_to, found.criteria or {})


def find_entry(book_id: int, entry_id: int) -> EntryView:
    """A price of a book; refuses with `NotFound`."""
    found = PriceEntry.objects.filter(pk=entry_id, book_id=book_id).first()
    if found is None:
        raise NotFound(record="price", id=entry_id)
    return EntryView(
        found.pk,
        found.product_id,
        found.from_quantity,
        found.unit_price,
        found.valid_from,
        found.valid_to,
    )


def prices_of(product_id: int) -> list[dict[str, Any]]:
    """The prices of a product in the books in use: id, book_id, name, currency, quantity, price, days."""
    return sql.rows(
        "SELECT e.id, b.id AS book_id, b.name, b.currency, e.from_quantity, e.unit_price, e.valid_from,"
        " e.valid_to FROM products_priceentry e JOIN products_pricebook b ON b.id = e.book_id"
        " WHERE e.product_id = %s AND b.archived_at IS NULL"
        " ORDER BY lower(b.name), e.from_quantity, e.valid_from NULLS FIRST, e.id",
        (product_id,),
    )
