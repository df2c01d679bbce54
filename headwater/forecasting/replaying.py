"""Past month-ends, forecast anew from what was known at each of them, beside what came.

The months are walked in their order: the rates, the cascade, the stream of new business and the width of
the interval as of a month-end come from earlier months alone.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headwater.forecasting.cascade import cascade, rates
from headwater.forecasting.curves import cell_of
from headwater.forecasting.expecting import Expected, Lot, expect
from headwater.forecasting.lessons import Learner, Lesson, until
from headwater.forecasting.reading import History, Standing
from headwater.forecasting.types import LEARNS_AFTER, LEAST_CLOSED, MOST_REPLAYED, Way, months_on
from headwater.kernel.money import rounded

_CALM = 12.0  # months of a right width that are believed before any was seen
_WIDEST = 3.0
_SINGLE = 80

Open = Callable[[date], Mapping[int, Sequence[Standing]]]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A forecast as it would have been, and what came."""

    month: date
    way: Way
    forecast: Decimal
    low: Decimal | None
    high: Decimal | None
    actual: Decimal
    opportunities: int
    closed: int


def replay(
    history: History, standing: Open, *, half_life: float, today: date
) -> tuple[list[Replayed], Lesson]:
    """Every month-end that can be replayed, and the lesson as of today."""
    learner = Learner(history, half_life)
    this_month = today.replace(day=1)
    months = until(history, this_month)
    found: list[Replayed] = []
    width = _Width()
    for place, month in enumerate(months):
        is_replayed = LEARNS_AFTER <= place < len(months) - 1 and place >= len(months) - 1 - MOST_REPLAYED
        if is_replayed and learner.closed >= LEAST_CLOSED:
            lesson = learner.lesson(month, months=1)
            lesson.factor = width.factor
            lots = standing(month).get(history.pipeline_id, ())
            actual = sum((worth for (worth,) in history.wins.get(month, ()) if worth is not None), Decimal(0))
            expected = expect_standing(lesson, lots)
            width.see(expected, float(actual))
            found += _month(month, learner, lots, expected, actual)
        learner.take(month)
    lesson = learner.lesson(today)
    lesson.factor = width.factor
    return found, lesson


class _Width:
    """How much wider the months so far lay than their intervals said; never narrower."""

    def __init__(self) -> None:
        self._count, self._squares = 0, 0.0
        self.factor = 1.0

    def see(self, expected: Expected, actual: float) -> None:
        said = expected.spread.deviation / self.factor
        if said <= 0:
            return
        self._count += 1
        self._squares += min(16.0, ((actual - expected.spread.mean) / said) ** 2)
        seen = (self._squares + _CALM) / (self._count + _CALM)
        self.factor = min(_WIDEST, max(1.0, math.sqrt(seen)))


def expect_standing(lesson: Lesson, lots: Sequence[Standing]) -> Expected:
    """What the learnt way expects in the lesson's first month; the largest ones one by one."""
    priced = sorted((one for one in lots if one.worth), key=lambda one: one.worth or 0, reverse=True)
    singles = [(one.stage, cell_of(one.days), float(one.worth or 0)) for one in priced[:_SINGLE]]
    sums: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0, 0.0, 0.0, 0])
    for one in priced[_SINGLE:]:
        worth = float(one.worth or 0)
        here = sums[one.stage, cell_of(one.days)]
        here[0] += 1
        here[1] += worth
        here[2] += worth * worth
    for one in lots:
        if one.worth is None and not one.is_unrated:
            sums[one.stage, cell_of(one.days)][3] += 1
    rest = [
        Lot(stage, cell, int(count), amount, squares, int(unpriced))
        for (stage, cell), (count, amount, squares, unpriced) in sums.items()
    ]
    return expect(lesson, rest, singles, [0])


def _month(
    month: date, learner: Learner, lots: Sequence[Standing], expected: Expected, actual: Decimal
) -> list[Replayed]:
    following = months_on(month, 1)
    probability = {one.id: one.probability for one in learner.steps}
    due: dict[int, Decimal] = defaultdict(Decimal)
    for one in lots:
        if one.worth is not None and one.expected_close_on and month <= one.expected_close_on < following:
            due[one.stage] += one.worth
    _falls, fallen = cascade(learner.steps, due, rates(learner.steps, learner.decided()))
    naive = sum((amount * probability[stage] / 100 for stage, amount in due.items()), Decimal(0))
    spread = expected.spread

    def row(way: Way, forecast: Decimal, low: Decimal | None = None, high: Decimal | None = None) -> Replayed:
        return Replayed(month, way, forecast, low, high, actual, len(lots), learner.closed)

    return [
        row(Way.LEARNT, rounded(spread.mean), rounded(spread.low), rounded(spread.high)),
        row(Way.CASCADE, fallen),
        row(Way.NAIVE, rounded(naive)),
    ]
