"""Shapes of the room's API beside the records."""

from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field


class OrderIn(Schema):
    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[int, Field(ge=1, lt=2**63)]] = Field(max_length=1000)
