"""What the history of a pipeline teaches: how soon opportunities leave a stage, and where to.

An open opportunity leaves its stage with a rate a day that depends on the stage and on how long it has been
there (competing moves: on, back, won, lost). Opportunities that are still open count with the days that
they have been at risk, so nothing is said of how they will end. Few observations are drawn towards what all
stages of the pipeline show, and that towards the chances that somebody set: no observation at all gives the
set chances back.

`learn` gives the expectation, or with a random generator one draw of what the rates might as well be.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from random import Random

from headwater.forecasting.types import Step

# Days in a stage between which its rates are held equal.
EDGES = (0, 3, 7, 14, 28, 56, 112)
BUCKETS = len(EDGES)

_USUAL_DAYS = 21.0  # in a stage, where nothing at all is known
_POOLED = 2.0  # observations that a set chance is worth against all stages together
_STAGE = 3.0  # ... that all stages together are worth against one
_PACE = 1.5  # ... that a stage is worth against how soon one leaves it at an age
_WHERE = 6.0  # ... and against where to
_TRUSTED = 10.0  # decided opportunities at which half of the prior is the pipeline's own
_FASTEST = 5.0  # a day


@dataclass(slots=True)
class Evidence:
    """Days at risk and moves seen, by stage, age and target; recent ones weigh more."""

    days: dict[tuple[int, int], float] = field(default_factory=lambda: defaultdict(float))
    moves: dict[tuple[int, int, int], float] = field(default_factory=lambda: defaultdict(float))

    def fade(self, by: float) -> None:
        """Let all that is known weigh less."""
        for day in self.days:
            self.days[day] *= by
        for move in self.moves:
            self.moves[move] *= by


@dataclass(frozen=True)
class Chain:
    """Rates a day of leaving each open stage by age, and the shares of where to."""

    order: tuple[int, ...]  # open stages, first to last
    won: frozenset[int]
    leave: Mapping[int, Sequence[float]]
    shares: Mapping[int, Sequence[Mapping[int, float]]]

    def staying(self, stage: int, days: float) -> float:
        """The share that is still there after so many days."""
        passed = 0.0
        for place, rate in enumerate(self.leave[stage]):
            begins = EDGES[place]
            if days <= begins:
                break
            ends = EDGES[place + 1] if place + 1 < BUCKETS else math.inf
            passed += rate * (min(days, ends) - begins)
        return math.exp(-passed)

    def usual_days(self, stage: int) -> float:
        """After how many days half of them have left."""
        left = math.log(2)
        for place, rate in enumerate(self.leave[stage]):
            length = EDGES[place + 1] - EDGES[place] if place + 1 < BUCKETS else math.inf
            if rate * length >= left:
                return EDGES[place] + left / rate
            left -= rate * length
        raise AssertionError("the last bucket has no end")

    @cached_property
    def _ever(self) -> dict[int, float]:
        found = dict.fromkeys(self.order, 0.0)
        for _ in range(200):  # backward moves are rare: far more rounds than it takes
            before = dict(found)
            for stage in reversed(self.order):
                found[stage] = self._ends(stage, 0.0, found)
            if max((abs(found[one] - before[one]) for one in self.order), default=0.0) < 1e-9:
                break
        return found

    def _ends(self, stage: int, age: float, known: Mapping[int, float]) -> float:
        here, total = 1.0, 0.0
        for place in range(bisect_right(EDGES, age) - 1, BUCKETS):
            begins = max(float(EDGES[place]), age)
            is_last = place + 1 == BUCKETS
            stays = 0.0 if is_last else math.exp(-self.leave[stage][place] * (EDGES[place + 1] - begins))
            for target, share in self.shares[stage][place].items():
                end = 1.0 if target in self.won else known.get(target, 0.0)
                total += here * (1.0 - stays) * share * end
            here *= stays
        return total

    def ever(self, stage: int, age: float = 0.0) -> float:
        """The chance that one that has been in the stage for `age` days will be won, whenever that is."""
        return min(1.0, self._ends(stage, age, self._ever))


def open_order(steps: Sequence[Step]) -> list[Step]:
    """The open stages: archived ones first, then the living ones in their order."""
    return sorted(
        (one for one in steps if one.is_open), key=lambda one: (one.is_living, one.position, one.id)
    )


def set_shares(steps: Sequence[Step]) -> dict[int, float]:
    """The share that moves on from each living open stage, as the chances that somebody set imply."""
    living = [one for one in open_order(steps) if one.is_living]
    ahead = [one.probability for one in living[1:]] + [100]
    return {
        one.id: min(1.0, max(0.0, one.probability / following)) if following else 0.0
        for one, following in zip(living, ahead, strict=True)
    }


class _Belief:
    """Posterior means, or draws from the posteriors."""

    def __init__(self, rng: Random | None) -> None:
        self._rng = rng

    def rate(self, seen: float, days: float) -> float:
        found = seen / days if self._rng is None else self._rng.gammavariate(seen, 1.0 / days)
        return min(_FASTEST, found)

    def shares(self, seen: Mapping[int, float]) -> dict[int, float]:
        weights = {
            key: value if self._rng is None else self._rng.gammavariate(value, 1.0)
            for key, value in seen.items()
            if value > 0
        }
        total = sum(weights.values())
        return {key: value / total for key, value in weights.items()} if total else {}


def learn(steps: Sequence[Step], evidence: Evidence, rng: Random | None = None) -> Chain:
    """The rates that the evidence speaks for; with `rng` one of those it does not speak against."""
    believe = _Belief(rng)
    order = open_order(steps)
    won = [one.id for one in steps if one.is_won]
    living_won = next((one.id for one in steps if one.is_won and one.is_living), won[0] if won else 0)
    lost = next((one.id for one in steps if one.kind == "lost" and one.is_living), -1)
    onward = _onward(order, living_won)
    chances = set_shares(steps)

    days: dict[int, float] = defaultdict(float)
    left: dict[int, float] = defaultdict(float)
    for (stage, _bucket), value in evidence.days.items():
        days[stage] += value
    targets: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for (stage, _bucket, target), value in evidence.moves.items():
        left[stage] += value
        targets[stage][target] += value

    stuck = [one.days_until_stuck for one in order if one.is_living and one.days_until_stuck]
    usual = sum(stuck) / len(stuck) if stuck else _USUAL_DAYS
    pooled = believe.rate(sum(left.values()) + _POOLED, sum(days.values()) + _POOLED * usual)
    ranks = {one.id: place for place, one in enumerate(order)}
    share, trust = _pooled_share(believe, targets, ranks, frozenset(won), chances)

    leave: dict[int, list[float]] = {}
    shares: dict[int, list[Mapping[int, float]]] = {}
    for one in order:
        rate = believe.rate(left[one.id] + _STAGE, days[one.id] + _STAGE / pooled)
        on = trust * share + (1 - trust) * chances.get(one.id, share)
        prior = {onward[one.id]: _STAGE * on, lost: _STAGE * (1 - on)}
        seen = dict(targets[one.id])
        where = believe.shares({key: seen.get(key, 0.0) + prior.get(key, 0.0) for key in {*seen, *prior}})
        leave[one.id], shares[one.id] = [], []
        for bucket in range(BUCKETS):
            here = {
                key: evidence.moves.get((one.id, bucket, key), 0.0) + _WHERE * part
                for key, part in where.items()
            }
            count = sum(here.values()) - _WHERE * sum(where.values()) + _PACE
            leave[one.id].append(believe.rate(count, evidence.days.get((one.id, bucket), 0.0) + _PACE / rate))
            shares[one.id].append(believe.shares(here))
    return Chain(tuple(one.id for one in order), frozenset(won), leave, shares)


def _onward(order: Sequence[Step], won: int) -> dict[int, int]:
    """Where one moves on to from each open stage: the next living one, at the end to won."""
    living = [one.id for one in order if one.is_living]
    onward = dict(pairwise([*living, won]))
    first = living[0] if living else won
    return {one.id: onward.get(one.id, first) for one in order}


def _pooled_share(
    believe: _Belief,
    targets: Mapping[int, Mapping[int, float]],
    ranks: Mapping[int, int],
    won: frozenset[int],
    chances: Mapping[int, float],
) -> tuple[float, float]:
    """The share that moves on over all stages, and how far to trust it against what was set."""
    on = off = 0.0
    for stage, seen in targets.items():
        for target, value in seen.items():
            if target in won or ranks.get(target, -1) > ranks.get(stage, 0):
                on += value
            elif target not in ranks:
                off += value
    expected = sum(chances.values()) / len(chances) if chances else 0.5
    found = believe.shares({1: on + _POOLED * expected, 0: off + _POOLED * (1 - expected)})
    return found.get(1, 0.0), (on + off) / (on + off + _TRUSTED)
