"""Which fields of a lead a form may ask for, and the words it asks in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.kernel.errors import Invalid
from headwater.leads.types import CONTACT_METHODS

# What needs no search, no calendar and no script to be filled in.
ASKABLE = frozenset(
    {
        FieldType.TEXT,
        FieldType.LONG_TEXT,
        FieldType.NUMBER,
        FieldType.MONEY,
        FieldType.PERCENT,
        FieldType.DATE,
        FieldType.PICKLIST,
        FieldType.CASCADE,
        FieldType.MULTI_PICK,
        FieldType.BOOLEAN,
        FieldType.PHONE,
        FieldType.EMAIL,
        FieldType.URL,
    }
)
_OURS = frozenset(
    {"business_line", "consent_basis", "consent_evidence", "external_id", "tags", "intent", "do_not_call"}
    | {"do_not_email"}
)
FIRST = ("name", "mobile", "company", "requirement")
MOST = 30


@dataclass(frozen=True, slots=True)
class Question:
    """A field of the lead as this form asks for it; empty words are the field's own."""

    key: str
    label: str = ""
    help: str = ""
    required: bool = False


def askable_fields() -> dict[str, Field]:
    """Fields of the lead that a public form can hold, by key."""
    return {
        key: field
        for key, field in record_type("lead").all_fields.items()
        if field.type in ASKABLE and field.editable and key not in _OURS
    }


def first_questions() -> list[Question]:
    """What a new form asks."""
    return [Question(key, required=key in ("name", "mobile")) for key in FIRST]


def stored(questions: Iterable[Question]) -> list[dict[str, Any]]:
    return [asdict(one) for one in questions]


def read_questions(raw: Sequence[Mapping[str, Any]]) -> list[Question]:
    """Questions as stored; those whose field is gone are left out."""
    known = askable_fields()
    return [
        Question(str(one["key"]), str(one["label"]), str(one["help"]), bool(one["required"]))
        for one in raw
        if one.get("key") in known
    ]


def checked(questions: Sequence[Question]) -> list[Question]:
    """Refuses `Invalid` what could never make a lead: without name or contact method, unknown, twice."""
    keys = [one.key for one in questions]
    unknown = [key for key in keys if key not in askable_fields()]
    if unknown:
        shown = ", ".join(key[:60] for key in unknown[:5])
        raise Invalid.one("questions", "form.unknown_field", _("Not to be asked: %(keys)s") % {"keys": shown})
    if len(set(keys)) < len(keys) or len(keys) > MOST:
        raise Invalid.one("questions", "form.too_many", _("Ask each field once, at most %d.") % MOST)
    if "name" not in keys or not set(keys) & set(CONTACT_METHODS):
        detail = _("Ask for the name and at least one of mobile, phone, e-mail, WeChat or QQ.")
        raise Invalid.one("questions", "form.no_contact", detail)
    return [
        Question(one.key, one.label.strip()[:120], one.help.strip()[:300], one.required or one.key == "name")
        for one in questions
    ]
