"""A year's target as twelve months that add up to it."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from headwater.kernel.access import Access
from headwater.organization.queries import working_time
from headwater.targets.periods import Period
from headwater.targets.queries.facts import reached_by_person, refuse_hidden_amounts
from headwater.targets.queries.team import Key, team_of
from headwater.targets.services.targets import Entry, checked_amount, set_targets
from headwater.targets.types import Grain, Measure, Spread


@transaction.atomic
def spread_year(
    access: Access, key: Key, measure: Measure, year: Period, amount: Decimal, how: Spread
) -> int:
    """Set the months of a year so that they add up to `amount`; how many changed. Refuses like `set_targets`.

    Like last year means in the shape of what the person, or everybody in the department, reached then;
    months in which nothing was reached get nothing, and a year without results is spread evenly.
    """
    checked_amount(measure, amount)
    months = list(year.parts(Grain.MONTH))
    parts = portions(amount, _weights(access, key, measure, months, how), _step(measure, amount))
    entries = [Entry(key, month, part) for month, part in zip(months, parts, strict=True)]
    # The months say it now: a year's or quarter's own target beside them would only differ one day.
    longer = [year, *year.parts(Grain.QUARTER)]
    return set_targets(access, measure, [*entries, *(Entry(key, period, None) for period in longer)])


def _step(measure: Measure, amount: Decimal) -> Decimal:
    """In what steps months are set: round figures where the year is one and the months are much larger."""
    for step in (Decimal(1000), Decimal(100), Decimal(1)):
        if amount % step == 0 and (amount >= step * 1200 or step == measure.unit):
            return step
    return measure.unit


def portions(amount: Decimal, weights: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """The amount in parts by weight, each a multiple of `unit`; they add up to it exactly."""
    whole = sum(weights, Decimal(0))
    if whole <= 0:
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    parts, given, upto = [], Decimal(0), Decimal(0)
    for weight in weights:
        upto += weight
        reached = (amount * upto / whole / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
        parts.append(reached - given)
        given = reached
    return parts


def _weights(
    access: Access, key: Key, measure: Measure, months: Sequence[Period], how: Spread
) -> list[Decimal]:
    if how == Spread.WORKING_TIME:
        hours = working_time()
        return [Decimal(hours.between(month.since, month.until)) for month in months]
    if how == Spread.LAST_YEAR:
        if measure.is_money:
            refuse_hidden_amounts(access)
        before = [month.shifted(-12) for month in months]
        people = team_of(access).below(key)
        sums = dict.fromkeys(before, Decimal(0))
        for (month, person), reached in reached_by_person(access, measure, before).items():
            if person in people:
                sums[month] += reached.value
        return [max(sums[month], Decimal(0)) for month in before]
    return [Decimal(1)] * len(months)
