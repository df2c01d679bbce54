"""Vocabulary of imports and the shapes that engine and importers exchange."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.errors import Text


class Status(models.TextChoices):
    """Where an import stands."""

    READING = "reading", pgettext_lazy("import", "Reading the file")
    DRAFT = "draft", pgettext_lazy("import", "Draft")
    CHECKING = "checking", pgettext_lazy("import", "Checking")
    CHECKED = "checked", pgettext_lazy("import", "Checked")
    RUNNING = "running", pgettext_lazy("import", "Running")
    DONE = "done", pgettext_lazy("import", "Done")
    FAILED = "failed", pgettext_lazy("import", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("import", "Cancelled")
    REVERTING = "reverting", pgettext_lazy("import", "Reverting")
    REVERTED = "reverted", pgettext_lazy("import", "Reverted")

    @property
    def is_working(self) -> bool:
        return self in WORKING


WORKING = frozenset({Status.READING, Status.CHECKING, Status.RUNNING, Status.REVERTING})


class Outcome(models.TextChoices):
    """What became (or, in the check, would become) of one row."""

    CREATED = "created", pgettext_lazy("import row", "Created")
    UPDATED = "updated", pgettext_lazy("import row", "Updated")
    SKIPPED = "skipped", pgettext_lazy("import row", "Skipped")
    FAILED = "failed", pgettext_lazy("import row", "Failed")


class Policy(models.TextChoices):
    """What to do with a row whose record exists already."""

    SKIP = "skip", _("Skip rows that exist already")
    FILL = "fill", _("Update: fill empty fields only")
    UPDATE = "update", _("Update: the file wins")
    CREATE = "create", _("Create anyway")
    REINQUIRE = "reinquire", _("Record as another inquiry")


class Guess(models.TextChoices):
    """What the values of a column look like."""

    EMPTY = "empty", pgettext_lazy("column", "Empty")
    TEXT = "text", pgettext_lazy("column", "Text")
    LONG_TEXT = "long_text", pgettext_lazy("column", "Long text")
    NUMBER = "number", pgettext_lazy("column", "Number")
    DATE = "date", pgettext_lazy("column", "Date")
    DATETIME = "datetime", pgettext_lazy("column", "Date and time")
    BOOLEAN = "boolean", pgettext_lazy("column", "Yes / no")
    PICKLIST = "picklist", pgettext_lazy("column", "Picklist")
    PHONE = "phone", pgettext_lazy("column", "Phone")
    EMAIL = "email", pgettext_lazy("column", "E-mail")
    URL = "url", pgettext_lazy("column", "Web address")


@dataclass(frozen=True, slots=True)
class Target:
    """A field a column may be mapped to."""

    key: str
    label: Text
    type: str
    group: Text = ""
    headers: tuple[str, ...] = ()
    is_contact: bool = False
    names_records: bool = False  # values are names; unknown ones may be added on the way
    known: Callable[[str], bool] | None = None  # whether a value is a choice that exists
    choices: Callable[[], Sequence[tuple[str, Text]]] | None = None  # what a value can be read as


@dataclass(slots=True)
class Column:
    """One column of the file, as found by reading all of it."""

    index: int
    header: str
    guess: str = Guess.TEXT
    filled: int = 0
    distinct: int = 0
    is_unique: bool = False  # every value differs, as far as was looked
    longest: int = 0
    samples: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)  # all values with their number, when few
    counts: list[int] = field(default_factory=list)
    blanks: list[str] = field(default_factory=list)  # values that look like "nothing chosen"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class ColumnPlan:
    """What to do with one column."""

    column: int
    target: str = ""  # a field key; empty = not imported
    empty: tuple[str, ...] = ()  # values to read as nothing
    new_label: str = ""  # makes a custom field of this name first
    new_type: str = ""
    add_missing: bool = False  # adds choices or records that the column names and that do not exist yet
    values: dict[str, str] = field(default_factory=dict)  # what a value of the file is called here
    order: str = ""  # of a date's parts where the year stands last: "mdy" or "dmy"

    @property
    def makes_field(self) -> bool:
        return bool(self.new_label) and not self.target

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"empty": list(self.empty)}


class SourceRow(NamedTuple):
    """A row of the file. `number` counts data rows from 1; `line` is where a spreadsheet shows it."""

    number: int
    line: int
    cells: list[str]
    problem: str = ""  # code of what is wrong with the row itself


@dataclass(slots=True)
class RowResult:
    """What became of one row. `changes` = {field: [before, after]} of an update, kept for the revert."""

    number: int
    outcome: Outcome
    record_id: int | None = None
    code: str = ""
    field: str = ""  # the target the code speaks of; empty = the row as a whole
    detail: str = ""
    changes: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A row that made or changed a record, as a revert meets it."""

    number: int
    outcome: str
    record_id: int
    changes: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Undone:
    """What the revert did to one row: nothing is left when `code` is empty."""

    number: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """An import as an importer sees it."""

    job_id: int
    columns: list[Column]
    plans: list[ColumnPlan]
    options: dict[str, Any]
    prepared: dict[str, Any]
    offset: int = 1  # what a spreadsheet shows as row 2 is number 1
    row_count: int = 0
