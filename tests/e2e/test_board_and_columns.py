"""Dragging a card to another stage, and choosing the columns of a list."""

import pytest
from playwright.sync_api import expect

from headwater.sales.models import Opportunity
from tests.browsing import settled
from tests.e2e.conftest import OpenPage, sign_in
from tests.leads.factories import make_lead
from tests.organization.factories import PASSWORD, make_user
from tests.sales.factories import make_opportunity, stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_card_is_dragged_moved_by_key_and_by_menu(own_database: object, open_page: OpenPage) -> None:
    rep = make_user("赵明轩", role="rep", password=PASSWORD)
    deal = make_opportunity("年度合同", owner=rep)
    stages = [stage(position) for position in (0, 1, 2)]
    page = open_page("/sign-in")
    sign_in(page, rep.email, PASSWORD)
    page.goto("/opportunities/board")
    settled(page)
    columns = [page.locator(f'[data-column="{key}"]') for key in stages]
    card = page.locator(f'[data-card="{deal.pk}"]')
    expect(columns[0].locator("[data-count]")).to_have_text("1")

    with page.expect_response("**/opportunities/board/move"):
        card.drag_to(columns[1].locator("[data-cards]"))
    expect(columns[1].locator("[data-card]")).to_have_count(1)
    expect(columns[0].locator("[data-count]")).to_have_text("0")
    expect(columns[1].locator("[data-count]")).to_have_text("1")
    assert Opportunity.objects.get(pk=deal.pk).stage_id == stages[1]

    with page.expect_response("**/opportunities/board/move"):
        card.focus()
        page.keyboard.press("Shift+ArrowRight")
    expect(columns[2].locator("[data-card]")).to_have_count(1)
    assert Opportunity.objects.get(pk=deal.pk).stage_id == stages[2]

    card.locator("[data-move]").click()
    with page.expect_response("**/opportunities/board/move"):
        card.locator(f'[data-move-to="{stages[0]}"]').click()
    page.reload()
    expect(columns[0].locator("[data-card]")).to_have_count(1)
    assert Opportunity.objects.get(pk=deal.pk).stage_id == stages[0]


def test_chosen_columns_stay_until_they_are_reset(own_database: object, open_page: OpenPage) -> None:
    rep = make_user("赵明轩", role="rep", password=PASSWORD)
    make_lead(owner=rep, name="张嘉豪", title="采购经理")
    page = open_page("/sign-in")
    sign_in(page, rep.email, PASSWORD)
    page.goto("/leads")
    settled(page)
    heads = page.locator(".hw-list thead th")
    before = [text.strip() for text in heads.all_inner_texts()]
    assert "职位" not in before

    page.click("[popovertarget=hw-columns-panel]")
    chooser = page.locator("hw-columns")
    chooser.locator("[data-key=title] input").check()
    chooser.locator("[data-key=mobile] input").uncheck()
    grip = chooser.locator("[data-key=title] .hw-columns-grip")
    grip.focus()
    for _step in range(12):  # by keyboard to the front
        page.keyboard.press("ArrowUp")
    with page.expect_navigation():
        chooser.locator("[data-columns-apply]").click()
    settled(page)
    after = [text.strip() for text in heads.all_inner_texts()]
    assert "职位" in after
    assert "手机" not in after
    assert after.index("职位") < after.index("状态")

    page.goto("/work")
    page.goto("/leads")
    assert [text.strip() for text in heads.all_inner_texts()] == after

    page.click("[popovertarget=hw-columns-panel]")
    with page.expect_navigation():
        page.locator("[data-columns-reset]").click()
    settled(page)
    assert [text.strip() for text in heads.all_inner_texts()] == before
