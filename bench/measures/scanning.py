"""Card scan: seconds a card, cold and warm, with everything that the page waits for; and texts a second."""

import re
import time
from collections.abc import Iterator

from bench.timing import Result, median
from headwater.extraction.ocr.keeper import is_installed, keeper
from headwater.extraction.reading.cards import ordered
from headwater.extraction.reading.codes import read_with_codes
from headwater.extraction.reading.texts import read_texts
from headwater.kernel.text import fold
from tests.extraction import unseen_cards
from tests.extraction.drawn_cards import flat, jpeg, make_card, photographed

CARDS, UNSEEN = 6, 16
COLD, WARM, TEXTS = 8.0, 3.0, 200
MESSAGE = "您好，我是杭州云岫信息技术有限公司的李明，电话13800000002，想要20个账号，预算5万，微信同号"


def scanning() -> Iterator[Result]:
    """Photographs one after another through the process that looks at them."""
    if is_installed():
        pictures = [jpeg(photographed(flat(make_card(number)), number)) for number in range(CARDS + 1)]
        keeper.end()
        spent = [_seconds(picture) for picture in pictures]
        warm = median(spent[1:])
        right, printed = _unseen()
        keeper.end()
        yield Result("first card, models loaded", spent[0], None, "s", f"≤ {COLD:g} s", spent[0] <= COLD)
        yield Result("each further card", warm, None, "s", f"≤ {WARM:g} s", warm <= WARM)
        yield Result(
            f"fields of {UNSEEN} cards that no rule was made for, read right",
            100 * right / printed, None, "%", "≥ 97 %", right >= 0.97 * printed,
        )  # fmt: skip
    began = time.perf_counter()
    for number in range(TEXTS):
        read_texts(f"{MESSAGE} {number}")
    speed = TEXTS / (time.perf_counter() - began)
    yield Result("pasted message to fields", speed, None, "messages/s", f"≥ {TEXTS}", speed >= TEXTS)


def _unseen() -> tuple[int, int]:
    """Values read as they are printed, and all of them, on the flat cards drawn after the rules were made."""
    right = printed = 0
    for number in range(unseen_cards.COUNT - UNSEEN, unseen_cards.COUNT):
        card = unseen_cards.make_card(number)
        seen = keeper.see(jpeg(unseen_cards.flat(card)))
        found = read_with_codes(ordered(seen.lines), seen.codes)
        asked = {name: value for name, value in card.truth.items() if value}
        printed += len(asked)
        right += sum(_bare(name, found.value(name)) == _bare(name, value) for name, value in asked.items())
    return right, printed


def _bare(name: str, text: str) -> str:
    """Without blanks, width and scheme; numbers by their digits: as `scripts/card_quality.py` compares."""
    if name in ("mobile", "phone"):
        return re.sub(r"\D", "", text)
    return re.sub(r"\s+|^https?://|/$", "", fold(text))


def _seconds(picture: bytes) -> float:
    began = time.perf_counter()
    seen = keeper.see(picture)
    read_with_codes(ordered(seen.lines), seen.codes)
    return time.perf_counter() - began
