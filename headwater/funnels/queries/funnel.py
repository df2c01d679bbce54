"""The funnel: for one cohort of leads how many reached each step, alone or beside another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from headwater.funnels import questions
from headwater.funnels.asking import Asked
from headwater.funnels.queries.answers import (
    answer,
    days_between,
    key_json,
    ratio,
    records_address,
    row_of,
)
from headwater.funnels.types import Step
from headwater.insight.engine import Result, Row
from headwater.insight.engine.results import Value
from headwater.kernel.access import Access

STEPS = questions.STEPS
_TIMES = {step: number for number, step in enumerate(questions.TIME_OF, start=1)}
_AMOUNTS = {step: number for number, step in enumerate(questions.AMOUNT_OF, start=1)}


@dataclass(frozen=True, slots=True)
class Count:
    """One step of one cohort.

    `rate` is to the step before, `share` to the top, both in percent; `seconds` the median time to here;
    `records` where the leads are listed.
    """

    step: Step
    leads: int
    rate: Decimal | None
    share: Decimal | None
    seconds: Value
    amount: Value
    records: str


@dataclass(frozen=True, slots=True)
class Side:
    """One cohort, from the top down."""

    label: str
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A line of the cut: a source, a month … `key` is the JSON of its key."""

    key: str
    label: str
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """`sides` are one or two; `groups` the whole cut by `Asked.by`, in order."""

    sides: tuple[Side, ...]
    groups: tuple[Group, ...]
    is_cut: bool
    cut_label: str
    currency: str
    unpriced: int
    notices: tuple[str, ...]
    as_of: datetime
    days: tuple[str, str]  # of the period and of what it is compared with, as addresses have them


@dataclass(frozen=True, slots=True)
class _Answers:
    counts: Result
    times: Result
    amounts: Result


def funnel(access: Access, asked: Asked) -> Funnel:
    """The sides: the groups that were chosen, or the whole, beside the period before where that is asked."""
    found = _Answers(
        answer(access, questions.funnel_counts(asked)),
        answer(access, questions.funnel_times(asked)),
        answer(access, questions.funnel_amounts(asked)),
    )
    counts = found.counts
    before = days_between(counts.before_since, counts.before_until)
    sides = []
    for key in asked.groups:
        row = row_of(counts, key)
        if row is not None:
            sides.append(Side(row.labels[0], _of_row(found, asked, row)))
    if not sides:
        sides.append(Side("", _counts(found, asked, (), counts.total, _totals(found), asked.period)))
    if len(sides) == 1 and counts.total_before is not None and not (asked.groups and asked.by.is_time):
        sides.append(_before(found, asked, before))
    return Funnel(
        sides=tuple(sides),
        groups=tuple(Group(key_json(row), row.labels[0], _of_row(found, asked, row)) for row in counts.rows),
        is_cut=counts.is_cut,
        cut_label=str(asked.by.label),
        currency=found.amounts.currency,
        unpriced=found.amounts.unpriced,
        notices=tuple(dict.fromkeys((*counts.notices, *found.times.notices, *found.amounts.notices))),
        as_of=counts.as_of,
        days=(days_between(counts.since, counts.until), before if counts.total_before is not None else ""),
    )


def _totals(found: _Answers) -> tuple[Sequence[Value], Sequence[Value]]:
    return found.times.total, found.amounts.total


def _of_row(found: _Answers, asked: Asked, row: Row) -> tuple[Count, ...]:
    others = [_same(result, row) for result in (found.times, found.amounts)]
    beside = tuple(other.values if other else () for other in others)
    return _counts(found, asked, row.keys, row.values, (beside[0], beside[1]), asked.period)


def _same(result: Result, row: Row) -> Row | None:
    return next((other for other in result.rows if other.keys == row.keys), None)


def _before(found: _Answers, asked: Asked, period: str) -> Side:
    """What the one side is compared with: the same group, or the whole, in the other period."""
    label = _("Period before") if asked.against == "previous" else _("Year before")
    row = row_of(found.counts, asked.groups[0]) if asked.groups else None
    keys: tuple[Any, ...] = () if row is None else row.keys
    if row is None:
        values: Sequence[Value] = found.counts.total_before or ()
        beside: tuple[Sequence[Value], Sequence[Value]] = (
            found.times.total_before or (),
            found.amounts.total_before or (),
        )
    else:
        values = row.before or ()
        others = [_same(result, row) for result in (found.times, found.amounts)]
        parts = tuple(other.before or () if other else () for other in others)
        beside = (parts[0], parts[1])
    return Side(label, _counts(found, asked, keys, values, beside, period))


def _counts(
    found: _Answers,
    asked: Asked,
    keys: Sequence[Any],
    values: Sequence[Value],
    beside: tuple[Sequence[Value], Sequence[Value]],
    period: str,
) -> tuple[Count, ...]:
    """`values` by step; a measure that the reader may not see is not among the result's columns."""
    at = {column.key: index for index, column in enumerate(found.counts.measures)}
    times, amounts = _by_key(found.times, beside[0]), _by_key(found.amounts, beside[1])
    made: list[Count] = []
    for step in STEPS:
        measure = questions.MEASURE_OF[step]
        if measure not in at:
            continue
        leads = int(values[at[measure]] or 0) if values else 0  # type: ignore[arg-type]
        made.append(
            Count(
                step=step,
                leads=leads,
                rate=ratio(leads, _above(made, step)) if made else None,
                share=ratio(leads, made[0].leads) if made else None,
                seconds=times.get(f"m{_TIMES[step] + 1}") if step in _TIMES else None,
                amount=amounts.get(f"m{_AMOUNTS[step] + 1}") if step in _AMOUNTS else None,
                records=records_address("funnel_counts", period, measure, keys, by=asked.by.value, vs="none")
                if leads
                else "",
            )
        )
    return tuple(made)


def _above(made: Sequence[Count], step: Step) -> int:
    """What a step is a part of: the one above; a response is no condition of the stages."""
    return made[0].leads if step is Step.MQL else made[-1].leads


def _by_key(result: Result, values: Sequence[Value]) -> dict[str, Value]:
    return {column.key: value for column, value in zip(result.measures, values, strict=False)}
