"""A form's questions as controls: on the public page and in the preview alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.forms.models import Form
from headwater.forms.questions import Question, askable_fields
from headwater.forms.types import FilesKind
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
    FieldType.CASCADE: "select",
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
class FilesAsked:
    """The place for files, with what may be sent there."""

    label: str
    help: str
    accept: str
    several: bool
    required: bool
    error: str = ""


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
    files: FilesAsked | None = None
    is_closed: bool = False
    opens_at: datetime | None = None
    is_sent: bool = False
    thanks: str = ""
    language: str = "zh-CN"
    languages: tuple[tuple[str, str, str], ...] = ()  # (language, label, address)
    starts: str = ""  # where the page says that somebody began


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


def files_asked(form: Form, error: str = "") -> FilesAsked | None:
    """The place for files; None where none are taken."""
    if not form.files_most:
        return None
    only_pictures = form.files_kind == FilesKind.PICTURES
    kinds = _("JPEG, PNG, GIF or WebP") if only_pictures else _("JPEG, PNG, PDF, Word, Excel or PowerPoint")
    said = {"kinds": kinds, "number": form.files_most, "megabytes": form.files_megabytes}
    return FilesAsked(
        label=form.files_label or (_("Pictures") if only_pictures else pgettext("form", "Files")),
        help=_("%(kinds)s; at most %(number)s of %(megabytes)s MB each") % said,
        accept="image/*" if only_pictures else "image/*,.pdf,.docx,.xlsx,.pptx",
        several=form.files_most > 1,
        required=form.files_required,
        error=error,
    )


def _options(known: Field) -> tuple[Option, ...]:
    """What can be chosen; of a tree its first level, the page fetches what lies below."""
    return tuple(
        Option(choice.value, choice.label)
        for choice in known.choices()
        if not choice.retired and choice.parent is None
    )


def _control(known: Field, one: Question, value: Any, error: str) -> FieldControl:
    is_date = known.type == FieldType.DATE
    is_tree = known.type == FieldType.CASCADE
    is_list = is_tree or known.type == FieldType.PICKLIST
    attrs = {"data-choices": one.key, "data-chosen": str(value)} if is_tree else {}
    if known.type == FieldType.MULTI_PICK:
        value = list(value or [])
    elif is_tree:
        value = str(value).split("/")[0]
    return FieldControl(
        name=one.key,
        label=one.label or known.label,
        kind=_KINDS[known.type],
        value=value,
        options=_options(known),
        required=one.required,
        help=one.help,
        error=str(error),
        placeholder=_("For example 2026-05-01") if is_date else _("Please choose") if is_list else "",
        max_length=None if known.type == FieldType.LONG_TEXT else known.max_length,
        autocomplete=_FILLED_BY_BROWSERS.get(one.key, ""),
        attrs=attrs,
    )


def posted(questions: Sequence[Question], data: QueryDict) -> dict[str, Any]:
    """What was typed, as it was typed."""
    known = askable_fields()
    values: dict[str, Any] = {}
    for one in questions:
        kind = known[one.key].type if one.key in known else None
        if kind == FieldType.MULTI_PICK:
            values[one.key] = [item[:200] for item in data.getlist(one.key)[:50] if item]
        elif kind == FieldType.CASCADE:  # one list a level, all of one name: the deepest choice counts
            chosen = [item.replace("\x00", "")[:200] for item in data.getlist(one.key)[:6] if item]
            values[one.key] = chosen[-1] if chosen else ""
        elif kind == FieldType.BOOLEAN:
            values[one.key] = one.key in data
        elif kind is not None:
            values[one.key] = data.get(one.key, "").replace("\x00", "").strip()[:10_000]
    return values
