"""From rates to the chance of being won within so many days."""

import math
from bisect import bisect_right
from itertools import accumulate, pairwise
from operator import mul

from headwater.forecasting.learning import EDGES, Chain

# Days in a stage that are told apart when open opportunities are counted; each stands for the middle of its
# span.
CELLS = (0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 14, 17, 21, 25, 28, 35, 42, 49, 56, 70, 84, 98, 112)
AGES = tuple(
    (begin + (CELLS[place + 1] - 1 if place + 1 < len(CELLS) else begin)) // 2
    for place, begin in enumerate(CELLS)
)
_LAST = EDGES[-1]


def cell_of(days: float) -> int:
    """The cell of a number of days in a stage."""
    return max(0, bisect_right(CELLS, days) - 1)


class Curves:
    """The chances of a chain up to a horizon, in steps of a day; a move happens in the middle of it."""

    def __init__(self, chain: Chain, horizon: int, *, oldest: int = _LAST) -> None:
        self.chain = chain
        self.horizon = horizon
        self._staying: dict[int, list[float]] = {}
        self._won: dict[int, list[float]] = {}
        self._moves: dict[int, list[tuple[int, list[float]]]] = {}
        for stage in chain.order:
            self._densities(stage, oldest + horizon + 1)
        self.fresh: dict[int, list[float]] = {stage: [0.0] for stage in chain.order}
        self._between: dict[int, list[float]] = {stage: [] for stage in chain.order}
        self._renew()

    def _densities(self, stage: int, length: int) -> None:
        """Of those that came to a stage: the share there at each day, and leaving on it, by target."""
        rates, shares = self.chain.leave[stage], self.chain.shares[stage]
        edges = [*EDGES, length]
        stays = [math.exp(-rate) for rate in rates]
        here, staying = 1.0, [1.0]
        spans: list[tuple[int, int]] = []
        for place in range(len(EDGES)):
            begin, end = edges[place], min(edges[place + 1], length)
            if begin >= length:
                break
            spans.append((begin, end))
            for _ in range(end - begin):
                here *= stays[place]
                staying.append(here)
        leaving = [before - after for before, after in pairwise(staying)]
        self._staying[stage] = staying
        targets = {target for some in shares for target in some}
        won = [0.0] * length
        moves = []
        for target in targets:
            is_won = target in self.chain.won
            if not is_won and target not in self.chain.leave:
                continue
            density: list[float] = []
            for (begin, end), some in zip(spans, shares, strict=False):
                share = some.get(target, 0.0)
                density += [value * share for value in leaving[begin:end]]
            if is_won:
                won = [one + more for one, more in zip(won, density, strict=True)]
            elif sum(density[: self.horizon]) > 1e-9 or stage != target:
                moves.append((target, density))
        self._won[stage] = won
        self._moves[stage] = moves

    def _renew(self) -> None:
        reached = {stage: list(accumulate(self._won[stage][: self.horizon])) for stage in self.chain.order}
        for day in range(1, self.horizon + 1):
            for stage in reversed(self.chain.order):
                total = reached[stage][day - 1]
                for target, density in self._moves[stage]:
                    between = self._between[target]
                    if len(between) == day:
                        total += sum(map(mul, density, reversed(between)))
                    else:  # a stage before this one: its chance of today is not known yet
                        total += density[0] * self.fresh[target][day - 1]
                        total += sum(map(mul, density[1:day], reversed(between)))
                fresh = self.fresh[stage]
                fresh.append(total)
                self._between[stage].append((fresh[day - 1] + total) / 2)

    def chance(self, stage: int, age: int, within: int) -> float:
        """The chance that one that has been in the stage for `age` days is won within so many days."""
        within = min(within, self.horizon)
        if within <= 0 or stage not in self._staying:
            return 0.0
        age = min(age, _LAST)
        there = self._staying[stage][age]
        total = sum(self._won[stage][age : age + within])
        for target, density in self._moves[stage]:
            total += sum(map(mul, density[age : age + within], reversed(self._between[target][:within])))
        return min(1.0, total / there) if there > 0 else 0.0

    def wins_of_new(self, entries: dict[int, float], within: int) -> float:
        """How many are won within so many days if one a day is made; `entries`: shares of first stages."""
        within = min(within, self.horizon)
        return sum(
            share * sum(self._between[stage][:within])
            for stage, share in entries.items()
            if stage in self._between
        )
