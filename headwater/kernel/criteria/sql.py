"""Criteria for sets: a WHERE condition."""

from datetime import UTC, date, datetime
from typing import Any

from headwater.kernel import text
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.kernel.criteria.parse import Branch, Criteria, Leaf
from headwater.kernel.criteria.periods import as_days
from headwater.kernel.sql import FALSE, Fragment, all_of, any_of


def to_sql(criteria: Criteria, alias: str = "t") -> Fragment:
    """The condition over the record's table under `alias`; never null for a matching row."""
    return _branch(criteria.root, criteria, alias)


def _branch(branch: Branch, criteria: Criteria, alias: str) -> Fragment:
    parts = [
        _branch(part, criteria, alias) if isinstance(part, Branch) else _leaf(part, criteria, alias)
        for part in branch.parts
    ]
    if branch.word == "all":
        return all_of(parts)
    if branch.word == "any":
        return any_of(parts)
    return ~parts[0]


def _leaf(leaf: Leaf, criteria: Criteria, alias: str) -> Fragment:
    if not leaf.path:
        return condition(leaf.field, leaf.op, leaf.value, leaf.field.expression(alias))
    (step,) = leaf.path
    target = record_type(step.relation)
    inner = condition(leaf.field, leaf.op, leaf.value, leaf.field.expression("r"))
    # What the reader may not see neither matches nor counts as empty.
    scope = target.scope(criteria.access.also(target.permission("view")), "r")
    both = all_of([inner, scope])
    return Fragment(
        f"EXISTS (SELECT 1 FROM {target.table} r WHERE r.id = {step.expression(alias)} AND ({both.text}))",
        both.params,
    )


def _temporal(field: Field, value: Any, sql: str) -> Fragment:
    bounds: list[Fragment] = [Fragment(f"{sql} IS NOT NULL")]
    if field.type == FieldType.DATE:
        first, last = as_days(value)
    else:
        first, last = value.start, value.end

    def encode(bound: Any) -> Any:
        if not field.is_text_in_sql:
            return bound
        if isinstance(bound, datetime):
            # Kept to the second; "[" follows "Z", so a bound with a fraction lies after its own second.
            utc = bound.astimezone(UTC)
            return utc.strftime("%Y-%m-%dT%H:%M:%S") + ("[" if utc.microsecond else "Z")
        return bound.isoformat() if isinstance(bound, date) else bound

    cast = "" if field.is_text_in_sql else ("::date" if field.type == FieldType.DATE else "::timestamptz")
    if first is not None:
        bounds.append(Fragment(f"{sql} >= %s{cast}", (encode(first),)))
    if last is not None:
        bounds.append(Fragment(f"{sql} < %s{cast}", (encode(last),)))
    return all_of(bounds)


def _cast(field: Field) -> str:
    if field.type.is_numeric:
        return "::numeric"
    if field.type.is_relation:
        return "::bigint"
    if field.type == FieldType.BOOLEAN:
        return "::boolean"
    return "::text"


def _empty(field: Field, sql: str) -> Fragment:
    if field.type == FieldType.MULTI_PICK:
        return Fragment(f"(COALESCE({sql}, 'null'::jsonb) IN ('null'::jsonb, '[]'::jsonb))")
    if field.type.is_textual and not field.is_custom:
        return Fragment(f"({sql} IS NULL OR {sql} = '')")
    return Fragment(f"{sql} IS NULL")


def _contains(field: Field, sql: str, wanted: str) -> Fragment:
    return Fragment(f"strpos(lower({sql}), %s::text) > 0", (text.lower(wanted),))


def condition(field: Field, op: str, value: Any, sql: str) -> Fragment:
    """One comparison of the expression `sql`, which holds values of `field`."""
    cast = _cast(field)
    if field.type.is_temporal and op not in ("is_empty", "is_not_empty"):
        return _temporal(field, value, sql)
    match op:
        case "is_empty":
            return _empty(field, sql)
        case "is_not_empty":
            empty = _empty(field, sql)
            return Fragment(f"NOT ({empty.text})", empty.params)
        case "eq" if isinstance(value, tuple):
            return _any(sql, value, cast)
        case "ne" if isinstance(value, tuple):
            return ~_any(sql, value, cast)
        case "eq":
            return Fragment(f"{sql} = %s{cast}", (value,))
        case "ne":
            return Fragment(f"{sql} IS DISTINCT FROM %s{cast}", (value,))
        case "in":
            return _any(sql, value, cast)
        case "not_in":
            return ~_any(sql, value, cast)
        case "lt" | "lte" | "gt" | "gte":
            sign = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}[op]
            return Fragment(f"{sql} {sign} %s{cast}", (value,))
        case "between":
            return Fragment(f"{sql} BETWEEN %s{cast} AND %s{cast}", tuple(value))
        case "contains":
            return _contains(field, sql, value)
        case "not_contains":
            return ~_contains(field, sql, value)
        case "starts_with" if field.type == FieldType.CASCADE:
            return Fragment(f"({sql} = %s::text OR starts_with({sql}, %s::text))", (value, f"{value}/"))
        case "starts_with":
            return Fragment(f"starts_with(lower({sql}), %s::text)", (text.lower(value),))
        case "has_any":
            return Fragment(f"{sql} OPERATOR(pg_catalog.?|) %s::text[]", (list(value),))
        case "has_all":
            return Fragment(f"{sql} OPERATOR(pg_catalog.?&) %s::text[]", (list(value),))
        case "has_none":
            return ~Fragment(f"{sql} OPERATOR(pg_catalog.?|) %s::text[]", (list(value),))
    raise AssertionError(f"operator {op} is not compiled")


def _any(sql: str, value: tuple[Any, ...], cast: str) -> Fragment:
    if not value:
        return FALSE
    return Fragment(f"{sql} = ANY(%s{cast}[])", (list(value),))
