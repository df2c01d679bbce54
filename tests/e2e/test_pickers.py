"""Choosing people and days in the running product: by pinyin, and in a dialog that has something to say."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from headwater.kernel import clock
from headwater.organization.models import User
from headwater.pools.services import ensure_default_pool
from tests.e2e.conftest import OpenPage, sign_in
from tests.leads.factories import make_lead
from tests.leads.rules import long_idle, only_rule
from tests.organization.factories import PASSWORD, make_user
from tests.processes import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def admin(product: Product) -> User:
    ensure_default_pool()
    return make_user("林晓彤", role="admin", password=PASSWORD)


def test_who_leaves_is_found_by_pinyin(admin: User, open_page: OpenPage) -> None:
    make_user("陈志远")
    leaver = make_user("赵明轩")
    page = open_page("/sign-in")
    sign_in(page, admin.email, PASSWORD)
    page.goto("/handovers/new")
    box = page.locator("hw-select").first
    box.locator(".ts-control").click()
    expect(box.locator(".option", has_text="陈志远")).to_be_visible()
    page.keyboard.type("zhaomingxuan")
    page.keyboard.press("Enter")
    expect(box.locator(".item .hw-clip")).to_contain_text("赵明轩")
    expect(box.locator("select")).to_have_value(str(leaver.pk))


@pytest.mark.parametrize("width", [1440, 390])
def test_the_dialog_of_a_deadline_says_why_before_it_asks(
    admin: User, open_page: OpenPage, width: int
) -> None:
    only_rule(response_hours=24)
    lead = make_lead(owner=make_user("赵明轩"), name="张嘉豪")
    long_idle(lead.pk, clock.now() - timedelta(hours=20))
    page = open_page("/sign-in", width=width)
    sign_in(page, admin.email, PASSWORD)
    page.goto(f"/leads/{lead.pk}")
    page.locator(f"[hx-get='/leads/{lead.pk}/deadline']").last.dispatch_event("click")
    dialog, calendar = page.locator("#hw-dialog"), page.locator(".air-datepicker.-active-")
    expect(dialog.get_by_text("没有首次跟进，就会回收")).to_be_visible()
    expect(dialog.locator("h2")).to_be_focused()
    expect(calendar).to_have_count(0)

    dialog.locator("input[name=until]").click()
    expect(calendar).to_be_visible()
    yesterday = clock.today() - timedelta(days=1)
    cell = calendar.locator(
        f"[data-year='{yesterday.year}'][data-month='{yesterday.month - 1}'][data-date='{yesterday.day}']"
    )
    expect(cell).to_have_class(re.compile("-disabled-"))
    page.keyboard.press("Escape")
    expect(calendar).to_have_count(0)
    expect(dialog.locator("h2")).to_be_visible()

    dialog.get_by_role("button", name="7 天后").click()
    dialog.locator("input[name=reason]").fill("客户出差")
    dialog.get_by_role("button", name="保护", exact=True).click()
    expect(page.get_by_text("已保护").first).to_be_visible()
