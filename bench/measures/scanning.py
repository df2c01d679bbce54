"""Card scan: seconds a card, cold and warm, with everything that the page waits for; and texts a second."""

import time
from collections.abc import Iterator

from bench.timing import Result, median
from headwater.extraction.ocr.keeper import is_installed, keeper
from headwater.extraction.reading.cards import ordered
from headwater.extraction.reading.codes import read_with_codes
from headwater.extraction.reading.texts import read_texts
from tests.extraction.drawn_cards import flat, jpeg, make_card, photographed

CARDS = 6
COLD, WARM, TEXTS = 8.0, 3.0, 200
MESSAGE = "您好，我是杭州云岫信息技术有限公司的李明，电话13800000002，想要20个账号，预算5万，微信同号"


def scanning() -> Iterator[Result]:
    """Photographs one after another through the process that looks at them."""
    if is_installed():
        pictures = [jpeg(photographed(flat(make_card(number)), number)) for number in range(CARDS + 1)]
        keeper.end()
        spent = [_seconds(picture) for picture in pictures]
        keeper.end()
        warm = median(spent[1:])
        yield Result("first card, models loaded", spent[0], None, "s", f"≤ {COLD:g} s", spent[0] <= COLD)
        yield Result("each further card", warm, None, "s", f"≤ {WARM:g} s", warm <= WARM)
    began = time.perf_counter()
    for number in range(TEXTS):
        read_texts(f"{MESSAGE} {number}")
    speed = TEXTS / (time.perf_counter() - began)
    yield Result("pasted message to fields", speed, None, "messages/s", f"≥ {TEXTS}", speed >= TEXTS)


def _seconds(picture: bytes) -> float:
    began = time.perf_counter()
    seen = keeper.see(picture)
    read_with_codes(ordered(seen.lines), seen.codes)
    return time.perf_counter() - began
