"""By last touch, or linear, the touch says what otherwise the record says."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from headwater.insight.engine.definitions import Definition, Measure


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
