"""Where the house keeps amounts: rooms above say so, and the room can tell whose rates are missing."""

from collections import Counter
from collections.abc import Callable, Mapping

Uses = Callable[[], Mapping[str, int]]

_uses: dict[str, Uses] = {}


def register_use(key: str, count: Uses) -> None:
    """Have `count()` tell how many amounts there are in each currency; from `registrations.py`."""
    _uses[key] = count


def uses() -> Counter[str]:
    """How many amounts the house keeps in each currency."""
    found: Counter[str] = Counter()
    for count in _uses.values():
        found.update(count())
    return found
