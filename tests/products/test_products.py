"""Products and price books through services, API, screens and files."""

from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from headwater.kernel.access import system_access
from headwater.kernel.errors import Invalid, Stale
from headwater.platform import audit
from headwater.platform.events import drain
from headwater.platform.imports import running
from headwater.platform.imports import services as imports
from headwater.platform.imports.models import ImportJob, ImportRow
from headwater.products import services
from headwater.products.models import Product
from headwater.products.queries import price_book_for, price_of
from tests.organization.factories import access, client_for, make_user
from tests.products.factories import make_price_book, make_product, set_price
from tests.sales.factories import make_account

pytestmark = pytest.mark.django_db
TESTS = system_access("tests")
COLUMNS = {"product": "name", "series": "category", "sales_price": "list_price"}


def send(client: Any, method: str, path: str, body: Any = None) -> Any:
    data = b"" if body is None else orjson.dumps(body)
    return client.generic(method, f"/api/v1{path}", data, content_type="application/json")


def test_the_way_of_a_product() -> None:
    admin = make_user(role="admin")
    create, edit = access(admin, "products.create"), access(admin, "products.edit")
    made = services.create_product(create, {"name": "标准版", "list_price": "6,800", "tax_rate": "6%"})
    known = Product.objects.get(pk=made)
    assert (known.code, known.list_price, known.tax_rate) == ("P00001", Decimal(6800), Decimal(6))
    services.update_product(edit, made, {"code": "STD"}, version=1)
    with pytest.raises(Stale):
        services.update_product(edit, made, {"code": "X"}, version=1)
    with pytest.raises(Invalid) as taken:
        services.create_product(create, {"name": "另一个", "code": "std"})
    assert taken.value.fields["code"]["code"] == "code.taken"
    for price in ("-1", "1e20", "NaN", "Infinity", "很多"):
        with pytest.raises(Invalid):
            services.create_product(create, {"name": "坏价格", "list_price": price})
    assert services.archive_products(access(admin, "products.delete"), [made]) == 1
    assert [one.action for one in audit.history("product", made).items] == ["archive", "update", "create"]


def test_what_something_costs() -> None:
    product, other = make_product(), make_product(currency="USD", list_price="20")
    book = make_price_book(valid_from="2026-01-01", valid_to="2026-12-31")
    set_price(book, product, "90")
    set_price(book, product, "80.1234", from_quantity="10")
    set_price(book, product, "70", from_quantity="10", valid_from="2026-06-01", valid_to="2026-06-30")

    def price(quantity: str, day: date, book_id: int | None = book.pk, currency: str = "CNY") -> Any:
        return price_of(
            product.pk, quantity=Decimal(quantity), currency=currency, price_book_id=book_id, on=day
        )

    assert price("1", date(2026, 3, 1)) == 90
    assert price("10", date(2026, 3, 1)) == Decimal("80.1234")
    assert price("10", date(2026, 6, 30)) == 70
    assert price("0.5", date(2026, 3, 1)) == 100, "below the first break the list price holds"
    assert price("1", date(2027, 3, 1)) == 100, "the book has ended"
    assert price("1", date(2026, 3, 1), None) == 100
    assert price("1", date(2026, 3, 1), currency="USD") is None
    assert price_of(other.pk, quantity=Decimal(1), currency="USD") == 20


def test_a_book_for_some_accounts_goes_before_one_for_all() -> None:
    key, small = make_account(level="key"), make_account(level="small")
    everybody, keys = make_price_book(), make_price_book()
    services.set_audience(TESTS, keys.pk, {"field": "level", "op": "eq", "value": "key"})
    assert price_book_for(key.pk, currency="CNY") == keys.pk
    assert price_book_for(small.pk, currency="CNY") == everybody.pk
    assert price_book_for(None, currency="CNY") == everybody.pk
    assert price_book_for(key.pk, currency="USD") is None
    with pytest.raises(Invalid) as refused:
        services.set_audience(TESTS, keys.pk, {"field": "nothing", "op": "eq", "value": 1})
    assert "criteria" in refused.value.fields


def test_what_a_price_book_refuses() -> None:
    product, book = make_product(), make_price_book()
    entry = set_price(book, product, "5")
    assert set_price(book, product, "6") == entry, "the same product, quantity and day: another price"
    for values in (
        {"unit_price": "-1"},
        {"unit_price": ""},
        {"unit_price": "1", "from_quantity": "0"},
        {"unit_price": "1", "valid_from": "2026-02-01", "valid_to": "2026-01-01"},
        {"unit_price": "1", "valid_from": "9999-01-01"},
        {"unit_price": "9" * 20},
    ):
        with pytest.raises(Invalid):
            services.set_price(TESTS, book.pk, product.pk, values)
    with pytest.raises(Invalid) as refused:
        services.update_price_book(TESTS, book.pk, {"currency": "USD"})
    assert refused.value.fields["currency"]["code"] == "price_book.currency_fixed"
    services.remove_price(TESTS, book.pk, entry)
    assert audit.history("price_book", book.pk).items[0].changes["prices"][1] is None


def test_the_api_and_the_screens() -> None:
    admin, rep = make_user(role="admin"), make_user(role="rep")
    client, reader = client_for(admin), client_for(rep)
    made = send(client, "POST", "/products", {"name": "云主机", "list_price": 12.5}).json()
    book = send(client, "POST", "/price_books", {"name": "2026 渠道价"}).json()
    prices = f"/price_books/{book['id']}/prices"
    items = send(client, "PUT", prices, {"product": made["id"], "unit_price": "9.9"}).json()["items"]
    assert (items[0]["unit_price"], items[0]["product"]["name"]) == ("9.9", "云主机")
    assert send(reader, "PUT", prices, {"product": made["id"], "unit_price": "1"}).status_code == 403
    answer = send(reader, "GET", f"/products/{made['id']}/price?quantity=2").json()
    assert answer == {"unit_price": "9.9", "currency": "CNY", "price_book": book["id"]}
    audience = f"/price_books/{book['id']}/audience"
    wanted = {"criteria": {"field": "level", "op": "eq", "value": "key"}}
    assert send(client, "PUT", audience, wanted).json() == wanted
    drain()
    (group,) = reader.get("/search.json?q=yunzhuji").json()["groups"]
    assert group["items"][0]["label"] == "云主机", "found by its sound"
    for address in (
        "/products", f"/products/{made['id']}", "/products/new", f"/products/{made['id']}/edit",
        "/price_books", f"/price_books/{book['id']}", f"/price_books/{book['id']}/price",
        f"/price_books/{book['id']}/price?entry={items[0]['id']}", f"/price_books/{book['id']}/audience",
    ):  # fmt: skip
        assert client.get(address).status_code == 200, address
    assert "云主机" in client.get("/products").content.decode()
    assert reader.get("/products/new").status_code == 403
    post = client.post(f"/price_books/{book['id']}/price", {"product": made["id"], "unit_price": "8"})
    assert post.status_code in (204, 302, 303)
    gone = send(client, "DELETE", f"{prices}/{items[0]['id']}").json()
    assert gone == {"items": []}
    client.post("/products/archive", {"ids": made["id"]})
    assert Product.objects.get(pk=made["id"]).archived_at is not None
    client.post("/products/restore", {"ids": made["id"]})
    assert Product.objects.get(pk=made["id"]).archived_at is None


def run(who: Any, text: str, **options: Any) -> ImportJob:
    file = SimpleUploadedFile("products.csv", text.encode())
    job = imports.create_import(
        who, record="product", upload=file, mapping=COLUMNS, options=options, then="run"
    )
    running.work_on(job.pk)
    job.refresh_from_db()
    return job


def counts(job: ImportJob) -> tuple[int, int, int, int]:
    return job.created_count, job.updated_count, job.skipped_count, job.failed_count


def test_products_from_a_file() -> None:
    who = access(make_user(role="admin"), "imports.view")
    make_product("旧产品", code="OLD", list_price="5")
    text = 'product,series,sales_price\nGTX 基础,GTX,550\nMG 高级,MG,"3,393"\n旧产品,GTX,6\n坏,GTX,很多\n'
    checked = imports.create_import(
        who,
        record="product",
        upload=SimpleUploadedFile("p.csv", text.encode()),
        mapping=COLUMNS,
        then="check",
    )
    running.work_on(checked.pk)
    checked.refresh_from_db()
    assert counts(checked) == (2, 0, 1, 1)
    assert Product.objects.count() == 1, "a check writes nothing"
    job = run(who, text)
    assert counts(job) == (2, 0, 1, 1), list(
        ImportRow.objects.filter(job=job).values_list("detail", flat=True)
    )
    found = {one.name: one for one in Product.objects.all()}
    assert found["MG 高级"].list_price == 3393
    assert found["MG 高级"].category, "the series became a category"
    assert counts(run(who, text)) == (0, 0, 3, 1), "the same again changes nothing"
    updated = run(who, text, policy="update")
    assert counts(updated) == (0, 1, 2, 1)
    assert Product.objects.get(code="OLD").list_price == 6
    for one in (updated, job):
        imports.revert_import(who, one.pk)
        running.work_on(one.pk)
    assert Product.objects.get(code="OLD").list_price == 5
    assert Product.objects.filter(archived_at=None).count() == 1
