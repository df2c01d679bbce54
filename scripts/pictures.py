"""The pictures of `docs/images`: `pictures.py [name …]` takes all of them, or those named.

Starts the product with its demo company in a temporary home, opens the screens in Chromium as a person
would, and writes small WebP files. The demo company is seeded, so two runs differ in dates and times alone.
`PICTURES_OF=http://localhost:8000` takes them of a product that runs already.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import product as product_of
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "images"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
PATIENCE = 300.0  # seconds until the demo company is there
PASSWORD = "huoshui-2026"  # noqa: S105 - the demo company's, printed at every start
SURNAMES, GIVEN = (
    "王李张刘陈杨赵黄周吴徐孙",
    ("海燕", "思远", "文博", "嘉豪", "雅婷", "子涵", "建国", "欣怡", "晓彤", "明轩"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: who looks, what they do until the screen is there, and how big it is."""

    name: str
    person: str
    show: Callable[[Page], None]
    width: int = 1440
    height: int = 900
    is_dark: bool = False
    is_phone: bool = False


def at(path: str) -> Callable[[Page], None]:
    """Just open the address."""
    return lambda page: go(page, path)


def go(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")


def told(page: Page, words: str) -> None:
    """Follow the newest notification with these words; older ones come as the page is scrolled."""
    go(page, "/notifications")
    wanted, more = page.locator(".hw-inbox-item a", has_text=words), page.locator("#hw-inbox-more")
    while not wanted.count() and more.count():
        page.evaluate("document.querySelector('#hw-inbox-more')?.scrollIntoView()")
        page.wait_for_timeout(500)
    wanted.first.click()
    page.wait_for_load_state("networkidle")


def lead(page: Page) -> None:
    told(page, "再次咨询")


def imported(page: Page) -> None:
    """A list with a column that the company has no field for."""
    go(page, "/leads/import")
    lines = ["姓名,手机,公司,班型,来源"]
    for number, (surname, given) in enumerate(product_of(SURNAMES, GIVEN)):
        size = ("小班", "大班", "请选择")[number % 3]
        lines.append(f"{surname}{given},1420009{number:04d},示例公司{number},{size},官网")
    file = {"name": "名单.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    page.set_input_files("hw-upload input[type=file]", file)  # type: ignore[arg-type]
    page.wait_for_url("**/imports/*")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="新建字段").click()
    page.wait_for_load_state("networkidle")


def recycling(page: Page) -> None:
    """A rule about to become stricter, with what that would do."""
    go(page, "/settings/recycling")
    page.get_by_role("link", name="华北高意向").click()
    page.fill("input[name=overdue_days]", "5")
    page.get_by_role("button", name="预览影响").click()
    page.locator(".hw-preview-sum").wait_for()


def decision(page: Page) -> None:
    """Why a lead went to whom it went."""
    told(page, "华南高意向轮流分配")
    row = page.locator(".hw-event", has_text="华南高意向轮流分配").first
    row.get_by_role("button").last.click()
    page.get_by_role("menuitem", name="为什么").click()
    page.locator("#hw-dialog .hw-rule-candidates, dialog .hw-rule-candidates").first.wait_for()


def handover(page: Page) -> None:
    """Who would get what, before anything moves."""
    go(page, "/handovers/new")
    choose(page, "leaver", "刘俊杰")
    page.get_by_role("button", name="下一步").click()
    page.wait_for_load_state("networkidle")
    choose(page, "people", "朱欣怡")
    choose(page, "people", "张嘉豪")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="核对数量").click()
    page.locator(".hw-handover-result").first.wait_for()


def public_form(page: Page) -> None:
    """A landing form as a visitor meets it."""
    first_of("/forms", "预约演示")(page)
    go(page, page.locator("a[href*='/f/']").first.get_attribute("href") or "")


def first_of(path: str, row: str) -> Callable[[Page], None]:
    """Open the list, then its first record that says this."""

    def show(page: Page) -> None:
        go(page, path)
        page.locator("#hw-rows a", has_text=row).first.click()
        page.wait_for_load_state("networkidle")

    return show


def choose(page: Page, field: str, label: str) -> None:
    """Pick from a searchable select."""
    box = page.locator(f"hw-select:has(select[name='{field}'])")
    box.locator(".ts-control").click()
    box.locator(".ts-control input").fill(label)
    page.locator(".ts-dropdown .option", has_text=label).first.click()


def built(page: Page) -> None:
    """A report in the making: what campaigns bring."""
    go(page, "/reports/new?dataset=journey")
    page.locator("[data-group='lead.campaign']").click()
    for part in ("count:account", "count:opportunity", "sum:opportunity.amount"):
        page.locator(f"[data-quick='{part}']").click()
    page.locator(".hw-report-preview tfoot td").nth(3).wait_for()
    page.fill(".hw-report-name input", "市场活动带来的商机")
    settled(page)


def board(page: Page) -> None:
    """The first board of whoever looks, all figures there."""
    go(page, "/dashboards")
    page.wait_for_function("!document.querySelector('.hw-dash-bones, hw-dashboard[data-working]')")
    settled(page)


def settled(page: Page) -> None:
    """Charts are drawn and their first movement is over."""
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    page.wait_for_timeout(1200)


def funnel(page: Page) -> None:
    go(page, "/funnel")
    settled(page)


PICTURES = (
    Picture("leads", "admin", at("/leads")),
    Picture("leads-dark", "admin", at("/leads"), is_dark=True),
    Picture("lead", "north1", lead),
    Picture("workbench", "north", at("/")),
    Picture("board", "director", at("/opportunities/board")),
    Picture("quote", "director", first_of("/quotes", "Q2026-00011"), height=1000),
    Picture("forecast", "director", at("/forecast"), height=1000),
    Picture("reports", "marketing", built),
    Picture("dashboard", "marketing", board, height=1040),
    Picture("funnel", "director", funnel, height=1000),
    Picture("import", "admin", imported),
    Picture("recycling", "admin", recycling, height=1040),
    Picture("decision", "south1", decision),
    Picture("handover", "director", handover),
    Picture("calendar", "admin", at("/settings/calendars/1")),
    Picture("form-designer", "admin", first_of("/forms", "预约演示"), height=960),
    Picture("duplicates", "admin", at("/duplicates")),
    Picture("phone-calls", "north1", at("/leads/calls"), 390, 844, is_phone=True),
    Picture("phone-lead", "north1", lead, 390, 844, is_phone=True),
    Picture("phone-dashboard-dark", "marketing", board, 390, 844, is_dark=True, is_phone=True),
    Picture("phone-form", "marketing", public_form, 390, 844, is_phone=True),
    Picture("phone-lead-dark", "north1", lead, 390, 844, is_dark=True, is_phone=True),
)


def take(browser: Browser, base: str, picture: Picture) -> bytes:
    """The finished picture."""
    context = browser.new_context(
        base_url=base,
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.is_dark else "light",
        device_scale_factor=1.5 if picture.is_phone else 1,
        is_mobile=picture.is_phone,
        has_touch=picture.is_phone,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    try:
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto("/sign-in")
        page.fill("input[name=login]", f"{picture.person}@yunfan.example")
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        picture.show(page)
        page.evaluate("document.activeElement?.blur?.()")
        page.wait_for_timeout(500)
        return shrunk(page.screenshot(animations="disabled", caret="hide"))
    finally:
        context.close()


def shrunk(raw: bytes) -> bytes:
    """The same picture, pixel by pixel, in a third of the bytes."""
    out = BytesIO()
    Image.open(BytesIO(raw)).convert("RGB").save(out, "WEBP", lossless=True, quality=100, method=6)
    return out.getvalue()


@contextmanager
def product() -> Iterator[str]:
    """The address of a product with the demo company; a temporary one unless `PICTURES_OF` names one."""
    known = os.environ.get("PICTURES_OF")
    if known:
        yield known.rstrip("/")
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tempfile.mkdtemp(prefix="headwater-pictures-")
    environment = {**os.environ, "HEADWATER_HOME": home, "HEADWATER_PORT": str(port)}
    environment.pop("DATABASE_URL", None)
    with (Path(home) / "product.log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "headwater", "serve"],
            cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        base = f"http://localhost:{port}"
        wait_for(base, running)
        yield base
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(60)
        shutil.rmtree(home, ignore_errors=True)


def wait_for(base: str, running: "subprocess.Popen[bytes]") -> None:
    """Until the product answers and its worker has told everybody what happened."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if running.poll() is not None:
            raise SystemExit("The product did not start.")
        try:
            with urllib.request.urlopen(f"{base}/readyz", timeout=5):  # noqa: S310 - our own
                time.sleep(15)  # the first sweeps and notifications
                return
        except (urllib.error.URLError, OSError):
            time.sleep(1)
    raise SystemExit("The product did not come up in time.")


def main() -> int:
    """Take what is asked for; say how big it is."""
    wanted = set(sys.argv[1:])
    unknown = wanted - {picture.name for picture in PICTURES}
    if unknown:
        print(f"No such pictures: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    TARGET.mkdir(parents=True, exist_ok=True)
    with product() as base, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=FLAGS)
        for picture in PICTURES:
            if wanted and picture.name not in wanted:
                continue
            data = take(browser, base, picture)
            (TARGET / f"{picture.name}.webp").write_bytes(data)
            print(f"{picture.name}.webp {len(data) // 1024} kB", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
