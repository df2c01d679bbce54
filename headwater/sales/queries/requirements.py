"""What a stage asks for before an opportunity leaves it forwards, and what of that is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headwater.kernel import sql
from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue import Field, FieldType, RecordType, record_type
from headwater.sales.queries.pipelines import ItemView, PipelineView, StageView
from headwater.sales.types import Standing

# Never empty, or decided by the move itself.
_NOT_ASKED = frozenset(
    {"name", "account", "pipeline", "stage", "currency", "probability", "lost_reason", "lost_note"}
)
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps an opportunity from going on."""

    fields: tuple[Field, ...] = ()
    items: tuple[ItemView, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.items)

    @property
    def names(self) -> list[str]:
        """Both in words."""
        return [*(str(field.label) for field in self.fields), *(item.name for item in self.items)]


@dataclass(frozen=True, slots=True)
class Tick:
    """A point of a checklist that is done."""

    item_id: int
    by_id: int | None
    at: datetime
    activity_id: int | None


def requirable(kind: RecordType) -> dict[str, Field]:
    """The fields that a stage may ask for: whatever people fill in and may leave empty, custom ones too."""
    return {
        key: field
        for key, field in kind.all_fields.items()
        if field.editable
        and not field.required
        and field.type != FieldType.AUTO_NUMBER
        and key not in _NOT_ASKED
    }


def stages_left(pipeline: PipelineView, origin: int | None, target: StageView) -> tuple[StageView, ...]:
    """The open stages that are left forwards on the way from stage `origin` to `target`.

    Back and to lost there are none. What comes from another pipeline begins at the first stage; for what was
    never open (`origin` None) nothing is asked.
    """
    if origin is None or target.kind == Standing.LOST:
        return ()
    stages = pipeline.open_stages
    places = {stage.id: place for place, stage in enumerate(stages)}
    return stages[places.get(origin, 0) : places.get(target.id, len(stages))]


def unmet(
    access: Access,
    pipeline: PipelineView,
    origins: Mapping[int, int | None],
    target: StageView,
    *,
    pending: Mapping[str, Any] = _NOTHING,
) -> dict[int, Missing]:
    """For each opportunity (id to the stage it comes from) what is missing for `target`; two queries at most.

    `pending` are values about to be written with the move. What the mover may not change is not asked.
    """
    ways = {one: stages_left(pipeline, origin, target) for one, origin in origins.items()}
    fields = _fields_of(access, {stage for way in ways.values() for stage in way})
    items = {item.id for way in ways.values() for stage in way for item in stage.items}
    ids = [one for one, way in ways.items() if any(stage.required_fields or stage.items for stage in way)]
    if not ids or not (fields or items):
        return {}
    filled = _filled(ids, fields)
    done = {one: {tick.item_id for tick in ticks} for one, ticks in ticks_of(ids, items).items()}
    found: dict[int, Missing] = {}
    for one in ids:
        asked = dict.fromkeys(key for stage in ways[one] for key in stage.required_fields if key in fields)
        empty = [key for key in asked if not _has(key, filled.get(one, set()), pending)]
        undone = [item for stage in ways[one] for item in stage.items if item.id not in done.get(one, set())]
        missing = Missing(tuple(fields[key] for key in empty), tuple(undone))
        if missing:
            found[one] = missing
    return found


def _has(key: str, filled: set[str], pending: Mapping[str, Any]) -> bool:
    return pending[key] not in (None, "", []) if key in pending else key in filled


def _fields_of(access: Access, stages: set[StageView]) -> dict[str, Field]:
    """The fields that stages ask for, as far as they exist and the mover may fill them in."""
    kind = record_type("opportunity")
    known = requirable(kind)
    return {
        key: known[key]
        for stage in stages
        for key in stage.required_fields
        if key in known and access.field_rule(kind.key, key) == FieldRule.VISIBLE
    }


def _filled(ids: Sequence[int], fields: Mapping[str, Field]) -> dict[int, set[str]]:
    """Which of the fields each opportunity has a value in."""
    if not fields:
        return {}
    keys = list(fields)
    marks = ", ".join(f"({_is_filled(fields[key])})" for key in keys)
    found = sql.rows(
        f"SELECT t.id, ARRAY[{marks}]::boolean[] AS filled FROM sales_opportunity t"
        " WHERE t.id = ANY(%s::bigint[])",
        (list(ids),),
    )
    return {row["id"]: {key for key, has in zip(keys, row["filled"], strict=True) if has} for row in found}


def _is_filled(field: Field) -> str:
    held = field.expression("t")
    if field.type == FieldType.MULTI_PICK:
        return f"coalesce({held}, '[]'::jsonb) NOT IN ('[]'::jsonb, 'null'::jsonb)"
    if field.type.is_textual:
        return f"coalesce({held}, '') <> ''"
    return f"{held} IS NOT NULL"


def ticks_of(ids: Sequence[int], items: set[int] | None = None) -> dict[int, list[Tick]]:
    """What is done of the checklists, by opportunity; only of these `items` where given."""
    if items is not None and not items:
        return {}
    narrowed = "" if items is None else " AND item_id = ANY(%s::bigint[])"
    params: list[Any] = [list(ids)] if items is None else [list(ids), sorted(items)]
    found: dict[int, list[Tick]] = {}
    for row in sql.rows(
        "SELECT opportunity_id, item_id, by_id, at, activity_id FROM sales_stagetick"
        f" WHERE opportunity_id = ANY(%s::bigint[]){narrowed} ORDER BY at, id",
        params,
    ):
        tick = Tick(row["item_id"], row["by_id"], row["at"], row["activity_id"])
        found.setdefault(row["opportunity_id"], []).append(tick)
    return found


def origins_of(ids: Sequence[int]) -> dict[int, int | None]:
    """The stage from which each opportunity goes on: where it is, or where a closed one was open last."""
    return {
        row["id"]: row["origin"]
        for row in sql.rows(
            "SELECT o.id, CASE WHEN o.status = 'open' THEN o.stage_id ELSE (SELECT m.from_stage_id"
            " FROM sales_stagemove m JOIN sales_stage s ON s.id = m.from_stage_id"
            " WHERE m.opportunity_id = o.id AND s.kind = 'open' AND s.pipeline_id = o.pipeline_id"
            " AND s.position >= 0 ORDER BY m.at DESC, m.id DESC LIMIT 1) END AS origin"
            " FROM sales_opportunity o WHERE o.id = ANY(%s::bigint[])",
            (list(ids),),
        )
    }
