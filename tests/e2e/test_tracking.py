"""A website in a real browser: nothing before a yes, then all; nothing when the browser asks not to."""

import http.server
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Request

from headwater.leads.models import Lead
from headwater.pools.services import ensure_default_pool
from headwater.tracking.models import Hit, Visit, Visitor
from tests.forms.test_forms import make_form
from tests.organization.factories import make_user
from tests.processes import Product, wait_until
from tests.tracking.factories import CHROME, make_site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORDS = {"name": "王芳", "mobile": "13800138000", "company": "云帆"}


class Pages(http.server.BaseHTTPRequestHandler):
    """A website of three kinds of pages, all with the script."""

    body = ""

    def do_GET(self) -> None:
        text = f"<!doctype html><html lang=zh><title>页{self.path}</title>{self.body}".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_parts: object) -> None:
        pass


@pytest.fixture
def website() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()


def told(context: BrowserContext, address: str) -> list[Request]:
    """What the browser sends to the collector from now on."""
    found: list[Request] = []
    context.on(
        "request", lambda one: found.append(one) if one.method == "POST" and one.url == address else None
    )
    return found


def test_consent_decides(product: Product, chromium: Browser, website: str) -> None:
    ensure_default_pool()
    make_user()
    site, form = make_site(domains="localhost"), make_form(consent_text="")
    _web, served = product.start_web()
    address = served.replace("127.0.0.1", "localhost")  # as the product calls itself
    product.start_worker()
    Pages.body = (
        f"<script async src='{address}/t/{site.key}.js'></script>"
        f"<a id=form href='{address}/f/{form.token}'>form</a><a id=file download href='/手册.pdf'>file</a>"
    )
    collector = f"{address}/t/{site.key}"

    # asked not to: no banner, nothing stored, nothing sent, whatever the page says
    quiet = chromium.new_context(user_agent=CHROME)
    quiet.add_init_script("Object.defineProperty(navigator, 'doNotTrack', {value: '1'})")
    sent, page = told(quiet, collector), quiet.new_page()
    page.goto(f"{website}/")
    page.wait_for_function("window.headwater")
    page.evaluate("headwater.consent(true)")
    page.wait_for_timeout(1500)
    assert (sent, page.get_by_role("button").count(), page.evaluate("localStorage.length")) == ([], 0, 0)
    quiet.close()

    context = chromium.new_context(user_agent=CHROME)
    sent, page = told(context, collector), context.new_page()
    page.goto(f"{website}/?utm_source=baidu&utm_medium=cpc&bd_vid=1")
    page.get_by_role("button", name="不同意").wait_for()
    assert (sent, page.evaluate("localStorage.length")) == ([], 0)
    page.get_by_role("button", name="不同意").click()
    page.goto(f"{website}/second")
    page.wait_for_function("window.headwater")
    page.wait_for_timeout(1200)
    assert (sent, page.get_by_role("button").count()) == ([], 0)
    assert context.cookies() == []

    page.evaluate("localStorage.clear()")
    page.goto(f"{website}/?utm_source=baidu&utm_medium=cpc&bd_vid=1")
    page.get_by_role("button", name="同意", exact=True).click()
    page.evaluate("history.pushState(null, '', '/price')")
    page.evaluate("document.querySelector('#file').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    wait_until(lambda: Hit.objects.count() == 3)
    page.wait_for_timeout(50)  # what the browser sent is told between its steps
    assert len(sent) >= 1
    assert sorted(Hit.objects.values_list("kind", "path")) == [
        ("download", "/price"),
        ("page", "/"),
        ("page", "/price"),
    ]
    assert Visit.objects.get().origin == "baidu_ads"

    # the link to a form of ours knows who comes
    page.click("#form")
    page.wait_for_url("**/f/**")
    page.wait_for_timeout(2000)
    for name, value in WORDS.items():
        page.fill(f"[name={name}]", value)
    page.click("button[type=submit]")
    page.wait_for_url("**/thanks*")
    wait_until(lambda: Visitor.objects.get().lead_id is not None)
    assert Visit.objects.get().lead_id == Lead.objects.get().pk

    # and a withdrawal deletes it all
    page.goto(f"{website}/")
    page.wait_for_function("window.headwater")
    page.evaluate("headwater.consent(false)")
    wait_until(lambda: not Visit.objects.exists())
    assert not Hit.objects.exists()
    assert page.evaluate("Object.keys(localStorage).map((key) => key.slice(-1))") == ["c"]
    context.close()
