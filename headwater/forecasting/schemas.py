"""Shapes of the JSON API of forecasts."""

import datetime
from decimal import Decimal
from typing import Annotated

from ninja import Field, Schema

from headwater.forecasting.types import Way

Id = Annotated[int, Field(gt=0, lt=2**63)]


class ForecastAsked(Schema):
    pipeline: Id | None = Field(None, description="The default one unless given.")
    period: str = Field(
        "", max_length=8, description="A month or quarter that is not over: 2026-11, 2026-Q4."
    )
    who: str = Field(
        "", max_length=40, description="company-0, department-3 or person-7; empty: all within reach."
    )


class FigureOut(Schema):
    way: Way
    total: Decimal
    open: Decimal = Field(description="From what is open, beyond what is won in the period already.")
    new: Decimal | None = Field(description="From business that is not there yet; the learnt way alone.")
    low: Decimal | None = Field(description="The 80 % interval of the learnt way.")
    high: Decimal | None
    past_error: Decimal | None = Field(description="Mean absolute error of past months in percent.")
    past_coverage: Decimal | None
    past_months: int


class FallOut(Schema):
    stage: int
    name: str
    amount: Decimal
    arriving: Decimal
    rate: Decimal
    onward: Decimal
    passed: int
    lost: int
    is_set: bool = Field(description="Too few were decided: the rate follows from the set chances.")


class PersonOut(Schema):
    person: int | None
    name: str
    closed: Decimal
    open: Decimal
    opportunities: int
    learnt: Decimal
    cascade: Decimal
    naive: Decimal
    people: Decimal | None
    target: Decimal | None


class DecisiveOut(Schema):
    id: int
    name: str
    owner: int | None
    stage: int
    amount: Decimal
    chance: Decimal = Field(description="Of being won in what is left of the period, in percent.")
    expected: Decimal


class ForecastCurrencyOut(Schema):
    currency: str
    opportunities: int


class ForecastLeftOutOut(Schema):
    unpriced: int
    undated: int
    unrated: int
    currencies: list[ForecastCurrencyOut]


class ForecastOut(Schema):
    pipeline: int
    period: str
    who: str
    currency: str
    learnt_at: datetime.datetime
    is_thin: bool
    closed: Decimal
    closed_count: int
    target: Decimal | None = Field(description="Of all pipelines together.")
    open_count: int
    open_amount: Decimal
    ways: list[FigureOut]
    cascade: list[FallOut]
    people: list[PersonOut]
    decisive: list[DecisiveOut]
    left_out: ForecastLeftOutOut


class OutcomeOut(Schema):
    way: Way
    forecast: Decimal
    low: Decimal | None
    high: Decimal | None


class MonthOut(Schema):
    month: datetime.date
    actual: Decimal
    opportunities: int
    closed: int
    ways: list[OutcomeOut]


class ScoreOut(Schema):
    way: Way
    months: int
    mae: Decimal
    mape: Decimal | None
    bias: Decimal
    covered: Decimal | None


class BackTestOut(Schema):
    pipeline: int
    is_thin: bool = Field(description="Too few months for conclusions.")
    best: Way | None
    months: list[MonthOut]
    scores: list[ScoreOut]


class BackTestAsked(Schema):
    pipeline: Id | None = None


class DriverOut(Schema):
    key: str
    words: str
    is_good: bool | None
    counts: bool = Field(description="Whether it is in the number.")


class ChanceOut(Schema):
    percent: int | None = Field(description="None for a closed one, and before history was learnt from.")
    this_month: int | None
    is_thin: bool
    set_percent: int | None
    drivers: list[DriverOut]


class FileAsked(ForecastAsked):
    format: str = Field("xlsx", pattern="^(xlsx|csv)$")


class RefreshOut(Schema):
    deferred: bool = Field(description="False when one waits already.")
