"""Comparisons, the first few of many, running totals, days at the edges of zones: as in plain Python."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings

from headwater.insight.engine import Dataset, Definition, Node, Row, run
from headwater.kernel import clock
from headwater.kernel.access import Scope
from headwater.kernel.catalogue import Field, FieldType
from tests.insight.engine import reference
from tests.insight.engine.company import Data, invent, known, reader, store
from tests.insight.engine.reference import Reference, cut

pytestmark = pytest.mark.django_db

# Midnight comes twice in Havana in November and not at all in March.
ZONES = ["Asia/Shanghai", "America/Havana", "Pacific/Apia"]
TODAY = date(2026, 3, 31)
REPORTS = 30
ONE = timedelta(days=1)
Days = tuple[date, date]

NAMED: dict[str, Days] = {
    "today": (TODAY, TODAY),
    "yesterday": (TODAY - ONE, TODAY - ONE),
    "this_week": (date(2026, 3, 30), date(2026, 4, 5)),
    "last_week": (date(2026, 3, 23), date(2026, 3, 29)),
    "this_month": (date(2026, 3, 1), date(2026, 3, 31)),
    "last_month": (date(2026, 2, 1), date(2026, 2, 28)),
    "this_quarter": (date(2026, 1, 1), date(2026, 3, 31)),
    "this_year": (date(2026, 1, 1), date(2026, 12, 31)),
}
CHOSEN: list[Days] = [
    (date(2024, 2, 1), date(2024, 2, 29)),
    (date(2024, 2, 29), date(2024, 2, 29)),
    (date(2025, 2, 28), date(2025, 2, 28)),
    (date(2025, 12, 29), date(2026, 1, 4)),
    (date(2026, 1, 31), date(2026, 3, 1)),
    (date(2025, 11, 1), date(2026, 2, 28)),
    (date(1970, 1, 1), date(1970, 1, 1)),
]
EDGES = [date(1969, 12, 31), date(1970, 1, 1), date(2023, 2, 28), date(2024, 2, 28), date(2024, 2, 29),
         date(2024, 3, 1), date(2025, 2, 28), date(2025, 3, 1), date(2025, 3, 31), date(2025, 11, 2),
         date(2025, 12, 28), date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 28),
         date(2026, 3, 1), date(2026, 3, 8), date(2026, 3, 22), date(2026, 3, 30), TODAY]  # fmt: skip
CLOCKS = [time(0), time(0, 30), time(1), time(12), time(23, 59, 59, 999_999)]

COUNT = {"agg": "count", "of": "lead"}
MEASURES: list[dict[str, Any]] = [
    COUNT,
    {"agg": "running", "of": COUNT},
    {"agg": "sum", "of": "lead.budget"},
    {"agg": "rate", "of": {"agg": "count", "of": "order"}, "over": COUNT},
    {"agg": "avg", "of": "lead.score"},
]
FIELDS = ["lead.status", "lead.owner", "lead.tags", "touch.campaign", "opportunity.stage"]
OTHER_DAYS = ["touch.at", "lead.custom.birthday", "opportunity.closed_on", "order.ordered_on"]
BUCKETS = ["day", "week", "month", "quarter", "year", "weekday", "hour"]


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoneInfo]:
    """The company lies in another part of the world."""
    here = ZoneInfo(request.param)
    monkeypatch.setattr(reference, "ZONE", here)
    with override_settings(TIME_ZONE=request.param):
        yield here


def at_the_edges(seed: int, zone: ZoneInfo) -> Data:
    """Leads that came in the first and the last moments of days, months, quarters and years."""
    dice, data = random.Random(seed), invent(seed, leads=60)
    for lead in data["lead"]:
        day = dice.choice(EDGES) if dice.random() < 0.7 else TODAY - timedelta(days=dice.randrange(500))
        local = datetime.combine(day, dice.choice(CLOCKS), zone).replace(fold=dice.choice([0, 1]))
        lead["created_at"] = local.astimezone(UTC)
    return data


def months_before(day: date, months: int) -> date:
    """The first of the month so many before."""
    total = day.year * 12 + day.month - 1 - months
    return date(total // 12, total % 12 + 1, 1)


def year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def days_before(name: str, days: Days, how: str) -> Days:
    """What a period is compared with, by the calendar on the wall."""
    first, last = days
    after = last + ONE
    whole_months = (after.year - first.year) * 12 + after.month - first.month
    if first.day != 1 or after.day != 1 or name in ("today", "yesterday"):
        whole_months = 0
    if how == "year":
        if name.endswith("_week"):
            return first - 364 * ONE, last - 364 * ONE
        if whole_months:
            return months_before(first, 12), months_before(after, 12) - ONE
        return year_before(first), year_before(last)
    if whole_months:
        return months_before(first, whole_months), first - ONE
    length = (last - first) + ONE
    return first - length, first - ONE


def buckets(days: Days, bucket: str) -> list[date]:
    """The buckets of a span in their order."""
    count = (days[1] - days[0]).days + 1
    return list(dict.fromkeys(cut(days[0] + number * ONE, bucket) for number in range(count)))


def aligned(rows: dict[Any, Any], places: list[dict[Any, Any] | None]) -> dict[Any, Any]:
    """Rows of the span before under the keys that they stand beside; those without a counterpart are gone."""
    found = {}
    for keys, values in rows.items():
        moved = tuple(
            key if place is None or key is None else place.get(key)
            for key, place in zip(keys, places, strict=True)
        )
        if all(key is not None or old is None for key, old in zip(moved, keys, strict=True)):
            found[moved] = values
    return found


def run_up(rows: dict[Any, Any], keys: Any, at: int | None) -> Any:
    """The running total at some keys: all before in the same line of time."""
    if at is None:
        return None
    others = (*keys[:at], *keys[at + 1 :])
    here = [
        (one[at], values[1])
        for one, values in rows.items()
        if (*one[:at], *one[at + 1 :]) == others
        and (one[at] == keys[at] or keys[at] is None or (one[at] is not None and one[at] <= keys[at]))
    ]
    return sum(value for _key, value in here)


def check(row: Row, values: Any, wanted: Any, at: int | None, running: Any, place: str) -> None:
    """All measures as meant; a running total without any time runs along the order, which is not compared."""
    for number, (told, meant) in enumerate(zip(values, wanted, strict=True)):
        if number == 1:
            if at is None:
                continue
            meant = running
        assert told == meant, f"{place}\n{row}\nmeasure {number + 1}: {told} for {meant}"


def test_comparisons_are_those_of_the_calendar_in_any_zone(zone: ZoneInfo) -> None:
    now = datetime.combine(TODAY, time(15), zone)
    with known(), clock.freeze(now.astimezone(UTC)):
        data = at_the_edges(5, zone)
        store(data)
        for seed in range(REPORTS):
            dice = random.Random(seed)
            name = dice.choice([*NAMED, *[""] * len(NAMED)])
            days = NAMED[name] if name else dice.choice(CHOSEN)
            how = dice.choice(["previous", "year"])
            people = None if dice.random() < 0.7 else frozenset({1, 3})
            access = reader() if people is None else reader(Scope.OWN, people=people)
            groupings: list[dict[str, Any]] = [
                {"field": one} for one in dice.sample(FIELDS, dice.choice([0, 1, 1, 2]))
            ]
            if dice.random() < 0.7:
                by_time = {"field": "lead.created_at", "bucket": dice.choice(BUCKETS)}
                groupings.insert(dice.randrange(len(groupings) + 1), by_time)
            if len(groupings) < 3 and dice.random() < 0.3:  # of other days the same are compared
                own = {"field": dice.choice(OTHER_DAYS), "bucket": dice.choice(BUCKETS[:-1])}
                groupings.insert(dice.randrange(len(groupings) + 1), own)
            raw = {
                "dataset": "co_journey",
                "period": {"field": "lead.created_at",
                           "value": name or [days[0].isoformat(), days[1].isoformat()]},
                "compare": how,
                "groupings": groupings,
                "measures": MEASURES,
                "limit": 1000,
            }  # fmt: skip
            place = f"report {seed}: {raw}"
            definition = Definition.parse(raw, access)
            told = run(access, definition)
            then = days_before(name, days, how)
            assert (told.since, told.until) == days, place
            assert (told.before_since, told.before_until) == then, place

            def answer(of: Days, definition: Definition = definition, people: Any = people) -> Any:
                period = replace(definition.period, value=[one.isoformat() for one in of])  # type: ignore[type-var]
                return Reference(data, access, people).answer(replace(definition, period=period, compare=""))  # noqa: B023

            meant, was = answer(days), answer(then)
            places = [
                None
                if one["field"] != "lead.created_at" or one["bucket"] in ("weekday", "hour")
                else dict(zip(buckets(then, one["bucket"]), buckets(days, one["bucket"]), strict=False))
                for one in groupings
            ]
            at = next((number for number, one in enumerate(groupings) if "bucket" in one), None)
            before = aligned(was.rows, places)
            nothing = [0, 0, 0, None, None]
            assert {row.keys for row in told.rows} == set(meant.rows), place
            for row in told.rows:
                keys = row.keys
                check(row, row.values, meant.rows[keys], at, run_up(meant.rows, keys, at), place)
                check(row, row.before, before.get(keys, nothing), at, run_up(before, keys, at), place)
            subtotals = aligned(was.subtotals, places[:1])
            for row in told.subtotals:
                assert list(row.values) == meant.subtotals[row.keys], place
                assert list(row.before or ()) == subtotals.get(row.keys, nothing), place
            assert list(told.total) == meant.total, place
            assert list(told.total_before or ()) == was.total, place


def test_other_days_than_the_periods_are_compared_with_themselves() -> None:
    """Of the leads of two months, what closed in a week beside what closed in the same week."""
    days = {"field": "opportunity.closed_on", "bucket": "week"}
    raw = {"dataset": "co_journey", "groupings": [days], "measures": [{"agg": "count", "of": "opportunity"}],
           "limit": 1000}  # fmt: skip
    now, then = ({"field": "lead.created_at", "value": value} for value in (
        ["2025-12-01", "2025-12-31"], ["2025-11-01", "2025-11-30"]))  # fmt: skip
    with known():
        store(invent(5, leads=200))
        made = run(reader(), Definition.parse(raw | {"period": now, "compare": "previous"}, reader()))
        before = run(reader(), Definition.parse(raw | {"period": then}, reader()))
    weeks = {row.keys: row.values for row in before.rows}
    assert sum(row.keys in weeks for row in made.rows) > 5
    assert all(row.before == weeks.get(row.keys, (0,)) for row in made.rows)


def test_the_first_few_of_many() -> None:
    """They are the first of all in the order that was asked for; totals and shares are of all."""
    measures = [{"agg": "sum", "of": "lead.budget"}, COUNT, {"agg": "share", "of": COUNT}]
    with known():
        data = invent(9, leads=80)
        store(data)
        access = reader()
        for number, field in enumerate(("lead.score", "lead.owner", "lead.tags", "opportunity.stage")):
            for sort in ("m1", "-m1", "-m2", "m3"):
                raw = {"dataset": "co_journey", "groupings": [{"field": field}], "measures": measures,
                       "sort": sort, "limit": 1 + number % 3}  # fmt: skip
                definition = Definition.parse(raw, access)
                told, meant = run(access, definition), Reference(data, access, None).answer(definition)
                at = int(sort[-1]) - 1
                every = sorted((values[at] for values in meant.rows.values()), reverse=sort[0] == "-")
                assert [row.values[at] for row in told.rows] == every[: len(told.rows)], raw
                assert len(told.rows) == min(definition.limit, len(meant.rows))
                assert all(list(row.values) == meant.rows[row.keys] for row in told.rows), raw
                assert (list(told.total), told.group_count) == (meant.total, len(meant.rows))
                assert told.is_cut == (len(meant.rows) > definition.limit)


MANY = Dataset(
    "co_many",
    "Many",
    "",
    (
        Node(
            "word",
            "",
            "Words",
            table="(SELECT g AS id, 'w' || mod(g, 30000) AS word, 'x' || mod(g, 30000) AS kind,"
            " mod(g, 30000) + 1 AS size,"
            " CASE WHEN g < 30000 THEN DATE '2026-01-01' ELSE DATE '2026-02-01' END AS day"
            " FROM generate_series(0, 59999) g)",
            fields=(
                Field("word", "Word", FieldType.TEXT, sql="{t}.word"),
                Field("kind", "Kind", FieldType.TEXT, sql="{t}.kind"),
                Field("size", "Size", FieldType.NUMBER, sql="{t}.size"),
                Field("day", "Day", FieldType.DATE, sql="{t}.day"),
            ),
        ),
    ),
)


def test_what_was_far_down_before_is_found() -> None:
    """Among thirty thousand groups the last of the period before stands beside the first of this one."""
    raw = {
        "dataset": "co_many",
        "measures": [{"agg": "sum", "of": "word.size"}],
        "period": {"field": "word.day", "value": ["2026-02-01", "2026-02-28"]},
        "compare": "previous",
        "sort": "m1",
        "limit": 3,
    }
    with known(MANY):
        for groupings in ([{"field": "word.word"}], [{"field": "word.kind"}, {"field": "word.word"}]):
            made = run(reader(), Definition.parse(raw | {"groupings": groupings, "sort": "m1"}, reader()))
            assert [row.values for row in made.rows] == [(1,), (2,), (3,)]
            down = Definition.parse(raw | {"groupings": groupings, "sort": "-m1"}, reader())
            for row in (*run(reader(), down).rows, *made.rows, *made.subtotals):
                assert row.before == row.values, row
