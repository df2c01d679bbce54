"""How fast leads are responded to: by length, by hour of the week, by person."""

from dataclasses import dataclass
from decimal import Decimal

from headwater.funnels import questions
from headwater.funnels.asking import Asked
from headwater.funnels.queries.answers import answer, ratio, records_address
from headwater.insight.engine import Result
from headwater.insight.engine.results import Value
from headwater.kernel.access import Access

SPREAD = len(questions.LIMITS) + 2  # up to each limit, later, never


@dataclass(frozen=True, slots=True)
class Span:
    """Leads whose first response took between two limits in seconds; never responded when both are None."""

    over: int | None
    until: int | None
    leads: int
    share: Decimal | None
    before: int | None
    records: str


@dataclass(frozen=True, slots=True)
class Speed:
    """`median` in seconds; `in_time` in percent of those that had a deadline."""

    spans: tuple[Span, ...]
    leads: int
    responded: int
    median: Value
    in_time: Value
    before: tuple[Value, Value, Value] | None  # leads, median, in time
    spread: Result
    hours: Result
    people: Result


def speed(access: Access, asked: Asked) -> Speed:
    """Leads created in the period; people by the leads they received in it."""
    spread = answer(access, questions.speed_spread(asked))
    values = {column.key: value for column, value in zip(spread.measures, spread.total, strict=True)}
    before = None
    if spread.total_before is not None:
        before = dict(zip((one.key for one in spread.measures), spread.total_before, strict=True))
    leads = _count(values.get("m8"))
    over = (0, *questions.LIMITS, None)
    until = (*questions.LIMITS, None, None)
    spans = []
    for number in range(SPREAD):
        key = f"m{number + 1}"
        count = _count(values.get(key))
        spans.append(
            Span(
                over[number],
                until[number],
                count,
                ratio(count, leads),
                None if before is None else _count(before.get(key)),
                records_address("speed_spread", asked.period, key, (), vs="none") if count else "",
            )
        )
    return Speed(
        spans=tuple(spans),
        leads=leads,
        responded=leads - spans[-1].leads,
        median=values.get("m9"),
        in_time=values.get("m10"),
        before=None if before is None else (before.get("m8"), before.get("m9"), before.get("m10")),
        spread=spread,
        hours=answer(access, questions.speed_hours(asked)),
        people=answer(access, questions.speed_people(asked)),
    )


def _count(value: Value) -> int:
    return value if isinstance(value, int) else 0
