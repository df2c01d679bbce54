"""A product comes onto an opportunity, and its amount follows; at both widths."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from headwater.sales.models import Opportunity
from tests.accessibility import serious_findings
from tests.browsing import settled
from tests.e2e.conftest import OpenPage, sign_in
from tests.organization.factories import PASSWORD, make_user
from tests.products.factories import make_price_book, make_product, set_price
from tests.sales.factories import make_opportunity

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_product_comes_onto_an_opportunity(own_database: object, open_page: OpenPage) -> None:
    boss = make_user("王芳", role="admin", password=PASSWORD)
    product = make_product("专业版", list_price="36000")
    book = make_price_book("伙伴价")
    set_price(book, product, "32400", from_quantity="2")
    deal = make_opportunity("年度合同", owner=boss)

    page = open_page("/sign-in")
    sign_in(page, boss.email, PASSWORD)
    page.wait_for_url("**/")
    page.goto(f"/opportunities/{deal.pk}")
    settled(page)
    page.click(f"a[href='/opportunities/{deal.pk}/lines']")
    dialog = page.locator("#hw-dialog")
    dialog.locator(".ts-control").first.click()
    dialog.locator(".ts-dropdown [data-selectable]").first.click()
    dialog.locator("input[name=quantity]").fill("2")
    dialog.locator("button[type=submit]").click()
    expect(page.locator(".hw-table")).to_contain_text("¥64,800.00")
    deal.refresh_from_db()
    assert (deal.amount, deal.amount_by_hand) == (Decimal(64_800), False)
    assert serious_findings(page) == []

    Opportunity.objects.filter(pk=deal.pk).update(amount=60_000, amount_by_hand=True)
    phone = open_page("/sign-in", width=390, theme="dark")
    sign_in(phone, boss.email, PASSWORD)
    phone.wait_for_url("**/")
    for address in (f"/price_books/{book.pk}", f"/products/{product.pk}", f"/opportunities/{deal.pk}"):
        phone.goto(address)
        settled(phone)
        assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
        assert serious_findings(phone) == [], address
    phone.click(f"[hx-post='/opportunities/{deal.pk}/lines/follow']")
    expect(phone.locator(".hw-toast")).to_be_visible()
    deal.refresh_from_db()
    assert deal.amount == 64_800
