"""The gallery served by a process of its own, and a browser to look at it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from headwater.ui import formats
from tests.browsing import settled

ROOT = Path(__file__).resolve().parents[2]
Visit = Callable[..., Page]


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture(autouse=True)
def _counts_in_yuan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Formatting needs no database here: nobody is asked what the company counts in."""
    monkeypatch.setattr(formats, "_home", lambda: "CNY")


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    """The address of a running gallery."""
    port = _free_port()
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.site", str(port)],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(150):
            try:
                urllib.request.urlopen(f"{address}/palette.json", timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError("the gallery did not start")
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def visit(gallery: str, chromium: Browser) -> Iterator[Visit]:
    """Open a page of the gallery; anything that its console complains about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(path: str, *, width: int = 1440, theme: str = "light", language: str = "zh-hans") -> Page:
        phone = width < 700
        context = chromium.new_context(
            viewport={"width": width, "height": 844 if phone else 900},
            has_touch=phone,
            is_mobile=phone,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        context.add_cookies(
            [
                {"name": "hw_theme", "value": theme, "url": gallery},
                {"name": "django_language", "value": language, "url": gallery},
            ]
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            # A refused request is logged by the browser itself; that is not a fault of the page.
            lambda message: (
                complaints.append(message.text)
                if message.type == "error" and "status" not in message.text.lower()
                else None
            ),
        )
        page.goto(f"{gallery}{path}")
        settled(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
