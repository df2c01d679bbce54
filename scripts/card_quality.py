"""How many fields of business cards are read right, with the defaults of the product.

    python scripts/card_quality.py FOLDER [-v]

FOLDER holds pictures and a `truth.json`: a list of objects with `file`, `variant` (such as flat, photo-like)
and the printed `name`, `title`, `company`, `mobile`, `phone`, `email`, `website`, `address`, as far as there.
A value is right when it is the printed one but for blanks, width and, in mails and pages, case and scheme;
numbers count by their digits. `-v` names every wrong one.
"""

import json
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.config.settings")

from headwater.extraction.ocr.keeper import keeper
from headwater.extraction.reading.cards import ordered
from headwater.extraction.reading.codes import read_with_codes
from headwater.extraction.reading.types import SURE, Extraction
from headwater.kernel.errors import DomainError
from headwater.kernel.text import fold

FIELDS = ("name", "title", "company", "mobile", "phone", "email", "website", "address", "wechat", "qq")


def main(folder: Path, *, verbose: bool) -> int:
    """Read every card of the folder and print the shares."""
    tally = Tally()
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    seconds: list[float] = []
    for card in truth:
        began = time.perf_counter()
        found = read(folder / card["file"])
        seconds.append(time.perf_counter() - began)
        for wrong in tally.count(card, found):
            if verbose:
                print(f"  {card['file']}: {wrong}")
    keeper.end()
    tally.tell()
    seconds.sort()
    middle, slow = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.95)]
    print(f"{len(truth)} pictures; {middle:.2f} s a card (median), {slow:.2f} s (95 %)")
    return 0


def read(path: Path) -> Extraction:
    """What the product reads; nothing when it refuses."""
    try:
        seen = keeper.see(path.read_bytes())
    except DomainError as refused:
        print(f"  {path.name}: {refused}")
        return Extraction()
    return read_with_codes(ordered(seen.lines), seen.codes)


class Tally:
    """Right and all values, by variant and field; what was made up; which wrong ones were marked."""

    def __init__(self) -> None:
        self.right: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.all: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.invented: dict[str, int] = defaultdict(int)
        self.wrong = self.wrong_marked = self.right_marked = 0

    def count(self, card: Mapping[str, str], found: Extraction) -> list[str]:
        """Add one card; what was wrong on it."""
        told: list[str] = []
        variant = card.get("variant", "all")
        for name in FIELDS:
            said, printed = found.value(name), card.get(name) or ""
            marked = name in found.fields and found.fields[name].confidence < SURE
            if not printed:
                if said and name in card:
                    self.invented[variant] += 1
                    told.append(f"{name}: made up {said!r}")
                continue
            self.all[variant][name] += 1
            if same(name, said, printed):
                self.right[variant][name] += 1
                self.right_marked += marked
            else:
                self.wrong += 1
                self.wrong_marked += marked or not said
                told.append(f"{name}: {said!r}, printed {printed!r}")
        return told

    def tell(self) -> None:
        """Print the table."""
        variants = list(self.all)
        print(f"{'':<10}" + "".join(f"{variant:>22}" for variant in variants))
        for name in FIELDS:
            if any(self.all[variant][name] for variant in variants):
                print(f"{name:<10}" + "".join(self._share(variant, (name,)) for variant in variants))
        print(f"{'all':<10}" + "".join(self._share(variant, FIELDS) for variant in variants))
        print("made up   " + "".join(f"{self.invented[variant]:>22}" for variant in variants))
        print(
            f"of {self.wrong} wrong values {self.wrong_marked} were missing or marked to be looked at;"
            f" {self.right_marked} right ones were marked too"
        )

    def _share(self, variant: str, names: tuple[str, ...]) -> str:
        right = sum(self.right[variant][name] for name in names)
        whole = sum(self.all[variant][name] for name in names)
        return f"{right:>8}/{whole:<4}{100 * right / whole:>7.1f} %" if whole else f"{'–':>22}"


def same(name: str, said: str, printed: str) -> bool:
    """Whether two values are one to a reader."""
    if name in ("mobile", "phone"):
        return _digits(said) == _digits(printed) != ""
    one, other = (re.sub(r"\s+", "", fold(text)) for text in (said, printed))
    if name == "website":
        one, other = (re.sub(r"^https?://|/$", "", text) for text in (one, other))
    return one == other


def _digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return digits[2:] if digits.startswith("86") and len(digits) > 10 else digits


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), verbose="-v" in sys.argv))
