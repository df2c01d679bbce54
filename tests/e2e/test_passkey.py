"""A passkey, made and used in a real browser with an authenticator that the browser plays."""

import re

import pytest
from playwright.sync_api import Page, expect

from headwater.organization.services import set_up_first_administrator
from tests.accessibility import serious_findings
from tests.e2e.conftest import OpenPage, Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EMAIL, PASSWORD = "wang@example.cn", "a long enough password 5"
SLOW = 30_000


@pytest.fixture
def administrator(product: object) -> None:
    set_up_first_administrator(email=EMAIL, name="王芳", password=PASSWORD)


def give_authenticator(page: Page) -> None:
    """The browser answers by itself, as a fingerprint would."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page: Page, home: str) -> None:
    page.goto(f"{home}/sign-in")
    page.fill("input[name=login]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.click("form[action='/sign-in'] button")
    expect(page).not_to_have_url(re.compile("/sign-in$"), timeout=SLOW)


def sign_out(page: Page, home: str) -> None:
    page.goto(f"{home}/sign-out")
    page.click("main form[action='/sign-out'] button")
    expect(page).to_have_url(re.compile("/sign-in$"), timeout=SLOW)


@pytest.mark.usefixtures("administrator")
def test_a_passkey_opens_the_account_and_guards_the_password(site: Site, open_page: OpenPage) -> None:
    home = site.address.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to a number
    page = open_page("/sign-in")
    give_authenticator(page)
    sign_in(page, home)

    page.goto(f"{home}/settings/security/passkeys/add")
    page.fill("input[name=password]", PASSWORD)  # who one is, once more
    page.click("main form button[data-kind=primary]")
    page.wait_for_selector("hw-passkey")
    assert serious_findings(page) == []
    page.click("hw-passkey button")
    expect(page).to_have_url(re.compile("/settings/security/codes"), timeout=SLOW)
    page.goto(f"{home}/settings/security")
    assert serious_findings(page) == []

    sign_out(page, home)
    page.click("hw-passkey button")
    expect(page).to_have_url(f"{home}/", timeout=SLOW)

    sign_out(page, home)
    sign_in(page, home)
    assert page.url.endswith("/sign-in/factor"), "the password alone is no longer enough"
    page.click("hw-passkey button")
    expect(page).to_have_url(f"{home}/", timeout=SLOW)
