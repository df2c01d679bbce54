"""Pipelines with their stages. A handful of rows that everybody may know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from headwater.kernel import sql
from headwater.kernel.errors import NotFound
from headwater.sales.types import Standing


@dataclass(frozen=True, slots=True)
class ItemView:
    """A point of a stage's checklist."""

    id: int
    name: str
    guidance: str
    activity_kind: str | None


@dataclass(frozen=True, slots=True)
class StageView:
    """A step of a pipeline, and what must be done before it is left forwards."""

    id: int
    pipeline_id: int
    name: str
    kind: str
    probability: int
    color: str
    days_until_stuck: int | None
    position: int
    guidance: str = ""
    required_fields: tuple[str, ...] = ()
    items: tuple[ItemView, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.kind == Standing.OPEN


@dataclass(frozen=True)
class PipelineView:
    """A pipeline with its stages in order."""

    id: int
    name: str
    business_line: str | None
    is_default: bool
    stages: tuple[StageView, ...]
    version: int = 1
    is_archived: bool = False

    @cached_property
    def by_id(self) -> dict[int, StageView]:
        return {stage.id: stage for stage in self.stages}

    @property
    def open_stages(self) -> tuple[StageView, ...]:
        return tuple(stage for stage in self.stages if stage.is_open)

    @property
    def first(self) -> StageView:
        """Where a new opportunity begins."""
        return self.open_stages[0]

    @property
    def won(self) -> StageView:
        return next(stage for stage in self.stages if stage.kind == Standing.WON)

    @property
    def lost(self) -> StageView:
        return next(stage for stage in self.stages if stage.kind == Standing.LOST)


# A stage out of use has a negative position; those of an archived pipeline keep theirs.
_SELECT = """
SELECT p.id, p.name, p.business_line, p.is_default, p.version, p.archived_at IS NOT NULL AS is_archived,
  s.id AS stage_id, s.name AS stage_name, s.kind, s.probability, s.color, s.days_until_stuck, s.position,
  s.guidance, s.required_fields,
  (SELECT json_agg(json_build_array(i.id, i.name, i.guidance, i.activity_kind) ORDER BY i.position, i.id)
     ::text FROM sales_stageitem i WHERE i.stage_id = s.id AND i.archived_at IS NULL) AS items
FROM sales_pipeline p JOIN sales_stage s ON s.pipeline_id = p.id AND s.position >= 0
"""
_ORDER = " ORDER BY p.is_default DESC, p.position, p.id, s.position, s.id"


def pipelines() -> list[PipelineView]:
    """All pipelines in use, the default one first."""
    return _views(sql.rows(f"{_SELECT} WHERE p.archived_at IS NULL{_ORDER}"))


def archived_pipelines() -> list[PipelineView]:
    """Those out of use."""
    return _views(sql.rows(f"{_SELECT} WHERE p.archived_at IS NOT NULL{_ORDER}"))


def _views(rows: Iterable[Mapping[str, Any]]) -> list[PipelineView]:
    grouped: dict[int, list[StageView]] = {}
    heads: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        heads.setdefault(row["id"], row)
        grouped.setdefault(row["id"], []).append(_stage(row))
    return [
        PipelineView(
            id=key,
            name=heads[key]["name"],
            business_line=heads[key]["business_line"],
            is_default=heads[key]["is_default"],
            stages=tuple(stages),
            version=heads[key]["version"],
            is_archived=heads[key]["is_archived"],
        )
        for key, stages in grouped.items()
    ]


def _stage(row: Mapping[str, Any]) -> StageView:
    return StageView(
        id=row["stage_id"],
        pipeline_id=row["id"],
        name=row["stage_name"],
        kind=row["kind"],
        probability=row["probability"],
        color=row["color"],
        days_until_stuck=row["days_until_stuck"],
        position=row["position"],
        guidance=row.get("guidance") or "",
        required_fields=tuple(row.get("required_fields") or ()),
        items=tuple(ItemView(*item) for item in orjson.loads(row.get("items") or "[]")),
    )


def default_pipeline() -> PipelineView:
    """The pipeline that is taken when nobody says which."""
    return pipelines()[0]


def pipeline_of_line(line: str | None) -> PipelineView:
    """The pipeline of a business line, or the default one where it has none."""
    known = pipelines()
    return next((one for one in known if line and one.business_line == line), known[0])


def find_pipeline(pipeline_id: int | None) -> PipelineView:
    """The pipeline of an id, in use or not, or the default one for None; refuses with `NotFound`."""
    if pipeline_id is None:
        return default_pipeline()
    found = _views(sql.rows(f"{_SELECT} WHERE p.id = %s{_ORDER}", (pipeline_id,)))
    if not found:
        raise NotFound(record="pipeline", id=pipeline_id)
    return found[0]


def stages_by_id() -> dict[int, StageView]:
    """Every stage by id, retired ones included: old records still name them. Without their requirements."""
    rows = sql.rows(
        "SELECT s.pipeline_id AS id, s.id AS stage_id, s.name AS stage_name, s.kind, s.probability, s.color,"
        " s.days_until_stuck, s.position FROM sales_stage s"
    )
    return {row["stage_id"]: _stage(row) for row in rows}


def open_counts() -> dict[int, int]:
    """How many open opportunities, archived ones too, each stage holds: those that must go somewhere."""
    rows = sql.rows(
        "SELECT stage_id, count(*) AS held FROM sales_opportunity WHERE status = 'open' GROUP BY stage_id"
    )
    return {row["stage_id"]: row["held"] for row in rows}
