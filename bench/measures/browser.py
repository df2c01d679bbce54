"""A real browser on the lead list, where there is one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench.client import Caller
from bench.served import Served, served
from headwater.config.env import env

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Where the browser is."""
    return os.environ.get("HEADWATER_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def browsing(path: str) -> "Iterator[tuple[Served, BrowserContext]]":
    """The product on the bench's data, and a window of a person who is signed in to it."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver runs a loop in this thread
    from playwright.sync_api import sync_playwright

    boss = Caller("admin@example.com")
    boss.sign_in()
    name, _, value = boss.cookie.partition("=")
    with served(env.home) as product, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        window = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        window.add_cookies([{"name": name, "value": value, "url": product.url}])
        yield product, window
        browser.close()
