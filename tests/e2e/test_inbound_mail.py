"""A mailbox is tried and read; the mail makes a lead, and a chat export goes on its timeline."""

import pytest
from playwright.sync_api import expect

from headwater.engagement.models import Activity
from headwater.leads.models import Lead
from headwater.leads.services import assign_leads
from headwater.mailbox.models import Mail
from tests.accessibility import serious_findings
from tests.browsing import settled
from tests.e2e.conftest import OpenPage
from tests.e2e.test_follow_up import PASSWORD, enter
from tests.mailbox import server
from tests.mailbox.factories import make_mailbox
from tests.organization.factories import access, make_user
from tests.processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHAT = "—— 2026-11-20 ——\n王芳 10:03\n价格发我一份\n小李 10:05\n好的，稍等".encode("gb18030")


def test_mail_becomes_a_lead_and_a_chat_its_history(site: object, open_page: OpenPage) -> None:
    admin = make_user("小李", role="admin", email="admin@example.cn", password=PASSWORD)
    mails = server.start()
    try:
        mailbox = make_mailbox(mails)
        mails.put(server.letter("想了解价格，手机 138 0013 8000"), folder=mailbox.folder)
        page = enter(open_page(), admin, f"/settings/mailboxes/{mailbox.pk}")
        page.get_by_text("测试连接").first.click()
        expect(page.locator("#hw-dialog")).to_contain_text("连接正常")
        page.keyboard.press("Escape")
        page.get_by_text("立即收取").first.click()
        wait_until(lambda: Mail.objects.filter(made_lead=True).exists(), within=20)
    finally:
        mails.end()
    lead = Lead.objects.get()
    assert lead.mobile == "+8613800138000"
    assign_leads(access(admin, "leads.assign"), [lead.pk], [admin.pk])
    page.goto(f"/leads/{lead.pk}")
    settled(page)
    expect(page.locator("#hw-timeline")).to_contain_text("发来邮件")
    page.locator(f"[hx-get='/chats/lead/{lead.pk}']").first.dispatch_event("click")
    form = page.locator("#hw-dialog form")
    form.locator("input[type=file]").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": CHAT}
    )
    form.locator("button[type=submit]").click()
    expect(page.locator("#hw-dialog")).to_contain_text("价格发我一份")
    assert serious_findings(page) == []
    assert form.locator("input[name=us][value=小李]").is_checked()
    form.locator("button[type=submit]").click()
    wait_until(Activity.objects.exists, within=10)
    assert [one["side"] for one in Activity.objects.get().messages] == ["them", "us"]
    expect(page.locator("#hw-timeline")).to_contain_text("好的，稍等")
