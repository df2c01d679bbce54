"""The form of automatic numbers: `LD-{year}{month}-{number:5}` gives LD-202611-00042."""

import re
from dataclasses import dataclass
from datetime import date

_PLACE = re.compile(r"\{(year|month|day|number)(?::(\d{1,2}))?\}")
_PLAIN = re.compile(r"[^{}]*")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A checked pattern; `number` may carry a width."""

    text: str

    @property
    def is_valid(self) -> bool:
        """It has the running number exactly once and no other braces."""
        names = [found[1] for found in _PLACE.finditer(self.text)]
        return names.count("number") == 1 and _PLAIN.fullmatch(_PLACE.sub("", self.text)) is not None

    def show(self, number: int, day: date) -> str:
        """The number as records keep it."""
        words = {"year": f"{day:%Y}", "month": f"{day:%m}", "day": f"{day:%d}"}

        def fill(found: re.Match[str]) -> str:
            if found[1] == "number":
                return str(number).zfill(int(found[2] or 0))
            return words[found[1]]

        return _PLACE.sub(fill, self.text)
