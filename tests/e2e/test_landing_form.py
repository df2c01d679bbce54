"""A landing form as its visitors meet it: on a phone with everything switched on, and without any script."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from headwater.forms.models import Form, FormDay, Submission
from headwater.forms.questions import Question
from headwater.forms.services import create_form, set_questions
from headwater.kernel.access import system_access
from headwater.leads.models import Lead
from headwater.platform.files.models import StoredFile
from headwater.pools.services import ensure_default_pool
from tests.accessibility import serious_findings
from tests.e2e.conftest import OpenPage, Site
from tests.forms.test_doors import picture
from tests.processes import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ACCESS = system_access("tests")


@pytest.fixture
def form(product: Product) -> Form:
    ensure_default_pool()
    values = {"name": "官网", "title": "预约演示", "consent_text": "同意联系", "files_most": 1}
    made = create_form(ACCESS, values)
    asked = [Question("name"), Question("mobile", required=True), Question("region")]
    set_questions(ACCESS, made, asked)
    return Form.objects.get(pk=made)


def test_a_visitor_with_and_without_script(
    form: Form, site: Site, open_page: OpenPage, chromium: Browser
) -> None:
    page = open_page(f"/f/{form.token}?utm_source=wechat", width=390)
    assert serious_findings(page) == []
    page.fill("input[name=name]", "王芳")
    page.fill("input[name=mobile]", "13800138000")
    page.select_option("select[name=region]", label="广东省")
    page.locator("select[data-level='1']").select_option(label="深圳市")
    page.locator("select[data-level='2']").select_option(label="南山区")
    drawn: Any = {"name": "a.png", "mimeType": "image/png", "buffer": picture()}
    page.set_input_files("input[name=files]", drawn)
    page.check("input[name=consent]")
    page.wait_for_timeout(1500)
    page.click("button[type=submit]")
    expect(page.locator("h1")).to_have_text("提交成功")
    lead = Lead.objects.get()
    assert lead.region == "44/4403/440305"
    assert StoredFile.objects.get().record_id == lead.pk
    sent = Submission.objects.get()
    assert (sent.is_proven, sent.came_from) == (True, "wechat")
    assert FormDay.objects.get().starts == 1

    context = chromium.new_context(base_url=site.address, java_script_enabled=False, locale="en-US")
    plain = context.new_page()
    plain.goto(f"/f/{form.token}")
    plain.fill("input[name=name]", "Li Lei")
    plain.fill("input[name=mobile]", "13900139000")
    plain.select_option("select[name=region]", label="北京市")
    plain.check("input[name=consent]")
    plain.wait_for_timeout(2200)
    plain.click("button[type=submit]")
    expect(plain.locator("h1")).to_have_text("Thank you")
    context.close()
    assert Lead.objects.get(name="Li Lei").region == "11"
    assert not Submission.objects.latest("pk").is_proven
