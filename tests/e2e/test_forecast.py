"""A manager opens the forecast, narrows it to one person, and looks how wrong it was, at both widths."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from headwater.forecasting.services import refresh
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.sales.queries import default_pipeline
from headwater.targets.periods import company_today
from tests.accessibility import serious_findings
from tests.e2e.conftest import OpenPage, sign_in
from tests.forecasting.factories import Tale, lost, passed, write
from tests.organization.factories import PASSWORD, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_what_will_come_and_how_wrong_it_was(own_database: object, open_page: OpenPage) -> None:
    manager = make_user("陈志远", role="manager", password=PASSWORD)
    rep = make_user("赵明轩", role="rep", manager=manager)
    pipeline, now, today = default_pipeline(), clock.now(), company_today()
    past = [one for month in range(1, 10) for one in _month(now - timedelta(days=31 * month))]
    due = Tale([(pipeline.first.id, now - timedelta(days=3))], Decimal(120_000), [today], owner_id=rep.pk)
    write([*past, due])
    refresh(system_access("tests"))

    page = open_page("/sign-in")
    sign_in(page, manager.email, PASSWORD)
    page.goto(f"/forecast?period={today:%Y-%m}")
    expect(page.locator(".hw-forecast-way")).to_have_count(4)
    expect(page.locator(".hw-forecast-cascade")).to_contain_text("¥12万")
    assert serious_findings(page) == []
    page.get_by_role("link", name="赵明轩").click()
    page.wait_for_url(f"**/forecast?*who=person-{rep.pk}")
    expect(page.locator(".hw-tile").last).to_contain_text("¥12万")

    page.goto("/forecast/back-test")
    expect(page.locator("hw-chart svg")).to_be_visible()
    expect(page.locator("table").first.locator("tbody tr")).to_have_count(3)

    phone = open_page("/sign-in", width=390, theme="dark")
    sign_in(phone, manager.email, PASSWORD)
    phone.goto("/forecast")
    expect(phone.locator(".hw-forecast-way").first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def _month(began: datetime) -> list[Tale]:
    pipeline = default_pipeline()
    return [*passed(pipeline, 4, began), *lost(pipeline, 4, began)]
