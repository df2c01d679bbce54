"""Shapes of the JSON API of forecasts."""

import datetime
from typing import Annotated

from ninja import Field, Schema

from headwater.forecasting.types import Way
from headwater.platform.api import DecimalOut

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
    total: DecimalOut
    open: DecimalOut = Field(description="From what is open, beyond what is won in the period already.")
    new: DecimalOut | None = Field(description="From business that is not there yet; the learnt way alone.")
    low: DecimalOut | None = Field(description="The 80 % interval of the learnt way.")
    high: DecimalOut | None
    past_error: DecimalOut | None = Field(description="Mean absolute error of past months in percent.")
    past_coverage: DecimalOut | None
    past_months: int


class FallOut(Schema):
    stage: int
    name: str
    amount: DecimalOut
    arriving: DecimalOut
    rate: DecimalOut
    onward: DecimalOut
    passed: int
    lost: int
    is_set: bool = Field(description="Too few were decided: the rate follows from the set chances.")


class PersonOut(Schema):
    person: int | None
    name: str
    closed: DecimalOut
    open: DecimalOut
    opportunities: int
    learnt: DecimalOut
    cascade: DecimalOut
    naive: DecimalOut
    people: DecimalOut | None
    target: DecimalOut | None


class DecisiveOut(Schema):
    id: int
    name: str
    owner: int | None
    stage: int
    amount: DecimalOut
    chance: DecimalOut = Field(description="Of being won in what is left of the period, in percent.")
    expected: DecimalOut


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
    closed: DecimalOut
    closed_count: int
    target: DecimalOut | None = Field(description="Of all pipelines together.")
    open_count: int
    open_amount: DecimalOut
    ways: list[FigureOut]
    cascade: list[FallOut]
    people: list[PersonOut]
    decisive: list[DecisiveOut]
    left_out: ForecastLeftOutOut


class OutcomeOut(Schema):
    way: Way
    forecast: DecimalOut
    low: DecimalOut | None
    high: DecimalOut | None


class MonthOut(Schema):
    month: datetime.date
    actual: DecimalOut
    opportunities: int
    closed: int
    ways: list[OutcomeOut]


class ScoreOut(Schema):
    way: Way
    months: int
    mae: DecimalOut
    mape: DecimalOut | None
    bias: DecimalOut
    covered: DecimalOut | None


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
