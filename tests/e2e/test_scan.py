"""On a phone: a card is photographed, looked over, saved with its picture; a message becomes a lead."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from headwater.extraction.ocr.keeper import is_installed
from headwater.leads.models import Lead
from headwater.platform.files.models import StoredFile
from headwater.pools.services import ensure_default_pool
from tests.accessibility import serious_findings
from tests.browsing import settled
from tests.e2e.conftest import OpenPage, sign_in
from tests.extraction.drawn_cards import flat, jpeg, make_card
from tests.organization.factories import make_user
from tests.processes import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "a long enough password 5"
READ = 60_000  # the models are loaded at the first card


@pytest.fixture
def people(product: Product) -> None:
    ensure_default_pool()
    make_user("王芳", role="rep", email="wang@example.cn", password=PASSWORD)


@pytest.mark.skipif(not is_installed(), reason="the extra [ocr] is not installed")
def test_a_card_and_a_message_become_leads(people: None, open_page: OpenPage, tmp_path: Path) -> None:
    card = make_card(0)
    picture, broken = tmp_path / "card.jpg", tmp_path / "broken.jpg"
    picture.write_bytes(jpeg(flat(card)))
    broken.write_bytes(b"no picture")

    page = open_page("/sign-in", width=390)
    sign_in(page, "wang@example.cn", PASSWORD)
    page.goto("/leads/scan")
    settled(page)
    page.set_input_files(".hw-read-files input", [picture, broken])
    sheet = page.locator("[data-sheet]")
    expect(sheet).to_have_count(1, timeout=READ)
    expect(page.locator("[data-failed]")).to_be_visible(timeout=READ)
    expect(sheet.locator("[name=name]")).to_have_value(card.truth["name"])
    expect(sheet.locator("[name=company]")).to_have_value(card.truth["company"])
    sheet.locator("[name=company]").focus()
    expect(sheet.locator("[data-spot]")).to_be_visible()
    assert serious_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "no sideways scrolling"
    sheet.locator("[name=mobile]").fill("13812345678")
    sheet.locator("button[data-kind=primary]").click()
    expect(page.locator("[data-saved]")).to_be_visible()
    lead = Lead.objects.get()
    assert (lead.name, lead.mobile) == (card.truth["name"], "+8613812345678")
    assert StoredFile.objects.get().record_id == lead.pk

    page.goto("/leads/paste")
    settled(page)
    page.fill("textarea[name=text]", "客户刘女士，手机13912345678，想咨询暑期英语培训班")
    expect(sheet.locator("[name=mobile]")).to_have_value("13912345678")
    assert serious_findings(page) == []
    sheet.locator("button[data-kind=primary]").click()
    expect(page.locator("[data-saved]")).to_be_visible()
    assert sorted(Lead.objects.values_list("name", flat=True)) == sorted([card.truth["name"], "刘女士"])
