"""A list of records as its template sees it."""

from dataclasses import dataclass, field
from typing import Any, Literal

from headwater.kernel.errors import Text
from headwater.ui.pages.forms import FieldControl
from headwater.ui.pages.parts import Action, Tab

CellKind = Literal[
    "text",
    "name",
    "tag",
    "tags",
    "person",
    "link",
    "money",
    "number",
    "percent",
    "when",
    "date",
    "countdown",
    "score",
    "phone",
    "email",
    "url",
    "boolean",
    "html",
]


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as shown. `value` is what the kind formats; `text` wins where it is given."""

    kind: CellKind = "text"
    value: Any = None
    text: Text = ""
    note: Text = ""
    href: str = ""
    hue: str = "gray"
    icon: str = ""
    title: Text = ""
    currency: str = ""  # of an amount; none: what the company counts in
    overdue: bool = False  # a past moment is red
    tags: tuple[tuple[str, str], ...] = ()  # (label, hue) for kind "tags"
    avatar: bool = True

    @property
    def is_empty(self) -> bool:
        return self.value in (None, "", [], ()) and not self.text and not self.tags


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `sort_href` present makes it sortable, `sort` says how it is sorted now."""

    key: str
    label: Text
    align: Literal["", "right", "center"] = ""
    sort_href: str = ""
    sort: Literal["", "ascending", "descending"] = ""
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A record: its first cell is the name. `card` are the cells of the phone card besides the name."""

    id: int
    cells: tuple[Cell, ...]
    href: str = ""
    tools: tuple[Action, ...] = ()
    card: tuple[tuple[Text, Cell], ...] = ()  # (label, cell)
    card_tag: Cell | None = None
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class FilterChip:
    """An active condition in words; `remove_href` is the list without it."""

    label: str
    remove_href: str


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    key: str
    label: Text
    shown: bool


@dataclass(frozen=True, slots=True)
class EmptyState:
    """Nothing here: say why and what to do."""

    title: Text
    text: Text = ""
    icon: str = "inbox"
    actions: tuple[Action, ...] = ()
    hue: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """All of `ui/records/list.html`. Its URL restores it; every link inside keeps the other parameters."""

    title: Text
    url: str  # path of the list without its query
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: EmptyState
    count: int | None = None
    count_cap: int = 1000
    unit: Text = ""
    key: str = "record"  # record type: names the selection and the column chooser
    q: str = ""
    search_placeholder: Text = ""
    searchable: bool = True
    tabs: tuple[Tab, ...] = ()
    layouts: tuple[Tab, ...] = ()  # list | kanban | map
    actions: tuple[Action, ...] = ()
    filters: tuple[FieldControl, ...] = ()
    criteria: str = ""  # JSON tree, as in the URL
    criteria_fields_url: str = ""  # empty: no filter builder
    chips: tuple[FilterChip, ...] = ()
    clear_href: str = ""
    save_view_dialog: str = ""
    batch: tuple[Action, ...] = ()
    select_all_count: int | None = None  # offer "all that match" when more than the page
    density: Literal["cosy", "compact"] = "cosy"
    column_choices: tuple[ColumnChoice, ...] = ()
    columns_url: str = ""  # where chosen columns are POSTed; empty: kept in a cookie
    sort: str = ""
    next_href: str = ""
    previous_href: str = ""
    first_number: int = 1
    self_href: str = ""  # the list as it stands, for reloading
    batch_href: str = ""  # the same with all that narrows it, for acts on all that match
    hidden: dict[str, str] = field(default_factory=dict)  # parameters the search form must keep
    tools: tuple[Action, ...] = ()  # icons at the right of the filter bar (export, print …)
