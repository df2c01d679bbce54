"""`headwater rollups`: fill what is counted ahead anew, or hold it against the raw tables."""

import sys

from headwater.rollups.services import differences, fill, start_anew
from headwater.rollups.types import Key

_SHOWN = 20


def rebuild(keys: list[str]) -> int:
    """Fill them anew, beside whoever works; reports ask the raw tables meanwhile."""
    for key in _wanted(keys):
        start_anew(key)
        fill(key, told=lambda cursor, key=key: _tell(f"{key.value}: {cursor}"))  # type: ignore[misc]
        _tell(f"{key.value}: filled\n")
    return 0


def verify(keys: list[str]) -> int:
    """Name what differs from the raw tables; the status is 1 when anything does."""
    found = 0
    for key in _wanted(keys):
        for number, one in enumerate(differences(key)):
            found += 1
            if number < _SHOWN:
                print(one, flush=True)
    print("Everything agrees." if not found else f"{found} differ: headwater rollups rebuild")
    return 1 if found else 0


def _wanted(keys: list[str]) -> list[Key]:
    return [Key(key) for key in keys] or list(Key)


def _tell(text: str) -> None:
    print(f"\r{text:<40}", end="", file=sys.stderr, flush=True)
