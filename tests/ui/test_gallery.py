"""The components in a real browser: accessible, quiet on the console, usable by keyboard and thumb."""

import re

import pytest
from django.utils import translation
from playwright.sync_api import Route, expect

from headwater.ui import formats, rows
from tests.accessibility import Examiner
from tests.browsing import settled
from tests.ui.conftest import Visit

pytestmark = pytest.mark.browser
PAGES = [
    "/_gallery",
    "/_gallery/list",
    "/_gallery/record",
    "/_gallery/board",
    "/_gallery/form",
    "/_gallery/sign-in",
]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(visit: Visit, width: int, theme: str) -> None:
    rules = () if theme == "light" else ("color-contrast", "link-in-text-block")  # a theme is nothing else
    examiner = Examiner()
    for path in PAGES:
        page = visit(path, width=width, theme=theme)
        found = examiner.findings(page, only=rules)
        assert [(path, item["id"], [node["html"][:90] for node in item["nodes"][:3]]) for item in found] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_never_scrolls_sideways(visit: Visit, path: str) -> None:
    page = visit(path, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_rows_are_ticked_in_ranges_and_by_keyboard(visit: Visit) -> None:
    page = visit("/_gallery/list")
    boxes = page.locator("tbody input[name=ids]")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    assert page.locator("[data-batch-count]").inner_text() == "4"
    page.keyboard.press("Escape")
    assert page.locator("[data-batch]").is_hidden()
    for key in "jjx":
        page.keyboard.press(key)
    assert page.locator("tr[data-selected]").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/_gallery/record")


def test_two_hundred_rows_are_ticked_at_once(visit: Visit) -> None:
    page = visit("/_gallery/list?rows=200")
    page.locator("[data-check-all]").click()
    assert page.locator("tr[data-selected]").count() == 200
    assert page.locator("[data-batch-count]").inner_text() == "200"
    page.locator("[data-batch-everything]").click()
    assert page.locator("[data-batch-count]").inner_text() == "1,000+"


def test_a_form_in_a_dialog_keeps_what_was_typed(visit: Visit) -> None:
    page = visit("/_gallery/list")
    page.get_by_role("link", name="新建线索").first.click()
    dialog = page.locator("#hw-dialog")
    dialog.locator("input[name=company]").fill("上海某某有限公司")
    dialog.locator("button[type=submit]").click()
    page.wait_for_selector("[data-field=name] [data-error]:not([hidden])")
    assert dialog.locator("input[name=company]").input_value() == "上海某某有限公司"
    dialog.locator("input[name=name]").fill("关闭")
    dialog.locator("button[type=submit]").click()
    page.wait_for_selector("[data-refusal] .hw-callout-next")
    dialog.locator("input[name=name]").fill("张三")
    dialog.locator("button[type=submit]").click()
    page.get_by_text("已保存线索「张三」").wait_for()
    assert page.locator("dialog[open]").count() == 0
    page.get_by_role("button", name="撤销").click()
    page.get_by_text("已撤销").wait_for()


def test_selects_and_calendars_open_above_a_dialog(visit: Visit) -> None:
    page = visit("/_gallery/list")
    page.get_by_role("link", name="新建线索").first.click()
    page.locator("#hw-dialog .ts-control").nth(1).click()
    option = page.locator("#hw-dialog .ts-dropdown .option", has_text="周佳怡")
    option.click()
    assert page.locator("#hw-dialog select[name=owner]").input_value() == "5"
    page.locator("#hw-dialog input[name=close_on]").click()
    page.locator(".air-datepicker.-active- .air-datepicker-cell.-day-", has_text="25").first.click()
    expect(page.locator("#hw-dialog input[name=close_on]")).to_have_value(re.compile("-25$"))
    assert page.locator("dialog[open]").count() == 1


def test_conditions_are_built_and_land_in_the_address(visit: Visit) -> None:
    page = visit("/_gallery/list")
    page.get_by_role("button", name="筛选").click()
    panel = page.locator("#hw-criteria-panel")
    panel.locator("hw-choice .ts-control").first.click()
    panel.locator(".ts-dropdown .option", has_text="评分").click()
    panel.locator("input[data-leaf]").fill("60")
    panel.locator("button[type=submit]").click()
    page.wait_for_url("**filter=*score*gte*60*")


def test_the_palette_finds_commands(visit: Visit) -> None:
    page = visit("/_gallery/list")
    page.keyboard.press("Control+k")
    page.locator("dialog.hw-palette input").fill("xinjian")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] h2")
    assert page.locator("#hw-dialog h2").inner_text() == "新建线索"


def test_who_types_faster_than_the_palette_answers_gets_the_first_hit(visit: Visit) -> None:
    page = visit("/_gallery/list")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/palette.json", hold)
    page.keyboard.press("Control+k")
    page.locator("dialog.hw-palette input").fill("xinjian")
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)  # the search has found nobody by now
    assert page.locator("dialog.hw-palette[open]").count() == 1
    held[0].continue_()
    page.wait_for_selector("#hw-dialog h2")
    assert page.locator("#hw-dialog h2").inner_text() == "新建线索"


def test_cards_move_by_keyboard_and_return_when_refused(visit: Visit) -> None:
    page = visit("/_gallery/board")
    first = page.locator("[data-column=new] [data-card]").first
    name = first.get_attribute("data-card")
    first.focus()
    page.keyboard.press("Shift+ArrowRight")
    assert page.locator(f"[data-column=contacted] [data-card='{name}']").count() == 1
    card = page.locator(f"[data-card='{name}']")
    card.hover()
    card.locator(".hw-board-move button").first.click()
    page.get_by_role("menuitem", name="赢单").click()
    page.get_by_text("线索已关闭，不能再分配。").wait_for()
    assert page.locator(f"[data-column=contacted] [data-card='{name}']").count() == 1


def test_the_composer_saves_drafts_and_knows_dates(visit: Visit) -> None:
    page = visit("/_gallery/record")
    page.locator("textarea[name=text]").fill("聊了价格")
    page.get_by_role("button", name="已发送资料").click()
    assert page.locator("textarea[name=text]").input_value() == "聊了价格，已发送资料"
    page.locator("input[name=next_at]").click()
    page.get_by_role("button", name="明早 9:00").click()
    expect(page.locator("input[name=next_at]")).to_have_value(re.compile(" 09:00$"))
    page.reload()
    settled(page)
    assert page.locator("textarea[name=text]").input_value() == "聊了价格，已发送资料"
    page.locator(".hw-segment", has_text="拜访").click()
    assert page.locator("[data-outcomes=visit]").is_visible()
    assert page.locator("[data-outcomes=call]").is_hidden()


def test_the_theme_changes_at_once_and_stays(visit: Visit) -> None:
    page = visit("/_gallery/list")
    page.get_by_role("button", name="外观与语言").click()
    page.get_by_role("menuitemradio", name="深色").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_a_thumb_reaches_menu_create_and_parts(visit: Visit) -> None:
    page = visit("/_gallery/list", width=390)
    assert page.locator(".hw-table").first.is_hidden()
    page.locator("[data-nav-open]").tap()
    page.locator(".hw-sidebar").get_by_text("客户").wait_for()
    page.locator(".hw-nav-scrim").tap(position={"x": 370, "y": 300})
    page.locator(".hw-fab").tap()
    page.get_by_role("menuitem", name="新建线索").tap()
    page.wait_for_selector("#hw-dialog h2")
    record = visit("/_gallery/record", width=390)
    record.get_by_role("tab", name="资料").tap()
    assert record.locator(".hw-facts").first.is_visible()
    for button in record.locator(".hw-record-bar .hw-btn").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44


def test_english_is_complete_in_the_frame(visit: Visit) -> None:
    page = visit("/_gallery/list", language="en")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("button", name="Filter").is_visible()
    page.get_by_role("button", name="Filter").click()
    page.locator("#hw-criteria-panel").get_by_text("all of these").wait_for()


def test_countdowns_run_on_without_a_reload(visit: Visit) -> None:
    page = visit("/_gallery")
    soon = page.locator("hw-countdown[data-tone=soon]").first
    expect(soon.locator("time")).to_have_text(re.compile(r"^剩 .*(小时|分钟)$"))
    now = page.evaluate("Date.now()")
    page.clock.install(time=now / 1000 + 86_400 * 9)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("hw-countdown:not([data-tone=late])")).to_have_count(0)
    expect(page.locator("hw-countdown time").last).to_have_text(re.compile(r"^已超期 \d+ 天$"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_countdowns_say_it_in_the_words_of_the_server(visit: Visit, language: str) -> None:
    page = visit("/_gallery", language=language)
    page.clock.set_fixed_time(page.evaluate("Date.now()"))
    days = (86_399, 86_400, 97_200, 172_799, 172_800, 215_999, 216_000, 10**6)
    spans = [0, 1, 59, 60, 119, 3599, 3600, 5400, 7199, 7200, *days]
    lefts = [sign * span for span in spans for sign in (1, -1)]
    said = page.evaluate(
        """lefts => {
            const all = lefts.map(left => {
                const one = document.createElement("hw-countdown");
                one.setAttribute("left", left);
                one.append(document.createElement("time"));
                document.body.append(one);
                return one;
            });
            document.dispatchEvent(new Event("visibilitychange"));
            return all.map(one => [one.textContent, one.dataset.tone ?? ""]);
        }""",
        lefts,
    )
    with translation.override(language):
        assert [words for words, _tone in said] == [formats.remaining(left) for left in lefts]
    tones = ["late" if left <= 0 else "soon" if left < rows.SOON else "" for left in lefts]
    assert [tone for _words, tone in said] == tones


def test_what_was_typed_is_not_lost_without_a_question(visit: Visit) -> None:
    page = visit("/_gallery/form")
    page.locator("input[name=company]").fill("上海某某有限公司")
    page.get_by_role("link", name="商机").first.click()
    question = page.locator("dialog[open]", has_text="放弃刚才填写的内容？")
    question.get_by_role("button", name="取消").click()
    assert page.url.endswith("/_gallery/form")
    assert page.locator("input[name=company]").input_value() == "上海某某有限公司"
    page.get_by_role("link", name="商机").first.click()
    question.get_by_role("button", name="放弃").click()
    page.wait_for_url("**/_gallery/board")
    page.get_by_role("link", name="线索", exact=False).first.click()
    page.wait_for_url("**/_gallery/list")
