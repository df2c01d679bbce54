"""JSON to a checked tree of conditions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.translation import gettext as _

from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue import Field, RecordType, record_type
from headwater.kernel.catalogue.values import BadValue, number
from headwater.kernel.catalogue.values import parse as parse_value
from headwater.kernel.criteria.operators import OPERATORS, Wants, operators_for
from headwater.kernel.criteria.periods import span
from headwater.kernel.errors import Invalid

MAX_LEAVES = 60
MAX_DEPTH = 8
MAX_VALUES = 1000
_MAX_NESTING = 3 * MAX_DEPTH  # of JSON: a branch is an object and a list, a value may be another two


@dataclass(frozen=True, slots=True)
class Leaf:
    """`path` leads through relations to `field`; `value` is of the field's type."""

    path: tuple[Field, ...]
    field: Field
    op: str
    value: Any

    @property
    def key(self) -> str:
        return ".".join([*(step.key for step in self.path), self.field.key])


@dataclass(frozen=True, slots=True)
class Branch:
    """`all`, `any` or `not` (with one part)."""

    word: str
    parts: tuple["Branch | Leaf", ...]


@dataclass(frozen=True, slots=True)
class Criteria:
    """A checked condition on one record type, for one reader (me, my team and scopes are theirs)."""

    kind: RecordType
    root: Branch
    access: Access

    def leaves(self) -> Iterator[Leaf]:
        stack: list[Branch | Leaf] = [self.root]
        while stack:
            node = stack.pop()
            if isinstance(node, Leaf):
                yield node
            else:
                stack.extend(node.parts)


def _refuse(code: str, detail: str) -> Invalid:
    return Invalid.one("filter", code, detail)


def everything(kind: RecordType, access: Access) -> Criteria:
    """The condition that every record meets."""
    return Criteria(kind, Branch("all", ()), access)


def parse(raw: Any, kind: RecordType, access: Access) -> Criteria:
    """Check `raw` (JSON text, a dict, or None for everything); raises `Invalid` naming what is wrong."""
    if raw in (None, "", {}):
        return everything(kind, access)
    if isinstance(raw, str | bytes):
        try:
            raw = orjson.loads(raw)
        except orjson.JSONDecodeError:
            raise _refuse("criteria.json", _("The filter is not valid JSON.")) from None
    if is_deeper(raw, _MAX_NESTING):
        raise _refuse("criteria.too_deep", _("The filter is nested too deeply."))
    node = _node(raw, kind, access, 0)
    root = node if isinstance(node, Branch) else Branch("all", (node,))
    checked = Criteria(kind, root, access)
    if sum(1 for _leaf in checked.leaves()) > MAX_LEAVES:
        raise _refuse("criteria.too_long", _("The filter has too many conditions."))
    return checked


def is_deeper(raw: Any, most: int) -> bool:
    """Whether JSON is nested more than `most` times: what reads it bit by bit would run out of stack."""
    level = [raw]
    for _step in range(most):
        level = [
            part
            for one in level
            if isinstance(one, dict | list)
            for part in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return any(isinstance(one, dict | list) for one in level)


def _node(raw: Any, kind: RecordType, access: Access, depth: int) -> Branch | Leaf:
    if depth > MAX_DEPTH:
        raise _refuse("criteria.too_deep", _("The filter is nested too deeply."))
    if not isinstance(raw, dict):
        raise _refuse("criteria.shape", _("A condition is an object with field, op and value."))
    for word in ("all", "any"):
        if word in raw:
            parts = raw[word]
            if not isinstance(parts, list) or len(raw) != 1 or len(parts) > MAX_LEAVES:
                raise _refuse("criteria.shape", _("all and any hold a list of conditions."))
            return Branch(word, tuple(_node(part, kind, access, depth + 1) for part in parts))
    if "not" in raw:
        if len(raw) != 1:
            raise _refuse("criteria.shape", _("not holds one condition."))
        return Branch("not", (_node(raw["not"], kind, access, depth + 1),))
    return _leaf(raw, kind, access)


def find_field(key: Any, kind: RecordType, access: Access) -> tuple[tuple[Field, ...], Field] | None:
    """The field of a key such as `status`, `custom.budget` or `campaign.type`, with its path.

    None for what does not exist or may not be seen.
    """
    if not isinstance(key, str):
        return None
    fields = kind.all_fields
    if key in fields:
        if access.field_rule(kind.key, key) in (FieldRule.HIDDEN, FieldRule.MASKED):
            return None
        return (), fields[key]
    # A step may itself be a custom field: custom.partner.name
    start = len("custom.") if key.startswith("custom.") else 0
    tail, _dot, rest = key[start:].partition(".")
    head = key[:start] + tail
    step = fields.get(head)
    if not rest or step is None or not step.relation:
        return None
    target = record_type(step.relation)
    if not access.may(target.permission("view")):
        return None
    if access.field_rule(kind.key, head) in (FieldRule.HIDDEN, FieldRule.MASKED):
        return None
    found = find_field(rest, target, access)
    return None if found is None or found[0] else ((step,), found[1])


def _leaf(raw: dict[str, Any], kind: RecordType, access: Access) -> Leaf:
    key, op = raw.get("field"), raw.get("op")
    found = find_field(key, kind, access)
    if found is None or not found[1].filterable:
        raise _refuse(
            "criteria.unknown_field",
            _("There is no field “%(field)s” to filter by.") % {"field": str(key)[:80]},
        )
    path, field = found
    if not isinstance(op, str) or op not in {item.key for item in operators_for(field)}:
        raise _refuse(
            "criteria.unknown_op",
            _("“%(op)s” does not apply to %(field)s.") % {"op": str(op)[:40], "field": field.label},
        )
    try:
        return Leaf(path, field, op, _value(field, op, raw.get("value"), access))
    except BadValue as bad:
        raise _refuse(bad.code, f"{field.label}: {bad.detail}") from None


def _value(field: Field, op: str, raw: Any, access: Access) -> Any:
    wants = OPERATORS[op].wants
    if wants == Wants.NOTHING:
        return None
    if field.type.is_temporal:
        if raw in (None, ""):
            raise BadValue("criteria.value", _("A value is missing."))
        return span(op, raw)
    if wants == Wants.MANY:
        given = raw if isinstance(raw, list) else [raw]
        if not given or len(given) > MAX_VALUES:
            raise BadValue("criteria.value", _("Between 1 and %(limit)s values.") % {"limit": MAX_VALUES})
        many: list[Any] = []
        for item in given:
            many.extend(_members(field, item, access))
        return tuple(dict.fromkeys(many))
    if wants == Wants.PAIR:
        if not isinstance(raw, list) or len(raw) != 2:
            raise BadValue("criteria.value", _("Two values are needed."))
        return (_single(field, raw[0]), _single(field, raw[1]))
    if wants == Wants.TEXT:
        if not isinstance(raw, str | int | float) or not str(raw).strip() or len(str(raw)) > 200:
            raise BadValue("criteria.value", _("A value is missing."))
        return str(raw).strip().replace("\x00", "")
    if field.type.is_relation and isinstance(raw, str) and raw.startswith("@"):
        return tuple(_members(field, raw, access))
    return _single(field, raw)


def _single(field: Field, raw: Any) -> Any:
    if field.type.is_numeric:
        return number(raw)
    # Retired and unknown choices stay searchable: history must be findable.
    if field.type.value in ("picklist", "cascade", "multi_pick"):
        if not isinstance(raw, str) or not raw or len(raw) > 200 or "\x00" in raw:
            raise BadValue("criteria.value", _("A value is missing."))
        return raw
    value = parse_value(field, raw)
    if value is None:
        raise BadValue("criteria.value", _("A value is missing."))
    return value


def _members(field: Field, item: Any, access: Access) -> list[Any]:
    if field.type.value == "user" and item == "@me":
        return [access.user_id or 0]
    if field.type.value == "user" and item == "@my_team":
        team: set[int] = set()
        for people in access.actor.people.values():
            team |= people
        return sorted(team) or [access.user_id or 0]
    if field.type.value == "department" and item == "@mine":
        return [access.actor.department_id or 0]
    return [_single(field, item)]
