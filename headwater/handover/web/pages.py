"""What the templates of the room are given."""

from dataclasses import dataclass, field
from datetime import datetime

from headwater.handover.queries import Item, Line
from headwater.handover.types import Footprint, Preview
from headwater.handover.web.forms import KindForm, Split, Weight
from headwater.ui.pages import FieldControl, Tile


@dataclass(frozen=True, slots=True)
class ListLine:
    """One handover in the list."""

    id: int
    leaver: str
    status: str
    hue: str
    is_working: bool
    total: int
    done: int
    kept: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ListPage:
    """All handovers within reach."""

    lines: tuple[ListLine, ...]
    next_href: str


@dataclass(frozen=True, slots=True)
class ChoosePage:
    """Step one: who leaves."""

    steps: tuple[str, ...]
    leaver: FieldControl
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Step two: who takes what."""

    steps: tuple[str, ...]
    leaver_id: int
    leaver: str
    total: int
    receivers: FieldControl
    weights: tuple[Weight, ...]
    kinds: tuple[KindForm, ...]
    account: FieldControl
    note: FieldControl
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SplitPage:
    """One more line of a kind's splits."""

    key: str
    number: int
    split: Split
    more: bool


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """Step three: what would happen."""

    steps: tuple[str, ...]
    preview: Preview
    carried: tuple[tuple[str, str], ...]
    account: str
    receivers: int
    rules: tuple[str, ...] = ()  # rules that give the leaver leads
    problem: str = ""


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """Progress and result."""

    id: int
    leaver_id: int
    leaver: str
    title: str
    status: str
    label: str
    hue: str
    is_working: bool
    worked: int
    total: int
    tiles: tuple[Tile, ...]
    note: str
    account: str
    by: str
    started_at: datetime
    finished_at: datetime | None
    lines: tuple[Line, ...]
    kept: tuple[tuple[Item, str], ...]
    kept_more: int
    left: tuple[tuple[Item, str], ...]
    left_more: int
    footprints: tuple[Footprint, ...]
    rest: int
    can_undo: bool
    undo_until: datetime | None
    can_see_people: bool
    undo_question: str = ""
    is_inactive: bool = False  # the leaver's account
    reactivate: str = ""  # where somebody who may lets them in again
    facts: tuple[tuple[str, str], ...] = field(default_factory=tuple)
