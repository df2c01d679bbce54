"""A rep calls, records, is reminded, discusses and ticks off; the manager sees and comments, live."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from headwater.engagement.models import Activity, Comment, Task
from headwater.engagement.services import follow_up
from headwater.kernel import clock
from headwater.kernel.access import permit
from headwater.leads.services import create_lead
from headwater.organization.models import User
from headwater.pools.services import ensure_default_pool
from tests.accessibility import serious_findings
from tests.browsing import settled
from tests.e2e.conftest import OpenPage, sign_in
from tests.organization.factories import actor, make_department, make_user
from tests.processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "a long enough password 5"


class Company:
    """A manager, a rep and the rep's lead."""

    def __init__(self) -> None:
        ensure_default_pool()
        sales = make_department("华东销售部")
        self.boss = make_user(
            "王海涛", role="manager", department=sales, email="boss@example.cn", password=PASSWORD
        )
        self.rep = make_user(
            "张晓雯",
            role="rep",
            department=sales,
            email="rep@example.cn",
            password=PASSWORD,
            manager=self.boss,
        )
        access = permit(actor(self.rep), "leads.create")
        self.lead = create_lead(
            access,
            {"name": "刘建国", "company": "恒力精密", "mobile": "13800138000", "owner": self.rep.pk},
        )


@pytest.fixture
def company(product: object) -> Company:
    return Company()


def enter(page: Page, person: User, path: str) -> Page:
    """Sign in and go to a page."""
    sign_in(page, person.email, PASSWORD)
    page.goto(path)
    settled(page)
    return page


@pytest.mark.parametrize("width", [1440, 390])
def test_a_call_is_recorded_discussed_and_ticked_off(
    company: Company, open_page: OpenPage, width: int
) -> None:
    page = enter(open_page("/sign-in", width=width), company.rep, f"/leads/{company.lead}")
    composer = page.locator("hw-composer")

    # An empty one is refused beside the text, and nothing typed is lost.
    composer.locator("button[type=submit]").click()
    composer.get_by_text("请写下跟进内容").wait_for()
    composer.locator("textarea").fill("约了周四演示")
    composer.locator("[data-outcomes]:not([hidden]) label", has_text="有意向").click()
    composer.locator("input[name=next_at]").fill((clock.now() + timedelta(days=1)).strftime("%Y-%m-%d 14:00"))
    composer.locator("textarea").press("Control+Enter")
    page.locator(".hw-activity", has_text="约了周四演示").wait_for()
    made = Activity.objects.get(content="约了周四演示")
    assert made.outcome == "interested"
    assert composer.locator("textarea").input_value() == ""
    page.locator("#open-tasks").wait_for()
    settled(page)  # the timeline has been read anew

    # A comment that names a colleague by pinyin; it stays when the timeline changes meanwhile.
    page.locator(f"#hw-activity-{made.pk} a", has_text="评论").click()
    say = page.locator(f"#hw-say-{made.pk} textarea")
    say.press_sequentially("请", delay=60)
    with page.expect_response(lambda answer: answer.url.endswith(f"/leads/{company.lead}")):
        page.evaluate("document.body.dispatchEvent(new Event('hw-refresh'))")
    settled(page)
    assert say.input_value() == "请"
    say.press("End")
    say.press_sequentially("@wang", delay=60)
    page.locator(".hw-mention-item", has_text="王海涛").wait_for()
    say.press("Enter")
    say.press_sequentially("看一下")
    say.press("Control+Enter")
    page.locator(".hw-mention", has_text="@王海涛").wait_for()
    assert Comment.objects.get().mentions == [company.boss.pk]
    assert serious_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "no sideways scrolling"

    # The next step is ticked off in the task list, and the tick is taken back.
    page.goto("/tasks")
    settled(page)
    task = Task.objects.get(activity=made)
    page.locator(f"#task-{task.pk} .hw-task-tick").click()
    wait_until(lambda: Task.objects.get(pk=task.pk).done_at is not None)
    page.get_by_role("button", name="撤销").click()
    wait_until(lambda: Task.objects.get(pk=task.pk).done_at is None)
    assert serious_findings(page) == []


def test_the_manager_watches_the_feed(company: Company, open_page: OpenPage) -> None:
    access = permit(actor(company.rep), "activities.create")
    first = follow_up(access, "lead", company.lead, kind="call", outcome="connected", content="第一次联系")
    page = open_page("/sign-in")
    page.clock.install()
    enter(page, company.boss, "/work")
    card = page.locator("article", has_text="第一次联系")
    card.wait_for()

    card.locator("button.hw-act").first.click()
    page.locator(f"#hw-activity-{first.pk} [aria-pressed=true]").wait_for()

    follow_up(access, "lead", company.lead, kind="visit", content="上门拜访")
    page.clock.fast_forward("00:31")  # asked every half minute
    page.locator("a.hw-news").wait_for()
    page.locator("a.hw-news").click()
    page.locator("article", has_text="上门拜访").wait_for()
    assert serious_findings(page) == []
