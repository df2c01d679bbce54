"""What the frame of a page needs to know about the reader: places to go, unread count, tastes."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import get_language, pgettext

from headwater.kernel.access import Actor
from headwater.kernel.errors import Text
from headwater.ui import navigation
from headwater.ui.navigation import Area, Command, NavItem

THEMES = ("auto", "light", "dark")
DENSITIES = ("cosy", "compact")
THEME_COOKIE, SIDEBAR_COOKIE, DENSITY_COOKIE = "hw_theme", "hw_sidebar", "hw_density"


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the navigation as shown."""

    key: str
    label: Text
    url: str
    icon: str
    current: bool
    badge: int | None
    alert: bool
    note: Text = ""


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    key: str
    label: Text
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Bell:
    """Where notifications live: the room that keeps them says so once."""

    url: str = ""
    poll_url: str = ""
    unread: Callable[[HttpRequest], int] = lambda _request: 0


@dataclass(frozen=True, slots=True)
class UserLink:
    """A line of the user menu."""

    label: Text
    url: str
    icon: str


@dataclass(slots=True)
class _Hooks:
    bell: Bell
    user_links: list[UserLink]
    sign_out_url: str


_hooks = _Hooks(Bell(), [], "")


def register_bell(*, url: str, poll_url: str, unread: Callable[[HttpRequest], int]) -> None:
    """`url` shows notifications (block for the drawer), `poll_url` answers {"unread": n} with an ETag."""
    _hooks.bell = Bell(url, poll_url, unread)


def register_user_link(label: Text, url: str, icon: str) -> None:
    """Add a line to the user menu."""
    _hooks.user_links.append(UserLink(label, url, icon))


def register_sign_out(url: str) -> None:
    """Where the user menu posts to sign out."""
    _hooks.sign_out_url = url


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of one page for one reader."""

    signed_in: bool
    user_name: str
    user_id: int | None
    groups: tuple[PlaceGroup, ...]
    phone: tuple[Place, ...]
    creates: tuple[Command, ...]
    unread: int
    bell: Bell
    user_links: tuple[UserLink, ...]
    sign_out_url: str
    theme: str
    sidebar: str
    density: str
    language: str

    @property
    def product(self) -> str:
        return pgettext("name of the product", "Headwater")


def preference(request: HttpRequest, cookie: str, allowed: tuple[str, ...]) -> str:
    """A taste kept in a cookie; the first of `allowed` without one."""
    value = request.COOKIES.get(cookie, "")
    return value if value in allowed else allowed[0]


def actor_of(request: HttpRequest) -> Actor | None:
    return getattr(request, "actor", None)


def _place(item: NavItem, request: HttpRequest, current: NavItem | None) -> Place:
    badge = item.badge(request) if item.badge else None
    return Place(
        item.key, item.label, item.path, item.icon, item is current, badge or None, item.alert, item.note
    )


def places(request: HttpRequest, area: Area) -> tuple[PlaceGroup, ...]:
    """The navigation of an area in groups, the current place marked."""
    items = navigation.items_for(actor_of(request), area)
    current = navigation.current(items, request.path)
    shown = []
    for group in navigation.groups():
        inside = tuple(_place(item, request, current) for item in items if item.group == group.key)
        if inside:
            shown.append(PlaceGroup(group.key, group.label, inside))
    return tuple(shown)


def created_by_plus(request: HttpRequest) -> set[str]:
    """The addresses of what the + of the frame creates; parts of pages ask too, and have no frame."""
    return {command.path for command in navigation.commands_for(actor_of(request)) if command.create}


def shell(request: HttpRequest) -> Shell:
    """Build the frame; called once a page by `ui/document.html`."""
    actor = actor_of(request)
    groups = places(request, "main") if actor else ()
    tabs = {item.key for item in navigation.items_for(actor) if item.phone}
    phone = tuple(place for group in groups for place in group.places if place.key in tabs)
    return Shell(
        signed_in=actor is not None,
        user_name=actor.name if actor else "",
        user_id=actor.id if actor else None,
        groups=groups,
        phone=phone[:4],
        creates=tuple(command for command in navigation.commands_for(actor) if command.create),
        unread=_hooks.bell.unread(request) if actor and _hooks.bell.url else 0,
        bell=_hooks.bell,
        user_links=tuple(_hooks.user_links),
        sign_out_url=_hooks.sign_out_url,
        theme=preference(request, THEME_COOKIE, THEMES),
        sidebar=preference(request, SIDEBAR_COOKIE, ("open", "collapsed")),
        density=preference(request, DENSITY_COOKIE, DENSITIES),
        language=get_language() or "zh-hans",
    )
