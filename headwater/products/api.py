"""JSON API of products and price books: the common endpoints, prices, for whom a book is."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.kernel.money import plain
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    empty_response,
    json_response,
    record_router,
)
from headwater.products import schemas, services
from headwater.products.models import PriceBook
from headwater.products.queries import price_book_for, price_of, prices_in

products = record_router("product")
price_books = record_router("price_book")


def _add_restore(router: Router, key: str, restore: Callable[[Access, Sequence[int]], int]) -> None:
    kind = record_type(key)

    @router.post(
        "/{record_id}/restore",
        operation_id=f"{key}_restore",
        response={204: None, 404: Problem, 422: Problem},
        summary="Bring back what was archived",
    )
    def bring_back(request: ApiRequest, record_id: RecordId) -> HttpResponse:
        if not restore(permit(request, kind.permission("delete")), [record_id]):
            raise NotFound(record=key, id=record_id)
        return empty_response()


_add_restore(products, "product", services.restore_products)
_add_restore(price_books, "price_book", services.restore_price_books)


@products.get("/{record_id}/price", operation_id="product_price", response=schemas.PriceAnswer,
              summary="What it costs: for a quantity, on a day, in a price book")  # fmt: skip
def price(request: ApiRequest, record_id: RecordId, params: Query[schemas.PriceQuery]) -> HttpResponse:
    access = permit(request, "products.view")
    listing.get(access, record_type("product"), record_id, fields=["name"])
    account = params.account
    if account is not None:
        kind = record_type("account")
        listing.get(permit(request, "accounts.view"), kind, account, fields=["name"])
    currency = params.currency.upper()
    book = params.price_book or price_book_for(account, currency=currency, on=params.on)
    found = price_of(record_id, quantity=params.quantity, currency=currency, price_book_id=book, on=params.on)
    return json_response(
        {"unit_price": None if found is None else plain(found), "currency": currency, "price_book": book}
    )


@price_books.get("/{record_id}/prices", operation_id="price_book_prices", response=schemas.PricesOut,
                 summary="The prices in a book")  # fmt: skip
def prices(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    access = permit(request, "price_books.view")
    listing.get(access, record_type("price_book"), record_id, fields=["name"])
    return _prices(record_id)


@price_books.put("/{record_id}/prices", operation_id="price_book_set_price", response=schemas.PricesOut,
                 summary="Set what a product costs in a book")  # fmt: skip
def set_price(request: ApiRequest, record_id: RecordId, body: schemas.PriceIn) -> HttpResponse:
    access = permit(request, "price_books.edit")
    services.set_price(access, record_id, body.product, body.dict(exclude={"product"}))
    return _prices(record_id)


@price_books.delete("/{record_id}/prices/{price_id}", operation_id="price_book_remove_price",
                    response=schemas.PricesOut, summary="Take a price out of a book")  # fmt: skip
def remove_price(request: ApiRequest, record_id: RecordId, price_id: RecordId) -> HttpResponse:
    services.remove_price(permit(request, "price_books.edit"), record_id, price_id)
    return _prices(record_id)


@price_books.get("/{record_id}/audience", operation_id="price_book_audience", response=schemas.AudienceOut,
                 summary="For whom a book is: criteria over accounts")  # fmt: skip
def audience(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    access = permit(request, "price_books.view")
    listing.get(access, record_type("price_book"), record_id, fields=["name"])
    return json_response({"criteria": PriceBook.objects.get(pk=record_id).criteria})


@price_books.put("/{record_id}/audience", operation_id="price_book_set_audience",
                 response=schemas.AudienceOut, summary="Say for whom a book is")  # fmt: skip
def set_audience(request: ApiRequest, record_id: RecordId, body: schemas.AudienceIn) -> HttpResponse:
    access = permit(request, "price_books.edit")
    services.set_audience(access, record_id, body.criteria, version=check_version(request))
    return json_response({"criteria": PriceBook.objects.get(pk=record_id).criteria})


def _prices(book_id: int) -> HttpResponse:
    return json_response({"items": [_shown(row) for row in prices_in(book_id)]})


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "product": {"id": row["product_id"], "name": row["name"], "code": row["code"]},
        "from_quantity": plain(row["from_quantity"]),
        "unit_price": plain(row["unit_price"]),
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
    }


ROUTERS = {"/products": products, "/price_books": price_books}
