"""What stands in the sidebar, the phone's tabs, the settings list and the command palette.

Rooms register from `registrations.py`; an item is shown to those who hold its permission.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import pgettext_lazy

from headwater.kernel.access import Actor
from headwater.kernel.errors import Text

Area = Literal["main", "settings"]
Badge = Callable[[HttpRequest], int | None]


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place to go. `url` is a path ("/leads") or the name of a view without arguments."""

    key: str
    label: Text
    url: str
    icon: str
    group: str = ""
    area: Area = "main"
    permission: str | Sequence[str] = ""  # one of these is enough; empty: everybody signed in
    order: int = 100
    badge: Badge | None = None  # a number beside the label; None or 0 shows nothing
    alert: bool = False  # the badge asks for action: red
    phone: bool = False  # one of the (at most four) tabs of the phone
    match: Sequence[str] = ()  # further path prefixes under which it counts as current
    keywords: str = ""  # what else the palette finds it by, e.g. English words
    note: Text = ""  # what the place is for, on the first page of the settings

    @property
    def path(self) -> str:
        return _path(self.url)


@dataclass(frozen=True, slots=True)
class Command:
    """An act in the command palette; `create` ones are also behind the + buttons."""

    key: str
    label: Text
    url: str
    icon: str
    permission: str | Sequence[str] = ""
    order: int = 100
    keywords: str = ""
    create: bool = False
    dialog: bool = True  # opens in the dialog, else it is a page

    @property
    def path(self) -> str:
        return _path(self.url)


@dataclass(frozen=True, slots=True)
class NavGroup:
    key: str
    label: Text
    order: int
    area: Area = "main"


_items: dict[str, NavItem] = {}
_commands: dict[str, Command] = {}
_groups: dict[str, NavGroup] = {
    group.key: group
    for group in (
        NavGroup("", "", 0),
        NavGroup("sales", pgettext_lazy("navigation", "Sales"), 20),
        NavGroup("marketing", pgettext_lazy("navigation", "Marketing"), 40),
        NavGroup("service", pgettext_lazy("navigation", "Service"), 60),
        NavGroup("insight", pgettext_lazy("navigation", "Insight"), 80),
        NavGroup("administration", pgettext_lazy("navigation", "Administration"), 90),
        NavGroup("personal", pgettext_lazy("navigation", "Personal"), 5, "settings"),
        NavGroup("organization", pgettext_lazy("navigation", "Organisation"), 10, "settings"),
        NavGroup("objects", pgettext_lazy("navigation", "Objects and fields"), 20, "settings"),
        NavGroup("process", pgettext_lazy("navigation", "Processes"), 30, "settings"),
        NavGroup("integration", pgettext_lazy("navigation", "Integrations"), 40, "settings"),
        NavGroup("security", pgettext_lazy("navigation", "Data and privacy"), 50, "settings"),
    )
}


def register(item: NavItem) -> None:
    """Put an item into the navigation; the same key again replaces it."""
    _items[item.key] = item


def register_group(group: NavGroup) -> None:
    _groups[group.key] = group


def register_command(command: Command) -> None:
    """Put an act into the command palette; the same key again replaces it."""
    _commands[command.key] = command


def groups() -> list[NavGroup]:
    return sorted(_groups.values(), key=lambda group: group.order)


def items_for(actor: Actor | None, area: Area = "main") -> list[NavItem]:
    """The items the actor may use, in order."""
    chosen = [item for item in _items.values() if item.area == area and _may(actor, item.permission)]
    return sorted(chosen, key=lambda item: item.order)


def commands_for(actor: Actor | None) -> list[Command]:
    chosen = [command for command in _commands.values() if _may(actor, command.permission)]
    return sorted(chosen, key=lambda command: command.order)


def is_current(item: NavItem, path: str) -> bool:
    """Whether `path` is the item's page or one below it."""
    return any(
        path == prefix or path.startswith(prefix.rstrip("/") + "/") for prefix in (item.path, *item.match)
    )


def current(items: Sequence[NavItem], path: str) -> NavItem | None:
    """The item that `path` belongs to: of several, the one with the longest address."""
    found = [item for item in items if (item.path == path if item.path == "/" else is_current(item, path))]
    return max(found, key=lambda item: len(item.path), default=None)


def _may(actor: Actor | None, permission: str | Sequence[str]) -> bool:
    if actor is None:
        return False
    wanted = [permission] if isinstance(permission, str) else list(permission)
    return wanted in ([""], []) or any(actor.may(code) for code in wanted)


def _path(url: str) -> str:
    if url.startswith("/"):
        return url
    try:
        return reverse(url)
    except NoReverseMatch:
        raise LookupError(f"navigation points to the unknown view {url!r}") from None
