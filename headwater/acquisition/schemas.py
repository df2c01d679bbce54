"""Shapes of the room's API beside the records."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field

from headwater.platform.api import DecimalOut


class OrderIn(Schema):
    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[int, Field(ge=1, lt=2**63)]] = Field(max_length=1000)


class ChannelCostOut(Schema):
    """What a channel cost from a first to a last day."""

    id: int
    channel_id: int
    first_day: date
    last_day: date
    amount: DecimalOut
    currency: str
    note: str
    worth: DecimalOut | None = Field(description="In the company's currency; null without a rate.")
    created_at: datetime
    created_by: dict[str, Any] | None = Field(description="id and name.")
    version: int


class ChannelCostsOut(Schema):
    """The living entries, the latest first, and what of them lies in this year."""

    year: int
    total: DecimalOut = Field(description="Of the year, in `currency`.")
    unpriced: int = Field(description="Entries that the total leaves out: no rate is known.")
    currency: str
    items: list[ChannelCostOut]


class CampaignTimelineParams(Schema):
    cursor: str | None = Field(None, max_length=500, description="`next` of the page before.")
    limit: int = Field(20, ge=1, le=100)
    kinds: str = Field("", max_length=200, description="member, change, comment, task, file; by commas.")
