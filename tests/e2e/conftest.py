"""The whole product in a real browser: web and worker processes on a database of the test's own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browsing import settled
from tests.processes import Process, Product

expect.set_options(timeout=30_000)  # as patient as a click


@dataclass
class Site:
    """A running product and its address."""

    product: Product
    web: Process
    address: str


@pytest.fixture
def site(product: Product) -> Site:
    """Web and worker are running; the installation is empty unless the test has filled it before."""
    with ThreadPoolExecutor(1) as beside:
        worker = beside.submit(product.start_worker)
        web, address = product.start_web()
        worker.result()
    return Site(product, web, address)


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(site: Site, chromium: Browser) -> Iterator[OpenPage]:
    """A browser of its own at a path of the site; a complaint on its console fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(path: str = "/", *, width: int = 1440, theme: str = "light", language: str = "zh-CN") -> Page:
        phone = width < 700
        context = chromium.new_context(
            base_url=site.address,
            viewport={"width": width, "height": 844 if phone else 900},
            has_touch=phone,
            is_mobile=phone,
            locale=language,
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",  # what is half faded in has no contrast yet
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if _is_fault(message) else None)
        page.goto(path)
        settled(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _is_fault(message: object) -> bool:
    """A refused request is logged by the browser itself; that is no fault of the page."""
    return getattr(message, "type", "") == "error" and "status" not in getattr(message, "text", "").lower()


def sign_in(page: Page, email: str, password: str) -> None:
    """Through the sign-in page, as people do."""
    page.goto("/sign-in")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("form:has(input[name=password]) button[type=submit]")
    page.wait_for_url(lambda address: "/sign-in" not in address)
    settled(page)
