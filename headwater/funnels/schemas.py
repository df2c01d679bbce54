"""Shapes of the API of funnels."""

from datetime import date, datetime

from ninja import Field, Schema

from headwater.insight.schemas import ReportResultOut
from headwater.platform.api import DecimalOut

_PERIOD = "A named period such as `this_quarter`, `last_30`, `all`, or two days: `2026-01-01..2026-03-31`."
_VS = "What it is compared with: `previous`, `year`, or `none`."


class PeriodAsked(Schema):
    period: str = Field("", max_length=40, description=_PERIOD)
    vs: str = Field("previous", max_length=10, description=_VS)


class FunnelAsked(PeriodAsked):
    by: str = Field(
        "source",
        max_length=20,
        description="The cut: source, channel, campaign, person, department, month, quarter.",
    )
    one: str = Field("", max_length=200, description="A group of the cut to be shown alone: its `key`.")
    two: str = Field("", max_length=200, description="Another one beside it.")


class CohortsAsked(Schema):
    period: str = Field("", max_length=40, description=_PERIOD)
    by: str = Field("month", max_length=20, description="Cohorts by month or quarter.")


class LeaderboardAsked(PeriodAsked):
    sort: str = Field("", max_length=30, description="The column it is ranked by.")


class FunnelCountOut(Schema):
    step: str
    leads: int
    rate: DecimalOut | None = Field(description="Percent of the step before; null: nothing to divide by.")
    share: DecimalOut | None = Field(description="Percent of the top.")
    seconds: DecimalOut | None = Field(description="Median time to here; null: nobody came.")
    amount: DecimalOut | None


class FunnelSideOut(Schema):
    label: str
    counts: list[FunnelCountOut]


class FunnelGroupOut(FunnelSideOut):
    key: str


class FunnelOut(Schema):
    """Over what the caller may see. Each lead counts once in a step."""

    sides: list[FunnelSideOut]
    groups: list[FunnelGroupOut]
    is_cut: bool = Field(description="There are more groups.")
    currency: str
    unpriced: int = Field(description="Amounts left out for want of an exchange rate.")
    notices: list[str]
    as_of: datetime


class SpeedSpanOut(Schema):
    over: int | None = Field(description="Seconds; null together with `until`: not responded to yet.")
    until: int | None
    leads: int
    share: DecimalOut | None
    before: int | None


class SpeedOut(Schema):
    """First responses of the leads created in the period; `people` by the leads received in it."""

    spans: list[SpeedSpanOut]
    leads: int
    responded: int
    median: DecimalOut | None
    in_time: DecimalOut | None
    hours: ReportResultOut
    people: ReportResultOut


class StagesOut(Schema):
    counts: ReportResultOut
    times: ReportResultOut
    lost_reasons: ReportResultOut
    return_reasons: ReportResultOut


class RankOut(Schema):
    person_id: int
    name: str
    place: int | None
    values: dict[str, DecimalOut | None]
    before: dict[str, DecimalOut | None]
    is_own: bool


class LeaderboardOut(Schema):
    """People within the caller's reach, the best first."""

    ranks: list[RankOut]
    columns: list[str]
    by: str
    currency: str
    since: date | None
    until: date | None


class RulesAsked(Schema):
    period: str = Field("", max_length=40, description=_PERIOD)
    rule: str = Field("", max_length=40, description="`routing-3` or `recycle-2`; the first rule without.")
    version: int = Field(0, ge=0, le=2**31 - 1, description="The version looked at; the latest without.")
    weeks: int = Field(4, description="Weeks on each side: 2, 4 or 8.")


class RuleKnownOut(Schema):
    key: str
    name: str


class RuleMarkOut(Schema):
    number: int
    day: date


class RuleSideOut(Schema):
    """Weeks before a version, or from its day on."""

    period: str
    leads: int
    response_seconds: DecimalOut | None = Field(description="Median.")
    recycled: DecimalOut | None = Field(description="Percent.")
    converted: DecimalOut | None = Field(description="Percent.")


class RuleEffectOut(Schema):
    rules: list[RuleKnownOut]
    rule: str
    marks: list[RuleMarkOut]
    version: int | None
    before: RuleSideOut | None
    after: RuleSideOut | None
    is_thin: bool = Field(description="Too few leads on one side to say anything.")
    days_left: int = Field(description="Days until the side after is complete.")
    curve: ReportResultOut | None
