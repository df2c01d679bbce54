"""Shapes of the JSON API of hooks."""

import datetime
from typing import Any, Literal

from ninja import Field, Schema


class RuleIn(Schema):
    """How a field of the lead is filled."""

    field: str = Field(max_length=100, description="A field of the lead, keyword, landing_page or utm_*.")
    kind: Literal["path", "joined", "constant"] = Field(
        "path", description="path: the first place that holds something; joined: all; constant: `text`."
    )
    paths: list[str] = Field(
        [], max_length=6, description="Places: a.b, a[0].b, a[type=name].value.", examples=[["form.phone"]]
    )
    text: str = Field("", max_length=500, description="The text, what stands between, or what else to take.")
    values: dict[str, str] = Field({}, max_length=200, description="Other words for what is found.")


class RulesIn(Schema):
    rules: list[RuleIn] = Field(max_length=60)


class HookShape(Schema):
    """Where a hook takes deliveries and what it makes of them."""

    url: str
    rules: list[RuleIn]
    version: int


class SecretOut(Schema):
    secret: str


class SecretIn(Schema):
    secret: str | None = Field(None, max_length=200, description="The sender's; without it one is made.")
    overlap_hours: int = Field(24, ge=0, le=720, description="How long the old one is good too.")


class TryIn(Schema):
    body: dict[str, Any] | list[Any] = Field(description="A delivery's body.")


class TriedOut(Schema):
    """What would become of it; nothing was written."""

    outcome: Literal["created", "reinquired", "refused"]
    values: dict[str, str]
    complaints: dict[str, str]
    code: str
    detail: str
    lead: int | None = Field(description="The known lead, where you may see it.")


class DeliveryOut(Schema):
    id: int
    at: datetime.datetime
    state: str
    code: str
    detail: str
    lead: int | None
    touch: int | None
    is_new: bool


class DeliveryWhole(DeliveryOut):
    body: Any = Field(description="What came, numbers and addresses hidden; null once it is not kept.")


class DeliveryPage(Schema):
    items: list[DeliveryOut]
    next: int | None = Field(description="`before` of the next page.")


class DeliveryState(Schema):
    state: str
    code: str
    detail: str


class DiscardIn(Schema):
    reason: str = Field(min_length=1, max_length=500)


class Counted(Schema):
    count: int


class HookDayOut(Schema):
    day: datetime.date
    delivered: int
    new_leads: int
    failed: int
    refused: int = Field(description="Turned away: unsigned, late or unreadable.")


class HookFigures(Schema):
    """The last thirty days, newest first."""

    days: list[HookDayOut]
