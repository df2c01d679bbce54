"""Shapes of the JSON API of business lines."""

from datetime import datetime
from typing import Any

from ninja import Field, Schema


class PersonIn(Schema):
    user: int = Field(ge=1, lt=2**63)
    weight: int = Field(1, ge=0, le=1000)


class LineRuleContent(Schema):
    when: dict[str, Any] | None = Field(None, description="Criteria over a lead.")
    keywords: list[str] = Field([], description="One of them stands in the requirement or in a follow-up.")
    line: str = Field(description="The other line: a value of the picklist business_line.")
    pipeline: int | None = Field(None, description="None: that of the line, else the default one.")
    owner: str = Field("people", description="people: by turns, by weight; pool_admins: of the lead's pool.")
    people: list[PersonIn] = []


class LineRuleIn(Schema):
    name: str
    content: LineRuleContent
    is_active: bool = False
    note: str = ""


class LineRulePatch(Schema):
    name: str | None = None
    content: LineRuleContent | None = None
    is_active: bool | None = None
    note: str = ""


class LineRuleOut(Schema):
    id: int
    name: str
    is_active: bool
    version: int
    content: dict[str, Any]


class LineRulesOut(Schema):
    items: list[LineRuleOut]


class LinePreviewIn(Schema):
    content: LineRuleContent


class ExampleOut(Schema):
    id: int
    name: str
    company: str


class LinePreviewOut(Schema):
    days: int = Field(description="Follow-ups of so many days were searched.")
    considered: int
    matched: int
    examples: list[ExampleOut]


class LineVersionOut(Schema):
    number: int
    at: datetime
    author_id: int | None
    note: str
    content: dict[str, Any]


class LineVersionsOut(Schema):
    items: list[LineVersionOut]


class RestoreIn(Schema):
    version: int = Field(description="The version whose content shall apply again.")


class SpawnIn(Schema):
    line: str = Field(description="The other line: a value of the picklist business_line.")
    owner_id: int | None = Field(
        None, ge=1, lt=2**63, description="None: by the line's rules, else yourself."
    )
    pipeline_id: int | None = Field(None, ge=1, lt=2**63)
    name: str = Field("", max_length=200)
    amount: str | None = None
    note: str = ""


class SpawnedOut(Schema):
    id: int
    opportunity_id: int
    account_id: int
    contact_id: int | None
    owner_id: int
    is_new: bool = Field(description="False when the lead had led to one in this line before.")


class LeadLineOut(Schema):
    id: int
    line: str
    line_label: str
    opportunity_id: int
    account_id: int
    contact_id: int | None
    owner_id: int
    rule_id: int | None
    rule_version: int | None
    at: datetime
    actor_id: int | None


class LeadLinesOut(Schema):
    items: list[LeadLineOut]
