"""What the wizard's templates see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from headwater.kernel.errors import Text
from headwater.ui.pages import FieldControl, Tab, Tile


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    label: Text
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """A value that may mean "nothing chosen"."""

    value: str
    count: int
    checked: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value of the file that is no choice here, and what it is read as."""

    value: str
    count: int
    chosen: str


@dataclass(frozen=True, slots=True)
class MapRow:
    """One column of the file and what becomes of it.

    `chosen` is a field's key, "+" for a new field, "" for nothing.
    """

    index: int
    header: str
    guess: Text
    samples: tuple[str, ...]
    chosen: str
    new_label: str
    new_type: str
    blanks: tuple[Blank, ...]
    adds: bool
    may_add: bool
    is_empty: bool
    unknown: tuple[Unknown, ...] = ()
    choices: tuple[Choice, ...] = ()
    order: str | None = None  # None: holds no dates


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in the history."""

    id: int
    file_name: str
    status: Text
    hue: str
    by: str
    at: datetime
    rows: int
    created: int
    updated: int
    skipped: int
    failed: int
    is_working: bool


@dataclass(frozen=True, slots=True)
class UploadPage:
    """Step one, and what was imported before."""

    record: str
    title: Text
    list_label: Text
    back: str
    back_label: Text
    records: Sequence[Tab]
    query: str
    recent: Sequence[ImportLine]
    most_megabytes: int
    most_rows: int
    steps: tuple[Text, ...]
    step: int = 0


@dataclass(frozen=True, slots=True)
class Fact:
    label: Text
    value: str


@dataclass(frozen=True, slots=True)
class MappingPage:
    """Step two."""

    id: int
    file_name: str
    facts: tuple[Fact, ...]
    layout: tuple[FieldControl, ...]
    rows: tuple[MapRow, ...]
    groups: tuple[ChoiceGroup, ...]
    types: tuple[Choice, ...]
    unmapped: int
    mapped: int
    new: int
    may_create: bool
    blank_words: tuple[str, ...]
    also_empty: FieldControl
    preset: FieldControl
    preset_name: str
    back: str
    steps: tuple[Text, ...]
    problems: tuple[str, ...] = ()
    step: int = 1


@dataclass(frozen=True, slots=True)
class OptionsPage:
    """Step three."""

    id: int
    file_name: str
    rows: int
    policy: FieldControl
    places: tuple[FieldControl, ...]
    origin: tuple[FieldControl, ...]
    naming: tuple[FieldControl, ...]
    reference: FieldControl | None
    reference_samples: tuple[str, ...]
    recognised_by: Text
    places_title: Text
    steps: tuple[Text, ...]
    problems: tuple[str, ...] = ()
    step: int = 2


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """Rows with the same trouble, in words."""

    title: str
    rows: int
    hue: str
    outcome: Text
    samples: tuple[tuple[int, str], ...]
    href: str


@dataclass(frozen=True, slots=True)
class ProblemLine:
    line: int
    outcome: Text
    hue: str
    detail: str
    record_href: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatePage:
    """Check, run, result: one page that follows the import's status."""

    id: int
    file_name: str
    status: str
    label: Text
    title: Text
    hue: str
    done: int
    total: int
    tiles: tuple[Tile, ...]
    reasons: tuple[ReasonLine, ...]
    has_problems: bool
    total_problems: int
    can_start: bool
    can_map: bool
    can_cancel: bool
    can_revert: bool
    can_discard: bool
    error: str
    will_write: int
    new_fields: tuple[str, ...]
    files_kept: bool
    revert_until: datetime | None
    kept: tuple[ReasonLine, ...]
    steps: tuple[Text, ...]
    step: int
    records_href: str
    again_href: str
    revert_question: Text
    notes: tuple[str, ...] = ()  # what the check does not say

    @property
    def is_working(self) -> bool:
        return self.status in ("reading", "checking", "running", "reverting")


@dataclass(frozen=True, slots=True)
class HistoryPage:
    lines: Sequence[ImportLine]
    next_href: str


@dataclass(frozen=True, slots=True)
class MoveStep:
    """One kind of records on the way into the house: how many are here, how many came by a file."""

    label: Text
    note: Text
    icon: str
    here: int
    imported: int
    is_working: bool
    href: str
    import_href: str

    @property
    def is_done(self) -> bool:
        return self.imported > 0


@dataclass(frozen=True, slots=True)
class MoveInPage:
    """The order in which a company moves in."""

    steps: tuple[MoveStep, ...]
    systems: tuple[str, ...]
