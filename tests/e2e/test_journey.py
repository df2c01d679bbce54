"""The journey of a lead through real browsers, desk and phone: claim, call, return, convert, manager."""

import pytest
from playwright.sync_api import Page

from headwater.leads.models import Lead
from headwater.leads.types import Status
from tests.accessibility import serious_findings
from tests.browsing import settled
from tests.e2e.conftest import OpenPage, sign_in
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import PASSWORD, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _is_fit(page: Page) -> None:
    """No serious finding of axe, nothing wider than the screen."""
    assert serious_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


@pytest.mark.parametrize("width", [1440, 390])
def test_a_lead_from_the_pool_to_a_customer(own_database: object, open_page: OpenPage, width: int) -> None:
    boss = make_user("陈志远", role="manager", password=PASSWORD)
    rep = make_user("赵明轩", role="rep", manager=boss, password=PASSWORD)
    pool = make_pool("华北区线索池", cooldown_days=7)
    first = make_lead(pool=pool, name="张嘉豪", company="北京启明软件有限公司")

    page = open_page("/sign-in", width=width)
    sign_in(page, rep.email, PASSWORD)
    _is_fit(page)

    page.goto(f"/pools/{pool.pk}")
    settled(page)
    _is_fit(page)
    if width > 700:  # the card of a phone shows no number at all
        assert "****" in page.inner_text("body")

    page.goto(f"/leads/{first.pk}")
    settled(page)
    _is_fit(page)
    page.locator("button:visible, a:visible").filter(has_text="领取").first.click()
    page.locator("textarea:visible").first.wait_for()
    assert Lead.objects.get(pk=first.pk).owner_id == rep.pk

    page.locator("textarea:visible").first.fill("介绍了产品，对方希望下周看演示")
    page.locator("label:visible, button:visible").filter(has_text="已接通").first.click()
    page.locator("button[type=submit]:visible").filter(has_text="保存").first.click()
    page.locator("text=介绍了产品，对方希望下周看演示").first.wait_for()
    settled(page)
    assert Lead.objects.get(pk=first.pk).status == Status.FOLLOWING
    _is_fit(page)

    page.locator("button:visible, a:visible").filter(has_text="转换").first.click()
    page.locator("#hw-dialog button[type=submit]").wait_for()
    assert serious_findings(page) == []
    page.locator("#hw-dialog button[type=submit]").click()
    page.wait_for_url("**/accounts/*")
    settled(page)
    assert "北京启明软件有限公司" in page.inner_text("body")
    assert Lead.objects.get(pk=first.pk).status == Status.CONVERTED
    _is_fit(page)

    manager = open_page("/sign-in", width=width, theme="dark")
    sign_in(manager, boss.email, PASSWORD)
    assert "赵明轩" in manager.inner_text("body")
    _is_fit(manager)
    manager.goto("/work")
    settled(manager)
    assert "介绍了产品" in manager.inner_text("body")
    _is_fit(manager)


def test_a_returned_lead_tells_when_it_may_be_claimed_again(
    own_database: object, open_page: OpenPage
) -> None:
    rep = make_user("赵明轩", role="rep", password=PASSWORD)
    pool = make_pool("华北区线索池", cooldown_days=7)
    lead = make_lead(pool=pool, owner=rep, name="朱欣怡")

    page = open_page("/sign-in")
    sign_in(page, rep.email, PASSWORD)
    page.goto(f"/leads/{lead.pk}")
    settled(page)
    page.locator("button:visible, a:visible").filter(has_text="退回").first.click()
    page.locator("#hw-dialog label").filter(has_text="暂无需求").click()
    page.locator("#hw-dialog button[type=submit]").click()
    page.locator("button:visible, a:visible").filter(has_text="领取").first.wait_for()
    assert Lead.objects.get(pk=lead.pk).status == Status.POOLED
    page.locator("button:visible").filter(has_text="领取").first.click()
    page.locator("text=领取冷却中").first.wait_for()
    assert Lead.objects.get(pk=lead.pk).status == Status.POOLED
