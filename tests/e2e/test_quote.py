"""A quote from an opportunity to the customer's yes: written, sent, accepted without any script."""

import re

import pytest
from playwright.sync_api import Browser, expect

from headwater.quotes.models import Quote
from tests.e2e.conftest import OpenPage, Site, serious_findings, sign_in
from tests.organization.factories import PASSWORD, make_user
from tests.processes import Product
from tests.sales.factories import make_opportunity

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def opportunity_id(product: Product) -> int:
    rep = make_user(email="rep@example.com", password=PASSWORD)
    return make_opportunity("云桌面扩容", owner=rep).pk


def test_from_the_opportunity_to_the_customers_yes(
    opportunity_id: int, site: Site, open_page: OpenPage, chromium: Browser
) -> None:
    page = open_page("/sign-in")
    sign_in(page, "rep@example.com", PASSWORD)
    page.goto(f"/quotes/new?opportunity={opportunity_id}")
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile("/quotes/[0-9]+/edit"))
    page.fill("[name=line_name]", "用户许可")
    page.fill("[name=line_quantity]", "3")
    page.fill("[name=line_unit_price]", "100")
    page.fill("[name=whole_discount]", "5%")
    page.keyboard.press("Tab")
    expect(page.locator("#hw-quote-sums [data-total] dd")).to_have_text("¥285.00")
    page.click("button[name=add]")
    expect(page.locator("[name=line_name]")).to_have_count(2)
    page.click("button[name=remove] >> nth=1")
    expect(page.locator("[name=line_name]")).to_have_count(1)
    assert serious_findings(page) == []
    page.click("button[form=hw-quote-form]")
    page.wait_for_url(re.compile("/quotes/[0-9]+$"))
    assert serious_findings(page) == []
    page.click(".hw-record-actions >> text=发送")
    page.click("#hw-dialog label:has-text('其他方式')")
    page.click("#hw-dialog button[type=submit]")
    expect(page.locator(".hw-record-sub .hw-tag").first).to_have_text("已发送")
    quote = Quote.objects.get()
    page.goto(f"/quotes/{quote.pk}/link")
    address = page.input_value("hw-copy input")

    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    customer = context.new_page()
    customer.goto(f"{site.address}/q/{address.rsplit('/', 1)[1]}?lang=en")
    customer.fill("input[name=name]", "Zhao Min")
    customer.check("input[name=agree]")
    customer.click("button[value=accept]")
    expect(customer.locator(".hw-callout")).to_contain_text("Accepted by Zhao Min")
    context.close()
    quote.refresh_from_db()
    assert (quote.state, quote.total) == ("accepted", 285)
