"""Shapes of the JSON API of routing. What a rule may say is checked in the services."""

from datetime import datetime
from typing import Any

from ninja import Field, Schema


class RoutingMail(Schema):
    """Placeholders: {name} of the customer, {owner} and {phone} of who gets the lead, {company}."""

    subject: str = ""
    text: str = ""


class RoutingRuleContent(Schema):
    """What a rule says; see the guide on routing."""

    triggers: list[str] | None = Field(None, description="captured, stage_changed, woken, recycled")
    when: dict[str, Any] | None = Field(None, description="Criteria over the fields of leads; none: all.")
    gate: dict[str, Any] | None = Field(None, description="required (field keys), consent, unique, score")
    target: dict[str, Any] = Field(
        description='{"kind": "people", "people": [{"user", "weight"}]}, '
        '{"kind": "department", "department", "without"} or {"kind": "pool", "pool"}'
    )
    strategies: list[str | dict[str, Any]] | None = Field(
        None,
        description="In order: designated_rep, customer_owner, former_owner, territory, grade_match;"
        " last round_robin, least_loaded or random.",
    )
    window: dict[str, Any] | None = Field(None, description='{"when": "always" | "working", "calendar"}')
    mail: RoutingMail | None = Field(
        None,
        description="A mail to the customer when a person gets the lead; what was agreed to and a link with"
        " which mail ends are added. It goes to leads with an address, consent and no opt-out.",
    )


class RoutingRuleIn(Schema):
    name: str = Field(max_length=200)
    content: RoutingRuleContent
    is_active: bool = False
    note: str = Field("", max_length=500)


class RoutingRulePatch(Schema):
    name: str | None = Field(None, max_length=200)
    content: RoutingRuleContent | None = None
    is_active: bool | None = None
    note: str = Field("", max_length=500)


class WarningOut(Schema):
    code: str
    text: str


class RoutingRuleOut(Schema):
    id: int
    name: str
    position: int
    is_active: bool
    version: int
    content: dict[str, Any]
    warnings: list[WarningOut]


class RoutingRulesOut(Schema):
    items: list[RoutingRuleOut]


class RoutingOrderIn(Schema):
    ids: list[int] = Field(max_length=200)


class RestoreIn(Schema):
    version: int = Field(description="The version whose content shall apply again.")


class RoutingVersionOut(Schema):
    number: int
    at: datetime
    author_id: int | None
    note: str
    content: dict[str, Any]


class RoutingVersionsOut(Schema):
    items: list[RoutingVersionOut]


class RoutingPreviewIn(Schema):
    content: RoutingRuleContent
    rule: int | None = Field(None, description="The rule whose place it would take; none: the end.")


class PersonCount(Schema):
    id: int
    name: str
    recent: int
    now: int
    room: int


class MissedOut(Schema):
    condition: str
    leads: int


class RoutingMailOut(Schema):
    subject: str
    text: str


class RoutingPreviewOut(Schema):
    days: int
    considered: int
    taken_before: int
    matched: int
    unmatched: int
    passing: int
    passing_now: int
    held: dict[str, int]
    missed: list[MissedOut]
    people: list[PersonCount]
    nobody_now: int
    mail: RoutingMailOut | None = Field(
        description="The mail as an invented customer of the first person reads it."
    )
    may_mail_now: int = Field(
        description="Of the leads that lie in pools now and pass: with an address, consent and no opt-out."
    )
    warnings: list[WarningOut]


class DecisionParams(Schema):
    lead: int | None = Field(None, ge=1, lt=2**63)
    rule: int | None = Field(None, ge=1, lt=2**63)
    before: int | None = Field(None, ge=1, lt=2**63)


class FairnessParams(Schema):
    days: int = Field(30, ge=1, le=730)
    rule: int | None = Field(None, ge=1, lt=2**63)


class DecisionMailOut(Schema):
    """The mail to the customer that followed."""

    state: str = Field(description="waiting, sending, sent, skipped or failed")
    reason: str = Field(description="Why it was skipped or failed: a code, or the words of the mail server.")
    sentence: str
    subject: str
    text: str
    settled_at: datetime | None


class DecisionOut(Schema):
    id: int
    lead_id: int
    at: datetime
    trigger: str
    outcome: str
    sentence: str
    rule_id: int | None
    rule_name: str
    rule_version: int | None
    strategy: str
    owner_id: int | None
    pool_id: int | None
    detail: dict[str, Any]
    mail: DecisionMailOut | None


class DecisionsOut(Schema):
    items: list[DecisionOut]
    next: int | None = Field(description="Give it as `before` for the next page.")


class LeadsIn(Schema):
    ids: list[int] = Field(min_length=1, max_length=10_000)


class AskedOut(Schema):
    asked: int


class SuggestionOut(Schema):
    id: int
    name: str
    reasons: list[str]
    held: int
    cap: int


class SuggestionsOut(Schema):
    items: list[SuggestionOut]


class TerritoryIn(Schema):
    fields: dict[str, list[str]] = Field(description="Field key to the values served; all must fit a lead.")


class TerritoryOut(Schema):
    user_id: int
    fields: dict[str, list[str]]


class TerritoriesOut(Schema):
    items: list[TerritoryOut]


class WaitingOut(Schema):
    lead_id: int
    lead: str
    pool: str
    waits_for: str
    since: datetime
    due_at: datetime | None
    rule: str
    reasons: list[str]


class WaitingsOut(Schema):
    items: list[WaitingOut]


class RoutingShareOut(Schema):
    rule_id: int
    rule: str
    user_id: int
    name: str
    leads: int
    share: float
    high: int
    medium: int
    low: int
    responded: int
    response_minutes: float | None
    converted: int
    given_back: int


class FairnessOut(Schema):
    items: list[RoutingShareOut]
