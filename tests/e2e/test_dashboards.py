"""A manager copies the system's board, adds to it, drags and pulls widgets, filters; the same on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from headwater.dashboards.models import Dashboard, Widget
from headwater.dashboards.services import arrange
from headwater.dashboards.types import Place
from tests.accessibility import serious_findings
from tests.browsing import settled
from tests.dashboards.factories import BY_SOURCE, COUNT, make_board, put
from tests.e2e.conftest import OpenPage, sign_in
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import PASSWORD, access, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _places(board: Dashboard) -> list[Place]:
    return [one.place for one in Widget.objects.filter(dashboard=board, archived_at=None).order_by("pk")]


def _drag(page: Page, what: str, right: int, down: int) -> None:
    box = page.locator(what).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=6)
    with page.expect_response(lambda answer: answer.url.endswith("/layout")):
        page.mouse.up()


def test_a_board_is_arranged_filtered_and_read_on_a_phone(own_database: object, open_page: OpenPage) -> None:
    manager = make_user("王经理", role="manager", password=PASSWORD)
    pool = make_pool("晨会池")
    for _each in range(3):
        make_lead(pool=pool, owner=manager)
    board = make_board(manager, "晨会")
    for number, (x, y, w, h) in enumerate([(0, 0, 3, 2), (3, 0, 3, 2), (0, 2, 6, 6)]):
        definition = COUNT | {"chart": {"kind": "number"}} if number < 2 else BY_SOURCE
        put(manager, board, definition, Place(x, y, w, h), title=f"组件{number}", note="谁来跟进？")

    page = open_page("/sign-in")
    sign_in(page, manager.email, PASSWORD)
    page.goto(f"/dashboards/{board.pk}")
    expect(page.locator(".hw-dash-card[data-look=number] strong").first).to_have_text("3")
    page.locator("hw-chart svg").wait_for()
    assert page.locator(".hw-dash-bones").count() == 0
    page.get_by_role("button", name="调整布局").click()
    first, chart = (f"#hw-widget-{one.pk}" for one in board.widgets.order_by("pk").all()[::2])
    _drag(page, f"{first} .hw-dash-grip", 700, 0)
    assert _places(board)[0].x >= 6
    _drag(page, f"{chart} .hw-dash-corner", 380, 112)
    wide = _places(board)[2]
    assert wide.w > 6
    assert wide.h == 8
    grip = page.locator(f"{chart} .hw-dash-grip")
    grip.focus()
    with page.expect_response(lambda answer: answer.url.endswith("/layout")):
        grip.press("Shift+ArrowLeft")
    assert _places(board)[2].w == wide.w - 1
    page.get_by_role("link", name="添加组件").first.click()
    page.locator("#hw-dialog").get_by_role("button", name=re.compile("^添加“")).first.click()
    page.locator(".hw-dash-card:nth-child(4)").wait_for()
    page.keyboard.press("Escape")
    # Somebody else arranges meanwhile: the later is told, and sees theirs.
    theirs = [{"id": board.widgets.order_by("pk").first().pk, "x": 0, "y": 0, "w": 3, "h": 2}]  # type: ignore[union-attr]
    arrange(access(manager, "dashboards.create"), board.pk, theirs)
    _drag(page, f"{first} .hw-dash-grip", 300, 0)
    page.get_by_text("其他人").first.wait_for()
    assert _places(board)[0].x == 0
    page.get_by_role("button", name="完成").click()
    page.locator("[data-filter=period] select").select_option("this_month")
    page.wait_for_url("**period=this_month**")
    settled(page)
    expect(page.locator(".hw-dash-card[data-look=number] strong").first).to_have_text("3")
    assert serious_findings(page) == []

    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("hw-chart svg").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    numbers = page.locator(".hw-dash-card[data-look=number]")
    left, right = (numbers.nth(index).bounding_box() for index in (0, 1))
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"], "numbers stand two by two"
    page.get_by_role("button", name="调整布局").click()
    with page.expect_response(lambda answer: answer.url.endswith("/layout")):
        page.get_by_role("button", name="下移").first.click()
    assert serious_findings(page) == []
