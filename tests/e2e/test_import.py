"""A newcomer imports a list: file in, fields made, checked, written, taken back, at both widths."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from headwater.leads.models import Lead
from headwater.pools.services import ensure_default_pool
from headwater.sales.models import Account
from tests.accessibility import serious_findings
from tests.browsing import settled
from tests.e2e.conftest import OpenPage
from tests.organization.factories import make_user
from tests.processes import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "a long enough password 5"
STEPS = 90_000  # a worker may be starting up


@pytest.fixture
def people(product: Product) -> None:
    ensure_default_pool()
    make_user("王芳", role="admin", email="wang@example.cn", password=PASSWORD)


def looks_right(page: Page) -> None:
    assert serious_findings(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "no sideways scrolling"


@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light")])
def test_a_list_becomes_leads(
    people: None, open_page: OpenPage, tmp_path: Path, width: int, theme: str
) -> None:
    rows = "".join(f"客户{n},138{n:08d},{'请选择' if n % 3 else '小班'}\n" for n in range(60))
    path = tmp_path / "名单.csv"
    path.write_bytes(f"姓名,手机,班型\n{rows}李四,1.38E+10,小班\n".encode("gb18030"))

    page = open_page("/sign-in", width=width, theme=theme)
    page.fill("input[name=login]", "wang@example.cn")
    page.fill("input[name=password]", PASSWORD)
    page.click("form:has(input[name=password]) button[type=submit]")
    page.wait_for_url("**/")
    page.goto("/leads/import")
    settled(page)
    looks_right(page)
    page.set_input_files("hw-upload input[type=file]", path)
    page.wait_for_url("**/imports/*", timeout=STEPS)
    settled(page)
    looks_right(page)
    page.click("button[value=create_all]")
    settled(page)
    page.click("button[value=next]")
    page.wait_for_url("**step=options")
    settled(page)
    looks_right(page)
    page.click("button[value=check]")
    start = page.locator("[hx-post$='/start']")
    expect(start).to_be_visible(timeout=STEPS)
    settled(page)
    looks_right(page)
    assert not Lead.objects.exists()
    start.click()
    back = page.locator("[hx-post$='/revert']")
    expect(back).to_be_visible(timeout=STEPS)
    settled(page)
    looks_right(page)
    assert Lead.objects.filter(archived_at=None).count() == 60
    page.goto("/imports")
    settled(page)
    looks_right(page)


def test_a_company_moves_in(people: None, open_page: OpenPage, tmp_path: Path) -> None:
    """The order, a file that is recognised, and its accounts, on a phone."""
    path = tmp_path / "Accounts.csv"
    path.write_text(
        "Record Id,Account Name,Account Owner,Phone,Industry\n"
        "zcrm_1,Example Ltd,王芳,021-12345678,Manufacturing\nzcrm_2,示例科技,王芳,,Storage\n"
    )
    page = open_page("/sign-in", width=390)
    page.fill("input[name=login]", "wang@example.cn")
    page.fill("input[name=password]", PASSWORD)
    page.click("form:has(input[name=password]) button[type=submit]")
    page.wait_for_url("**/")
    page.goto("/imports/move-in")
    settled(page)
    looks_right(page)
    page.click("a[href='/imports/new?record=account']")
    settled(page)
    looks_right(page)
    page.set_input_files("hw-upload input[type=file]", path)
    page.wait_for_url("**/imports/*", timeout=STEPS)
    settled(page)
    expect(page.get_by_text("Zoho CRM").first).to_be_visible()
    looks_right(page)
    page.click("button[value=next]")
    page.wait_for_url("**step=options")
    settled(page)
    looks_right(page)
    page.click("button[value=check]")
    start = page.locator("[hx-post$='/start']")
    expect(start).to_be_visible(timeout=STEPS)
    start.click()
    expect(page.locator("a[href^='/accounts?']")).to_be_visible(timeout=STEPS)
    assert sorted(Account.objects.values_list("external_id", flat=True)) == ["zcrm_1", "zcrm_2"]
