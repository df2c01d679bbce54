"""Shapes of the JSON API of reports."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema

from headwater.platform.api import DecimalOut

_LISTS: Any = Field(default_factory=list, max_length=200)
_DEFINITION = (
    "Dataset, filters, period, comparison, groupings, measures, order, limit, chart: see the guide on"
    " reports; `GET /reports/datasets` says what there is."
)
ReportValue = DecimalOut | datetime | date | str | bool | None
Whole = Field(ge=1, le=2**63 - 1)


class ReportIn(Schema):
    name: str = Field(max_length=500)
    description: str = Field("", max_length=5000)
    definition: dict[str, Any] = Field(description=_DEFINITION)
    preset_key: str = Field("", max_length=60, description="The preset that it began as.")
    sharing: Literal["private", "selected", "everyone"] = "private"
    department_ids: list[int] = _LISTS
    role_ids: list[int] = _LISTS
    person_ids: list[int] = _LISTS


class ReportPatch(Schema):
    name: str | None = Field(None, max_length=500)
    description: str | None = Field(None, max_length=5000)
    definition: dict[str, Any] | None = Field(None, description=_DEFINITION)


class ReportSharingIn(Schema):
    sharing: Literal["private", "selected", "everyone"]
    department_ids: list[int] = _LISTS
    role_ids: list[int] = _LISTS
    person_ids: list[int] = _LISTS


class ReportCopyIn(Schema):
    name: str = Field("", max_length=500, description="Empty: the name with a note that it is a copy.")


class SavedReportOut(Schema):
    """A saved report, or a preset (`id` null)."""

    id: int | None
    preset_key: str
    url: str = Field(description="Its page.")
    name: str
    description: str
    definition: dict[str, Any]
    owner_id: int | None
    owner_name: str
    is_mine: bool
    may_edit: bool
    sharing: str
    department_ids: list[int]
    role_ids: list[int]
    person_ids: list[int]
    is_pinned: bool
    is_archived: bool
    version: int
    problem: str = Field(description="Why it cannot be run for the caller; empty when it can.")
    updated_at: datetime | None


class ReportListOut(Schema):
    mine: list[SavedReportOut]
    shared: list[SavedReportOut]
    presets: list[SavedReportOut]
    pinned: list[SavedReportOut]
    archived: list[SavedReportOut]


class ReportsAsked(Schema):
    q: str = Field("", max_length=200, description="Part of the name or description.")
    kind: Literal["", "mine", "shared", "presets", "pinned", "archived"] = ""


class RunIn(Schema):
    definition: dict[str, Any] = Field(description=_DEFINITION)


class RunAsked(Schema):
    max_age: int = Field(0, ge=0, le=86_400, description="Seconds that a kept result may be old.")


class ReportColumnOut(Schema):
    key: str = Field(description="g1, g2 … for groupings, the measure's key for measures.")
    label: str
    type: str = Field(description="A type of fields, `duration` (seconds) or `percent` (42.5 means 42.5 %).")
    bucket: str
    field: str
    relation: str
    agg: str


class ReportRowOut(Schema):
    keys: list[ReportValue]
    labels: list[str]
    values: list[ReportValue]
    before: list[ReportValue] | None


class ReportResultOut(Schema):
    """Figures for the caller. Totals and subtotals are counted on their own, never added up."""

    groupings: list[ReportColumnOut]
    measures: list[ReportColumnOut]
    rows: list[ReportRowOut]
    total: list[ReportValue]
    total_before: list[ReportValue] | None
    subtotals: list[ReportRowOut]
    group_count: int
    is_cut: bool = Field(description="There are more groups than rows.")
    notices: list[str]
    unpriced: int = Field(description="Amounts left out for want of an exchange rate.")
    currency: str
    as_of: datetime
    since: date | None
    until: date | None
    before_since: date | None
    before_until: date | None


class DrillIn(Schema):
    """A cell: the keys of its row as the result has them, fewer for a subtotal, none for the total."""

    definition: dict[str, Any] | None = Field(None, description=f"Not for a saved report. {_DEFINITION}")
    measure: str = Field("m1", max_length=10)
    keys: list[Any] = Field(default_factory=list, max_length=3)
    sort: str | None = Field(None, max_length=200)
    fields: list[str] | None = Field(None, max_length=200)
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, max_length=2000, description="`next` of the page before.")


class DrillOut(Schema):
    record: str = Field(description="The record type of the items.")
    items: list[dict[str, Any]]
    next: str | None


class ReportExportIn(Schema):
    definition: dict[str, Any] = Field(description=_DEFINITION)
    name: str = Field("report", max_length=200)
    format: Literal["xlsx", "csv"] = "xlsx"


class ReportFileAsked(Schema):
    format: Literal["xlsx", "csv"] = "xlsx"


class ReportExportOut(Schema):
    """All groups are written in the background: see /exports."""

    export_id: int


class DatasetFieldOut(Schema):
    key: str
    label: str
    group: str
    type: str
    operators: list[str]
    buckets: list[str] = Field(description="For groupings of days and moments.")
    aggregates: list[str]


class DatasetNodeOut(Schema):
    key: str = Field(description="What `count` is `of`.")
    label: str
    parent: str
    is_counted: bool = Field(description="Not of what only ties records together.")


class DatasetOut(Schema):
    key: str
    label: str
    description: str
    period: str = Field(description="The field by which periods are usually chosen.")
    attributions: list[str]
    nodes: list[DatasetNodeOut]
    fields: list[DatasetFieldOut]


class DatasetsOut(Schema):
    items: list[DatasetOut]


class ReportScheduleIn(Schema):
    rhythm: Literal["workday", "week", "month"]
    day: int = Field(1, description="Of the week, 1 for Monday, or of the month.")
    hour: int = Field(description="On the company's clock.")
    person_ids: list[int] = Field(max_length=100)
    attachment: Literal["xlsx", "none"] = "xlsx"


class ReportSchedulePatch(Schema):
    rhythm: Literal["workday", "week", "month"] | None = None
    day: int | None = None
    hour: int | None = None
    person_ids: list[int] | None = Field(None, max_length=100)
    attachment: Literal["xlsx", "none"] | None = None


class ReportReceiverOut(Schema):
    id: int
    name: str


class ReportScheduleOut(Schema):
    id: int
    rhythm: str
    day: int
    hour: int
    people: list[ReportReceiverOut]
    attachment: str
    next_at: datetime | None = Field(description="Null while it is paused.")
    last_at: datetime | None
    failures: int
    pause_reason: str
    version: int
    created_by_id: int
    created_by: str


class ReportSchedulesOut(Schema):
    items: list[ReportScheduleOut]


class ReportDeliveryOut(Schema):
    id: int
    due_at: datetime
    user_id: int
    name: str
    state: str = Field(description="waiting, sending, sent, skipped, failed or unknown")
    reason: str
    changed_at: datetime


class ReportDeliveriesOut(Schema):
    items: list[ReportDeliveryOut]


class SendNowIn(Schema):
    only_me: bool = False
