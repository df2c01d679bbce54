"""Rules through the browser: when leads go back and what keeps them, and who gets the new ones."""

import json
import urllib.request
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.leads.models import Lead
from headwater.organization.models import User
from headwater.platform.tokens.services import create_token
from headwater.pools.models import RecycleRule
from headwater.pools.services import ensure_default_pool
from headwater.routing.models import Decision, RoutingRule
from tests.accessibility import serious_findings
from tests.browsing import settled
from tests.e2e.conftest import OpenPage, Site
from tests.leads.factories import make_lead
from tests.leads.rules import long_idle, only_rule
from tests.organization.factories import PASSWORD, make_user
from tests.processes import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def admin(product: Product) -> User:
    ensure_default_pool()
    return make_user("林晓彤", role="admin", password=PASSWORD)


def enter(page: Page, person: User, path: str) -> None:
    """Sign in and go to a page."""
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("form:has(input[name=password]) button[type=submit]")
    page.wait_for_url(lambda address: "/sign-in" not in address)
    go(page, path)


def go(page: Page, path: str) -> None:
    page.goto(path)
    settled(page)


def is_fit(page: Page) -> None:
    """No serious finding of axe, nothing wider than the screen."""
    assert serious_findings(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def choose(page: Page, name: str, label: str) -> None:
    """One of a searchable list of people."""
    box = page.locator(f"hw-select:has(select[name={name}])")
    box.locator(".ts-control").click()
    box.locator(".ts-control input").fill(label)
    page.locator(".ts-dropdown .option", has_text=label).click()
    page.keyboard.press("Escape")
    expect(box.locator(".item", has_text=label)).to_be_visible()


def test_an_administrator_sets_up_a_recycle_rule(admin: User, open_page: OpenPage) -> None:
    only_rule(name="公海规则", response_hours=72)
    rep = make_user("赵明轩")
    lead = make_lead(owner=rep, name="张嘉豪")
    long_idle(lead.pk, clock.now() - timedelta(hours=20))
    page = open_page("/sign-in")
    enter(page, admin, "/settings/recycling")
    is_fit(page)

    rule = RecycleRule.objects.get(name="公海规则")
    page.locator(f"a[href='/settings/recycling/{rule.pk}']").click()
    form = page.locator("form:has(input[name=response_hours])")
    form.wait_for()
    page.fill("input[name=response_hours]", "24")
    page.fill("input[name=overdue_days]", "15")
    page.fill("input[name=note]", "24 小时首访，15 天跟进")
    page.click("button[hx-target='#hw-preview']")
    preview = page.locator("#hw-preview")
    expect(preview).to_contain_text("张嘉豪")
    expect(preview).to_contain_text("赵明轩")
    settled(page)
    is_fit(page)
    rule.refresh_from_db()
    assert (rule.response_hours, rule.version) == (72, 1), "a preview changes nothing"

    form.locator("button[type=submit]:visible").last.click()
    page.wait_for_url("**/settings/recycling")
    expect(page.get_by_text("15 天").first).to_be_visible()
    rule.refresh_from_db()
    assert (rule.response_hours, rule.overdue_days, rule.version) == (24, 15, 2)

    go(page, f"/settings/recycling/{rule.pk}")
    page.locator(f"[href$='/{rule.pk}/versions']").first.click()
    versions = page.locator("#hw-versions")
    expect(versions).to_contain_text("24 小时首访，15 天跟进")
    expect(versions).to_contain_text("72")
    is_fit(page)


@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light")])
def test_a_rep_sees_why_a_lead_goes_and_protects_it(
    admin: User, open_page: OpenPage, width: int, theme: str
) -> None:
    only_rule(name="公海规则", response_hours=24, overdue_days=15)
    rep = make_user("赵明轩", password=PASSWORD)
    lead = make_lead(owner=rep, name="张嘉豪")
    long_idle(lead.pk, clock.now() - timedelta(hours=20, minutes=30))
    page = open_page("/sign-in", width=width, theme=theme)
    enter(page, rep, "/leads?view=going")
    expect(page.locator("hw-countdown:visible", has_text="剩 3 小时")).to_be_visible()
    page.locator("a:visible", has_text="张嘉豪").first.click()
    page.wait_for_url(f"**/leads/{lead.pk}")
    settled(page)
    expect(page.locator("main")).to_contain_text("公海规则 v1")
    is_fit(page)

    opener = page.locator(f"[hx-get='/leads/{lead.pk}/deadline']")
    if not opener.first.is_visible():
        page.locator("button[aria-haspopup=menu]:visible").filter(has=page.locator("svg")).last.click()
    opener.locator("visible=true").first.click()
    dialog = page.locator("#hw-dialog")
    expect(dialog).to_contain_text("首次跟进")
    expect(dialog.locator("hw-countdown")).to_have_text("剩 3 小时")
    until = clock.now() + timedelta(days=5)
    dialog.locator("input[name=until]").fill(until.strftime("%Y-%m-%d 18:00"))
    dialog.locator("input[name=reason]").fill("客户下周签约")
    is_fit(page)
    dialog.locator("input[name=reason]").press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("main").get_by_text("保护至").locator("visible=true").first).to_be_visible()
    kept = Lead.objects.get(pk=lead.pk)
    assert kept.protected_until is not None
    assert kept.recycle_due_at == kept.protected_until
    is_fit(page)


def arrive(site: Site, secret: str, **values: str) -> int:
    """A lead that another program sends; its id."""
    request = urllib.request.Request(
        f"{site.address}/api/v1/leads",
        data=json.dumps(values).encode(),
        headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return int(json.load(answer)["id"])


def test_an_administrator_makes_a_routing_rule_and_a_lead_finds_its_rep(
    admin: User, site: Site, open_page: OpenPage
) -> None:
    reps = [make_user("赵明轩"), make_user("郭梦琪")]
    make_lead(name="早先的客户")
    _token, secret = create_token(
        system_access("tests"), user_id=admin.pk, name="官网", scopes=["*"], expires_at=None
    )
    page = open_page("/sign-in")
    enter(page, admin, "/settings/routing/new")
    is_fit(page)
    page.fill("input[name=name]", "华北轮流")
    for rep in reps:
        choose(page, "people", rep.name)
    for rep in reps:
        expect(page.locator(f"input[name=weight_{rep.pk}]")).to_have_value("1")
    page.click("button[hx-target='#hw-rule-preview']")
    preview = page.locator("#hw-rule-preview")
    for rep in reps:
        expect(preview.locator("tr", has_text=rep.name)).to_be_visible()
    is_fit(page)
    page.fill(f"input[name=weight_{reps[0].pk}]", "3")
    expect(page.locator("#hw-weights-sum")).to_contain_text("每 4 条")
    page.fill(f"input[name=weight_{reps[0].pk}]", "1")
    page.get_by_role("button", name="仅保存，不启用").click()
    page.wait_for_url("**/settings/routing")
    expect(page.get_by_text("规则已保存，尚未启用")).to_be_visible()
    rule = RoutingRule.objects.get()
    assert not rule.is_active, "it waits to be switched on"

    page.locator(".hw-rule button[aria-haspopup=menu]").click()
    page.locator(f"[hx-post*='/{rule.pk}/switch']").locator("visible=true").click()
    site.product.wait_until(lambda: RoutingRule.objects.get().is_active)
    settled(page)
    is_fit(page)

    arrived = [arrive(site, secret, name=f"新客户{n}", mobile=f"1390000000{n}") for n in range(2)]
    site.product.wait_until(lambda: Decision.objects.filter(lead_id__in=arrived).count() == 2)
    owners = dict(Lead.objects.filter(pk__in=arrived).values_list("pk", "owner_id"))
    assert set(owners.values()) == {rep.pk for rep in reps}, "by turns"

    go(page, f"/leads/{arrived[0]}")
    chosen = next(rep for rep in reps if rep.pk == owners[arrived[0]])
    expect(page.locator("main")).to_contain_text("华北轮流")
    decision = Decision.objects.get(lead_id=arrived[0])
    page.locator(".hw-event", has_text="华北轮流").locator("button[aria-haspopup=menu]").first.click()
    page.locator(f"[hx-get='/routing/decisions/{decision.pk}']").locator("visible=true").first.click()
    why = page.locator("#hw-dialog")
    expect(why.locator("li", has_text=chosen.name)).to_contain_text("选中")
    for rep in reps:
        expect(why.locator("li", has_text=rep.name)).to_be_visible()
    is_fit(page)
