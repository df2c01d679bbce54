"""What is read of the room beyond the common lists."""

from headwater.sales.queries.pipelines import (
    PipelineView,
    StageView,
    default_pipeline,
    find_pipeline,
    pipelines,
    stages_by_id,
)

__all__ = ["PipelineView", "StageView", "default_pipeline", "find_pipeline", "pipelines", "stages_by_id"]
