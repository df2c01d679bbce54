"""Shapes of the JSON API of recycling. What values may be is decided by the services."""

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Schema


class RecycleRuleIn(Schema):
    """A rule or a part of it; what is left out stays."""

    name: str | None = None
    pool: int | None = Field(None, description="Rules of a pool go before those of the company.")
    is_enabled: bool | None = None
    position: int | None = None
    business_lines: list[str] | None = Field(None, description="Empty: all; so with the following three.")
    stages: list[str] | None = None
    intents: list[str] | None = None
    gots: list[Literal["claimed", "assigned", "created"]] | None = None
    response_hours: float | None = Field(None, description="Hours to the first follow-up; null: off.")
    overdue_days: float | None = Field(None, description="Days without a follow-up; null: off.")
    convert_days: float | None = Field(None, description="Days without conversion; null: off.")
    joined: Literal["any", "all"] | None = None
    clock: Literal["natural", "working"] | None = None
    calendar_of: Literal["pool", "department"] | None = None
    exempt_stages: list[str] | None = None
    exempts_opportunity: bool | None = None
    warn_response_hours: float | None = None
    warn_recycle_hours: float | None = None
    max_rounds: int | None = None
    rhythm: dict[str, float | None] | None = Field(None, description="Days by intent level; reminds only.")


class SaveIn(RecycleRuleIn):
    version: int | None = Field(None, description="The version it was read at; refused when it is older.")
    note: str = Field("", max_length=500)


class RecyclePreviewIn(SaveIn):
    rule: int | None = Field(None, description="The rule to change; none: a new one.")


class RecycleRuleOut(Schema):
    id: int
    version: int
    label: str
    changed_at: datetime
    spares_until: datetime
    content: dict[str, Any]


class RecycleRulesOut(Schema):
    items: list[RecycleRuleOut]


class RecycleVersionsOut(Schema):
    items: list[dict[str, Any]]


class RecycleOrderIn(Schema):
    ids: list[int] = Field(max_length=500)


class RecyclePreviewOut(Schema):
    watched: int
    governed: int
    touched: int
    earlier: int
    later: int
    begins: int
    ends: int
    losses: int
    losses_before: int
    owner_count: int
    owners: list[dict[str, Any]]
    days: list[dict[str, Any]]
    leads: list[dict[str, Any]]
    spares_until: datetime


class ProgressOut(Schema):
    id: int
    rule: str
    started_at: datetime
    finished_at: datetime | None
    total: int
    seen: int
    changed: int


class ProtectIn(Schema):
    until: datetime
    reason: str = Field(max_length=200)


class DeadlineOut(Schema):
    rule: str | None = Field(description="None governs the lead when null.")
    base: datetime | None
    cause: str
    first_response_due_at: datetime | None
    follow_due_at: datetime | None
    recycle_due_at: datetime | None
    protected_until: datetime | None
    is_exempt: bool
    protects: bool
    spares: bool
    rounds: int
    periods: list[dict[str, Any]]
