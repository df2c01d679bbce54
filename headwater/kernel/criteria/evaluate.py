"""Criteria for one record held in memory: the same answers as the SQL."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from headwater.kernel import text
from headwater.kernel.catalogue import Field, FieldType
from headwater.kernel.catalogue.values import as_date, as_moment
from headwater.kernel.criteria.parse import Branch, Criteria, Leaf
from headwater.kernel.criteria.periods import as_days


def matches(criteria: Criteria, row: Mapping[str, Any]) -> bool:
    """Whether `row` meets the criteria.

    `row` is keyed like a listing row: relations are ids or `{"id", ...}` and hold the related record's
    fields where criteria reach through them; custom fields lie in `row["custom"]`.
    """
    return _branch(criteria.root, row)


def _branch(branch: Branch, row: Mapping[str, Any]) -> bool:
    results = (_branch(part, row) if isinstance(part, Branch) else _leaf(part, row) for part in branch.parts)
    if branch.word == "all":
        return all(results)
    if branch.word == "any":
        return any(results)
    return not next(results)


def _leaf(leaf: Leaf, row: Mapping[str, Any]) -> bool:
    for step in leaf.path:
        related = _raw(step, row)
        if not isinstance(related, Mapping):
            return False
        row = related
    return holds(leaf.field, leaf.op, leaf.value, _read(leaf.field, row))


def _raw(field: Field, row: Mapping[str, Any]) -> Any:
    return (row.get("custom") or {}).get(field.name) if field.is_custom else row.get(field.key)


def _read(field: Field, row: Mapping[str, Any]) -> Any:
    value = _raw(field, row)
    if field.type.is_relation and isinstance(value, Mapping):
        value = value.get("id")
    if value is None:
        return None
    if field.type.is_numeric:
        return value if isinstance(value, Decimal) else Decimal(str(value))
    if field.type == FieldType.DATE:
        return value if type(value) is date else as_date(value)
    if field.type == FieldType.DATETIME:
        return value if isinstance(value, datetime) else as_moment(value)
    return value


def _in_span(field: Field, value: Any, wanted: Any) -> bool:
    if value is None:
        return False
    if field.type == FieldType.DATE:
        first, last = as_days(wanted)
    else:
        first, last = wanted.start, wanted.end
    return (first is None or value >= first) and (last is None or value < last)


def _is_empty(field: Field, value: Any) -> bool:
    if field.type == FieldType.MULTI_PICK:
        return not value
    if field.type.is_textual and not field.is_custom:
        return value in (None, "")
    return value is None


def holds(field: Field, op: str, wanted: Any, value: Any) -> bool:
    """One comparison; nothing compares with null except emptiness and negations."""
    if op == "is_empty":
        return _is_empty(field, value)
    if op == "is_not_empty":
        return not _is_empty(field, value)
    if field.type.is_temporal:
        return _in_span(field, value, wanted)
    present = value is not None
    match op:
        case "eq":
            return present and (value in wanted if isinstance(wanted, tuple) else value == wanted)
        case "ne":
            return not present or (value not in wanted if isinstance(wanted, tuple) else value != wanted)
        case "in":
            return present and value in wanted
        case "not_in":
            return value not in wanted
        case "lt":
            return bool(present and value < wanted)
        case "lte":
            return bool(present and value <= wanted)
        case "gt":
            return bool(present and value > wanted)
        case "gte":
            return bool(present and value >= wanted)
        case "between":
            return bool(present and wanted[0] <= value <= wanted[1])
        case "contains":
            return present and text.lower(wanted) in text.lower(value)
        case "not_contains":
            return not present or text.lower(wanted) not in text.lower(value)
        case "starts_with" if field.type == FieldType.CASCADE:
            return present and (value == wanted or value.startswith(f"{wanted}/"))
        case "starts_with":
            return present and text.lower(value).startswith(text.lower(wanted))
        case "has_any":
            return present and not set(wanted).isdisjoint(value)
        case "has_all":
            return present and set(wanted) <= set(value)
        case "has_none":
            return not present or set(wanted).isdisjoint(value)
    raise AssertionError(f"operator {op} is not evaluated")
