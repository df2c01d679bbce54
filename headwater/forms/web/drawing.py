"""A form's questions as controls: on the public page and in the preview alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from headwater.forms.questions import Question, askable_fields
from headwater.kernel.catalogue import Field, FieldType
from headwater.ui.pages import FieldControl, Option
from headwater.ui.pages.forms import ControlKind

_KINDS: dict[FieldType, ControlKind] = {
    FieldType.TEXT: "text",
    FieldType.LONG_TEXT: "long_text",
    FieldType.NUMBER: "number",
    FieldType.MONEY: "money",
    FieldType.PERCENT: "percent",
    FieldType.DATE: "text",
    FieldType.PICKLIST: "select",
    FieldType.MULTI_PICK: "checks",
    FieldType.BOOLEAN: "checkbox",
    FieldType.PHONE: "phone",
    FieldType.EMAIL: "email",
    FieldType.URL: "text",
}
_FILLED_BY_BROWSERS = {
    "name": "name",
    "mobile": "tel",
    "phone": "tel",
    "email": "email",
    "company": "organization",
    "title": "organization-title",
    "address": "street-address",
    "website": "url",
}


@dataclass(frozen=True, slots=True)
class PublicForm:
    """All that the public page and the preview show."""

    title: str
    intro: str
    submit_label: str
    controls: tuple[FieldControl, ...]
    consent_text: str = ""
    has_consented: bool = False
    consent_error: str = ""
    errors: tuple[str, ...] = ()
    action: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)
    trap: str = ""
    challenge: Mapping[str, Any] | None = None
    script: str = ""  # the address of what does the work
    is_embedded: bool = False
    is_closed: bool = False
    is_sent: bool = False
    thanks: str = ""
    languages: tuple[tuple[str, str, str], ...] = ()  # (language, label, address)


def controls(
    questions: Sequence[Question], values: Mapping[str, Any], errors: Mapping[str, Mapping[str, str]]
) -> tuple[FieldControl, ...]:
    """A control for each question, with what was typed and what is wrong with it."""
    known = askable_fields()
    return tuple(
        _control(known[one.key], one, values.get(one.key, ""), errors.get(one.key, {}).get("detail", ""))
        for one in questions
        if one.key in known
    )


def _control(known: Field, one: Question, value: Any, error: str) -> FieldControl:
    is_date = known.type == FieldType.DATE
    return FieldControl(
        name=one.key,
        label=one.label or known.label,
        kind=_KINDS[known.type],
        value=value if known.type != FieldType.MULTI_PICK else list(value or []),
        options=tuple(Option(choice.value, choice.label) for choice in known.choices() if not choice.retired),
        required=one.required,
        help=one.help,
        error=str(error),
        placeholder=_("For example 2026-05-01") if is_date else "",
        max_length=None if known.type == FieldType.LONG_TEXT else known.max_length,
        autocomplete=_FILLED_BY_BROWSERS.get(one.key, ""),
    )


def posted(questions: Sequence[Question], data: QueryDict) -> dict[str, Any]:
    """What was typed, as it was typed."""
    known = askable_fields()
    values: dict[str, Any] = {}
    for one in questions:
        kind = known[one.key].type if one.key in known else None
        if kind == FieldType.MULTI_PICK:
            values[one.key] = [item[:200] for item in data.getlist(one.key)[:50] if item]
        elif kind == FieldType.BOOLEAN:
            values[one.key] = one.key in data
        elif kind is not None:
            values[one.key] = data.get(one.key, "").replace("\x00", "").strip()[:10_000]
    return values
