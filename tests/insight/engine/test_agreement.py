"""The engine's SQL says what the same report says worked out by hand in Python, whatever is asked."""

import random
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from headwater.insight.engine import Definition, Result, Row, drill, run
from headwater.kernel import sql
from headwater.kernel.access import Access, Scope
from tests.insight.engine.company import invent, known, reader, store
from tests.insight.engine.reference import Reference

pytestmark = pytest.mark.django_db

REPORTS = 120

GROUPS = [
    "lead.status", "lead.owner", "lead.tags", "lead.is_big", "lead.score", "touch.campaign", "campaign.name",
    "opportunity.stage", "opportunity.owner",
]  # fmt: skip
TIMES = [
    "lead.created_at", "lead.custom.birthday", "lead.custom.visited", "touch.at", "opportunity.closed_on",
    "order.ordered_on",
]  # fmt: skip
MOMENTS = ("lead.created_at", "lead.custom.visited", "touch.at")
NUMBERS = [
    "lead.score", "lead.budget", "lead.custom.weight", "touch.cost", "touch.wait", "opportunity.amount",
    "opportunity.days", "order.amount",
]  # fmt: skip
NODES = ["lead", "touch", "campaign", "opportunity", "order"]
CONDITIONS: list[dict[str, Any]] = [
    {"field": "lead.status", "op": "ne", "value": "won"},
    {"field": "lead.status", "op": "in", "value": ["new", "open"]},
    {"field": "lead.status", "op": "is_empty"},
    {"field": "lead.tags", "op": "has_any", "value": ["b"]},
    {"field": "lead.score", "op": "gte", "value": 2},
    {"field": "lead.is_big", "op": "eq", "value": True},
    {"field": "lead.custom.weight", "op": "lt", "value": 5},
    {"field": "lead.custom.birthday", "op": "gte", "value": "2025-12-15"},
    {"field": "lead.custom.visited", "op": "lt", "value": "2026-01-01"},
    {"field": "lead.created_at", "op": "between", "value": ["2025-11-01", "2025-12-31"]},
    {"field": "touch.campaign", "op": "in", "value": [1, 2]},
    {"field": "touch.campaign", "op": "is_empty"},
    {"field": "campaign.name", "op": "contains", "value": "3"},
    {"field": "opportunity.stage", "op": "eq", "value": "won"},
    {"field": "opportunity.amount", "op": "gt", "value": 1500},
    {"field": "opportunity.owner", "op": "not_in", "value": [2]},
    {"field": "order.amount", "op": "is_not_empty"},
    {"field": "order.ordered_on", "op": "lt", "value": "2026-01-01"},
]  # fmt: skip


def draw_condition(dice: random.Random) -> dict[str, Any]:
    parts = dice.sample(CONDITIONS, dice.choice([1, 1, 2]))
    made: dict[str, Any] = parts[0] if len(parts) == 1 else {dice.choice(["all", "any"]): parts}
    return {"not": made} if dice.random() < 0.15 else made


def draw_part(dice: random.Random, aggs: str = "count distinct sum avg min max median") -> dict[str, Any]:
    agg = dice.choice(aggs.split())
    of = dice.choice(NODES if agg == "count" else NUMBERS)
    if agg == "distinct":
        of = dice.choice(
            ["lead.status", "lead.score", "touch.campaign", "opportunity.owner", "order.ordered_on"]
        )
    made = {"agg": agg, "of": of}
    return made | {"where": draw_condition(dice)} if dice.random() < 0.35 else made


def draw_measure(dice: random.Random) -> dict[str, Any]:
    kind = dice.choice(["plain", "plain", "plain", "time", "rate", "share"])
    if kind == "time":
        return {"agg": dice.choice(["min", "max"]), "of": dice.choice(TIMES)}
    if kind == "rate":
        shown = {"as": dice.choice(["percent", "number"])}
        return {"agg": "rate", "of": draw_part(dice), "over": draw_part(dice)} | shown
    if kind == "share":
        return {"agg": "share", "of": draw_part(dice, "count sum distinct")}
    return draw_part(dice)


def draw_report(dice: random.Random) -> dict[str, Any]:
    groupings: list[dict[str, Any]] = []
    for field in dice.sample(GROUPS + TIMES, dice.choice([0, 1, 1, 2, 2, 3])):
        buckets = ["day", "week", "month", "quarter", "year", "weekday"]
        if field in MOMENTS:
            buckets.append("hour")
        bucket = {"bucket": dice.choice(buckets)} if field in TIMES else {}
        groupings.append({"field": field} | bucket)
    period = dice.choice([None, None, {"field": dice.choice(TIMES), "value": ["2025-11-10", "2026-01-20"]}])
    return {
        "dataset": "co_journey",
        "filters": draw_condition(dice) if dice.random() < 0.5 else None,
        "period": period,
        "groupings": groupings,
        "measures": [draw_measure(dice) for _number in range(dice.choice([1, 2, 4]))],
        "attribution": dice.choice(["first", "last", "linear", "linear"]),
        "limit": 1000,
    }


def _close(told: Any, meant: Any) -> bool:
    if told is None or meant is None or isinstance(meant, date):
        return bool(told == meant)
    return abs(Fraction(told) - Fraction(meant)) <= Fraction(1, 500_000)


def _same(told: tuple[Any, ...], meant: list[Any], *, exact: bool) -> bool:
    if exact:
        return list(told) == meant
    return all(_close(one, other) for one, other in zip(told, meant, strict=True))


def _check_records(access: Access, definition: Definition, row: Row, place: str) -> None:
    """As many records lie behind a count as it says."""
    for number, one in enumerate(definition.measures):
        if one.agg == "count" and one.of != "touch" and definition.attribution != "linear":
            kind, those = drill(access, definition, one.key, row.keys)
            count = sql.value(f"SELECT count(*) FROM {kind.table} t WHERE {those.text}", those.params)
            assert count == row.values[number], f"{place}\n{row}"


def test_random_reports_say_what_plain_python_says() -> None:
    with known():
        data = invent(7)
        store(data)
        for seed in range(REPORTS):
            dice = random.Random(seed)
            people = None if dice.random() < 0.6 else frozenset({1, 3})
            access = reader() if people is None else reader(Scope.OWN, people=people)
            raw = draw_report(dice)
            definition = Definition.parse(raw, access)
            told = run(access, definition)
            meant = Reference(data, access, people).answer(definition)
            exact = definition.attribution != "linear"
            place = f"report {seed}: {raw}"
            assert {row.keys for row in told.rows} == set(meant.rows), place
            assert told.group_count == len(meant.rows), place
            for row in (*told.rows, *told.subtotals):
                level = meant.rows if len(row.keys) == len(definition.groupings) else meant.subtotals
                assert _same(row.values, level[row.keys], exact=exact), f"{place}\n{row}\n{level[row.keys]}"
            assert len(told.subtotals) == len(meant.subtotals), place
            assert _same(told.total, meant.total, exact=exact), f"{place}\n{told.total}\n{meant.total}"
            assert told.unpriced == meant.unpriced, place
            assert Result.from_json(told.as_json()) == told, place
            for row in (*told.rows[:2], Row((), (), told.total)):
                _check_records(access, definition, row, place)


def test_shares_of_touches_add_up_to_whole_records() -> None:
    with known():
        store(invent(3))
        access = reader()
        raw = {
            "dataset": "co_journey",
            "groupings": [{"field": "touch.campaign"}],
            "measures": [{"agg": "count", "of": "lead"}, {"agg": "sum", "of": "lead.budget"}],
            "attribution": "linear",
        }
        definition = Definition.parse(raw, access)
        linear, first = (run(access, replace(definition, attribution=how)) for how in ("linear", "first"))
        for number in range(2):
            added = sum(Fraction(row.values[number]) for row in linear.rows)  # type: ignore[arg-type]
            assert abs(added - Fraction(first.total[number])) < Fraction(1, 1000)  # type: ignore[arg-type]
