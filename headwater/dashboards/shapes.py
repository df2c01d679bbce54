"""A board and what stands on it, wherever it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headwater.dashboards.types import Place, Visibility
from headwater.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Item:
    """A widget: it shows a saved report, a preset or a definition of its own. `key` stands in addresses."""

    key: str
    place: Place
    id: int | None = None
    report_id: int | None = None
    preset: str = ""
    definition: Mapping[str, Any] | None = None
    title: Text = ""
    note: Text = ""
    chart: str = ""
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard; those that come with the system have no id and are not changed."""

    key: str
    name: Text
    items: tuple[Item, ...]
    id: int | None = None
    owner_id: int | None = None
    owner_name: str = ""
    is_mine: bool = False
    may_edit: bool = False
    visibility: str = Visibility.EVERYONE
    role_ids: tuple[int, ...] = ()
    period: str = ""
    refresh_seconds: int = 300
    version: int = 1

    @property
    def is_builtin(self) -> bool:
        return self.id is None

    @property
    def in_phone_order(self) -> tuple[Item, ...]:
        """As somebody ordered them for the phone, else as a desk is read."""
        return tuple(sorted(self.items, key=lambda one: (one.position is None, one.position or 0)))

    def item(self, key: str) -> Item | None:
        return next((one for one in self.items if one.key == key), None)
