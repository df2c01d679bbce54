"""Pipelines with their stages. A handful of rows that everybody may know."""

from dataclasses import dataclass
from functools import cached_property

from headwater.kernel import sql
from headwater.kernel.errors import NotFound
from headwater.sales.types import Standing


@dataclass(frozen=True, slots=True)
class StageView:
    """A step of a pipeline."""

    id: int
    pipeline_id: int
    name: str
    kind: str
    probability: int
    color: str
    days_until_stuck: int | None
    position: int

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


def pipelines() -> list[PipelineView]:
    """All pipelines in use, the default one first."""
    rows = sql.rows(
        "SELECT p.id, p.name, p.business_line, p.is_default, s.id AS stage_id, s.name AS stage_name, s.kind,"
        " s.probability, s.color, s.days_until_stuck, s.position"
        " FROM sales_pipeline p JOIN sales_stage s ON s.pipeline_id = p.id"
        " WHERE p.archived_at IS NULL AND s.archived_at IS NULL"
        " ORDER BY p.is_default DESC, p.position, p.id, s.position, s.id"
    )
    grouped: dict[int, list[StageView]] = {}
    for row in rows:
        grouped.setdefault(row["id"], []).append(_stage(row))
    heads = {row["id"]: row for row in rows}
    return [
        PipelineView(
            id=key,
            name=heads[key]["name"],
            business_line=heads[key]["business_line"],
            is_default=heads[key]["is_default"],
            stages=tuple(stages),
        )
        for key, stages in grouped.items()
    ]


def _stage(row: dict[str, object]) -> StageView:
    return StageView(
        id=row["stage_id"],  # type: ignore[arg-type]
        pipeline_id=row["id"],  # type: ignore[arg-type]
        name=str(row["stage_name"]),
        kind=str(row["kind"]),
        probability=row["probability"],  # type: ignore[arg-type]
        color=str(row["color"]),
        days_until_stuck=row["days_until_stuck"],  # type: ignore[arg-type]
        position=row["position"],  # type: ignore[arg-type]
    )


def default_pipeline() -> PipelineView:
    """The pipeline that is taken when nobody says which."""
    return pipelines()[0]


def find_pipeline(pipeline_id: int | None) -> PipelineView:
    """The pipeline of an id, or the default one for None; refuses with `NotFound`."""
    known = pipelines()
    if pipeline_id is None:
        return known[0]
    for pipeline in known:
        if pipeline.id == pipeline_id:
            return pipeline
    raise NotFound(record="pipeline", id=pipeline_id)


def stages_by_id() -> dict[int, StageView]:
    """Every stage by id, retired ones included: old records still name them."""
    rows = sql.rows(
        "SELECT s.pipeline_id AS id, s.id AS stage_id, s.name AS stage_name, s.kind, s.probability, s.color,"
        " s.days_until_stuck, s.position FROM sales_stage s"
    )
    return {row["stage_id"]: _stage(row) for row in rows}
