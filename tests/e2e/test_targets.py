"""A manager pastes targets, a rep commits, the manager adjusts in place; on a phone too."""

from datetime import timedelta

import pytest

from headwater.targets.models import Adjustment, CategoryEntry, Target
from headwater.targets.periods import company_today
from tests.browsing import settled
from tests.e2e.conftest import OpenPage, sign_in
from tests.organization.factories import PASSWORD, make_department, make_user
from tests.targets.factories import opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_from_a_pasted_sheet_to_an_adjusted_forecast(own_database: object, open_page: OpenPage) -> None:
    team = make_department("华北组")
    manager = make_user("王经理", role="manager", department=team, password=PASSWORD)
    rep = make_user("小赵", department=team)
    today = company_today()
    opened(rep, "600000", on=today - timedelta(days=3), closes=today)

    page = open_page("/sign-in")
    sign_in(page, manager.email, PASSWORD)
    page.goto(f"/targets/set?year={today.year}")
    settled(page)
    first = page.get_by_label(f"小赵, {today.year}年1月")
    first.focus()
    page.evaluate(
        """() => { const data = new DataTransfer(); data.setData("text/plain", "10万\\t20万\\n");
        document.activeElement.dispatchEvent(
          new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})); }"""
    )
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已保存 2 个目标").wait_for()
    assert sorted(Target.objects.values_list("amount", flat=True)) == [100_000, 200_000]

    page.goto("/commitments")
    page.get_by_role("link", name="小赵", exact=True).click()
    page.get_by_label("商机的预测类别").wait_for()
    settled(page)
    page.get_by_label("商机的预测类别").select_option("commit")
    page.get_by_text("已算作：承诺").wait_for()
    assert CategoryEntry.objects.get().category == "commit"
    page.goto("/commitments")
    row = page.locator(f"#hw-call-person-{rep.pk}")
    row.get_by_role("button", name="调整承诺预测").click()
    row.get_by_role("textbox").first.fill("45万")
    row.get_by_label("为什么").fill("留点余量")
    with page.expect_response(
        lambda answer: "/commitments?" in answer.url or answer.url.endswith("/commitments")
    ):
        page.evaluate("document.body.dispatchEvent(new Event('hw-refresh'))")
    page.wait_for_function("!document.querySelector('.htmx-request')")
    assert row.get_by_label("为什么").input_value() == "留点余量", "what is being written stays"
    row.get_by_role("button", name="保存").click()
    row.get_by_text("¥45万").wait_for()
    assert row.get_by_role("textbox").count() == 0
    assert Adjustment.objects.get().note == "留点余量"
