"""The records behind a cell of a report, as a condition for lists."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from headwater.insight.engine.columns import chosen, group_sql, tags_sql
from headwater.insight.engine.definitions import Definition
from headwater.insight.engine.joins import joins_for, node_of, nodes_of
from headwater.insight.engine.planning import Group, Plan, plan
from headwater.insight.engine.results import Key
from headwater.insight.engine.spans import company_days
from headwater.kernel.access import Access
from headwater.kernel.catalogue import FieldType, RecordType
from headwater.kernel.catalogue.values import number
from headwater.kernel.criteria import to_sql
from headwater.kernel.errors import Invalid
from headwater.kernel.sql import Fragment, all_of

_NUMBERS = (FieldType.NUMBER, FieldType.MONEY, FieldType.PERCENT)


def drill(
    access: Access, definition: Definition, measure_key: str, keys: Sequence[Key]
) -> tuple[RecordType, Fragment]:
    """The records behind a cell: their type, and the condition over `t` for `listing.fetch(where=...)`.

    `keys` are a row's (as in the result or in its JSON), fewer for a subtotal, none for the total. Of a rate
    they are those of its first part. Raises `Invalid` for a measure or key that the report does not have.
    """
    with company_days():
        planned = plan(definition, access)
        return _cell(planned, measure_key, keys)


def _cell(planned: Plan, measure_key: str, keys: Sequence[Key]) -> tuple[RecordType, Fragment]:
    found = next((one for one in planned.measures if one.measure.key == measure_key), None)
    if found is None:
        detail = _("The report has no measure “%(key)s”.") % {"key": str(measure_key)[:20]}
        raise Invalid.one("measure", "report.unknown_measure", detail)
    if len(keys) > len(planned.groups):
        raise Invalid.one("keys", "report.keys", _("There are more keys than groupings."))
    atom = planned.atoms[found.atoms[0][0]]
    node = planned.nodes[atom.node]
    while node.kind is None:  # what has no page of its own: the record it belongs to
        beside = planned.nodes.get(node.shown_as or node.parent)
        if beside is None:
            raise Invalid.one("measure", "report.not_listed", _("These figures have no records to show."))
        node = beside
    groups = planned.groups[: len(keys)]
    used = {group.node for group in groups} | nodes_of(planned.filters) | nodes_of(atom.where)
    used |= {atom.node, node.key} | ({node_of(planned.period)} if planned.period is not None else set())
    touches = planned.dataset.attribution
    if planned.attribution == "linear" and touches is not None:
        used.add(touches.key)
    joins = joins_for(planned.dataset, planned.access, used, planned.attribution)
    source, root = joins.text(atom.node)
    counted = planned.nodes[atom.node]
    conditions = [root, chosen(planned, planned.span)]
    conditions += [_same(group, key) for group, key in zip(groups, keys, strict=True)]
    conditions.append(Fragment(f"{counted.sql(counted.id)} IS NOT NULL"))
    if counted.counted:
        conditions.append(Fragment(counted.sql(counted.counted)))
    if atom.where is not None:
        conditions.append(to_sql(atom.where))
    where = all_of(conditions)
    tags = "".join(tags_sql(group).text for group in groups if group.is_many)
    record = node.sql(node.id)
    kind = node.kind
    return kind, Fragment(
        f"t.id IN (SELECT {record} FROM {source.text}{tags} WHERE {where.text})",
        (*source.params, *where.params),
    )


def _same(group: Group, key: Key) -> Fragment:
    sql = group_sql(group)
    if key is None:
        return Fragment(f"({sql.text}) IS NULL", sql.params)
    return Fragment(f"({sql.text}) = %s{_cast(group)}", (*sql.params, _typed(group, key)))


def _cast(group: Group) -> str:
    if group.bucket in ("weekday", "hour"):
        return "::int"
    if group.bucket:
        return "::date"
    if group.field.type.is_relation:
        return "::bigint"
    if group.field.type in _NUMBERS:
        return "::numeric"
    return "::boolean" if group.field.type == FieldType.BOOLEAN else "::text"


def _typed(group: Group, key: Any) -> Any:
    """A key as it comes in JSON or from an address."""
    try:
        match _cast(group):
            case "::date":
                return key if isinstance(key, date) else date.fromisoformat(key)
            case "::int" if 0 <= int(key) < 24:
                return int(key)
            case "::bigint" if abs(int(key)) < 2**63:
                return int(key)
            case "::numeric":
                return number(key)
            case "::boolean":
                return key if isinstance(key, bool) else {"true": True, "false": False}[str(key).lower()]
            case "::text":
                return str(key).replace("\x00", "")
    except (ValueError, TypeError, KeyError, OverflowError):
        pass
    detail = _("“%(key)s” is no group of %(field)s.") % {"key": str(key)[:80], "field": group.field.label}
    raise Invalid.one("keys", "report.keys", detail)
