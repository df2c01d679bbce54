"""What opportunities are about, line by line: amounts to the cent, the rule of the amount, doors."""

from decimal import Decimal
from typing import Any

import orjson
import pytest

from headwater.kernel import listing
from headwater.kernel.access import system_access
from headwater.kernel.catalogue import record_type
from headwater.kernel.criteria import matches, parse
from headwater.kernel.errors import Forbidden, Invalid, NotFound, Stale
from headwater.platform import audit
from headwater.products import services as products
from headwater.sales import services
from headwater.sales.models import Opportunity, OpportunityLine
from tests.organization.factories import access, client_for, make_user
from tests.products.factories import make_price_book, make_product, set_price
from tests.sales.factories import make_opportunity

pytestmark = pytest.mark.django_db


def worth(opportunity: Opportunity) -> tuple[Decimal | None, bool]:
    opportunity.refresh_from_db()
    return opportunity.amount, opportunity.amount_by_hand


def test_the_amount_follows_its_lines_until_somebody_types_another() -> None:
    rep = make_user()
    edit = access(rep, "opportunities.edit")
    one = make_opportunity(owner=rep, amount="5000")
    product = make_product(list_price="99.995")
    line = services.add_line(edit, one.pk, {"product": product.pk, "quantity": "3"})
    assert worth(one) == (Decimal("299.99"), False), "half a cent goes up, once a line"
    services.add_line(edit, one.pk, {"product": product.pk, "unit_price": "0.335", "discount": "10%"})
    assert worth(one)[0] == Decimal("300.29")
    services.update_opportunity(edit, one.pk, {"amount": "280"})
    assert worth(one) == (280, True)
    services.update_line(edit, one.pk, line, {"quantity": "1"})
    assert worth(one) == (280, True), "set by hand, it stays"
    services.follow_lines(edit, one.pk)
    assert worth(one) == (Decimal("100.30"), False)
    services.update_opportunity(edit, one.pk, {"amount": "1"})
    services.update_opportunity(edit, one.pk, {"amount": None})
    assert worth(one) == (Decimal("100.30"), False), "cleared, it follows again"
    for held in OpportunityLine.objects.filter(opportunity=one):
        services.remove_line(edit, one.pk, held.pk)
    assert worth(one) == (Decimal("0.30"), False), "without lines it keeps what it had last"
    newest = audit.history("opportunity", one.pk).items[0]
    assert newest.changes["lines"][1] is None


def test_the_price_is_that_of_the_accounts_book() -> None:
    rep = make_user()
    edit = access(rep, "opportunities.edit")
    product, book = make_product(), make_price_book()
    set_price(book, product, "90")
    set_price(book, product, "80", from_quantity="10")
    one = make_opportunity(owner=rep)
    services.set_lines(edit, one.pk, [{"product": product.pk}, {"product": product.pk, "quantity": 10}])
    assert worth(one)[0] == 890
    dollars = make_opportunity(owner=rep, currency="USD")
    with pytest.raises(Invalid) as refused:
        services.add_line(edit, dollars.pk, {"product": product.pk})
    assert refused.value.fields["unit_price"]["code"] == "value.required"
    with pytest.raises(Invalid) as refused:
        services.update_opportunity(edit, one.pk, {"currency": "USD"})
    assert refused.value.fields["currency"]["code"] == "opportunity.has_lines"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "-1"}, "quantity"),
        ({"quantity": "NaN"}, "quantity"),
        ({"quantity": "9" * 20}, "quantity"),
        ({"unit_price": "-0.01"}, "unit_price"),
        ({"unit_price": "9" * 20}, "unit_price"),
        ({"quantity": "9999999999", "unit_price": "99999999999999"}, "quantity"),
        ({"discount": "101"}, "discount"),
        ({"discount": "-1"}, "discount"),
        ({"product": 2**70}, "product"),
        ({"product": 999_999}, "product"),
        ({"product": None}, "product"),
    ],
)
def test_what_a_line_refuses(values: dict[str, Any], field: str) -> None:
    one, product = make_opportunity(), make_product()
    by = system_access("tests")
    with pytest.raises(Invalid) as refused:
        services.add_line(by, one.pk, {"product": product.pk} | values)
    assert list(refused.value.fields) == [field]
    assert not OpportunityLine.objects.exists()


def test_archived_products_stay_where_they_stand() -> None:
    by = system_access("tests")
    one, product = make_opportunity(), make_product()
    line = services.add_line(by, one.pk, {"product": product.pk})
    products.archive_products(by, [product.pk])
    services.update_line(by, one.pk, line, {"quantity": 2})
    with pytest.raises(Invalid):
        services.add_line(by, one.pk, {"product": product.pk})


def test_opportunities_are_found_by_product() -> None:
    rep = make_user()
    view, kind = access(rep, "opportunities.view"), record_type("opportunity")
    product, other = make_product("标准版"), make_product()
    sold, unsold = make_opportunity(owner=rep), make_opportunity(owner=rep)
    services.set_lines(
        access(rep, "opportunities.edit"), sold.pk, [{"product": product.pk}, {"product": other.pk}]
    )
    for raw, found in (
        ({"field": "product", "op": "has_any", "value": [str(product.pk)]}, [sold.pk]),
        ({"field": "product", "op": "has_none", "value": [str(product.pk)]}, [unsold.pk]),
        ({"field": "product", "op": "is_empty"}, [unsold.pk]),
    ):
        criteria = parse(raw, kind, view)
        rows = listing.fetch(view, kind, criteria=criteria).rows
        assert [row["id"] for row in rows] == found
        everything = listing.fetch(view, kind).rows
        assert [row["id"] for row in everything if matches(criteria, row)] == found, "as SQL says"
    page = client_for(rep).get(f"/opportunities?f.product={product.pk}&columns=name,product")
    assert sold.name in page.content.decode()
    assert unsold.name not in page.content.decode()


def test_the_doors() -> None:
    rep, stranger = make_user(), make_user()
    client = client_for(rep)
    one, product = make_opportunity(owner=rep), make_product("标准版")

    def send(method: str, path: str, body: Any = None, who: Any = client) -> Any:
        data = b"" if body is None else orjson.dumps(body)
        address = f"/api/v1/opportunities/{one.pk}/lines{path}"
        return who.generic(method, address, data, content_type="application/json")

    made = send("POST", "", {"product": product.pk, "quantity": "2"}).json()
    assert (made["total"], made["items"][0]["product"]["name"]) == ("200.00", "标准版")
    line = made["items"][0]["id"]
    assert send("PATCH", f"/{line}", {"unit_price": "90"}).json()["total"] == "180.00"
    assert send("PUT", "", {"lines": [{"product": product.pk, "quantity": "x"}]}).status_code == 422
    assert send("GET", "", who=client_for(stranger)).status_code == 404
    page = client.get(f"/opportunities/{one.pk}").content.decode()
    assert "标准版" in page
    assert "180.00" in page
    assert client.get(f"/opportunities/{one.pk}/lines").status_code == 200
    assert client.get(f"/opportunities/{one.pk}/lines?line={line}").status_code == 200
    client.post(f"/opportunities/{one.pk}/lines", {"line": line, "product": product.pk, "quantity": "1",
                                                   "unit_price": "90", "discount": "50"})  # fmt: skip
    assert worth(one)[0] == 45
    client.post(f"/opportunities/{one.pk}/lines/{line}/remove")
    assert send("GET", "").json()["items"] == []
    with pytest.raises(NotFound):
        services.remove_line(access(rep, "opportunities.edit"), one.pk, line)
    with pytest.raises(Stale):
        services.set_lines(access(rep, "opportunities.edit"), one.pk, [], version=1)
    with pytest.raises(Forbidden):
        access(make_user(role="marketing"), "opportunities.edit")
