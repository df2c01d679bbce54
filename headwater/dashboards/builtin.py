"""The boards that come with the system: one for each role that steers by figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from headwater.dashboards.places import settled
from headwater.dashboards.shapes import Board, Item
from headwater.kernel.errors import Text

Items = Callable[[], Sequence[Item]]


@dataclass(frozen=True, slots=True)
class Builtin:
    """A board of the system. `order` says which of two is opened by somebody with both roles."""

    key: str
    name: Text
    items: Items
    order: int
    is_for_administrators: bool = False

    def shown(self) -> Board:
        """As a board; its widgets stand as the grid's law wants."""
        items = self.items()
        places = settled([one.place for one in items])
        placed = [
            Item(
                key=f"w{index}",
                place=place,
                preset=one.preset,
                definition=one.definition,
                title=one.title,
                note=one.note,
                chart=one.chart,
                position=one.position,
            )
            for index, (one, place) in enumerate(zip(items, places, strict=True), start=1)
        ]
        placed.sort(key=lambda one: (one.place.y, one.place.x))
        return Board(key=self.key, name=self.name, items=tuple(placed))


BUILTIN: dict[str, Builtin] = {}


def register_builtin(
    key: str, name: Text, items: Items, *, order: int, is_for_administrators: bool = False
) -> None:
    """Make a board of the system known; `key` is the built-in role that opens with it."""
    BUILTIN[key] = Builtin(key, name, items, order, is_for_administrators)


def builtin_board(key: str) -> Board | None:
    found = BUILTIN.get(key)
    return None if found is None else found.shown()
