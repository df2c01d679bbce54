"""What tests wait for in a browser."""

from playwright.sync_api import Page, expect

# Islands that are not there yet; a landing form uses their markup with a small script of its own.
_ISLANDS = "html:has(script[src*='/app-']) :not(:defined)"


def settled(page: Page) -> None:
    """The page is there: loaded, every island in sight defined, nothing of it being fetched."""
    page.wait_for_load_state("load")
    expect(page.locator(_ISLANDS).locator("visible=true")).to_have_count(0)
    expect(page.locator(".htmx-request")).to_have_count(0)
