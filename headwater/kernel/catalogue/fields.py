"""One field: its type, its place in SQL, its label and what may be done with it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, overload

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from headwater.kernel import text
from headwater.kernel.errors import Text


class FieldType(models.TextChoices):
    """The types an administrator can choose from, and those of built-in fields."""

    TEXT = "text", _("Text")
    LONG_TEXT = "long_text", _("Long text")
    NUMBER = "number", _("Number")
    MONEY = "money", _("Money")
    PERCENT = "percent", _("Percent")
    DATE = "date", _("Date")
    DATETIME = "datetime", _("Date and time")
    PICKLIST = "picklist", _("Picklist")
    MULTI_PICK = "multi_pick", _("Multiple choice")
    CASCADE = "cascade", _("Cascade")
    BOOLEAN = "boolean", _("Yes / no")
    PHONE = "phone", pgettext_lazy("field type", "Phone")
    EMAIL = "email", _("E-mail")
    URL = "url", _("Web address")
    USER = "user", _("Person")
    DEPARTMENT = "department", _("Department")
    LINK = "link", _("Record link")
    AUTO_NUMBER = "auto_number", _("Auto number")

    @property
    def is_textual(self) -> bool:
        return self in _TEXTUAL

    @property
    def is_numeric(self) -> bool:
        return self in _NUMERIC

    @property
    def is_temporal(self) -> bool:
        return self in _TEMPORAL

    @property
    def is_relation(self) -> bool:
        return self in _RELATION


_TEXTUAL = frozenset(
    {
        FieldType.TEXT,
        FieldType.LONG_TEXT,
        FieldType.PICKLIST,
        FieldType.CASCADE,
        FieldType.PHONE,
        FieldType.EMAIL,
        FieldType.URL,
        FieldType.AUTO_NUMBER,
    }
)
_NUMERIC = frozenset({FieldType.NUMBER, FieldType.MONEY, FieldType.PERCENT})
_TEMPORAL = frozenset({FieldType.DATE, FieldType.DATETIME})
_RELATION = frozenset({FieldType.USER, FieldType.DEPARTMENT, FieldType.LINK})


class Mask(models.TextChoices):
    """How a value is shown to somebody who may know that it exists but not what it is."""

    PHONE = "phone"
    EMAIL = "email"
    TEXT = "text"

    def hide(self, value: Any) -> str | None:
        if value in (None, ""):
            return None
        hidden = {
            Mask.PHONE: text.masked_phone,
            Mask.EMAIL: text.masked_email,
            Mask.TEXT: text.masked_text,
        }[self]
        return hidden(str(value))


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a picklist. Retired ones stay readable but are no longer offered.

    For cascades `value` is the path "province/city" and `parent` the path above it.
    """

    value: str
    label: Text
    color: str = ""
    retired: bool = False
    parent: str | None = None


class Choices(Sequence[Choice]):
    """Choices that find one of themselves quickly: labels are looked up for every row of a list."""

    def __init__(self, choices: Iterable[Choice] = ()) -> None:
        self._all = tuple(choices)
        self.by_value = {choice.value: choice for choice in self._all}
        self._by_text: dict[str | None, dict[str, Choice]] = {}

    @overload
    def __getitem__(self, index: int) -> Choice: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Choice, ...]: ...
    def __getitem__(self, index: int | slice) -> Choice | tuple[Choice, ...]:
        return self._all[index]

    def __len__(self) -> int:
        return len(self._all)

    @property
    def offered(self) -> tuple[Choice, ...]:
        """Those that may still be chosen."""
        return tuple(choice for choice in self._all if not choice.retired)

    def find(self, raw: str) -> Choice | None:
        """The choice whose value, label or path of labels is `raw`, whatever its case and width."""
        exact = self.by_value.get(raw)
        if exact is not None:
            return exact
        language = get_language()
        known = self._by_text.get(language)
        if known is None:
            known = self._by_text[language] = self._texts()
        return known.get(text.fold(raw))

    def label(self, value: str) -> str:
        """The label of a value; the labels from the root down for a node of a tree."""
        choice = self.by_value.get(value)
        if choice is None:
            return value
        if choice.parent is None:
            return str(choice.label)
        return f"{self.label(choice.parent)} / {choice.label}"

    def _texts(self) -> dict[str, Choice]:
        # A retired choice never hides the one that is offered under the same label; values come first.
        known: dict[str, Choice] = {}
        for choice in sorted(self, key=lambda choice: choice.retired):
            if choice.parent is not None:
                known.setdefault(text.fold(self.label(choice.value).replace(" / ", "/")), choice)
            known.setdefault(text.fold(str(choice.label)), choice)
        return known | {text.fold(choice.value): choice for choice in self}


def _no_choices() -> Sequence[Choice]:
    return Choices()


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record type.

    `sql` is an expression in which `{t}` stands for the record's table alias; the default is the column
    of the same name (`<key>_id` for relations). Custom fields have the key `custom.<name>` and live in
    the record's `custom` column.
    """

    key: str
    label: Text
    type: FieldType
    sql: str = ""
    relation: str = ""  # the record type a relation points to
    choices: Callable[[], Sequence[Choice]] = _no_choices
    group: Text = ""
    help: Text = ""
    required: bool = False
    nullable: bool = True
    editable: bool = True
    sortable: bool = True
    filterable: bool = True
    importable: bool = True
    in_list: bool = False  # a column of the list until somebody chooses others
    in_form: bool = True
    max_length: int = 255
    minimum: float | None = None
    maximum: float | None = None
    decimals: int | None = None
    pattern: str = ""
    default: Any = None
    mask: Mask | None = None
    is_personal: bool = False  # personal data in the sense of PIPL
    headers: tuple[str, ...] = ()  # column headers by which an import recognises it

    @property
    def is_custom(self) -> bool:
        return self.key.startswith("custom.")

    @property
    def name(self) -> str:
        """The key inside `custom`, or the key itself."""
        return self.key.removeprefix("custom.")

    @property
    def is_text_in_sql(self) -> bool:
        """Custom dates and moments are compared as ISO text, so that indexes on them can exist."""
        return self.is_custom and self.type.is_temporal

    def expression(self, alias: str) -> str:
        """The SQL that reads the value from the table under `alias`."""
        if self.sql:
            return self.sql.replace("{t}", alias)
        if not self.is_custom:
            column = f"{self.key}_id" if self.type.is_relation else self.key
            return f"{alias}.{column}"
        # The name is a checked identifier ([a-z][a-z0-9_]*), never what somebody typed.
        if self.type == FieldType.MULTI_PICK:
            return f"({alias}.custom->'{self.name}')"
        raw = f"({alias}.custom->>'{self.name}')"
        if self.type.is_numeric:
            return f"({raw})::numeric"
        if self.type == FieldType.BOOLEAN:
            return f"({raw})::boolean"
        if self.type.is_relation:
            return f"({raw})::bigint"
        return raw

    @property
    def options(self) -> Choices:
        """`choices()` in the form that finds quickly."""
        found = self.choices()
        return found if isinstance(found, Choices) else Choices(found)

    def label_of(self, value: Any) -> str:
        """The label of a choice; the value itself when it is no choice (any more)."""
        return "" if value is None else self.options.label(str(value))
