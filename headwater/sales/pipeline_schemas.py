"""Shapes of the JSON API of pipelines, boards and checklists."""

from datetime import datetime
from typing import Any

from ninja import Field, Schema

Id = Field(ge=1, lt=2**63)


class ChecklistItemOut(Schema):
    id: int
    name: str
    guidance: str
    activity_kind: str | None = Field(description="A follow-up of this kind ticks it by itself.")


class StageOut(Schema):
    id: int
    name: str
    kind: str
    probability: int
    color: str
    days_until_stuck: int | None
    position: int
    guidance: str
    required_fields: list[str] = Field(description="Must be filled before an opportunity leaves it forwards.")
    items: list[ChecklistItemOut]


class PipelineOut(Schema):
    id: int
    name: str
    business_line: str | None
    is_default: bool
    is_archived: bool
    version: int
    stages: list[StageOut]


class PipelinesOut(Schema):
    items: list[PipelineOut]
    next: None = None
    total: int


class PipelineIn(Schema):
    name: str = Field(max_length=200)
    business_line: str | None = Field(None, description="A value of the picklist business_line.")
    copy_of: int | None = Field(None, ge=1, lt=2**63, description="Take stages and requirements from it.")


class PipelinePatch(Schema):
    name: str | None = Field(None, max_length=200)
    business_line: str | None = Field(None, description="A value of the picklist business_line.")


class EmptyingIn(Schema):
    to_stage: int | None = Field(
        None, ge=1, lt=2**63, description="Where open opportunities go; needed when there are any."
    )


class MovedAwayOut(Schema):
    moved: int = Field(description="Open opportunities that went to another stage.")


class StagePatch(Schema):
    name: str | None = Field(None, max_length=200)
    probability: int | None = Field(None, description="Percent; for those that come from now on.")
    color: str | None = None
    days_until_stuck: int | None = Field(None, description="null: never.")
    guidance: str | None = None
    required_fields: list[str] | None = Field(None, max_length=50, description="Keys of the catalogue.")


class PipelineStageIn(StagePatch):
    name: str = Field(max_length=200)


class StageOrderIn(Schema):
    stages: list[int] = Field(max_length=100, description="Ids of open stages, in their new order.")


class ChecklistItemIn(Schema):
    id: int | None = Field(None, ge=1, lt=2**63, description="Of a point that is there; without, a new one.")
    name: str = Field(max_length=500)
    guidance: str = Field("", max_length=10_000)
    activity_kind: str | None = None


class ChecklistIn(Schema):
    items: list[ChecklistItemIn] = Field(max_length=100, description="The whole checklist, in its order.")


class PipelineVersionOut(Schema):
    number: int
    at: datetime
    author_id: int | None
    note: str
    content: dict[str, Any]


class PipelineVersionsOut(Schema):
    items: list[PipelineVersionOut]


class VersionRestoreIn(Schema):
    to_stage: str | None = Field(
        None,
        max_length=80,
        description="Where open opportunities go whose stages the version does not have.",
    )


class ColumnOut(Schema):
    """A stage with what lies in it. Won and lost count what was closed lately."""

    stage: StageOut
    count: int
    stuck: int
    amounts: dict[str, str] = Field(description="Sum by currency, exact decimals as text.")
    amount: str = Field(description="Sum in the company's currency.")
    weighted: str = Field(description="The same, each amount by its chance.")
    left_out: int = Field(description="Amounts in currencies without a rate: they are in neither sum.")


class BoardOut(Schema):
    pipeline: int
    currency: str
    columns: list[ColumnOut]


class RequiredFieldOut(Schema):
    key: str
    label: str
    is_filled: bool


class DoneOut(Schema):
    id: int
    name: str
    guidance: str
    activity_kind: str | None
    is_done: bool
    by: int | None = None
    at: datetime | None = None
    activity: int | None = Field(None, description="The follow-up that ticked it.")


class ChecklistOut(Schema):
    """What the stage of an opportunity asks for before it is left forwards."""

    stage: int
    guidance: str
    fields: list[RequiredFieldOut]
    items: list[DoneOut]
