"""How an empty installation may begin: with nothing, or with what the rooms above offer (a demo company)."""

from collections.abc import Callable
from dataclasses import dataclass

from headwater.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Start:
    """A choice on the first-run page; `begin` is called with the id of the new administrator."""

    key: str
    label: Text
    note: Text
    begin: Callable[[int], None]


_starts: dict[str, Start] = {}


def register_start(start: Start) -> None:
    """Offer a way to begin; rooms call this from `registrations.py`."""
    _starts[start.key] = start


def starts() -> list[Start]:
    """The ways to begin besides the empty one."""
    return list(_starts.values())


def begin(key: str, user_id: int) -> None:
    """Begin in the chosen way; an unknown key means empty."""
    start = _starts.get(key)
    if start is not None:
        start.begin(user_id)
