"""Turns by weight: nobody is ever a whole turn ahead or behind."""

from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.kernel.turns import next_turn

WEIGHTS = st.lists(st.integers(1, 1000), min_size=1, max_size=60)


def worst(weights: dict[int, int], turns: int) -> float:
    """The furthest that anybody was from weight x n, in turns."""
    standing: dict[int, int] = {}
    total = sum(weights.values())
    furthest = 0
    for _ in range(turns):
        next_turn(standing, weights)
        furthest = max(furthest, *map(abs, standing.values()))
    return furthest / total


@settings(max_examples=60, deadline=None)
@given(WEIGHTS)
def test_each_share_is_within_one_turn_of_its_weight(weights: list[int]) -> None:
    assert worst(dict(enumerate(weights)), 3 * len(weights) + 400) < 1


def test_for_a_hundred_thousand_turns() -> None:
    assert worst({1: 1000, 2: 333, 3: 77, 4: 1, 5: 1}, 100_000) < 1
    assert worst(dict(enumerate([50] + [1] * 30)), 100_000) < 1


def test_where_the_largest_credit_would_drift() -> None:
    """Weights for which the usual smooth weighted round robin ends 1.1 turns from its share."""
    weights = {0: 1, 1: 1, 2: 1} | {n: 1000 // n for n in range(3, 40)}
    assert worst(weights, 5000) < 1


@settings(max_examples=30, deadline=None)
@given(WEIGHTS, st.integers(1, 50))
def test_who_is_away_is_not_flooded_afterwards(weights: list[int], absent: int) -> None:
    everybody = dict(enumerate([3, *weights]))
    others = {one: weight for one, weight in everybody.items() if one}
    standing: dict[int, int] = {}
    for _ in range(absent):
        next_turn(standing, others)
    got = sum(next_turn(standing, everybody) == 0 for _ in range(100))
    assert abs(got - 100 * 3 / sum(everybody.values())) <= 2


def test_turns_are_smooth() -> None:
    standing: dict[int, int] = {}
    order = [next_turn(standing, {1: 5, 2: 1, 3: 1}) for _ in range(7)]
    assert sorted(order) == [1, 1, 1, 1, 1, 2, 3]
    assert order[3] != 1 or order[:3] != [1, 1, 1]
