"""Shapes of the JSON API of leads. What values may be is decided by the catalogue, in the services."""

from datetime import date
from typing import Any

from ninja import Field, Schema


class LeadOwnerIn(Schema):
    owner: int = Field(description="Who gets the lead.")
    over_cap: bool = Field(False, description="Exceed the cap on purpose; needs leads.configure.")


class ReturnIn(Schema):
    reason: str = Field(description="A value of the picklist return_reason.")
    note: str = Field("", max_length=2000)
    pool: int | None = Field(None, description="Another pool than the lead's own.")


class LeadMoveIn(Schema):
    pool: int
    note: str = Field("", max_length=2000)


class InvalidateIn(Schema):
    reason: str = Field(description="A value of the picklist invalid_reason.")
    note: str = Field("", max_length=2000)


class ReopenIn(Schema):
    note: str = Field("", max_length=2000)
    pool: int | None = None


class StageIn(Schema):
    stage: str = Field(description="UQL, MQL, SQL or disqualified.")
    reason: str = Field(
        "", description="A value of the picklist disqualify_reason, where the stage needs it."
    )


class ConvertIn(Schema):
    account: dict[str, Any] | None = Field(
        None, description="Values of the new account, before the lead's own."
    )
    account_id: int | None = Field(None, description="Join this existing account instead.")
    contact: dict[str, Any] | bool | None = Field(
        None, description="Values of the new contact; false for none."
    )
    contact_id: int | None = None
    opportunity: dict[str, Any] | None = Field(None, description="Values of a new opportunity; none without.")
    opportunities: list[dict[str, Any]] = Field(
        default_factory=list,
        max_length=10,
        description="More opportunities, one for each `business_line`; `owner` and `pipeline` left open go"
        " by the rules of that line.",
    )


class LeadSelection(Schema):
    """Which leads: `ids`, or all that a filter finds within reach."""

    ids: list[int] | None = Field(None, max_length=10_000)
    filter: dict[str, Any] | None = Field(None, description="Criteria, as in the list.")
    q: str = Field("", max_length=200)


class BulkClaimIn(LeadSelection):
    pass


class BulkAssignIn(LeadSelection):
    owner: int | None = None
    owners: list[int] | None = Field(None, max_length=200, description="Deal evenly among these people.")
    weights: dict[int, int] | None = Field(None, description="Shares by person id, whole numbers.")
    over_cap: bool = False


class BulkReturnIn(LeadSelection, ReturnIn):
    pass


class LeadBulkMoveIn(LeadSelection, LeadMoveIn):
    pass


class BulkInvalidateIn(LeadSelection, InvalidateIn):
    pass


class BulkReopenIn(LeadSelection, ReopenIn):
    pass


class BulkStageIn(LeadSelection, StageIn):
    pass


class RowResult(Schema):
    id: int
    ok: bool
    code: str | None = None
    detail: str | None = None
    remedy: str | None = None
    facts: dict[str, Any] | None = None


class LeadBulkOut(Schema):
    """One result a row; what could be done is done."""

    results: list[RowResult]


class LeftOutOut(Schema):
    record: str
    field: str
    label: str
    detail: str


class ConvertedOut(Schema):
    account_id: int
    contact_id: int | None
    opportunity_id: int | None = Field(description="The lead's own.")
    opportunity_ids: list[int] = Field(description="With those of other lines.")
    is_new: bool = Field(description="False when the lead had been converted before.")
    left_out: list[LeftOutOut] = Field(description="Mapped values that did not fit; they stay on the lead.")


class LooksRow(Schema):
    user_id: int
    name: str
    day: date
    opened: int = Field(description="Pooled leads opened.")
    revealed: int = Field(description="Hidden contacts shown.")


class LooksOut(Schema):
    """The last seven days, newest first."""

    items: list[LooksRow]


class LeadContactOut(Schema):
    mobile: str | None
    phone: str | None
    email: str | None
    wechat: str | None
    qq: str | None


class ContactIn(Schema):
    """Contact methods as typed."""

    mobile: str | None = None
    phone: str | None = None
    email: str | None = None
    wechat: str | None = None
    qq: str | None = None


class LeadDuplicatesOut(Schema):
    matches: list[dict[str, Any]]
