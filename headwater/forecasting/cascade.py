"""The stage cascade: what lies in a stage times the share that ever got beyond it, stage by stage.

100,000 in the first stage of which 30 % get to the second: 30,000 are expected there, and so on to the
sale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from headwater.forecasting.learning import open_order, set_shares
from headwater.forecasting.types import FEW, Observed, Step
from headwater.kernel.money import rounded


@dataclass(frozen=True, slots=True)
class Rate:
    """The share of those that were decided in a stage that got beyond it."""

    share: Fraction
    observed: Observed
    is_set: bool  # too few were decided: it follows from the chances that somebody set


@dataclass(frozen=True, slots=True)
class Fall:
    """One step of the cascade: what lies here, what arrives from before, and what goes on to the next."""

    step: Step
    amount: Decimal
    arriving: Decimal
    rate: Rate
    onward: Decimal


def rates(steps: Sequence[Step], observed: Mapping[int, Observed]) -> dict[int, Rate]:
    """The rate of each living open stage."""
    living = [one for one in open_order(steps) if one.is_living]
    chances = set_shares(steps)
    found = {}
    for one in living:
        seen = observed.get(one.id, Observed(0, 0))
        is_set = seen.decided < FEW
        share = (
            Fraction(chances[one.id]).limit_denominator(10_000)
            if is_set
            else Fraction(seen.passed, seen.decided)
        )
        found[one.id] = Rate(share, seen, is_set)
    return found


def cascade(
    steps: Sequence[Step], amounts: Mapping[int, Decimal], known: Mapping[int, Rate]
) -> tuple[list[Fall], Decimal]:
    """The steps of the cascade, and what comes out at its end. Lost ones are in no stage of it."""
    falls = []
    arriving = Fraction(0)
    for one in [one for one in open_order(steps) if one.is_living]:
        here = amounts.get(one.id, Decimal(0))
        onward = (Fraction(here) + arriving) * known[one.id].share
        falls.append(Fall(one, here, rounded(arriving), known[one.id], rounded(onward)))
        arriving = onward
    return falls, rounded(arriving)
