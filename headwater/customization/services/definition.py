"""What a custom field may be: every option checked against the type before anything is written."""

import re
import warnings
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from headwater.customization.builtin import find_builtin_picklist
from headwater.customization.models import CustomField, Picklist
from headwater.customization.naming import MAX_NAME
from headwater.customization.numbering import NumberFormat
from headwater.customization.queries.snapshot import as_field
from headwater.customization.services.builtin import ensure_builtin_picklists
from headwater.kernel import text
from headwater.kernel.catalogue import FieldType, record_types
from headwater.kernel.catalogue.values import BadValue, number, parse, to_json
from headwater.kernel.errors import Invalid

# Longer values would not fit an entry of the index.
MAX_TEXT = 500
CHANGEABLE = (
    "label", "labels", "help", "group", "is_required", "default", "minimum", "maximum", "decimals",
    "max_length", "pattern", "number_format", "is_personal", "in_list", "headers", "is_filterable",
)  # fmt: skip
_ONLY_AT_BIRTH = ("name", "type", "relation", "picklist", "position")
_WITH_CHOICES = {FieldType.PICKLIST, FieldType.MULTI_PICK, FieldType.CASCADE}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
# A repeated group that itself repeats can take for ever on a short text.
_RUNAWAY = re.compile(r"\([^()]*[+*}][^()]*\)\s*[+*{]")

Complaints = dict[str, dict[str, str]]


def definition_of(row: CustomField) -> dict[str, Any]:
    """A field's settings as plain values, for audit and for the API."""
    plain = {key: getattr(row, key) for key in ("name", "type", "relation", *CHANGEABLE)}
    for key in ("minimum", "maximum"):
        plain[key] = None if plain[key] is None else to_json(Decimal(plain[key]).normalize())
    plain["picklist"] = None if row.picklist is None else row.picklist.key
    return plain


def check_definition(
    given: Mapping[str, Any], choices: Any, *, is_new: bool = True, has_list: bool = False
) -> dict[str, Any]:
    """`given` settings in the form of the model; raises `Invalid` with a complaint per setting."""
    complaints: Complaints = {}
    unknown = set(given) - set(CHANGEABLE) - set(_ONLY_AT_BIRTH)
    for key in unknown:
        _complain(complaints, key, "field.unknown", _("There is no such setting."))
    if given.get("type") not in FieldType.values:
        _complain(complaints, "type", "field.type", _("There is no such type of field."))
        raise Invalid(fields=complaints)
    kind = FieldType(given["type"])
    values: dict[str, Any] = {"type": kind}
    for key, check in _CHECKS.items():
        if key in given:
            try:
                values[key] = check(given[key])
            except BadValue as bad:
                _complain(complaints, key, bad.code, bad.detail)
    if not values.get("label") and "label" not in complaints:
        _complain(complaints, "label", "value.required", _("This is required."))
    _check_by_type(kind, given, values, choices, has_list, complaints)
    if kind == FieldType.LINK and is_new:
        known = {item.key for item in record_types()}
        if values.get("relation") not in known:
            _complain(complaints, "relation", "field.relation", _("Choose the kind of record to link to."))
    if not complaints:
        _check_default(values, complaints, choices)
    if complaints:
        raise Invalid(fields=complaints)
    return values


def _complain(complaints: Complaints, key: str, code: str, detail: str) -> None:
    complaints.setdefault(key, {"code": code, "detail": detail})


def _check_by_type(
    kind: FieldType,
    given: Mapping[str, Any],
    values: dict[str, Any],
    choices: Any,
    has_list: bool,
    complaints: Complaints,
) -> None:
    if kind in _WITH_CHOICES:
        values["picklist"] = None
        shared = given.get("picklist")
        if shared:
            if find_builtin_picklist(str(shared)) is not None:
                ensure_builtin_picklists()  # a room may have come after the last migration
            values["picklist"] = Picklist.objects.filter(key=str(shared)).first()
            if values["picklist"] is None:
                _complain(complaints, "picklist", "field.picklist", _("There is no such picklist."))
        elif not isinstance(choices, list) and not has_list:
            _complain(complaints, "choices", "value.required", _("Give the choices, or name a picklist."))
        if shared and choices is not None:
            _complain(complaints, "choices", "field.choices", _("Choices of a shared list are kept there."))
    elif choices is not None or given.get("picklist"):
        _complain(complaints, "choices", "field.choices", _("Fields of this type have no choices."))
    if kind == FieldType.AUTO_NUMBER:
        values["number_format"] = values.get("number_format") or "{number:5}"
        if not NumberFormat(values["number_format"]).is_valid:
            _complain(
                complaints,
                "number_format",
                "field.number_format",
                _("Use {number} once, such as LD-{year}-{number:5}."),
            )
        values["is_required"] = False
    if kind == FieldType.LONG_TEXT and values.get("is_filterable"):
        _complain(complaints, "is_filterable", "field.index", _("Long texts cannot have an index."))
    low, high = values.get("minimum"), values.get("maximum")
    if low is not None and high is not None and low > high:
        _complain(complaints, "maximum", "field.range", _("The maximum is below the minimum."))


def _check_default(values: dict[str, Any], complaints: Complaints, choices: Any) -> None:
    default = values.get("default")
    if default in (None, "", []):
        values["default"] = None
        return
    if choices is not None:  # the list is made with the field; its own check follows there
        offered = {
            str(choice.get("value") or choice.get("label")) if isinstance(choice, dict) else str(choice)
            for choice in choices
        }
        chosen = default if isinstance(default, list) else [default]
        several = values["type"] == FieldType.MULTI_PICK
        if isinstance(default, list) != several or not offered.issuperset(map(str, chosen)):
            _complain(complaints, "default", "value.choice", _("The default is not one of the choices."))
        return
    try:
        columns = {key: value for key, value in values.items() if key != "position"}
        columns.setdefault("name", "x")
        values["default"] = to_json(parse(as_field(CustomField(**columns)), default))
    except BadValue as bad:
        _complain(complaints, "default", bad.code, bad.detail)


# --- one setting each


def _words(limit: int) -> Callable[[Any], str]:
    def check(raw: Any) -> str:
        if raw is None:
            return ""
        if not isinstance(raw, str):
            raise BadValue("value.type", _("This must be text."))
        words = text.tidy(raw)
        if len(words) > limit:
            raise BadValue("value.too_long", _("At most %(limit)s characters.") % {"limit": limit})
        return words

    return check


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def check(raw: Any) -> int:
        value = number(raw)
        if value != int(value) or not low <= value <= high:
            raise BadValue(
                "value.range", _("A whole number from %(low)s to %(high)s.") % {"low": low, "high": high}
            )
        return int(value)

    return check


def _flag(raw: Any) -> bool:
    if raw in (None, ""):
        return False
    if not isinstance(raw, bool):
        raise BadValue("value.boolean", _("This must be yes or no."))
    return raw


def _limit(raw: Any) -> Decimal | None:
    if raw in (None, ""):
        return None
    value = number(raw)
    if abs(value) >= Decimal(10) ** 14:
        raise BadValue("value.too_large", _("This number is too large."))
    return value


def _optional_whole(low: int, high: int) -> Callable[[Any], int | None]:
    whole = _whole(low, high)
    return lambda raw: None if raw in (None, "") else whole(raw)


def _name(raw: Any) -> str:
    if raw in (None, ""):
        return ""
    if not isinstance(raw, str) or not _NAME.fullmatch(raw) or len(raw) > MAX_NAME:
        raise BadValue("field.name", _("Small letters, digits and _, beginning with a letter."))
    return raw


def _pattern(raw: Any) -> str:
    words = _words(200)(raw)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(words)
    except (re.error, OverflowError, RecursionError):
        raise BadValue("field.pattern", _("This is not a regular expression.")) from None
    if _RUNAWAY.search(words):
        raise BadValue("field.pattern_slow", _("A repeated group must not hold another repetition."))
    return words


def _labels(raw: Any) -> dict[str, str]:
    if raw in (None, ""):
        return {}
    if not isinstance(raw, Mapping):
        raise BadValue("value.type", _("This must be an object of language and label."))
    return {str(code)[:10]: text.tidy(str(words))[:80] for code, words in raw.items() if str(words).strip()}


def _headers(raw: Any) -> list[str]:
    if raw in (None, ""):
        return []
    if not isinstance(raw, list) or len(raw) > 20:
        raise BadValue("value.type", _("This must be a list of texts."))
    return [text.tidy(str(item))[:120] for item in raw if str(item).strip()]


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "label": _words(80),
    "labels": _labels,
    "help": _words(400),
    "group": _words(80),
    "is_required": _flag,
    "default": lambda raw: raw,
    "minimum": _limit,
    "maximum": _limit,
    "decimals": _optional_whole(0, 6),
    "max_length": lambda raw: _whole(1, MAX_TEXT)(255 if raw in (None, "") else raw),
    "pattern": _pattern,
    "number_format": _words(60),
    "is_personal": _flag,
    "in_list": _flag,
    "headers": _headers,
    "is_filterable": _flag,
    "name": _name,
    "relation": _words(40),
    "position": _whole(0, 100_000),
}
