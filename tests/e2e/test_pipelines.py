"""A card that moves too early asks for what is missing; on a phone the same by menu and by thumb."""

import pytest
from playwright.sync_api import expect

from headwater.kernel.access import system_access
from headwater.sales import services
from headwater.sales.models import Opportunity, StageTick
from headwater.sales.queries import default_pipeline
from tests.browsing import settled
from tests.e2e.conftest import OpenPage, sign_in
from tests.organization.factories import PASSWORD, make_user
from tests.sales.factories import make_opportunity, stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SYSTEM = system_access("tests")


def test_a_stage_asks_before_it_lets_a_card_go(own_database: object, open_page: OpenPage) -> None:
    rep = make_user("赵明轩", role="rep", password=PASSWORD)
    pipeline = default_pipeline()
    services.update_stage(SYSTEM, pipeline.id, stage(0), {"required_fields": ["amount"]})
    points = [{"name": "确认决策人"}, {"name": "上门拜访", "activity_kind": "visit"}]
    services.set_checklist(SYSTEM, pipeline.id, stage(0), points)
    deal, other = make_opportunity("年度合同", owner=rep), make_opportunity("二期", owner=rep, stage=stage(1))
    stages = [stage(position) for position in (0, 1, 2)]

    page = open_page("/sign-in")
    sign_in(page, rep.email, PASSWORD)
    page.goto("/opportunities/board")
    settled(page)
    columns = [page.locator(f'[data-column="{key}"]') for key in stages]
    card = page.locator(f'[data-card="{deal.pk}"]')
    card.focus()
    page.keyboard.press("Shift+ArrowRight")
    dialog = page.locator("#hw-dialog")
    expect(dialog.locator("h2")).to_contain_text("需求确认")
    expect(columns[0].locator("[data-card]")).to_have_count(1)
    dialog.locator("input[name=amount]").fill("5万")
    dialog.locator("button[type=submit]").click()
    expect(dialog.locator('[data-field="done"] [data-error]')).to_be_visible()
    for box in dialog.locator("input[name=done]").all():
        box.check()
    dialog.locator("button[type=submit]").click()
    expect(columns[1].locator(f'[data-card="{deal.pk}"]')).to_be_visible()
    assert StageTick.objects.filter(opportunity=deal, by_id=rep.pk).count() == 2

    # Somebody else is faster: words, and the board shows where the card lies now.
    services.move_stage(SYSTEM, other.pk, stage_id=stages[2])
    page.locator(f'[data-card="{other.pk}"]').focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator(".hw-toast[data-kind=error]")).to_contain_text("二期")
    expect(columns[2].locator(f'[data-card="{other.pk}"]')).to_be_visible()

    phone = open_page("/sign-in", width=390)
    sign_in(phone, rep.email, PASSWORD)
    services.move_stage(SYSTEM, deal.pk, stage_id=stages[0])
    StageTick.objects.all().delete()
    phone.goto(f"/opportunities/{deal.pk}")
    for number in (1, 2):
        phone.locator(".hw-check-point[aria-checked=false]").first.tap()
        expect(phone.locator(".hw-check-point[aria-checked=true]")).to_have_count(number)
    phone.goto("/opportunities/board")
    settled(phone)
    moving = phone.locator(f'[data-card="{deal.pk}"]')
    moving.locator("[data-move]").tap()
    with phone.expect_response("**/opportunities/board/move"):
        moving.locator(f'[data-move-to="{stages[1]}"]').tap()
    assert Opportunity.objects.get(pk=deal.pk).stage_id == stages[1]
