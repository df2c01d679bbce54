"""Every place of the navigation, on a phone in the dark in English and on a desk in Chinese.

A page may be no wider than its screen, keep nobody out, and speak one language.
"""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page

from headwater.acquisition.models import Channel, Source
from headwater.engagement.services import record_activity
from headwater.leads.models import Lead
from headwater.organization.models import Calendar, User
from headwater.pools.models import RecycleRule
from headwater.sales.models import Pipeline, Stage
from tests.accessibility import Examiner, serious_findings
from tests.e2e.conftest import OpenPage, sign_in
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import PASSWORD, access, make_user
from tests.sales.factories import make_opportunity
from tests.tracking.factories import make_site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CATALOGUES = Path(__file__).parents[2] / "headwater"
HAN = re.compile(r"[\u4e00-\u9fff]")
BESIDE = (
    "/leads/new",
    "/leads/import",
    "/leads/calls",
    "/imports",
    "/opportunities/board",
    "/tasks/new",
    "/tracking/sites",
    "/reports/new?dataset=leads",
    "/reports/preset/lead_trend",
    "/funnel/stages",
    "/funnel/speed",
    "/rules/effect",
)
# What a reader sees, and what a screen reader or a tooltip says.
WORDS = """() => {
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (!node.parentElement.closest("script, style, template, option, textarea, code, [lang]:not(html)"))
      found.add(node.data.trim());
  for (const name of ["aria-label", "placeholder", "data-tip"])
    for (const element of document.querySelectorAll(`[${name}]`))
      found.add(element.getAttribute(name).trim());
  return [...found].filter(Boolean);
}"""


def _catalogue() -> dict[str, str]:
    """English to Chinese, where they differ."""
    words: dict[str, str] = {}
    for path in CATALOGUES.rglob("django.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                if (
                    isinstance(message.id, str)
                    and isinstance(message.string, str)
                    and HAN.search(message.string)
                ):
                    words[message.id] = message.string
    return words


def _company(language: str) -> tuple[User, Lead, list[str]]:
    """A little of everything, named so that the names are in no catalogue."""
    user = make_user("Qx1", role=("admin", "rep"), password=PASSWORD, language=language)
    pool = make_pool("Qx2")
    make_lead(pool=pool, name="Qx3", company="Qx4 Ltd")
    lead = make_lead(pool=pool, owner=user, name="Qx5")
    record_activity(
        access(user, "activities.create"), "lead", lead.pk, kind="call", outcome="connected", content="Qx6"
    )
    deal = make_opportunity("Qx7", owner=user)
    site = make_site(name="Qx8")
    paths = [
        f"/leads/{lead.pk}",
        f"/leads/{lead.pk}/visits",
        f"/tracking/sites/{site.pk}",
        f"/pools/{pool.pk}",
        f"/accounts/{deal.account_id}",
        f"/opportunities/{deal.pk}",
    ]
    return user, lead, paths


def _faults(page: Page, width: int, foreign: set[str], examiner: Examiner) -> list[object]:
    """Why this page may not stay as it is. What sticks out widens the window of a phone: no measure."""
    wide = page.evaluate("Math.max(innerWidth, document.documentElement.scrollWidth)")
    mixed = foreign.intersection(page.evaluate(WORDS))
    found: list[object] = [f"{wide} px wide"] if wide > width else []
    found += [f"other language: {sorted(mixed)}"] if mixed else []
    return found + list(serious_findings(page, examiner))


@pytest.mark.parametrize(
    ("width", "theme", "language"), [(390, "dark", "en"), (1440, "light", "zh-hans")], ids=["phone", "desk"]
)
def test_every_place_fits_and_speaks_one_language(
    own_database: object, open_page: OpenPage, width: int, theme: str, language: str
) -> None:
    user, _lead, records = _company(language)
    words = _catalogue()
    page = open_page("/sign-in", width=width, theme=theme)
    sign_in(page, user.email, PASSWORD)
    places = page.request.get("/palette.json").json()
    named = [item["url"] for item in places["items"] if item.get("url", "").startswith("/")]
    assert len(named) > 15, "the navigation is known"
    # What an installation begins with - stages, sources, pools - is data in the company's own language.
    own = {"公海", *_names_of_the_company()}
    foreign = set(words.values()) - own if language == "en" else set(words)
    examiner = Examiner()
    faults: dict[str, list[object]] = {}
    for path in dict.fromkeys([*named, *records, *BESIDE]):
        answer = page.goto(path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, path
        if found := _faults(page, width, foreign, examiner):
            faults[path] = found
    assert faults == {}


def _names_of_the_company() -> set[str]:
    return {
        name
        for model in (Calendar, Channel, Pipeline, RecycleRule, Source, Stage)
        for name in model.objects.values_list("name", flat=True)
    }


def test_dialogs_of_a_lead_fit_a_phone_in_english(own_database: object, open_page: OpenPage) -> None:
    user, lead, _records = _company("en")
    foreign = set(_catalogue().values()) - {"公海", *_names_of_the_company()}
    page = open_page("/sign-in", width=390, theme="dark")
    sign_in(page, user.email, PASSWORD)
    examiner = Examiner()
    faults: dict[str, list[object]] = {}
    for name in (
        f"{lead.pk}/edit",
        f"{lead.pk}/convert",
        *(f"{act}?ids={lead.pk}" for act in ("assign", "return")),
    ):
        page.goto(f"/leads/{lead.pk}", wait_until="load")
        page.locator(f'[hx-get^="/leads/{name}"]').first.evaluate("button => button.click()")
        page.locator("#hw-dialog button[type=submit]").wait_for()
        if found := _faults(page, 390, foreign, examiner):
            faults[name] = found
    page.goto(f"/leads/{lead.pk}", wait_until="load")
    page.locator("hw-composer hw-date input, .hw-composer hw-date input").first.click()
    page.locator(".air-datepicker:popover-open").wait_for()
    if found := _faults(page, 390, foreign, examiner):
        faults["calendar"] = found
    assert faults == {}
