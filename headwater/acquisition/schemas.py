"""Shapes of the room's API beside the records."""

from ninja import Schema
from pydantic import ConfigDict, Field


class OrderIn(Schema):
    model_config = ConfigDict(extra="forbid")

    ids: list[int] = Field(max_length=1000)
