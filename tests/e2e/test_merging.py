"""Two records that look alike are found, put side by side, made one, and taken apart again."""

import pytest
from playwright.sync_api import Page, expect

from headwater.duplicates import services
from headwater.duplicates.models import Scan
from headwater.kernel import clock
from headwater.sales.models import Account, Contact
from tests.accessibility import serious_findings
from tests.browsing import settled
from tests.e2e.conftest import OpenPage, sign_in
from tests.organization.factories import PASSWORD, make_user
from tests.sales.factories import make_account, make_contact

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def go(page: Page, path: str) -> None:
    page.goto(path)
    settled(page)


@pytest.mark.parametrize("width", [1440, 390], ids=["desk", "phone"])
def test_accounts_are_merged_from_the_list_and_taken_apart(
    own_database: object, open_page: OpenPage, width: int
) -> None:
    admin = make_user("管理员", role="admin", password=PASSWORD)
    one = make_account("云杉远景科技有限公司", owner=admin, address="科技园路88号")
    other = make_account("深圳市云杉远景科技", owner=admin, address="科技园路88号", phone="075526001234")
    person = make_contact("李四", account=other, owner=admin)
    assert services.run_scan(Scan.objects.create(started_at=clock.now()).pk)

    page = open_page("/sign-in", width=width)
    sign_in(page, admin.email, PASSWORD)
    go(page, "/duplicates?record=account")
    page.locator('[hx-get^="/accounts/merge"]').click()
    dialog = page.locator("#hw-dialog")
    stays = dialog.locator(f'input[name="survivor"][value="{one.pk}"]')
    expect(stays).to_be_visible()
    stays.check()
    dialog.locator(f'input[name="field.name"][value="{other.pk}"]').check()
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "only the table scrolls sideways"
    assert serious_findings(page) == []
    dialog.locator("button[type=submit]").click()
    page.wait_for_url(f"**/accounts/{one.pk}")
    settled(page)
    expect(page.get_by_role("heading", name="深圳市云杉远景科技").first).to_be_visible()
    person.refresh_from_db()
    assert person.account_id == one.pk
    go(page, f"/accounts/{other.pk}")
    assert page.url.endswith(f"/accounts/{one.pk}"), "the merged one leads to the survivor"

    undo = page.locator('[hx-post^="/accounts/merges/"]').first
    undo.evaluate("button => button.click()")  # of the menu, whatever it looks like at this width
    page.locator("dialog[open] .hw-dialog-foot button[data-kind=primary]").click()
    page.wait_for_url(f"**/accounts/{one.pk}")
    settled(page)
    expect(page.get_by_role("heading", name="云杉远景科技有限公司").first).to_be_visible()
    assert Account.objects.filter(archived_at=None).count() == 2
    assert Contact.objects.get(pk=person.pk).account_id == other.pk
