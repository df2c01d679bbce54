"""A dataset as a virtual record type: its fields are those that a reader may see.

So the one language of criteria, the builder of filters and lists of fields serve reports as they serve lists.
Fields are keyed `<node>.<key>` ("lead.status", "lead.custom.budget"); their SQL names the node's alias.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.utils.text import format_lazy

from headwater.insight.engine.datasets import Dataset, Node, seen_nodes
from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue import Field, FieldType, RecordType, record_type

_HIDDEN = (FieldRule.HIDDEN, FieldRule.MASKED)
_MAX_KEPT = 200
WHOLE = ""  # in `Node.tells`: every field of the node
_kept: dict[Any, tuple[list[Any], RecordType]] = {}


def kind_of(of: Dataset, access: Access) -> RecordType:
    """The virtual record type of a dataset for this reader; worked out once for all who see the same."""
    nodes = seen_nodes(of, access)
    records = {node.record for node in nodes}
    told = {one for node in nodes for names in node.tells.values() for one in names}
    closed = frozenset(one for one in told if _is_closed(access, one))
    rules = tuple(
        sorted(key for key, rule in access.actor.field_rules.items() if rule in _HIDDEN and key[0] in records)
    )
    key = (of.key, tuple(node.key for node in nodes), rules, closed)
    known: list[Any] = [of, *(node.kind.all_fields for node in nodes if node.kind is not None)]
    found = _kept.get(key)
    if found is not None and all(a is b for a, b in zip(found[0], known, strict=True)):
        return found[1]
    if len(_kept) >= _MAX_KEPT:
        _kept.clear()
    secret = _secret(nodes, access)
    made = RecordType(
        key=f"report.{of.key}",
        plural=f"report.{of.key}",
        label=of.label,
        label_plural=of.label,
        table=of.root.source,
        fields=tuple(one for node in nodes for one in _fields(of, node, access, secret, closed)),
        is_archivable=False,
    )
    _kept[key] = (known, made)
    return made


def split(field_key: str) -> tuple[str, str]:
    """Node and key of a dataset's field."""
    node, _dot, rest = field_key.partition(".")
    return node, rest


def _is_closed(access: Access, name: str) -> bool:
    """Whether the reader may not see a field of the catalogue, "campaign.cost", wherever it stands."""
    record, _dot, key = name.partition(".")
    return not access.may(record_type(record).permission("view")) or access.field_rule(record, key) in _HIDDEN


def _secret(nodes: Sequence[Node], access: Access) -> re.Pattern[str] | None:
    """The SQL of what is hidden from the reader: nothing derived from it is shown either."""
    found = [
        re.escape(one.expression(node.alias))
        for node in nodes
        if node.kind is not None
        for one in node.kind.all_fields.values()
        if access.field_rule(node.record, one.key) in _HIDDEN
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)") if found else None


def _fields(
    of: Dataset, node: Node, access: Access, secret: re.Pattern[str] | None, closed: frozenset[str]
) -> Iterator[Field]:
    if secret is not None and secret.search(node.sql(node.on)):
        return  # what a hidden field points to would say what it is
    if closed.intersection(node.tells.get(WHOLE, ())):
        return
    derived = {one.key for one in node.fields}
    known = () if node.kind is None else tuple(node.kind.all_fields.values())
    for one in known:
        usable = one.filterable and one.key not in derived and one.key not in node.without
        usable = usable and (not node.only or one.key in node.only)
        if usable and access.field_rule(node.record, one.key) not in _HIDDEN:
            yield _of_node(of, node, one)
    for one in node.fields:
        made = _of_node(of, node, one)
        told = (secret is not None and secret.search(made.sql)) or closed.intersection(
            node.tells.get(one.key, ())
        )
        if not told and (not node.record or access.field_rule(node.record, one.key) not in _HIDDEN):
            yield made


def _of_node(of: Dataset, node: Node, one: Field) -> Field:
    sql = node.sql(one.sql) if one.sql else one.expression(node.alias)
    if one.is_text_in_sql:
        # Custom days and moments are kept as text; only lists need their indexes.
        sql = f"({sql})::{'date' if one.type == FieldType.DATE else 'timestamptz'}"
    label = one.label if node is of.root else format_lazy("{} · {}", node.label, one.label)
    return replace(one, key=f"{node.key}.{one.key}", sql=sql, label=label, group=node.label)
