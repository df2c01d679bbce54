"""An empty installation: the first visitor makes the administrator and is inside."""

import pytest

from headwater.organization.queries import anybody_exists
from tests.accessibility import serious_findings
from tests.browsing import settled
from tests.e2e.conftest import OpenPage, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "a long enough password 5"


@pytest.mark.parametrize("width", [1440, 390])
def test_the_first_visitor_makes_the_administrator(open_page: OpenPage, width: int) -> None:
    page = open_page("/", width=width)
    assert page.url.endswith("/welcome")
    assert serious_findings(page) == []
    page.fill("input[name=name]", "王芳")
    page.fill("input[name=email]", "wang@example.cn")
    page.fill("input[name=password]", PASSWORD)
    page.click("form:has(input[name=password]) button[type=submit]")
    page.wait_for_url(lambda address: "/welcome" not in address)
    settled(page)
    assert anybody_exists()
    assert "/welcome" not in page.url
    assert page.locator("body").inner_text().strip()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "no sideways scrolling"
    assert serious_findings(page) == []

    other = open_page("/welcome", width=width)
    assert other.url.endswith("/sign-in"), "the page is open once"
    sign_in(other, "wang@example.cn", PASSWORD)
    assert "/sign-in" not in other.url
