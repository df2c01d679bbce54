"""From an order to its two payments, as somebody new would: at the desk, then on a phone."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from headwater.orders.models import Order, Payment
from headwater.sales import services as sales
from tests.browsing import settled
from tests.e2e.conftest import OpenPage, serious_findings, sign_in
from tests.organization.factories import PASSWORD, access, make_user
from tests.sales.factories import make_account, make_opportunity

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_order_and_two_payments(own_database: object, open_page: OpenPage) -> None:
    manager = make_user("陈志远", role="manager", password=PASSWORD)
    account = make_account("华东机械有限公司", owner=manager)
    deal = make_opportunity("年度采购", account=account, owner=manager, amount="68000")
    sales.win(access(manager, "opportunities.edit"), deal.pk)
    page = open_page("/sign-in")
    sign_in(page, manager.email, PASSWORD)

    page.goto(f"/orders/new?opportunity={deal.pk}")
    settled(page)
    assert page.input_value("input[name=total]") == "68000"
    page.click("main button[type=submit]")
    page.wait_for_url("**/orders/*")
    settled(page)
    page.click("button:has-text('生效')")
    expect(page.locator(".hw-record-head")).to_contain_text("执行中")
    page.click("a[hx-get$='/plan']")
    page.click("#hw-dialog a:has-text('平均分期')")
    page.locator("#hw-dialog input[name=count]").fill("2")
    page.click("#hw-dialog button[type=submit]")
    plan = page.locator(".hw-card", has_text="回款计划")
    expect(plan.locator("tbody tr")).to_have_count(2)
    expect(plan).to_contain_text("¥34,000.00")
    page.click(".hw-record-actions a:has-text('登记回款')")
    assert page.input_value("#hw-dialog input[name=amount]") == "34000"
    page.locator("#hw-dialog input[name=reference]").fill("ICBC-1")
    receipt = {"name": "回单.txt", "mimeType": "text/plain", "buffer": b"34000"}
    page.set_input_files("#hw-dialog input[type=file]", receipt)  # type: ignore[arg-type]
    page.click("#hw-dialog button[type=submit]")
    expect(plan.locator("tbody tr").first).to_contain_text("已付清")
    assert serious_findings(page) == []

    order = Order.objects.get()
    phone = open_page("/sign-in", width=390)
    sign_in(phone, manager.email, PASSWORD)
    phone.goto(f"/orders/{order.pk}")
    settled(phone)
    phone.click(".hw-record-bar a:has-text('登记回款')")
    phone.locator("#hw-dialog input[name=amount]").fill("34000.01")
    phone.click("#hw-dialog button[type=submit]")
    expect(phone.locator("#hw-dialog")).to_contain_text("未收金额只有")
    phone.locator("#hw-dialog input[name=amount]").fill("34000")
    phone.click("#hw-dialog button[type=submit]")
    expect(phone.locator(".hw-record-work")).to_contain_text("款项已收齐")
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "nothing sticks out"
    order.refresh_from_db()
    assert (order.paid, Payment.objects.count()) == (Decimal(68000), 2)
