"""What tests wait for in a browser."""

from playwright.sync_api import Page, expect


def settled(page: Page) -> None:
    """The page is there: loaded, every island in sight defined, nothing of it being fetched."""
    page.wait_for_load_state("load")
    expect(page.locator(":not(:defined):visible")).to_have_count(0)
    expect(page.locator(".htmx-request")).to_have_count(0)
