"""Shapes of the room's API beside the record."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

Id = Annotated[int, Field(ge=1, lt=2**63)]


class MembersMeant(Schema):
    """Either ids, or criteria over the fields of the records (with search words)."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Id] | None = Field(None, max_length=10_000)
    filter: dict[str, Any] | None = None
    q: str = Field("", max_length=200)


class MembersAddIn(MembersMeant):
    """Which leads or contacts become members of which campaign."""

    campaign: Id
    record: Literal["lead", "contact"] = "lead"
    status: str = Field("", max_length=60, description="Blank: the first one of the picklist.")


class MembersStatusIn(MembersMeant):
    """The members of `filter` are those of the whole house within reach: name the campaign in it."""

    status: str = Field(max_length=60)


class MembersAddedOut(Schema):
    added: int
    known: int = Field(description="Were members before, themselves or as the contact a lead became.")
    unseen: int = Field(description="Lie outside your reach, or do not exist.")


class MembersChangedOut(Schema):
    changed: int


class MemberStatusCountOut(Schema):
    status: str
    label: str
    members: int


class MemberCountsOut(Schema):
    """The members of a campaign within your reach."""

    members: int
    responded: int
    response_rate: float | None = Field(description="Percent; null without members.")
    by_status: list[MemberStatusCountOut]
