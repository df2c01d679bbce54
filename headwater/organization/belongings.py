"""What a person still owns, told by the rooms above: leads, accounts, open tasks."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from headwater.kernel.errors import Text

Count = Callable[[Collection[int]], Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Belonging:
    """One kind of thing that people own; `count` takes user ids and gives a number for each who has any."""

    key: str
    label: Text
    count: Count


_belongings: dict[str, Belonging] = {}


def register_belongings(key: str, label: Text, *, count: Count) -> None:
    """Say that people own something; rooms call this from `registrations.py`."""
    _belongings[key] = Belonging(key, label, count)


def belongings_of(user_id: int) -> dict[str, int]:
    """How many of each kind the person owns, kinds without any left out."""
    held = {key: kind.count([user_id]).get(user_id, 0) for key, kind in _belongings.items()}
    return {key: number for key, number in held.items() if number}


def belonging_label(key: str) -> Text:
    """The label of a kind."""
    return _belongings[key].label
