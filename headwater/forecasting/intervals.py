"""The interval that a sum of uncertain amounts falls into with a given chance.

The largest amounts, which decide its shape, are added exactly, one after the other, on a grid; the many
small ones that are left, what is unknown of the rates, and a large number of new ones together count as a
normal distribution.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from headwater.forecasting.types import INTERVAL

BINS = 256
MOST_EXACT = 100
_FEW_NEW = 12.0  # new ones won, below which they are added one by one too
_PIECE = 0.25

Uncertain = tuple[float, float]  # an amount and its chance


@dataclass(frozen=True, slots=True)
class Spread:
    """What is expected, and between what it will lie."""

    mean: float
    deviation: float
    low: float
    high: float


def spread_of(
    single: Sequence[Uncertain],
    *,
    rest_mean: float = 0.0,
    rest_variance: float = 0.0,
    shaken: float = 0.0,
    factor: float = 1.0,
) -> Spread:
    """The spread of a sum: of `single` amounts, of a rest, and of `shaken`, the variance of not knowing the
    rates.

    `factor` widens it: how much wider the past was than was said.
    """
    items = sorted(((amount, chance) for amount, chance in single if amount > 0 and chance > 0), reverse=True)
    exact, others = items[:MOST_EXACT], items[MOST_EXACT:]
    mean = sum(amount * chance for amount, chance in items) + rest_mean
    blurred_mean = sum(amount * chance for amount, chance in others) + rest_mean
    blurred = (
        sum(amount * amount * chance * (1 - chance) for amount, chance in others) + rest_variance + shaken
    )
    variance = blurred + sum(amount * amount * chance * (1 - chance) for amount, chance in exact)
    if variance <= 0:
        return Spread(mean, 0.0, mean, mean)
    deviation = math.sqrt(variance)
    most = sum(amount for amount, _chance in exact) * 1.001
    step = max(min(most, mean + 8 * deviation), 1e-9) / (BINS - 1)
    grid = _added(exact, step)
    tail = (1 - INTERVAL) / 2
    low, high = _quantiles(grid, step, blurred_mean, math.sqrt(blurred), (tail, 1 - tail))
    return Spread(
        mean,
        deviation * factor,
        max(0.0, mean + (low - mean) * factor),
        max(mean, mean + (high - mean) * factor),
    )


def of_new(wins: float, amounts: Sequence[float]) -> tuple[list[Uncertain], float, float]:
    """New ones that will be won as single amounts where they are few, else as (mean, variance) of a rest."""
    if wins <= 0 or not amounts:
        return [], 0.0, 0.0
    if wins > _FEW_NEW:
        many = wins / len(amounts)
        return [], many * sum(amounts), many * sum(amount * amount for amount in amounts)
    each = wins / len(amounts)
    pieces = max(1, math.ceil(each / _PIECE))
    return [(amount, each / pieces) for amount in amounts for _ in range(pieces)], 0.0, 0.0


def _added(items: Sequence[Uncertain], step: float) -> list[float]:
    """The distribution of the sum of amounts that come or do not; all beyond the grid is in its last bin."""
    grid = [1.0] + [0.0] * (BINS - 1)
    nothing = [0.0] * BINS
    for amount, chance in items:
        whole, part = divmod(amount / step, 1.0)
        shift = int(whole)
        if shift >= BINS:
            grid = [value * (1 - chance) for value in grid]
        else:
            first, second = chance * (1 - part), chance * part
            moved = nothing[:shift] + grid
            further = nothing[: shift + 1] + grid
            grid = [
                value * (1 - chance) + one * first + two * second
                for value, one, two in zip(grid, moved, further, strict=False)
            ]
        grid[-1] += max(0.0, 1.0 - sum(grid))
    return grid


def _quantiles(
    grid: Sequence[float], step: float, mean: float, deviation: float, wanted: Sequence[float]
) -> list[float]:
    width = max(deviation, step / 2)
    held = [(place * step + mean, mass) for place, mass in enumerate(grid) if mass > 1e-5]
    found = []
    for share in wanted:
        low, high = held[0][0] - 6 * width, held[-1][0] + 6 * width
        for _ in range(20):
            middle = (low + high) / 2
            below = sum(
                mass * 0.5 * math.erfc((centre - middle) / (width * 1.4142135623730951))
                for centre, mass in held
            )
            low, high = (middle, high) if below < share else (low, middle)
        found.append((low + high) / 2)
    return found
