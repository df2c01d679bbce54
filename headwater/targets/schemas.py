"""Shapes of the JSON API of targets, results and forecasts."""

import datetime
from decimal import Decimal
from typing import Annotated

from ninja import Field, Schema

from headwater.platform.api import DecimalOut
from headwater.targets.types import Called, Category, Dimension, Holder, Level, Measure, Spread

Id = Annotated[int, Field(ge=1, lt=2**63)]
_PERIOD = Field(max_length=10, description="2026, 2026-Q4 or 2026-11.")


class HolderIn(Schema):
    holder: Holder = Field(description="company takes no id.")
    id: Id | None = None


class HolderOut(Schema):
    holder: Holder
    id: int | None
    name: str
    parent: str | None = Field(description="Of the tree: department-3; none for the uppermost.")


class TargetIn(HolderIn):
    period: str = _PERIOD
    amount: Decimal | None = Field(description="null takes the target away.")


class TargetsIn(Schema):
    measure: Measure
    targets: list[TargetIn] = Field(max_length=20_000)


class TargetsAsked(Schema):
    measure: Measure = Measure.WON_AMOUNT
    year: int = Field(ge=2000, le=2100)


class TargetOut(HolderOut):
    target_id: int
    period: str
    amount: DecimalOut | None = Field(description="In the company's currency; null: no rate.")
    version: int


class TargetsOut(Schema):
    currency: str
    items: list[TargetOut]


class ChangedOut(Schema):
    changed: int


class SpreadIn(HolderIn):
    measure: Measure
    year: int = Field(ge=2000, le=2100)
    amount: Decimal
    how: Spread = Spread.EVEN


class TargetChangeOut(Schema):
    at: datetime.datetime
    by: str
    before: str | None
    after: str | None


class TargetChangesOut(Schema):
    items: list[TargetChangeOut]


class ProgressAsked(Schema):
    measure: Measure = Measure.WON_AMOUNT
    period: str | None = Field(None, max_length=10, description="2026, 2026-Q4 or 2026-11; this month.")


class TargetStandingOut(HolderOut):
    target: DecimalOut | None
    own_target: DecimalOut | None
    below: DecimalOut | None = Field(description="The targets of those below it together.")
    difference: DecimalOut | None = Field(description="own_target less below.")
    reached: DecimalOut
    percent: DecimalOut | None
    expected: DecimalOut | None = Field(description="Where one should be by now, by working time.")
    ahead: DecimalOut | None
    gap: DecimalOut | None
    unpriced: int = Field(description="Amounts left out: their currency had no rate that day.")


class TargetProgressOut(Schema):
    period: str
    measure: Measure
    currency: str
    share: DecimalOut = Field(description="Of the period's working time that is over, 0 to 1.")
    items: list[TargetStandingOut]


class ResultsAsked(Schema):
    by: Dimension = Dimension.PERSON
    since: datetime.date | None = Field(None, alias="from")
    last: datetime.date | None = Field(None, alias="to", description="The last day, included.")
    pipeline: Id | None = None
    department: Id | None = Field(None, description="With all below it.")
    person: Id | None = None


class ResultsRowOut(Schema):
    key: str | None = Field(description="An id, or the first day of a month or quarter; null: of none.")
    label: str
    won: int
    lost: int
    closed: int
    won_amount: DecimalOut
    unpriced: int
    win_rate: DecimalOut | None = Field(description="Won in percent of closed.")
    average: DecimalOut | None
    days_mean: DecimalOut | None = Field(description="From its beginning to the win, in days.")
    days_median: DecimalOut | None
    closed_days_mean: DecimalOut | None = Field(description="Of won and lost together.")
    closed_days_median: DecimalOut | None


class SalesResultsOut(Schema):
    by: Dimension
    currency: str
    items: list[ResultsRowOut]
    total: ResultsRowOut


class ListedAsked(ResultsAsked):
    key: str | None = Field(None, max_length=20, description="The key of a row; none: those of no person …")


class ListedOut(Schema):
    id: int
    name: str
    account: str | None
    owner: str | None
    status: str
    day: datetime.date
    days: int
    value: DecimalOut | None


class ListOut(Schema):
    items: list[ListedOut]


class CommitmentsAsked(Schema):
    pipeline: Id | None = Field(None, description="None: all pipelines together.")
    period: str | None = Field(None, max_length=10, description="2026-Q4 or 2026-11; this quarter.")
    as_of: datetime.datetime | None = Field(None, description="As it was known at that moment.")


class WordOut(Schema):
    amount: DecimalOut
    note: str
    by: str
    at: datetime.datetime


class CallOut(Schema):
    amount: DecimalOut
    rolled: DecimalOut = Field(description="What those below call; a person's own: the opportunities.")
    own: WordOut | None
    manager: WordOut | None


class CommitmentOut(HolderOut):
    pipeline: DecimalOut
    best_case: DecimalOut
    commit: DecimalOut
    closed: DecimalOut
    omitted: DecimalOut
    open_pipeline: DecimalOut
    commit_forecast: CallOut
    best_case_forecast: CallOut
    open_count: int
    closed_count: int
    unpriced: int
    submitted_at: datetime.datetime | None


class CommitmentsOut(Schema):
    period: str
    currency: str
    as_of: datetime.datetime | None
    total: CommitmentOut
    items: list[CommitmentOut]


class AdjustIn(HolderIn):
    pipeline: Id | None = Field(None, description="None: the default one.")
    period: str = _PERIOD
    called: Called
    amount: Decimal | None = Field(description="null takes the adjustment back.")
    note: str = Field("", max_length=500)


class SubmitIn(HolderIn):
    pipeline: Id | None = None
    period: str = _PERIOD
    note: str = Field("", max_length=500)


class MadeOut(Schema):
    id: int


class HistoryAsked(HolderIn):
    pipeline: Id | None = None
    period: str = _PERIOD


class SaidOut(Schema):
    act: str = Field(description="adjust, take_back or submit.")
    called: Called | str
    level: Level | str
    amount: DecimalOut | None
    currency: str
    note: str
    by: str
    at: datetime.datetime


class SaidsOut(Schema):
    items: list[SaidOut]


class CategoryIn(Schema):
    category: Category | None = Field(description="null: follows the stage again.")


class CategoryChangeOut(Schema):
    category: Category | None
    by: str
    at: datetime.datetime


class CategoryOut(Schema):
    category: Category
    is_set: bool
    by_stage: Category
    history: list[CategoryChangeOut]


class StageCategoryIn(Schema):
    stage: Id
    category: Category | None


class StageCategoriesIn(Schema):
    pipeline: Id | None = None
    stages: list[StageCategoryIn] = Field(max_length=200)


class StageCategoryOut(Schema):
    stage_id: int
    name: str
    probability: int
    category: Category
    is_set: bool


class StageCategoriesOut(Schema):
    items: list[StageCategoryOut]
