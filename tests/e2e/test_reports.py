"""A marketing manager builds what campaigns bring from nothing, drills, exports, reads it on a phone."""

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

from headwater.leads.services import convert_lead
from headwater.organization.models import User
from tests.accessibility import serious_findings
from tests.acquisition.factories import make_campaign
from tests.e2e.conftest import OpenPage, sign_in
from tests.leads.factories import lead_access, make_lead
from tests.organization.factories import PASSWORD, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_report_from_nothing(own_database: object, open_page: OpenPage) -> None:
    manager = _campaigns()
    page = open_page("/sign-in")
    sign_in(page, manager.email, PASSWORD)
    _build(page)

    page.wait_for_url(re.compile(r"/reports/\d+$"))
    expect(page.locator(".hw-report-table tfoot")).to_contain_text("¥20万")
    expect(page.locator("hw-chart svg")).to_be_visible()
    assert serious_findings(page) == []
    page.get_by_role("link", name="本月", exact=True).click()
    page.wait_for_url("**period=this_month*")
    page.get_by_label("环形").click()
    page.wait_for_url("**chart=pie*")

    page.locator("tr", has_text="工业展").locator(".hw-report-number").first.click()
    behind = page.locator("#hw-drawer")
    expect(behind.locator("tbody tr")).to_have_count(3)
    assert serious_findings(page) == []
    behind.get_by_role("link", name="在列表中打开").click()
    page.wait_for_url("**/records?*")
    expect(page.locator("#hw-count")).to_contain_text("3")

    page.go_back()
    page.get_by_role("button", name="导出").click()
    with page.expect_download() as taken:
        page.get_by_role("menuitem", name="CSV").click()
    rows = list(csv.reader(io.StringIO(taken.value.path().read_text("utf-8-sig"))))
    assert any("工业展" in cell for row in rows for cell in row)

    phone = open_page("/sign-in", width=390, theme="dark")
    sign_in(phone, manager.email, PASSWORD)
    phone.goto("/reports")
    phone.get_by_role("link", name="市场活动带来什么").click()
    expect(phone.locator("hw-chart svg")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert serious_findings(phone) == []


def _campaigns() -> User:
    """Two campaigns with four leads, of which one became an opportunity of 200,000."""
    manager = make_user("周佳怡", role=("marketing", "manager"), password=PASSWORD)
    fair, talk = make_campaign("工业展"), make_campaign("线上研讨会")
    leads = [
        make_lead(owner=manager, campaign=one.pk, name=name)
        for one, name in ((fair, "甲"), (fair, "乙"), (fair, "丙"), (talk, "丁"))
    ]
    convert_lead(
        lead_access(manager, "convert"), leads[0].pk, opportunity={"name": "产线改造", "amount": "200000"}
    )
    return manager


def _build(page: Page) -> None:
    """Nothing but presses and a name; the result is there while building."""
    page.goto("/reports/new")
    page.locator("a[href='/reports/new?dataset=journey']").click()
    shown = page.locator("#hw-report-preview")
    expect(shown.locator(".hw-tile-value").first).to_have_text("4")
    page.locator("[data-add=grouping]").click()
    group = page.locator("[data-list=groupings] .ts-control input")
    group.fill("市场活动")
    page.locator(".ts-dropdown [data-value='lead.campaign']").click()
    for quick in ("count:account", "count:opportunity", "sum:opportunity.amount"):
        page.locator(f"[data-quick='{quick}']").click()
    expect(shown.locator("tbody tr").first).to_contain_text("工业展")
    expect(shown.locator("tfoot")).to_contain_text("¥20万")
    assert serious_findings(page) == []

    page.get_by_role("button", name="保存").click()
    expect(page.locator("[data-field=name] [data-error]")).to_be_visible()
    page.get_by_label("报表名称").fill("市场活动带来什么")
    page.get_by_role("button", name="保存").click()
