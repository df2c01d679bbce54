"""Shapes of the JSON API of exports."""

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Schema


class ExportIn(Schema):
    """A list as the list endpoint would answer it, or records by id."""

    record: str = Field(max_length=40, description="A record type, such as lead or account.")
    filter: dict[str, Any] | None = Field(None, description="Criteria; none means all within reach.")
    q: str = Field("", max_length=100)
    sort: str = Field("", max_length=200)
    ids: list[int] | None = Field(None, max_length=10_000, description="Records instead of a list.")
    fields: list[str] | None = Field(
        None, max_length=500, description="Columns in order; the list's own if empty."
    )
    format: Literal["xlsx", "csv"] = "xlsx"


class ExportOut(Schema):
    id: int
    record: str
    status: str = Field(description="waiting, working, done, failed, cancelled or expired")
    format: str
    file_name: str
    fields: list[str]
    rows: int
    done: int = Field(description="Rows read so far.")
    size: int = Field(description="Bytes of the finished file.")
    user_id: int
    error: str = Field(description="A code when it failed.")
    detail: str
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None


class ExportPage(Schema):
    items: list[ExportOut]
    next: str | None
    total: int | None
    total_is_capped: bool


class ExportsIn(Schema):
    record: str = Field("", max_length=40)
    before: int | None = Field(None, ge=1, le=2**63 - 1, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=200)
