"""A condition in words, for the chips above a list and the explanations of rules."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, RecordType, record_type
from headwater.kernel.criteria.operators import OPERATORS, Wants
from headwater.kernel.criteria.parse import find_field
from headwater.kernel.criteria.periods import NAMED
from headwater.kernel.errors import DomainError
from headwater.ui.formats import enumerated


def condition_words(node: Any, kind: RecordType, access: Access) -> str:
    """`Source is one of 百度, 展会`; groups in brackets. Unknown parts are named, not refused."""
    if not isinstance(node, Mapping):
        return str(node)
    for word, joint in (("all", _(" and ")), ("any", _(" or "))):
        parts = node.get(word)
        if isinstance(parts, list):
            inner = joint.join(condition_words(part, kind, access) for part in parts)
            return f"({inner})" if len(parts) > 1 else inner
    if "not" in node:
        return _("not %(condition)s") % {"condition": condition_words(node["not"], kind, access)}
    found = find_field(node.get("field"), kind, access)
    operator = OPERATORS.get(str(node.get("op")))
    if found is None or operator is None:
        return str(node.get("field", ""))
    path, field = found
    label = " ".join(str(step.label) for step in (*path, field))
    if operator.wants == Wants.NOTHING:
        return f"{label} {operator.label}"
    return f"{label} {operator.label} {value_words(field, node.get('value'), access)}"


def value_words(field: Field, value: Any, access: Access) -> str:
    """A criteria value in words."""
    if isinstance(value, list):
        shown = [value_words(field, item, access) for item in value[:4]]
        return enumerated(shown) + ("…" if len(value) > 4 else "")
    if isinstance(value, Mapping):
        return _span_words(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value == "@me":
        return _("Me")
    if value == "@my_team":
        return _("My team")
    if value == "@mine":
        return _("My department")
    if field.type.is_temporal and isinstance(value, str) and value in NAMED:
        return str(NAMED[value])
    if field.type.is_relation:
        return record_name(field, access, str(value))
    return field.label_of(value)


def record_name(field: Field, access: Access, value: str) -> str:
    """The name behind an id that a field leads to, as far as the reader may see the record."""
    if not value.isdecimal():
        return value
    target = record_type(field.relation)
    try:
        reading = access.also(target.permission("view"))
        key = "name" if target.field("name") else next(iter(target.all_fields))
        return str(listing.get(reading, target, int(value), fields=[key], archived=True)[key])
    except (DomainError, LookupError):
        return f"#{value}"


def record_names(access: Access, record: str, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of those records that the reader may see, in one statement; the others keep their numbers."""
    wanted = sorted({one for one in ids if one})
    kind = record_type(record)
    try:
        rows = listing.rows_of(access.also(kind.permission("view")), kind, wanted, fields=["name"])
    except DomainError:
        return {}
    return {int(row["id"]): str(row["name"]) for row in rows if row["name"]}


def _span_words(value: Mapping[str, Any]) -> str:
    units = {"hour": _("hours"), "day": _("days"), "week": _("weeks"), "month": _("months")}
    unit = units.get(str(value.get("unit", "day")), "")
    for key, text in (
        ("last", _("last %(n)s %(unit)s")),
        ("next", _("next %(n)s %(unit)s")),
        ("ago", _("%(n)s %(unit)s ago")),
        ("ahead", _("in %(n)s %(unit)s")),
    ):
        if key in value:
            return text % {"n": value[key], "unit": unit}
    return str(dict(value))
