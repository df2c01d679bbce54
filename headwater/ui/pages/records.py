"""A record page and its timeline as their templates see them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from markupsafe import Markup

from headwater.kernel.errors import Text
from headwater.ui.pages.forms import FieldControl, Option
from headwater.ui.pages.lists import Cell, Column, EmptyState, Row
from headwater.ui.pages.parts import Action, Tab, Tag


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and a value; with `edit_url` the value becomes a small form on click (GET it, POST it)."""

    label: Text
    cell: Cell
    key: str = ""
    edit_url: str = ""


@dataclass(frozen=True, slots=True)
class FactGroup:
    facts: tuple[Fact, ...]
    title: Text = ""


@dataclass(frozen=True, slots=True)
class StageStep:
    """A chevron of the stage path; `post` or `dialog` moves the record there."""

    label: Text
    state: Literal["done", "now", "next", "won", "lost"] = "next"
    post: str = ""
    dialog: str = ""
    confirm: Text = ""
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Comment:
    author: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """Something that happened. `text` keeps its line breaks; `html` (already safe) goes below it."""

    at: datetime
    who: str
    kind: Text = ""
    icon: str = "activity"
    hue: str = "gray"
    text: str = ""
    html: Markup = field(default_factory=Markup)
    tags: tuple[Tag, ...] = ()
    is_system: bool = False
    is_pinned: bool = False
    tools: tuple[Action, ...] = ()
    comments: tuple[Comment, ...] = ()
    comment_url: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class TimelineDay:
    day: date
    events: tuple[TimelineEvent, ...]


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """A page of the timeline; `more_url` gives the next one (a fragment, block `timeline`)."""

    days: tuple[TimelineDay, ...]
    filters: tuple[Tab, ...] = ()
    more_url: str = ""
    url: str = ""
    count: int | None = None
    title: Text = ""
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True)
class ComposerKind:
    value: str
    label: Text
    icon: str
    placeholder: Text = ""
    outcomes: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Composer:
    """Writing a follow-up. Posts `kind`, `outcome`, `text`, `next_at`, `files` (and `extra`) to `url`."""

    url: str
    kinds: tuple[ComposerKind, ...]
    key: str = ""  # names the draft kept in the browser, e.g. "lead-12"
    kind: str = ""
    phrases: tuple[str, ...] = ()
    text: str = ""
    next_at: str = ""
    with_next: bool = True
    with_files: bool = True
    extra: tuple[FieldControl, ...] = ()
    target: str = ""  # element that the answer replaces; empty: 204 and `hw-refresh`


@dataclass(frozen=True, slots=True)
class RelatedList:
    """A small table of other records; `tags` stand above it, `note` behind them."""

    title: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    count: int | None = None
    add: Action | None = None
    all_href: str = ""
    empty: Text = ""
    key: str = ""
    tags: tuple[Tag, ...] = ()
    note: Text = ""


@dataclass(frozen=True, slots=True)
class RecordPage:
    """All of `ui/records/page.html`."""

    title: str
    url: str
    back_href: str
    back_label: Text = ""
    subtitle: str = ""  # beside the name: the job
    note: str = ""  # below it: the company
    note_href: str = ""
    icon: str = ""  # empty: an avatar with the first letter
    tags: tuple[Tag, ...] = ()
    key_facts: tuple[Fact, ...] = ()
    path: tuple[StageStep, ...] = ()
    actions: tuple[Action, ...] = ()
    more: tuple[Action, ...] = ()
    groups: tuple[FactGroup, ...] = ()
    composer: Composer | None = None
    timeline: TimelinePage | None = None
    related: tuple[RelatedList, ...] = ()
    phone_bar: tuple[Action, ...] = ()
    side: Literal["activity", "details"] = "activity"
    banner: str = ""
    banner_tone: Literal["", "warn", "danger", "good"] = ""
    banner_next: str = ""  # what can be done about it
    banner_actions: tuple[Action, ...] = ()
    version: int | None = None
