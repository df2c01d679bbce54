"""Shapes of the JSON API of duplicates."""

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Schema

from headwater.duplicates.types import Act, How, State

RecordKind = Literal["lead", "contact", "account"]


class EvidenceOut(Schema):
    field: str
    level: Literal["exact", "close", "alike", "differs"]


class SimilarOut(Schema):
    """A record that looks like the one asked about; out of sight without id and name."""

    record: RecordKind
    id: int | None
    percent: int = Field(description="How likely the two are the same.")
    name: str
    company: str
    owner: str
    pool: str
    since: datetime
    visible: bool
    reasons: list[str]
    evidence: list[EvidenceOut]


class SimilarsOut(Schema):
    matches: list[SimilarOut]


class FindIn(Schema):
    record: RecordKind = "lead"
    values: dict[str, Any] = Field(description="Values as for making the record.")
    against: list[RecordKind] = ["lead", "contact", "account"]


class DuplicateRuleIn(Schema):
    name: str = Field(max_length=60)
    record: RecordKind = Field(description="What is entered.")
    against: list[RecordKind] = Field(description="What it is compared with.")
    compare: dict[str, How] = Field(
        default_factory=dict,
        description="Fields that must agree: person, company, phone, email, handle, address, host.",
    )
    at_least: int = Field(50, ge=1, le=100, description="Without `compare`: how likely, in percent.")
    act: Act = Act.WARN
    is_active: bool = True


class DuplicateRulePatch(Schema):
    name: str | None = Field(None, max_length=60)
    record: RecordKind | None = None
    against: list[RecordKind] | None = None
    compare: dict[str, How] | None = None
    at_least: int | None = Field(None, ge=1, le=100)
    act: Act | None = None
    is_active: bool | None = None


class DuplicateRuleOut(DuplicateRuleIn):
    id: int
    version: int


class DuplicateRulesOut(Schema):
    items: list[DuplicateRuleOut]


class SideOut(Schema):
    id: int
    name: str
    owner: str
    created_at: datetime


class LookAlikeOut(Schema):
    """Two records of one kind that may be the same."""

    id: int
    record: RecordKind
    percent: int
    state: State
    found_at: datetime
    evidence: list[EvidenceOut]
    records: list[SideOut]


class LookAlikesOut(Schema):
    items: list[LookAlikeOut]
    next: str | None = Field(description="`cursor` of the next page.")


class LookAlikeGroupOut(Schema):
    """Records of one kind of which every two may be the same."""

    record: RecordKind
    percent: int = Field(description="Of the likeliest pair.")
    ids: list[int] = Field(description="Of the suggestions, to dismiss them.")
    records: list[SideOut]


class LookAlikeGroupsOut(Schema):
    items: list[LookAlikeGroupOut]
    next: str | None = Field(description="`cursor` of the next page.")


class SuggestionIds(Schema):
    ids: list[int] = Field(min_length=1, max_length=500)


class DecidedOut(Schema):
    changed: int


class ScanOut(Schema):
    id: int
    started_at: datetime
    finished_at: datetime | None
    step: str
    record: RecordKind
    progress: float
    seen: int = Field(description="Records read because they were new or had changed.")
    compared: int = Field(description="Pairs compared.")
    found: int = Field(description="Pairs that are likely the same.")
