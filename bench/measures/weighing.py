"""The scripts of a page without charts, as they travel."""

import gzip
from collections.abc import Iterator

from bench.measures.browser import browsing, chromium
from bench.timing import Result
from headwater.ui.assets import DIST

GOAL = 60.0  # kB
_NAMES = (
    "() => performance.getEntriesByType('resource').map(one => one.name).filter(name => name.endsWith('.js'))"
)


def scripts() -> Iterator[Result]:
    """All that a browser fetches for the lead list until it rests: the page's own, its islands, their parts."""
    path = chromium()
    if path is None:
        return
    with browsing(path) as (product, window):
        page = window.new_page()
        page.goto(f"{product.url}/leads")
        page.wait_for_load_state("networkidle")
        names = {name.rpartition("/")[2] for name in page.evaluate(_NAMES)}
    weight = sum(len(gzip.compress((DIST / name).read_bytes(), 9)) for name in names) / 1000
    note = f"{len(names)} files"
    yield Result("scripts of the lead list, gzip", weight, None, "kB", "≤ 60 kB", weight <= GOAL, note)
