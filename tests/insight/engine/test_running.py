"""Order, comparison, filling, limits; and that a report never stands in anybody's way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from headwater.insight.engine import Dataset, Definition, Node, Result, Rollup, guarding, rollups, run
from headwater.insight.engine.guarding import reading
from headwater.insight.engine.planning import plan
from headwater.insight.errors import ReportsBusy, ReportTooSlow
from headwater.kernel import clock
from headwater.kernel.access import Scope
from headwater.kernel.catalogue import Field, FieldType
from tests.insight.engine.company import JOURNEY, invent, known, reader, store

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 20, 4, tzinfo=UTC)
COUNT = {"agg": "count", "of": "lead"}
MONTHS = {"field": "lead.created_at", "bucket": "month"}
STATUS = {"field": "lead.status"}


@pytest.fixture
def company() -> Iterator[None]:
    with known(), clock.freeze(NOW):
        store(invent(11, leads=60))
        yield


def report(**parts: Any) -> Definition:
    return Definition.parse({"dataset": "co_journey", "measures": [COUNT]} | parts, reader())


def keys(result: Result) -> list[Any]:
    return [row.keys if len(row.keys) > 1 else row.keys[0] for row in result.rows]


def test_times_follow_each_other_and_others_the_first_measure(company: None) -> None:
    months = [key for key in keys(run(reader(), report(groupings=[MONTHS]))) if key is not None]
    assert months == sorted(months)
    counts = [row.values[0] for row in run(reader(), report(groupings=[STATUS])).rows]
    assert counts == sorted(counts, reverse=True)  # type: ignore[type-var]
    nested = run(reader(), report(groupings=[STATUS, MONTHS]))
    first = [row.keys[0] for row in nested.rows]
    assert [row.keys[0] for row in nested.subtotals] == list(dict.fromkeys(first))
    assert [row.values[0] for row in nested.subtotals] == counts
    for status in dict.fromkeys(first):
        own = [row.keys[1] for row in nested.rows if row.keys[0] == status]
        assert own == sorted(own)  # type: ignore[type-var]


def test_sorted_by_what_is_said_and_cut_after(company: None) -> None:
    rate = {"agg": "rate", "of": {"agg": "count", "of": "order"}, "over": COUNT}
    whole = run(reader(), report(groupings=[{"field": "lead.score"}], measures=[rate], sort="m1"))
    values = [row.values[0] for row in whole.rows]
    assert values == sorted(values)  # type: ignore[type-var]
    few = run(reader(), report(groupings=[{"field": "lead.score"}], measures=[rate], sort="m1", limit=3))
    assert few.rows == whole.rows[:3]
    assert (few.is_cut, few.group_count) == (True, whole.group_count)
    assert few.total == whole.total
    picks = run(reader(), report(groupings=[STATUS], sort="g1"))
    assert keys(picks) == ["new", "open", "won", None]  # in the picklist's order, what is missing last
    assert [row.labels[0] for row in picks.rows[:3]] == ["New", "Open", "Won"]
    names = run(reader(), report(groupings=[{"field": "touch.campaign"}], sort="-g1"))
    assert [row.labels[0] for row in names.rows[:-1]] == [f"Campaign {n}" for n in (4, 3, 2, 1)]


def test_running_totals(company: None) -> None:
    running = {"agg": "running", "of": COUNT}
    by_month = run(reader(), report(groupings=[MONTHS, STATUS], measures=[COUNT, running], sort="g1"))
    sums: dict[Any, Any] = {}
    for row in by_month.rows:
        sums[row.keys[1]] = sums.get(row.keys[1], 0) + row.values[0]
        assert row.values[1] == sums[row.keys[1]]
    assert by_month.total[1] == by_month.total[0]
    pareto = run(reader(), report(groupings=[STATUS], measures=[COUNT, running]))
    assert pareto.rows[-1].values[1] == sum(row.values[0] for row in pareto.rows)  # type: ignore[misc]


def test_compared_with_the_period_before(company: None) -> None:
    for value, how, since, until in (
        ("this_month", "previous", date(2025, 12, 1), date(2025, 12, 31)),
        (["2025-12-01", "2026-01-31"], "previous", date(2025, 10, 1), date(2025, 11, 30)),
        (["2026-01-11", "2026-01-20"], "previous", date(2026, 1, 1), date(2026, 1, 10)),
        ({"last": 7, "unit": "day"}, "previous", date(2026, 1, 7), date(2026, 1, 13)),
        ("this_month", "year", date(2025, 1, 1), date(2025, 1, 31)),
    ):
        period = {"value": value}  # of the dataset's usual field
        made = run(reader(), report(period=period, compare=how, groupings=[STATUS]))
        assert (made.before_since, made.before_until) == (since, until)
        days = [since.isoformat(), until.isoformat()]
        whole = isinstance(value, dict)  # until this moment, seven days ago
        then = run(reader(), report(period={"field": "lead.created_at", "value": days}, groupings=[STATUS]))
        if not whole:
            assert made.total_before == then.total
            known_then = {row.keys: row.values for row in then.rows}
            assert all(row.before == known_then.get(row.keys, (0,)) for row in made.rows)


def test_times_are_compared_by_their_place_in_the_period(company: None) -> None:
    period = {"field": "lead.created_at", "value": ["2025-12-01", "2026-01-31"]}
    line = {"kind": "line"}
    made = run(reader(), report(period=period, compare="previous", groupings=[MONTHS], chart=line))
    then = run(
        reader(),
        report(period=period | {"value": ["2025-10-01", "2025-11-30"]}, groupings=[MONTHS], chart=line),
    )
    assert keys(made) == [date(2025, 12, 1), date(2026, 1, 1)]
    assert [row.before for row in made.rows] == [row.values for row in then.rows]


def test_lines_have_no_gaps(company: None) -> None:
    days = {"field": "lead.created_at", "bucket": "day"}
    period = {"field": "lead.created_at", "value": "this_month"}
    running = {"agg": "running", "of": COUNT}
    parts = {"groupings": [days], "period": period, "measures": [COUNT, running]}
    table = run(reader(), report(**parts))
    line = run(reader(), report(**parts, chart={"kind": "line"}))
    last = max(20, table.rows[-1].keys[0].day)  # type: ignore[union-attr]
    assert [key.day for key in keys(line)] == list(range(1, last + 1))  # until today, not the month's end
    known_days = {row.keys: row.values for row in table.rows}
    before = 0
    for row in line.rows:
        assert row.values == known_days.get(row.keys, (0, before))
        before = row.values[1]  # type: ignore[assignment]
    two = run(reader(), report(**parts | {"groupings": [STATUS, days]}, chart={"kind": "line"}))
    assert len(two.rows) == last * len({row.keys[0] for row in two.rows})


WORDS = Dataset(
    "co_words",
    "Words",
    "",
    (
        Node(
            "word",
            "",
            "Words",
            table="(SELECT g AS id, 'w' || g AS word FROM generate_series(1, 100000) g)",
            fields=(Field("word", "Word", FieldType.TEXT, sql="{t}.word"),),
        ),
    ),
)


def test_a_hundred_thousand_groups_are_cut_in_the_database() -> None:
    raw = {"dataset": "co_words", "groupings": [{"field": "word.word"}], "limit": 5,
           "measures": [{"agg": "count", "of": "word"}]}  # fmt: skip
    with known(WORDS):
        made = run(reader(), Definition.parse(raw, reader()))
    assert (len(made.rows), made.group_count, made.is_cut) == (5, 100_000, True)
    assert made.total == (100_000,)


def test_a_runaway_is_cancelled_and_leaves_no_trace() -> None:
    slow = replace(
        WORDS.nodes[0], table="(SELECT g AS id, pg_sleep(1)::text AS word FROM generate_series(1, 9) g)"
    )
    raw = {"dataset": "co_slow", "measures": [{"agg": "distinct", "of": "word.word"}]}
    with known(replace(WORDS, key="co_slow", nodes=(slow,))):
        with patch.object(guarding, "TIME_LIMIT", _Always(0.1)), pytest.raises(ReportTooSlow) as refusal:
            run(reader(), Definition.parse(raw, reader()))
        assert refusal.value.status == 503
        assert refusal.value.advice
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), current_setting('transaction_read_only')"
        )
        assert cursor.fetchone() == ("0", "off")
        cursor.execute("CREATE TABLE co_proof ()")


def test_reports_only_read() -> None:
    with pytest.raises(DatabaseError), reading(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE co_proof ()")


def test_a_few_at_once() -> None:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            for place in range(3):
                cursor.execute("SELECT pg_advisory_lock(%s, %s)", (guarding._LOCKS, place))
        with patch.object(guarding, "_WAIT_SECONDS", 0.05), pytest.raises(ReportsBusy) as refusal, reading():
            pass
        assert refusal.value.facts["retry_after"]
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, 1)", (guarding._LOCKS,))
        with reading():
            pass
    finally:
        other.close()


class _Always:
    """A setting of a test."""

    def __init__(self, value: float) -> None:
        self.value = value

    def get(self) -> float:
        return self.value


ROLLED = Rollup(
    "(SELECT status, owner_id, (created_at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*) AS leads,"
    " coalesce(sum(budget), 0) AS budget, count(budget) AS budgets, min(score) AS least"
    " FROM co_lead WHERE archived_at IS NULL GROUP BY 1, 2, 3)",
    fields={"lead.status": "status", "lead.owner": "owner_id", "lead.created_at": "day"},
    measures={
        "count:lead": "{t}.leads",
        "sum:lead.budget": "{t}.budget",
        "values:lead.budget": "{t}.budgets",
        "min:lead.score": "{t}.least",
    },
    days=("lead.created_at",),
)


def test_a_rollup_says_the_same(company: None) -> None:
    rolled = replace(JOURNEY, key="co_rolled", rollups=(ROLLED,))
    won = {"field": "lead.status", "op": "eq", "value": "won"}
    measures = [COUNT, {"agg": "avg", "of": "lead.budget"}, {"agg": "min", "of": "lead.score"},
                {"agg": "rate", "of": COUNT | {"where": won}, "over": COUNT}]  # fmt: skip
    period = {"field": "lead.created_at", "value": ["2025-12-01", "2026-01-31"]}
    answered: list[dict[str, Any]] = [
        {},
        {"groupings": [STATUS, MONTHS], "period": period, "compare": "previous"},
        {"groupings": [{"field": "lead.owner"}], "filters": {"not": won}},
        {"groupings": [{"field": "lead.created_at", "bucket": "weekday"}],
         "period": period | {"value": {"last": 30, "unit": "day"}}},
    ]  # fmt: skip
    raw_alone: list[dict[str, Any]] = [
        {"groupings": [{"field": "lead.is_big"}]},
        {"groupings": [{"field": "lead.created_at", "bucket": "hour"}]},
        {"filters": {"field": "lead.created_at", "op": "gt", "value": "2026-01-01T10:30"}},
        {"measures": [{"agg": "sum", "of": "lead.score"}]},
        {"attribution": "linear"},
    ]
    with known(rolled):
        for parts in answered:
            made = report(**{"measures": measures} | parts)
            there = replace(made, dataset="co_rolled")
            planned = plan(there, reader())
            assert rollups.parts_from_rollup(planned, planned.span) is not None, parts
            assert run(reader(), there) == run(reader(), made), parts
        for parts in raw_alone:
            planned = plan(replace(report(**parts), dataset="co_rolled"), reader())
            assert rollups.parts_from_rollup(planned, planned.span) is None, parts
        few = reader(Scope.OWN, people=frozenset({1}))  # it knows no reach
        planned = plan(replace(report(), dataset="co_rolled"), few)
        assert rollups.parts_from_rollup(planned, planned.span) is None


def test_rows_that_only_carry_sums(company: None) -> None:
    """A node may hold rows that are no records: they add to sums, and nobody counts them."""
    counted = replace(JOURNEY.nodes[0], counted="{t}.score > 2")
    some = replace(JOURNEY, key="co_some", nodes=(counted, *JOURNEY.nodes[1:]))
    above = COUNT | {"where": {"field": "lead.score", "op": "gt", "value": 2}}
    budget = {"agg": "sum", "of": "lead.budget"}
    with known(some):
        for field in ("lead.status", "opportunity.stage", "lead.tags"):
            for attribution in ("first", "linear"):
                parts = {"groupings": [{"field": field}], "attribution": attribution, "sort": "g1"}
                told = run(reader(), replace(report(**parts, measures=[COUNT, budget]), dataset="co_some"))
                meant = run(reader(), report(**parts, measures=[above, budget]))
                assert (told.rows, told.total) == (meant.rows, meant.total)
