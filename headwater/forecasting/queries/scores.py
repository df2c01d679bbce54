"""How wrong each way was, over the month-ends that were replayed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headwater.forecasting.models import Replay
from headwater.forecasting.types import LEAST_MONTHS, Way
from headwater.kernel.money import TENTH, rounded


@dataclass(frozen=True, slots=True)
class Outcome:
    """A way's forecast for a month."""

    forecast: Decimal
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month that was replayed."""

    month: date
    actual: Decimal
    opportunities: int
    closed: int
    ways: Mapping[Way, Outcome]


@dataclass(frozen=True, slots=True)
class Score:
    """The errors of a way. Percentages leave out months in which nothing came."""

    way: Way
    months: int
    mae: Decimal
    mape: Decimal | None  # in percent
    bias: Decimal  # forecast minus actual, on average
    covered: Decimal | None  # percent of the months that lay within the interval


@dataclass(frozen=True, slots=True)
class BackTest:
    """All months of a pipeline, newest last, and the score of each way."""

    months: tuple[Month, ...]
    scores: tuple[Score, ...]

    @property
    def is_thin(self) -> bool:
        """Whether there are too few months for a conclusion."""
        return len(self.months) < LEAST_MONTHS

    @property
    def best(self) -> Score | None:
        """The way that erred least in money; None where nothing may be concluded."""
        fair = [one for one in self.scores if one.months == len(self.months)]
        return None if self.is_thin or not fair else min(fair, key=lambda one: one.mae)

    def score(self, way: Way) -> Score | None:
        return next((one for one in self.scores if one.way == way), None)


def back_test(pipeline_id: int) -> BackTest:
    """The replays of a pipeline as they were kept."""
    rows: dict[date, list[Replay]] = defaultdict(list)
    for row in Replay.objects.filter(pipeline_id=pipeline_id).order_by("month", "id"):
        rows[row.month].append(row)
    months = tuple(
        Month(
            month,
            some[0].actual,
            some[0].opportunities,
            some[0].closed,
            {Way(one.way): Outcome(one.forecast, one.low, one.high) for one in some},
        )
        for month, some in rows.items()
    )
    return BackTest(months, tuple(_scores(months)))


def _scores(months: Sequence[Month]) -> list[Score]:
    found = []
    for way in Way:
        pairs = [(one.ways[way], one.actual) for one in months if way in one.ways]
        if not pairs:
            continue
        errors = [outcome.forecast - actual for outcome, actual in pairs]
        shares = [
            abs(error) * 100 / actual
            for error, (_outcome, actual) in zip(errors, pairs, strict=True)
            if actual > 0
        ]
        inside = [
            outcome.low <= actual <= outcome.high
            for outcome, actual in pairs
            if outcome.low is not None and outcome.high is not None
        ]
        found.append(
            Score(
                way=way,
                months=len(pairs),
                mae=rounded(sum((abs(one) for one in errors), Decimal(0)) / len(errors)),
                mape=rounded(sum(shares, Decimal(0)) / len(shares), TENTH) if shares else None,
                bias=rounded(sum(errors, Decimal(0)) / len(errors)),
                covered=rounded(Decimal(100 * sum(inside)) / len(inside), TENTH) if inside else None,
            )
        )
    return found
