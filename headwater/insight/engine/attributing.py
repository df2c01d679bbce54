"""By last touch, or linear, the touch says what otherwise the record says."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from headwater.insight.engine.datasets import Dataset, Node
from headwater.insight.engine.definitions import Definition, Measure


def dataset_of(definition: Definition, of: Dataset) -> Dataset:
    """The dataset as the definition reads it: by last touch, or linear, campaigns and the like are those of
    the touches, with all that is said and spent of them.
    """
    if not of.attributed or definition.attribution in ("", "first"):
        return of
    known = _by_touches.get(of.key)
    if known is None or known[0] is not of:
        known = _by_touches[of.key] = of, _by_touch(of)
    return known[1]


_by_touches: dict[str, tuple[Dataset, Dataset]] = {}


def _by_touch(of: Dataset) -> Dataset:
    touches = of.attribution
    if touches is None:
        return of
    moved = {node.key: made for node in of.nodes if (made := _moved(node, of, touches)) is not None}
    nodes: list[Node] = []
    for node in of.nodes:
        if node.key not in moved:
            nodes.append(node)
        if node is touches:  # parents stand before their children
            nodes += moved.values()
    return replace(of, nodes=tuple(nodes))


def _moved(node: Node, of: Dataset, touches: Node) -> Node | None:
    """The node joined to the touches instead, if it is what a field points to that touches say."""
    for left, right in of.attributed.items():
        parent, _dot, name = left.partition(".")
        if node.parent == parent == touches.parent and node.on == f"{{t}}.id = {{p}}.{name}_id":
            said = next(one for one in touches.fields if f"{touches.key}.{one.key}" == right)
            return replace(node, parent=touches.key, on=f"{{t}}.id = {touches.sql(said.sql)}")
    return None


def attributed(definition: Definition, fields: Mapping[str, str]) -> Definition:
    """The definition with the fields of `Dataset.attributed` read from the touches, where it asks for that.

    By first touch nothing changes: what the first touch said is what stands on the record, corrected since.
    """
    if not fields or definition.attribution in ("", "first"):
        return definition

    def measure(one: Measure) -> Measure:
        of = measure(one.of) if isinstance(one.of, Measure) else fields.get(one.of, one.of)
        over = None if one.over is None else measure(one.over)
        return replace(one, of=of, over=over, where=_renamed(one.where, fields))

    return replace(
        definition,
        filters=_renamed(definition.filters, fields),
        groupings=tuple(replace(one, field=fields.get(one.field, one.field)) for one in definition.groupings),
        measures=tuple(measure(one) for one in definition.measures),
    )


def _renamed(condition: Any, fields: Mapping[str, str]) -> Any:
    if isinstance(condition, Mapping):
        return {
            key: fields.get(value, value)
            if key == "field" and isinstance(value, str)
            else _renamed(value, fields)
            for key, value in condition.items()
        }
    if isinstance(condition, list):
        return [_renamed(one, fields) for one in condition]
    return condition
