"""What can be done with price books and the prices in them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel.access import Access, system_access
from headwater.kernel.catalogue import Field, FieldType, clean, record_type
from headwater.kernel.catalogue.values import BadValue, parse
from headwater.kernel.criteria import parse as parse_criteria
from headwater.kernel.errors import Invalid, NotFound
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.products.events import PricesChanged
from headwater.products.models import PriceBook, PriceEntry, Product
from headwater.products.services import writing

_KEY = "price_book"
_PARTS = (
    Field("from_quantity", "", FieldType.NUMBER, decimals=4, minimum=0.0001, maximum=9_999_999_999),
    Field("unit_price", "", FieldType.NUMBER, decimals=4, minimum=0),
    Field("valid_from", "", FieldType.DATE),
    Field("valid_to", "", FieldType.DATE),
)


@transaction.atomic
def create_price_book(access: Access, values: Mapping[str, Any]) -> int:
    """Make a price book, for everybody until `set_audience` says otherwise."""
    cleaned = clean(record_type(_KEY), values, access)
    made = writing.insert(access, _KEY, PriceBook(), cleaned)
    emit(PricesChanged(ids=[made.pk]), access)
    return made.pk


@transaction.atomic
def update_price_book(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change a price book. Its currency stays once it holds prices: they would mean other money."""
    book = writing.lock_record(PriceBook, _KEY, record_id, version)
    cleaned = clean(record_type(_KEY), values, access, partial=True)
    currency = cleaned.fields.get("currency") or book.currency
    cleaned.fields.pop("currency", None)
    if currency != book.currency:
        if book.entries.exists():
            words = _("The book holds prices already; make another book for the other currency.")
            raise Invalid.one("currency", "price_book.currency_fixed", words)
        cleaned.fields["currency"] = currency
    if writing.change(access, _KEY, book, cleaned):
        emit(PricesChanged(ids=[record_id]), access)


@transaction.atomic
def set_audience(access: Access, record_id: int, criteria: Any, *, version: int | None = None) -> None:
    """Say by criteria over accounts for whom the book is; empty for everybody. Refuses with `Invalid`."""
    book = writing.lock_record(PriceBook, _KEY, record_id, version)
    wanted = dict(criteria or {}) if isinstance(criteria, Mapping) or not criteria else criteria
    try:
        # Whoever writes an offer meets the same book: the criteria are the company's, not the reader's.
        parse_criteria(wanted, record_type("account"), system_access("products"))
    except Invalid as refusal:
        complaint = next(iter(refusal.fields.values()))
        raise Invalid.one("criteria", complaint["code"], complaint["detail"]) from None
    if book.criteria == wanted:
        return
    changes = {"criteria": [book.criteria or None, wanted or None]}
    book.criteria = wanted
    writing.touch(book)
    writing.save(book)
    audit.record(access, _KEY, record_id, "update", changes)
    emit(PricesChanged(ids=[record_id]), access)


@transaction.atomic
def archive_price_books(access: Access, ids: Sequence[int]) -> int:
    """Use price books no more; how many."""
    done = writing.set_archived(access, PriceBook, _KEY, ids, archived=True)
    if done:
        emit(PricesChanged(ids=done), access)
    return len(done)


@transaction.atomic
def restore_price_books(access: Access, ids: Sequence[int]) -> int:
    """Use price books again; how many."""
    done = writing.set_archived(access, PriceBook, _KEY, ids, archived=False)
    if done:
        emit(PricesChanged(ids=done), access)
    return len(done)


@transaction.atomic
def set_price(access: Access, book_id: int, product_id: int, values: Mapping[str, Any]) -> int:
    """Set what a product costs in a book from a quantity on, from a day on; the id of the entry.

    `values`: unit_price, and from_quantity (1), valid_from, valid_to where they matter. The same product,
    quantity and first day again changes the price. Refuses with `NotFound` and `Invalid`.
    """
    book = writing.lock_record(PriceBook, _KEY, book_id)
    product = Product.objects.filter(pk=product_id, archived_at=None).first() if product_id < 2**63 else None
    if product is None:
        raise Invalid.one("product", "relation.not_found", _("There is no such product."))
    given = _cleaned(values)
    entry = PriceEntry.objects.filter(
        book=book, product=product, from_quantity=given["from_quantity"], valid_from=given["valid_from"]
    ).first()
    before = _shown(entry) if entry is not None else None
    entry = entry or PriceEntry(book=book, product=product)
    for name, value in given.items():
        setattr(entry, name, value)
    if before == _shown(entry):
        return entry.pk
    entry.save()
    _tell(access, book, before, _shown(entry))
    return entry.pk


@transaction.atomic
def remove_price(access: Access, book_id: int, entry_id: int) -> None:
    """Take a price out of a book; the audit keeps what it was. Refuses with `NotFound`."""
    book = writing.lock_record(PriceBook, _KEY, book_id)
    entry = PriceEntry.objects.filter(pk=entry_id, book=book).first() if entry_id < 2**63 else None
    if entry is None:
        raise NotFound(record="price", id=entry_id)
    before = _shown(entry)
    entry.delete()
    _tell(access, book, before, None)


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    complaints: dict[str, dict[str, str]] = {}
    given: dict[str, Any] = {"from_quantity": Decimal(1), "valid_from": None, "valid_to": None}
    for part in _PARTS:
        try:
            value = parse(part, values.get(part.key))
        except BadValue as bad:
            complaints[part.key] = {"code": bad.code, "detail": bad.detail}
            continue
        if value is not None:
            given[part.key] = value
    if "unit_price" not in given and "unit_price" not in complaints:
        complaints["unit_price"] = {"code": "value.required", "detail": _("This is required.")}
    start, end = given["valid_from"], given["valid_to"]
    if isinstance(start, date) and isinstance(end, date) and end < start:
        complaints["valid_to"] = {
            "code": "period.ends_before_start",
            "detail": _("It ends before it starts."),
        }
    if complaints:
        raise Invalid(fields=complaints)
    return given


def _shown(entry: PriceEntry) -> dict[str, Any]:
    return {
        "product": entry.product_id,
        "from_quantity": f"{Decimal(entry.from_quantity).normalize():f}",
        "unit_price": f"{Decimal(entry.unit_price).normalize():f}",
        "valid_from": entry.valid_from.isoformat() if entry.valid_from else None,
        "valid_to": entry.valid_to.isoformat() if entry.valid_to else None,
    }


def _tell(access: Access, book: PriceBook, before: Any, after: Any) -> None:
    writing.touch(book)
    writing.save(book)
    audit.record(access, _KEY, book.pk, "update", {"prices": [before, after]})
    emit(PricesChanged(ids=[book.pk]), access)
