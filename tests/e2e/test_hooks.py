"""A hook as a marketing manager makes it, and as a partner uses it, in the running product."""

from urllib.request import Request, urlopen

import orjson
import pytest
from playwright.sync_api import expect

from headwater.hooks.models import Delivery, Hook
from headwater.hooks.services import secrets_of
from headwater.leads.models import Lead
from headwater.pools.services import ensure_default_pool
from tests.accessibility import serious_findings
from tests.e2e.conftest import OpenPage, Site, sign_in
from tests.organization.factories import PASSWORD, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_partner_is_let_in_and_its_fields_are_mapped(site: Site, open_page: OpenPage) -> None:
    ensure_default_pool()
    manager = make_user("周敏", role="marketing", password=PASSWORD)
    page = open_page("/sign-in")
    sign_in(page, manager.email, PASSWORD)
    page.goto("/hooks")
    page.get_by_role("link", name="新建推送接口").or_(
        page.get_by_role("button", name="新建推送接口")
    ).first.click()
    dialog = page.locator("#hw-dialog")
    dialog.locator("input[name=name]").fill("青禾软件")
    dialog.locator("select[name=preset]").select_option("baidu", force=True)
    dialog.locator("button[type=submit]").click()
    page.wait_for_url("**/hooks/*")
    expect(page.locator("h1")).to_have_text("青禾软件")
    page.get_by_role("button", name="查看", exact=True).click()
    hook = Hook.objects.get()
    secret = secrets_of(hook)[0]
    expect(page.locator("#hw-hook-secret input")).to_have_value(secret)
    assert serious_findings(page) == []

    body = {"ref": "Q-1", "who": {"called": "方宁", "tel": "13800001234"}}
    address = f"{site.address}/hooks/{hook.key}?token={secret}"
    sent = Request(address, orjson.dumps(body), {"Content-Type": "application/json"})
    with urlopen(sent) as answer:
        assert orjson.loads(answer.read())["code"] == 0
    assert Delivery.objects.get().state == "failed"

    page.goto(f"/hooks/{hook.pk}/mapping")
    leaf = page.locator(".hw-hook-leaf", has_text="tel")
    expect(leaf.locator(".hw-hook-value")).to_have_text("138****1234")
    leaf.click()
    page.locator("select[name=into]").select_option("mobile")
    expect(page.locator("[name='paths:mobile']")).to_have_value(
        "who.tel\ncluePhoneNumber\nformDetail[type=phone].value"
    )
    page.locator("[name='paths:name']").fill("who.called")
    expect(page.locator("#hw-hook-result")).to_contain_text("方宁")
    expect(page.locator("#hw-hook-result")).to_contain_text("新线索")
    assert serious_findings(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="保存", exact=True).click()

    page.goto(f"/hooks/{hook.pk}/deliveries/{Delivery.objects.get().pk}")
    page.get_by_role("button", name="重试", exact=True).click()
    expect(page.get_by_text("已成线索").first).to_be_visible()
    assert Lead.objects.get().name == "方宁"
