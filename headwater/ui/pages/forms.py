"""A form as its template sees it."""

import datetime
from dataclasses import dataclass, field
from typing import Any, Literal

from headwater.kernel.errors import Text
from headwater.ui.pages.parts import Action, Refusal

ControlKind = Literal[
    "text",
    "long_text",
    "number",
    "money",
    "percent",
    "email",
    "phone",
    "url",
    "password",
    "search",
    "select",
    "multi",
    "chips",
    "segments",
    "radio",
    "checkbox",
    "switch",
    "checks",
    "date",
    "time",
    "datetime",
    "daterange",
    "user",
    "users",
    "department",
    "link",
    "links",
    "cascade",
    "tree",
    "file",
    "files",
    "hidden",
    "static",
    "criteria",
]


@dataclass(frozen=True, slots=True)
class Option:
    """A choice. `depth` indents (department tree), `parent` chains (cascade)."""

    value: str
    label: Text
    note: Text = ""
    hue: str = ""
    icon: str = ""
    depth: int = 0
    parent: str | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class FieldControl:
    """One field: `ui.field(control)` draws label, control, help and error.

    `value` is a string, a list of strings for choices of several, or True/False. For remote choices give
    `options_url` and put the present ones into `options`.
    """

    name: str
    label: Text
    kind: ControlKind = "text"
    value: Any = ""
    options: tuple[Option, ...] = ()
    options_url: str = ""
    required: bool = False
    help: Text = ""
    error: str = ""
    placeholder: Text = ""
    span: int = 12  # of twelve columns
    readonly: bool = False
    autofocus: bool = False
    minimum: float | None = None
    maximum: float | None = None
    earliest: datetime.date | None = None  # the days that a calendar offers
    latest: datetime.date | None = None
    days: tuple[int, ...] = ()  # one press for "in n days"
    step: str = ""
    max_length: int | None = None
    currency: str = ""  # of kind money; follows a control "currency" of the same form
    prefix: Text = ""
    suffix: Text = ""
    creatable: bool = False  # a select that takes new words
    accept: str = ""  # file types
    autocomplete: str = ""
    rows: int = 3
    label_hidden: bool = False
    fields_url: str = ""  # for kind criteria
    attrs: dict[str, Any] = field(default_factory=dict)

    @property
    def values(self) -> list[str]:
        """The value as a list of strings."""
        if self.value in (None, ""):
            return []
        many = self.value if isinstance(self.value, list | tuple | set | frozenset) else [self.value]
        return [str(item) for item in many]


@dataclass(frozen=True, slots=True)
class FieldGroup:
    controls: tuple[FieldControl, ...]
    title: Text = ""
    help: Text = ""


@dataclass(frozen=True, slots=True)
class FormPage:
    """All of `ui/records/form.html`: a dialog when htmx asks for one, else a page."""

    title: Text
    action: str
    groups: tuple[FieldGroup, ...]
    submit: Text = ""
    cancel_href: str = ""
    method: Literal["post", "get"] = "post"
    hidden: dict[str, Any] = field(default_factory=dict)  # a list goes along as the same name repeated
    refusal: Refusal | None = None
    width: Literal["", "small", "wide"] = ""
    multipart: bool = False
    danger: bool = False
    intro: Text = ""
    extra: tuple[Action, ...] = ()  # at the left of the foot
