"""The operators, what they are called, which field types take them and what value they want."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.kernel.catalogue import Field, FieldType
from headwater.kernel.errors import Text


class Wants(models.TextChoices):
    """The shape of an operator's value."""

    NOTHING = "nothing"
    ONE = "one"
    MANY = "many"
    PAIR = "pair"
    TEXT = "text"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Operator:
    key: str
    label: Text
    wants: Wants


OPERATORS = {
    item.key: item
    for item in (
        Operator("eq", _("is"), Wants.ONE),
        Operator("ne", _("is not"), Wants.ONE),
        Operator("in", _("is one of"), Wants.MANY),
        Operator("not_in", _("is none of"), Wants.MANY),
        Operator("contains", _("contains"), Wants.TEXT),
        Operator("not_contains", _("does not contain"), Wants.TEXT),
        Operator("starts_with", _("starts with"), Wants.TEXT),
        Operator("lt", _("less than"), Wants.ONE),
        Operator("lte", _("at most"), Wants.ONE),
        Operator("gt", _("greater than"), Wants.ONE),
        Operator("gte", _("at least"), Wants.ONE),
        Operator("between", _("between"), Wants.PAIR),
        Operator("within", _("in the period"), Wants.PERIOD),
        Operator("has_any", _("has any of"), Wants.MANY),
        Operator("has_all", _("has all of"), Wants.MANY),
        Operator("has_none", _("has none of"), Wants.MANY),
        Operator("is_empty", _("is empty"), Wants.NOTHING),
        Operator("is_not_empty", _("is not empty"), Wants.NOTHING),
    )
}

_EMPTINESS = ("is_empty", "is_not_empty")
_WORDS = ("eq", "ne", "in", "not_in", "contains", "not_contains", "starts_with", *_EMPTINESS)
_ORDER = ("eq", "ne", "lt", "lte", "gt", "gte", "between", *_EMPTINESS)
_TIMES = ("within", "eq", "lt", "lte", "gt", "gte", "between", *_EMPTINESS)
_MEMBERS = ("eq", "ne", "in", "not_in", *_EMPTINESS)

_BY_TYPE: dict[FieldType, tuple[str, ...]] = {
    FieldType.TEXT: _WORDS,
    FieldType.LONG_TEXT: ("contains", "not_contains", *_EMPTINESS),
    FieldType.AUTO_NUMBER: _WORDS,
    FieldType.PHONE: _WORDS,
    FieldType.EMAIL: _WORDS,
    FieldType.URL: _WORDS,
    FieldType.CASCADE: ("eq", "ne", "in", "not_in", "starts_with", *_EMPTINESS),
    FieldType.PICKLIST: _MEMBERS,
    FieldType.USER: _MEMBERS,
    FieldType.DEPARTMENT: _MEMBERS,
    FieldType.LINK: _MEMBERS,
    FieldType.BOOLEAN: ("eq", *_EMPTINESS),
    FieldType.MULTI_PICK: ("has_any", "has_all", "has_none", *_EMPTINESS),
    FieldType.NUMBER: _ORDER,
    FieldType.MONEY: _ORDER,
    FieldType.PERCENT: _ORDER,
    FieldType.DATE: _TIMES,
    FieldType.DATETIME: _TIMES,
}


def operators_for(field: Field) -> list[Operator]:
    """The operators a field takes, the usual one first."""
    return [OPERATORS[key] for key in _BY_TYPE[field.type]]
