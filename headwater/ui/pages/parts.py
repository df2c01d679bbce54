"""Small shared pieces of pages."""

from dataclasses import dataclass
from typing import Literal

from headwater.kernel.errors import Text

ActionKind = Literal["", "primary", "soft", "plain", "danger", "danger-fill"]


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do: a button in a head, a row, a menu or the batch bar.

    One of `href` (go there), `dialog`/`drawer` (load the address into it), `post` (do it at once).
    In a batch bar `post` and `dialog` get the chosen rows as repeated `ids`.
    """

    label: Text
    icon: str = ""
    href: str = ""
    dialog: str = ""
    drawer: str = ""
    post: str = ""
    kind: ActionKind = ""
    confirm: Text = ""
    key: str = ""
    download: bool = False  # a file: never through htmx
    tip: Text = ""
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """A saved view, a filter of the timeline, a part of a page."""

    label: Text
    href: str
    current: bool = False
    count: int | None = None
    icon: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    label: Text
    hue: str = "gray"
    dot: bool = False
    icon: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A number with its name; `trend` in percent against before, `good` says whether up is good."""

    label: Text
    value: str
    unit: Text = ""
    note: Text = ""
    trend: float | None = None
    up_is_good: bool = True
    href: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, and what to do next."""

    status: int
    text: str
    remedy: str = ""
    actions: tuple[Action, ...] = ()
