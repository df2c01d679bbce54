"""The model alone: what it learns from none, one and many observations, and the sums it makes of them."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest

from headwater.forecasting.cascade import cascade, rates
from headwater.forecasting.curves import Curves
from headwater.forecasting.intervals import of_new, spread_of
from headwater.forecasting.learning import Evidence, learn
from headwater.forecasting.types import Observed, Step

STEPS = [
    Step(1, "线索确认", "open", 1, 10),
    Step(2, "需求", "open", 2, 30),
    Step(3, "方案", "open", 3, 60),
    Step(4, "赢单", "won", 4, 100),
    Step(5, "输单", "lost", 5, 0),
]


def test_thirty_percent_of_a_hundred_thousand_reach_the_second_stage() -> None:
    """The example of the funnel, with exactly its figures."""
    known = rates(STEPS, {1: Observed(30, 70), 2: Observed(50, 50), 3: Observed(80, 20)})
    falls, won = cascade(STEPS, {1: Decimal("100000")}, known)
    assert known[1].share == Fraction(3, 10)
    assert falls[0].onward == Decimal("30000.00")
    assert [fall.arriving for fall in falls] == [Decimal("0.00"), Decimal("30000.00"), Decimal("15000.00")]
    assert won == Decimal("12000.00")


def test_the_cascade_adds_what_lies_in_each_stage() -> None:
    known = rates(STEPS, {1: Observed(30, 70), 2: Observed(50, 50), 3: Observed(80, 20)})
    falls, won = cascade(STEPS, {1: Decimal(100_000), 2: Decimal("20000.10"), 3: Decimal("0.03")}, known)
    assert falls[1].onward == Decimal("25000.05")
    assert won == Decimal("20000.06")  # (25000.05 + 0.03) × 0.8 = 20000.064


def test_what_was_too_rarely_decided_keeps_to_the_set_chances() -> None:
    known = rates(STEPS, {1: Observed(4, 0)})
    assert all(rate.is_set for rate in known.values())
    _falls, won = cascade(STEPS, {2: Decimal(1000)}, known)
    assert won == Decimal("300.00")


def test_no_observation_gives_the_set_chances_back() -> None:
    chain = learn(STEPS, Evidence())
    assert [round(chain.ever(stage), 6) for stage in chain.order] == [0.1, 0.3, 0.6]
    assert all(chain.usual_days(stage) > 1 for stage in chain.order)


@pytest.mark.parametrize(("target", "low", "high"), [(3, 0.30, 0.45), (5, 0.15, 0.30)])
def test_one_observation_moves_a_chance_a_little(target: int, low: float, high: float) -> None:
    evidence = Evidence()
    evidence.days[2, 0] = 2.0
    evidence.moves[2, 0, target] = 1.0
    assert low < learn(STEPS, evidence).ever(2) < high


def test_many_observations_are_believed() -> None:
    evidence = Evidence()
    for bucket in range(7):
        evidence.days[2, bucket] = 3000.0
        evidence.moves[2, bucket, 3] = 150.0
        evidence.moves[2, bucket, 5] = 50.0
        evidence.days[3, bucket] = 3000.0
        evidence.moves[3, bucket, 4] = 100.0
        evidence.moves[3, bucket, 5] = 100.0
    chain = learn(STEPS, evidence)
    assert chain.ever(3) == pytest.approx(0.5, abs=0.01)
    assert chain.ever(2) == pytest.approx(0.375, abs=0.01)
    assert chain.usual_days(2) == pytest.approx(10.4, abs=0.3)  # 200 in 3,000 days: ln 2 × 15


def test_open_ones_speak_for_slowness_not_for_losing() -> None:
    evidence = Evidence()
    evidence.days[1, 0] = 10_000.0
    chain = learn(STEPS, evidence)
    assert chain.usual_days(1) > 500
    assert chain.ever(1) == pytest.approx(0.1, abs=1e-6)


def test_archived_stages_keep_their_history_and_stand_in_no_order() -> None:
    steps = [*STEPS[:2], Step(9, "旧阶段", "open", -3, 20, is_living=False), *STEPS[2:]]
    evidence = Evidence()
    evidence.days[9, 1] = 300.0
    evidence.moves[9, 1, 3] = 60.0
    evidence.moves[9, 1, 5] = 20.0
    chain = learn(steps, evidence)
    assert chain.order == (9, 1, 2, 3)
    assert 0.3 < chain.ever(9) < 0.6
    assert 9 not in rates(steps, {9: Observed(60, 20)})
    assert Curves(chain, 40).chance(9, 3, 40) > 0


def test_backward_moves_end() -> None:
    evidence = Evidence()
    evidence.days[3, 1] = 100.0
    evidence.moves[3, 1, 2] = 40.0
    evidence.moves[3, 1, 4] = 40.0
    evidence.days[2, 1] = 100.0
    evidence.moves[2, 1, 3] = 40.0
    chain = learn(STEPS, evidence)
    curves = Curves(chain, 60)
    assert 0 < curves.chance(3, 0, 10) < curves.chance(3, 0, 60) <= chain.ever(3) <= 1


def test_the_interval_of_few_amounts_is_exact() -> None:
    pick = random.Random(5)
    items = [(pick.lognormvariate(10, 1), pick.random() * 0.6) for _ in range(12)]
    spread = spread_of(items)
    drawn = sorted(sum(a for a, p in items if pick.random() < p) for _ in range(20_000))
    assert spread.mean == pytest.approx(sum(a * p for a, p in items))
    assert spread.low == pytest.approx(drawn[2000], rel=0.03)
    assert spread.high == pytest.approx(drawn[18_000], rel=0.03)


def test_a_sum_of_nothing_is_nothing_and_sure_amounts_are_sure() -> None:
    assert spread_of([]).high == 0
    sure = spread_of([(1000.0, 1.0)])
    assert (sure.low, sure.mean, sure.high) == (1000.0, 1000.0, 1000.0)
    assert of_new(0, []) == ([], 0.0, 0.0)


def test_few_new_ones_come_singly_and_many_as_one_sum() -> None:
    few, *rest = of_new(2.0, [10.0, 20.0, 30.0])
    assert sum(amount * chance for amount, chance in few) == pytest.approx(40.0)
    assert rest == [0.0, 0.0]
    many, mean, variance = of_new(300.0, [10.0, 20.0, 30.0])
    assert (many, mean, variance) == ([], 6000.0, 140_000.0)
