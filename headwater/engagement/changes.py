"""Changes of fields in words: what an audit row says to a reader."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import sql
from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue import Field, FieldType, RecordType, record_type
from headwater.ui import formats

_LONG = 60
Changes = Mapping[str, Sequence[Any]]


def lines_of(
    access: Access, kind: RecordType, changes: Sequence[Changes], currencies: Sequence[str] = ()
) -> list[list[str]]:
    """For each set of changes its lines, `label: before → after`; fields hidden from the reader are left out.

    `currencies` are those of the changed records' amounts, in the order of the changes. One query per
    related record type, however many changes there are.
    """
    names = _names(kind, changes)
    return [
        [
            _line(field, one[key], names, currency)
            for key, field in kind.all_fields.items()  # stored changes have no order of their own
            if key in one and _may_read(access, kind, key)
        ]
        for one, currency in zip(changes, currencies or [""] * len(changes), strict=True)
    ]


def _may_read(access: Access, kind: RecordType, key: str) -> bool:
    return access.field_rule(kind.key, key) not in (FieldRule.HIDDEN, FieldRule.MASKED)


def _names(kind: RecordType, changes: Iterable[Changes]) -> dict[tuple[str, Any], str]:
    wanted: dict[str, set[int]] = {}
    for one in changes:
        for key, pair in one.items():
            field = kind.all_fields.get(key)
            if field is not None and field.relation:
                wanted.setdefault(field.relation, set()).update(v for v in pair if isinstance(v, int))
    names: dict[tuple[str, Any], str] = {}
    for relation, ids in wanted.items():
        target = record_type(relation)
        title = target.name_sql.replace("{t}", "n")
        found = sql.rows(
            f"SELECT n.id, {title} AS name FROM {target.table} n WHERE n.id = ANY(%s::bigint[])", (list(ids),)
        )
        names |= {(relation, row["id"]): row["name"] for row in found}
    return names


def _line(field: Field, pair: Sequence[Any], names: Mapping[tuple[str, Any], str], currency: str) -> str:
    facts = {"field": field.label}
    if field.type == FieldType.LONG_TEXT:
        return _("%(field)s was rewritten") % facts
    before, after = (_value(field, value, names, currency) for value in pair)
    return _("%(field)s: %(before)s → %(after)s") % (facts | {"before": before, "after": after})


def _value(field: Field, value: Any, names: Mapping[tuple[str, Any], str], currency: str) -> str:
    if value in (None, "", []):
        return "—"
    if field.relation:
        return names.get((field.relation, value), f"#{value}")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field.type == FieldType.MONEY:
        return formats.money_full(value, currency)
    if field.type == FieldType.DATE:
        return formats.calendar_day(date.fromisoformat(str(value)[:10]))
    if isinstance(value, list):
        return formats.series(field.label_of(item) for item in value)
    text = field.label_of(value)
    return text if len(text) <= _LONG else text[:_LONG] + "…"
