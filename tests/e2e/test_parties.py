"""A sale gets its people: a competitor, a colleague, a related company; read at both widths."""

import pytest
from playwright.sync_api import Page, expect

from headwater.kernel.access import system_access
from headwater.sales.services import create_competitor
from tests.accessibility import serious_findings
from tests.browsing import settled
from tests.e2e.conftest import OpenPage, sign_in
from tests.organization.factories import PASSWORD, make_user
from tests.sales.factories import make_account, make_opportunity

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def choose(page: Page, address: str, chip: str) -> None:
    """Open a dialog, take the first that is offered and a chip, save."""
    page.click(f"a[href='{address}']")
    dialog = page.locator("#hw-dialog")
    dialog.locator(".ts-control").first.click()
    dialog.locator(".ts-dropdown [data-selectable]").first.click()
    dialog.locator("label", has_text=chip).first.click()
    dialog.locator("button[type=submit]").click()
    expect(dialog.locator("form")).to_have_count(0)
    settled(page)


def test_a_sale_gets_its_people(own_database: object, open_page: OpenPage) -> None:
    boss = make_user("王芳", role="admin", password=PASSWORD)
    make_user("李雷", role="rep")
    create_competitor(system_access("tests"), {"name": "云鹤软件"})
    group = make_account("示例集团", owner=boss)
    deal = make_opportunity("年度合同", owner=boss, account=group, amount=50_000)
    make_account("示例伙伴", owner=boss)

    page = open_page("/sign-in")
    sign_in(page, boss.email, PASSWORD)
    page.wait_for_url("**/")
    page.goto(f"/opportunities/{deal.pk}")
    settled(page)
    expect(page.locator(".hw-glances")).to_contain_text("示例集团")
    choose(page, f"/opportunities/{deal.pk}/competitors", "对方领先")
    expect(page.locator("#competitors")).to_contain_text("云鹤软件")
    choose(page, f"/opportunities/{deal.pk}/team", "售前")
    expect(page.locator("#team .hw-list-row")).to_have_count(1)
    assert serious_findings(page) == []

    phone = open_page("/sign-in", width=390, theme="dark")
    sign_in(phone, boss.email, PASSWORD)
    phone.wait_for_url("**/")
    of_group = f"/accounts/{group.pk}?side=details"
    for address in (f"/opportunities/{deal.pk}", of_group, "/settings/currencies"):
        phone.goto(address)
        settled(phone)
        assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
        assert serious_findings(phone) == [], address
    phone.goto(of_group)
    choose(phone, f"/accounts/{group.pk}/relations", "合作伙伴")
    expect(phone.locator("#companies")).to_contain_text("示例伙伴")
