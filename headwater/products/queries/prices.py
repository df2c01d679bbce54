"""What something costs, on a day, for a quantity."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from headwater.kernel import clock, sql
from headwater.kernel.access import system_access
from headwater.kernel.catalogue import record_type
from headwater.kernel.criteria import parse, to_sql
from headwater.kernel.errors import Invalid
from headwater.products.models import PriceBook

_LIVING = "(b.valid_from IS NULL OR b.valid_from <= %s) AND (b.valid_to IS NULL OR b.valid_to >= %s)"


def price_of(
    product_id: int,
    *,
    quantity: Decimal,
    currency: str,
    price_book_id: int | None = None,
    on: date | None = None,
) -> Decimal | None:
    """The unit price: of the book where it holds one that day, else the list price; None in other currencies.

    In a book the largest quantity that is reached counts; of the prices for it, the one that began last.
    """
    day = on or clock.today()
    if price_book_id is not None:
        found = sql.values(
            "SELECT e.unit_price FROM products_priceentry e JOIN products_pricebook b ON b.id = e.book_id"
            " WHERE e.product_id = %s AND b.id = %s AND b.currency = %s AND b.archived_at IS NULL"
            f" AND {_LIVING} AND e.from_quantity <= %s::numeric"
            " AND (e.valid_from IS NULL OR e.valid_from <= %s) AND (e.valid_to IS NULL OR e.valid_to >= %s)"
            " ORDER BY e.from_quantity DESC, e.valid_from DESC NULLS LAST LIMIT 1",
            (product_id, price_book_id, currency, day, day, quantity, day, day),
        )
        if found:
            return Decimal(found[0])
    listed = sql.value(
        "SELECT p.list_price FROM products_product p WHERE p.id = %s AND p.currency = %s",
        (product_id, currency),
    )
    return None if listed is None else Decimal(listed)


def price_book_for(account_id: int | None, *, currency: str, on: date | None = None) -> int | None:
    """The book that holds for an account that day: one made for accounts like it before one for everybody.

    Of several the one that began last; without an account only books for everybody count.
    """
    day = on or clock.today()
    books = (
        PriceBook.objects.filter(archived_at=None, currency=currency)
        .exclude(valid_from__gt=day)
        .exclude(valid_to__lt=day)
    )
    ranked = sorted(books, key=lambda b: (bool(b.criteria), b.valid_from or date.min, b.pk), reverse=True)
    for book in ranked:
        if not book.criteria or (account_id is not None and _meets(account_id, book.criteria)):
            return book.pk
    return None


def _meets(account_id: int, criteria: Mapping[str, Any]) -> bool:
    kind = record_type("account")
    try:
        condition = to_sql(parse(dict(criteria), kind, system_access("products")), "t")
    except Invalid:  # a field that it speaks of is gone: the book is for nobody until somebody mends it
        return False
    found = f"SELECT 1 FROM {kind.table} t WHERE t.id = %s AND ({condition.text})"
    return bool(sql.value(f"SELECT EXISTS ({found})", (account_id, *condition.params)))


def prices_in(book_id: int) -> list[dict[str, Any]]:
    """The prices of a book by product and quantity, with the product's name and code."""
    return sql.rows(
        "SELECT e.id, e.product_id, p.name, p.code, p.unit, p.archived_at IS NOT NULL AS is_archived,"
        " e.from_quantity, e.unit_price, e.valid_from, e.valid_to"
        " FROM products_priceentry e JOIN products_product p ON p.id = e.product_id WHERE e.book_id = %s"
        " ORDER BY lower(p.code), e.from_quantity, e.valid_from NULLS FIRST, e.id",
        (book_id,),
    )
