"""Choosing people and days: what is offered, what Enter takes, what Escape closes."""

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.ui.conftest import Visit

pytestmark = pytest.mark.browser

PEOPLE = {"chenzhiyuan": ("31", "陈志远"), "zhaomingxuan": ("32", "赵明轩"), "zhaoting": ("33", "赵婷")}


def by_pinyin(route: Route) -> None:
    """What a server answers that finds people by name and by pinyin."""
    asked = parse_qs(urlsplit(route.request.url).query).get("q", [""])[0]
    found = [
        {"value": value, "label": label}
        for pinyin, (value, label) in PEOPLE.items()
        if asked in pinyin or asked in label
    ]
    route.fulfill(content_type="application/json", body=json.dumps({"items": found}))


def form(visit: Visit, width: int = 1440) -> Page:
    page = visit("/_gallery/form", width=width)
    page.route("**/_gallery/options.json*", by_pinyin)
    return page


def owner(page: Page) -> Locator:
    return page.locator("hw-select:has(select[name=owner])")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_person_is_found_by_pinyin_and_taken_by_enter(visit: Visit, width: int) -> None:
    page = form(visit, width)
    box = owner(page)
    box.locator(".ts-control").click()
    expect(box.locator(".option", has_text="陈志远")).to_be_visible()
    page.keyboard.type("zhaom", delay=20)
    expect(box.locator(".option .hw-clip")).to_have_text(["赵明轩"])
    page.keyboard.press("Enter")
    expect(box.locator("select")).to_have_value("32")
    expect(box.locator(".item")).to_be_visible()
    expect(box.locator(".item .hw-clip")).to_have_text("赵明轩")


def test_enter_waits_for_the_answer(visit: Visit) -> None:
    page = form(visit)
    box = owner(page)
    box.locator(".ts-control").click()
    expect(box.locator(".option", has_text="陈志远")).to_be_visible()
    page.keyboard.type("zhaoming")
    page.keyboard.press("Enter")
    expect(box.locator("select")).to_have_value("32")
    box.locator(".ts-control").click()
    page.keyboard.type("nobody")
    page.keyboard.press("Enter")
    expect(box.locator(".no-results")).to_be_visible()
    expect(box.locator("select")).to_have_value("32")


def test_who_was_chosen_stays_in_sight_until_something_is_typed(visit: Visit) -> None:
    page = form(visit)
    box = owner(page)
    box.locator(".ts-control").click()
    expect(box.locator(".item")).to_be_visible()
    page.keyboard.type("赵")
    expect(box.locator(".item")).to_be_hidden()
    expect(box.locator(".option .hw-clip")).to_have_text(["赵明轩", "赵婷"])
    page.keyboard.press("Escape")
    expect(box.locator(".item .hw-clip")).to_have_text("李泽宇")
    box.locator(".ts-control").click()
    expect(box.locator(".option", has_text="陈志远")).to_be_visible()


def test_several_people_are_taken_one_after_the_other(visit: Visit) -> None:
    page = visit("/_gallery/list")
    page.route("**/_gallery/options.json*", by_pinyin)
    box = page.locator("hw-select:has(select[name='f.owner'])").first
    box.locator(".ts-control").click()
    expect(box.locator("input[role=combobox]")).to_be_focused()
    for typed in ("zhaoting", "chen"):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(box.locator(".item")).to_have_count(1 if typed == "zhaoting" else 2)
        expect(box.locator("input[role=combobox]")).to_have_value("")
    expect(box.locator(".option .hw-clip")).to_have_text(["赵明轩"])
    page.keyboard.press("Escape")
    page.wait_for_url("**f.owner=33**f.owner=31**")


def test_enter_among_given_choices_takes_what_is_typed(visit: Visit) -> None:
    page = form(visit)
    box = page.locator("hw-select:has(select[name=department])")
    box.locator(".ts-control").click()
    page.keyboard.type("市场")
    page.keyboard.press("Enter")
    expect(box.locator("select")).to_have_value("5")


def test_a_calendar_opens_by_a_press_and_escape_closes_it_alone(visit: Visit) -> None:
    page = visit("/_gallery/list")
    page.get_by_role("link", name="新建线索").first.click()
    field = page.locator("#hw-dialog input[name=close_on]")
    calendar = page.locator(".air-datepicker.-active-")
    field.click()
    expect(calendar).to_be_visible()
    page.keyboard.press("Escape")
    expect(calendar).to_have_count(0)
    assert page.locator("dialog[open]").count() == 1
    field.click()
    expect(calendar).to_be_visible()


def test_a_span_of_days_takes_one_press(visit: Visit) -> None:
    page = form(visit)
    page.locator("hw-date", has=page.locator("input[name=next_at]")).get_by_text("7 天后").click()
    day = (datetime.now(UTC) + timedelta(hours=8, days=7)).date()
    expect(page.locator("input[name=next_at]")).to_have_value(re.compile(rf"^{day} \d\d:\d[05]$"))
    expect(page.locator(".air-datepicker.-active-")).to_have_count(0)
