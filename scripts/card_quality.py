"""How many fields of business cards are read right, with the defaults of the product.

    python scripts/card_quality.py FOLDER [-v] [--fresh]

FOLDER holds pictures and a `truth.json`: a list of objects with `file`, `variant` (such as flat, photo-like)
and the printed `name`, `title`, `company`, `mobile`, `phone`, `email`, `website`, `address`, as far as there.
A value is right when it is the printed one but for blanks, width and, in mails and pages, case and scheme;
numbers count by their digits. `-v` names every wrong one.

What the eyes saw on a picture is kept in the user's cache folder until it or `ocr/eyes.py` changes, so
that rules of reading are measured in seconds; `--fresh` looks again, and alone tells the time a card takes.
"""

import dataclasses
import hashlib
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

from headwater.extraction.ocr import keeper as keeping
from headwater.extraction.ocr.keeper import keeper
from headwater.extraction.reading.cards import ordered
from headwater.extraction.reading.codes import read_with_codes
from headwater.extraction.reading.types import SURE, Box, Extraction, Line
from headwater.kernel.errors import DomainError
from headwater.kernel.text import fold

FIELDS = ("name", "title", "company", "mobile", "phone", "email", "website", "address", "wechat", "qq")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "headwater-cards"
EYES = Path(keeping.__file__).with_name("eyes.py")


def main(folder: Path, *, verbose: bool, fresh: bool) -> int:
    """Read every card of the folder and print the shares."""
    keeping.WITHIN = 300.0  # a busy machine is no fault of the reading
    tally = Tally()
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    seconds: list[float] = []
    for card in truth:
        began = time.perf_counter()
        found = read(folder / card["file"], fresh=fresh)
        seconds.append(time.perf_counter() - began)
        for wrong in tally.count(card, found):
            if verbose:
                print(f"  {card['file']}: {wrong}")
    keeper.end()
    tally.tell()
    seconds.sort()
    middle, slow = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.95)]
    took = f"; {middle:.2f} s a card (median), {slow:.2f} s (95 %)" if fresh else ""
    print(f"{len(truth)} pictures{took}")
    return 0


def read(path: Path, *, fresh: bool) -> Extraction:
    """What the product reads; nothing when it refuses."""
    try:
        lines, codes = see(path.read_bytes(), fresh=fresh)
    except DomainError as refused:
        print(f"  {path.name}: {refused}")
        return Extraction()
    return read_with_codes(ordered(lines), codes)


def see(raw: bytes, *, fresh: bool) -> tuple[list[Line], list[str]]:
    """Lines and codes of a picture, looked at once."""
    kept = CACHE / f"{hashlib.sha256(EYES.read_bytes() + raw).hexdigest()}.json"
    if fresh or not kept.exists():
        seen = keeper.see(raw)
        told = {"lines": [dataclasses.asdict(line) for line in seen.lines], "codes": seen.codes}
        CACHE.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    told = json.loads(kept.read_text(encoding="utf-8"))
    lines = [
        Line(**one | {"box": Box(**one["box"]), "place": Box(**one["place"]) if one["place"] else None})
        for one in told["lines"]
    ]
    return lines, told["codes"]


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
    sys.exit(main(Path(sys.argv[1]), verbose="-v" in sys.argv, fresh="--fresh" in sys.argv))
