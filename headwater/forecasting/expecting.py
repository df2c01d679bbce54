"""From open opportunities and a lesson to what is expected in a period, with its interval."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from headwater.forecasting.intervals import Spread, Uncertain, of_new, spread_of
from headwater.forecasting.lessons import Lesson


@dataclass(frozen=True, slots=True)
class Lot:
    """Open opportunities of one stage and one age: how many, their sum and that of their squares."""

    stage: int
    cell: int
    count: int
    amount: float
    squares: float
    unpriced: int = 0  # further ones without an amount: each counts as what is usually won


@dataclass(frozen=True, slots=True)
class Expected:
    """What will come from what is open, from what is not there yet, and both with the interval."""

    open: float
    new: float
    wins: float
    spread: Spread


def chance_in(lesson: Lesson, stage: int, cell: int, places: Sequence[int]) -> float:
    """The chance of being won in the months at `places`."""
    by_age = lesson.chances.get(str(stage))
    return sum(by_age[cell][place] for place in places) if by_age else 0.0


def expect(
    lesson: Lesson,
    lots: Iterable[Lot],
    singles: Iterable[tuple[int, int, float]],
    places: Sequence[int],
    *,
    share_of_new: float = 1.0,
) -> Expected:
    """What is won in the months at `places` from lots, from single ones (stage, cell, amount), and from new
    business.

    `share_of_new` is the part of the new business that belongs to whom the forecast is for.
    """
    usual = lesson.mean_won
    by_stage: dict[int, list[float]] = defaultdict(lambda: [0.0] * len(lesson.months))
    single: list[Uncertain] = []
    mean = variance = wins = 0.0
    for lot in lots:
        chances = lesson.chances.get(str(lot.stage))
        if chances is None:
            continue
        chance = sum(chances[lot.cell][place] for place in places)
        amount = lot.amount + lot.unpriced * usual
        squares = lot.squares + lot.unpriced * _square(lesson)
        mean += chance * amount
        wins += chance * (lot.count + lot.unpriced)
        # Of those without an amount the amount is uncertain as well.
        variance += chance * squares - chance * chance * (lot.squares + lot.unpriced * usual * usual)
        for place in places:
            by_stage[lot.stage][place] += chances[lot.cell][place] * amount
    for stage, cell, amount in singles:
        chance = chance_in(lesson, stage, cell, places)
        single.append((amount, chance))
        wins += chance
        for place in places:
            by_stage[stage][place] += lesson.chances[str(stage)][cell][place] * amount if chance else 0.0
    from_open = mean + sum(amount * chance for amount, chance in single)
    stream = lesson.new.per_day * share_of_new
    new_wins = stream * sum(lesson.new.wins[place] for place in places if place < len(lesson.new.wins))
    new_single, new_mean, new_variance = of_new(new_wins, lesson.amounts)
    from_new = new_wins * usual
    new_variance += new_wins * (lesson.new.dispersion - 1) * usual * usual
    news = [stream * one * usual for one in lesson.new.wins]
    spread = spread_of(
        single + new_single,
        rest_mean=mean + new_mean,
        rest_variance=max(0.0, variance) + new_variance,
        shaken=_shaken(lesson, by_stage, news, places),
        factor=lesson.factor,
    )
    return Expected(from_open, from_new, wins + new_wins, spread)


def _square(lesson: Lesson) -> float:
    return sum(one * one for one in lesson.amounts) / len(lesson.amounts) if lesson.amounts else 0.0


def _shaken(
    lesson: Lesson, by_stage: Mapping[int, Sequence[float]], news: Sequence[float], places: Sequence[int]
) -> float:
    """The variance of what is expected over the draws of the rates."""
    if not lesson.shaken:
        return 0.0
    sums = []
    for draw in lesson.shaken:
        total = sum(
            amounts[place] * draw[str(stage)][place]
            for stage, amounts in by_stage.items()
            for place in places
        )
        if news:
            total += sum(news[place] * draw["new"][place] for place in places)
        sums.append(total)
    middle = sum(sums) / len(sums)
    return sum((one - middle) ** 2 for one in sums) / (len(sums) - 1)
