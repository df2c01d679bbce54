"""Shapes of the JSON API beyond the fields of records, which the catalogue describes."""

from datetime import datetime
from typing import Any

from ninja import Field, Schema


class SalesOwnerIn(Schema):
    owner: int = Field(description="Who gets the record.")
    note: str | None = Field(None, max_length=500)


class StageMoveIn(Schema):
    stage: int = Field(description="A stage of the opportunity's pipeline.")
    from_stage: int | None = Field(
        None, description="Where you saw it: somebody else's move in between answers 409."
    )
    lost_reason: str | None = Field(None, description="A value of the picklist lost_reason.")
    note: str | None = Field(None, max_length=500)
    fields: dict[str, Any] = Field(
        default_factory=dict,
        description="Required fields filled in with the move, custom ones as custom.<name>.",
    )
    done: list[int] = Field(
        default_factory=list, max_length=100, description="Points of the checklist that are done."
    )


class LoseIn(Schema):
    lost_reason: str | None = Field(None, description="A value of the picklist lost_reason; needed.")
    note: str | None = Field(None, max_length=500)


class NoteIn(Schema):
    note: str | None = Field(None, max_length=500)


class ContactRoleIn(Schema):
    contact: int
    role: str | None = Field(None, description="A value of the picklist contact_role.")


class SalesFollowUpIn(Schema):
    kind: str = Field("call", description="call, visit, meeting, wechat, qq, email, sms, note or other.")
    outcome: str | None = Field(None, description="A value of the picklist activity_outcome.")
    content: str = ""
    occurred_at: datetime | None = None
    duration_seconds: int | None = Field(None, ge=0)
    next_at: datetime | None = Field(None, description="Makes a task.")
    next_title: str = ""


class SalesSelection(Schema):
    """Which records: `ids`, or all that a filter finds within reach."""

    ids: list[int] | None = Field(None, max_length=10_000)
    filter: dict[str, Any] | None = Field(None, description="Criteria, as in the list.")
    q: str = Field("", max_length=200)


class BulkOwnerIn(SalesSelection, SalesOwnerIn):
    pass


class OpportunityBulkMoveIn(SalesSelection):
    stage: int
    lost_reason: str | None = None
    note: str | None = Field(None, max_length=500)


class BulkLoseIn(SalesSelection, LoseIn):
    pass


class SalesResultOut(Schema):
    id: int
    ok: bool
    code: str = ""
    detail: str = ""
    facts: dict[str, Any] = Field(default_factory=dict)


class SalesBulkOut(Schema):
    results: list[SalesResultOut]


class CountOut(Schema):
    count: int


class DuplicatesIn(Schema):
    """Who is meant: a company's name, contact methods, or both."""

    company: str | None = Field(None, max_length=200)
    mobile: str | None = None
    phone: str | None = None
    email: str | None = None
    wechat: str | None = None
    qq: str | None = None


class MatchOut(Schema):
    """What may be known of a match outside one's reach: that it exists, since when, and whose it is."""

    record: str
    id: int | None
    name: str | None
    account: int | None
    owner: str | None
    matched: str
    similarity: int
    in_reach: bool
    created_at: datetime


class CustomerDuplicatesOut(Schema):
    items: list[MatchOut]
