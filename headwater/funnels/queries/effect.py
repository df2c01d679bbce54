"""What a version of a rule changed: week by week, and so many weeks before and after."""

from dataclasses import dataclass, replace
from datetime import timedelta

from headwater.funnels import questions
from headwater.funnels.asking import Asked
from headwater.funnels.queries.answers import answer, records_address
from headwater.funnels.rules import Mark, Rule, find_rule, marks, rules
from headwater.insight.engine import Result
from headwater.insight.engine.results import Value
from headwater.kernel import clock
from headwater.kernel.access import Access

ENOUGH = 30  # leads on each side below which nothing is concluded
WEEKS = (2, 4, 8)


@dataclass(frozen=True, slots=True)
class Effect:
    """One side of the version: leads, median response in seconds, recycled and converted in percent."""

    period: str
    values: tuple[Value, ...]
    records: str

    @property
    def leads(self) -> int:
        return self.values[0] if isinstance(self.values[0], int) else 0


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """`sides` before and after `mark`; `days_left` until the side after is complete."""

    known: tuple[Rule, ...]
    rule: Rule | None
    marks: tuple[Mark, ...]
    mark: Mark | None
    weeks: int
    curve: Result | None
    sides: tuple[Effect, Effect] | None
    days_left: int

    @property
    def is_thin(self) -> bool:
        return self.sides is not None and min(side.leads for side in self.sides) < ENOUGH


def rule_effect(access: Access, asked: Asked, number: int, weeks: int) -> RuleEffect:
    """Of the rule that is asked for, else the first; of its version `number`, else the latest."""
    known = rules(access)
    rule = find_rule(access, asked.rule, known)
    weeks = weeks if weeks in WEEKS else 4
    if rule is None:
        return RuleEffect((), None, (), None, weeks, None, None, 0)
    asked = replace(asked, rule=rule.key, of_rule=rule)
    held = marks(rule)
    mark = next((one for one in held if one.number == number), held[-1] if held else None)
    sides, left = None, 0
    if mark is not None:
        span = timedelta(weeks=weeks)
        last = mark.day + span - timedelta(days=1)
        left = max((last - clock.today()).days, 0)
        sides = (
            _side(access, asked, [mark.day - span, mark.day - timedelta(days=1)]),
            _side(access, asked, [mark.day, last]),
        )
    curve = answer(access, questions.rule_weeks(asked))
    return RuleEffect(tuple(known), rule, tuple(held), mark, weeks, curve, sides, left)


def _side(access: Access, asked: Asked, days: list[object]) -> Effect:
    first, last = (str(day) for day in days)
    period = f"{first}..{last}"
    found = answer(access, questions.rule_side(replace(asked, period=period, value=[first, last])))
    address = records_address("rule_side", period, "m1", (), rule=asked.rule, vs="none")
    return Effect(period, found.total, address if found.total[0] else "")
