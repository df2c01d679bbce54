"""A company whose truth is known: pipelines with chances, times and amounts of their own, drawn with a seed.

Its truth is not of the model's making: times in a stage are log-normal, amounts too, dates of closing are
wishes that slip, the chances that are set for the stages are those that everybody sets, and not the true
ones.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from headwater.sales.queries import PipelineView
from tests.forecasting.factories import CHINA, Tale, make_pipeline

SET = (("初步接触", 10), ("需求确认", 30), ("方案报价", 50), ("商务谈判", 80))


@dataclass(frozen=True, slots=True)
class Truth:
    """What holds in a pipeline."""

    a_month: float  # how many are made
    onward: Sequence[float]  # who goes on from each stage
    wait: Sequence[float]  # median days in it
    spread: float  # of those days
    amount: float  # the median
    optimism: float  # days too early that closing is expected, per true day


def truth(pick: random.Random) -> Truth:
    """One of many possible ones."""
    return Truth(
        a_month=pick.uniform(16, 34),
        onward=[pick.uniform(0.55, 0.9) for _ in SET],
        wait=[pick.uniform(4, 22) for _ in SET],
        spread=pick.uniform(0.5, 0.9),
        amount=pick.uniform(30_000, 120_000),
        optimism=pick.uniform(0.1, 0.5),
    )


def company(seed: int, *, pipelines: int, months: int, until: date) -> list[Tale]:
    """All its opportunities until a day, in pipelines that are made for them."""
    pick = random.Random(seed)
    tales = []
    for number in range(pipelines):
        known, made = truth(pick), make_pipeline(f"模拟{number + 1}", SET)
        tales += _lives(pick, known, made, months, until)
    return tales


def _lives(pick: random.Random, known: Truth, made: PipelineView, months: int, until: date) -> list[Tale]:
    end = datetime(until.year, until.month, until.day, tzinfo=CHINA)
    born = end - timedelta(days=30.44 * months)
    found: list[Tale] = []
    while True:
        born += timedelta(days=pick.expovariate(known.a_month / 30.44))
        if born >= end:
            return found
        found.append(_life(pick, known, made, born, end))


def _life(pick: random.Random, known: Truth, made: PipelineView, born: datetime, end: datetime) -> Tale:
    stages = [*(stage.id for stage in made.open_stages), made.won.id]
    moves = [(stages[0], born)]
    amount = Decimal(round(pick.lognormvariate(0, 0.6) * known.amount, 2)).quantize(Decimal("0.01"))
    moment = born
    for place in range(len(SET)):
        moment += timedelta(days=known.wait[place] * pick.lognormvariate(0, known.spread))
        goes_on = pick.random() < known.onward[place]
        moves.append((stages[place + 1] if goes_on else made.lost.id, moment))
        if not goes_on:
            break
    # At every move somebody says anew when it will close, and is too hopeful.
    left = sum(known.wait)
    closes = []
    for place, (_stage, said) in enumerate(moves):
        left -= known.wait[place - 1] if place else 0
        closes.append(
            (
                said + timedelta(days=max(3.0, left * (1 - known.optimism) * pick.lognormvariate(0, 0.5)))
            ).date()
        )
    happened = [place for place, (_stage, said) in enumerate(moves) if said < end]
    return Tale([moves[place] for place in happened], amount, [closes[place] for place in happened])
