"""What is read of the room beyond the common lists."""

from headwater.sales.queries.pipelines import (
    ItemView,
    PipelineView,
    StageView,
    default_pipeline,
    find_pipeline,
    pipeline_of_line,
    pipelines,
    stages_by_id,
)

__all__ = [
    "ItemView",
    "PipelineView",
    "StageView",
    "default_pipeline",
    "find_pipeline",
    "pipeline_of_line",
    "pipelines",
    "stages_by_id",
]
