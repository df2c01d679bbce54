"""What the present stage of an opportunity asks for, and what of it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue import Field, record_type
from headwater.sales.queries.pipelines import ItemView, PipelineView, StageView, find_pipeline
from headwater.sales.queries.requirements import Tick, requirable, ticks_of


@dataclass(frozen=True, slots=True)
class AskedField:
    """A field that must be filled before the stage is left."""

    field: Field
    is_filled: bool


@dataclass(frozen=True, slots=True)
class AskedItem:
    """A point of the checklist; `tick` says who did it."""

    item: ItemView
    tick: Tick | None


@dataclass(frozen=True, slots=True)
class StageChecklist:
    """All that a stage asks of one opportunity."""

    stage: StageView
    fields: tuple[AskedField, ...]
    items: tuple[AskedItem, ...]

    @property
    def total(self) -> int:
        return len(self.fields) + len(self.items)

    @property
    def done(self) -> int:
        return sum(one.is_filled for one in self.fields) + sum(one.tick is not None for one in self.items)


def stage_checklist(
    access: Access, row: Mapping[str, Any], pipeline: PipelineView | None = None
) -> StageChecklist:
    """For an opportunity as it is listed. Fields that are hidden from the reader are left out."""
    pipeline = pipeline or find_pipeline(row["pipeline"]["id"])
    stage = pipeline.by_id[row["stage"]["id"]]
    kind = record_type("opportunity")
    known = requirable(kind)
    fields = tuple(
        AskedField(known[key], _value(known[key], row) not in (None, "", []))
        for key in stage.required_fields
        if key in known and access.field_rule(kind.key, key) != FieldRule.HIDDEN
    )
    ticks = {
        tick.item_id: tick
        for tick in ticks_of([row["id"]], {item.id for item in stage.items}).get(row["id"], [])
    }
    items = tuple(AskedItem(item, ticks.get(item.id)) for item in stage.items)
    return StageChecklist(stage, fields, items)


def _value(field: Field, row: Mapping[str, Any]) -> Any:
    place = row.get("custom") or {} if field.is_custom else row
    return place.get(field.name)
