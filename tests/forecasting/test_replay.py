"""The replay of past months: nothing that came later may change what would have been said."""

import random
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.forecasting.models import Replay
from headwater.forecasting.queries.scores import back_test
from headwater.forecasting.services import refresh
from headwater.forecasting.types import LEAST_MONTHS, Way
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.sales.models import Opportunity, StageMove
from tests.forecasting.factories import Tale, at, lost, make_pipeline, passed, write
from tests.forecasting.simulated import company

pytestmark = pytest.mark.django_db


def _said(until: date) -> list[tuple[object, ...]]:
    rows = Replay.objects.filter(month__lt=until).order_by("month", "way")
    return [
        (row.month, row.way, row.forecast, row.low, row.high, row.opportunities, row.closed) for row in rows
    ]


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_what_came_later_changes_nothing(seed: int) -> None:
    """The forecasts of a company that goes on are those of one whose history ends where they were made."""
    with transaction.atomic():
        write(company(seed, pipelines=1, months=13, until=date(2026, 11, 1)))
        cut = date(2026, 7, 1)
        with clock.freeze(at(2026, 11, 2)):
            refresh(system_access("tests"))
        whole = _said(cut)
        assert whole
        # Later rows say other things now; as of the cut nobody could know.
        pick = random.Random(seed)
        later = StageMove.objects.filter(at__gte=at(2026, 7, 1, 0))
        touched = list(later.values_list("opportunity_id", flat=True).distinct())
        Opportunity.objects.filter(pk__in=touched).update(amount=pick.randint(1, 10**9))
        with clock.freeze(at(2026, 7, 1, 0)):
            refresh(system_access("tests"))
        assert _said(cut) == whole
        transaction.set_rollback(True)


def test_it_may_be_made_anew() -> None:
    write(company(7, pipelines=1, months=12, until=date(2026, 11, 1)))
    with clock.freeze(at(2026, 11, 2)):
        refresh(system_access("tests"))
        first = _said(date(2027, 1, 1))
        refresh(system_access("tests"))
        assert _said(date(2027, 1, 1)) == first


def test_a_short_past_draws_no_conclusion() -> None:
    made = make_pipeline("新管道", [("一", 20), ("二", 50)])
    write([*passed(made, 20, at(2026, 5, 5)), *lost(made, 20, at(2026, 6, 5))])
    with clock.freeze(at(2026, 11, 2)):
        refresh(system_access("tests"))
    found = back_test(made.id)
    assert 0 < len(found.months) < LEAST_MONTHS
    assert found.is_thin
    assert found.best is None


def _won(count: int, began: datetime, won: datetime, stages: Sequence[int]) -> list[Tale]:
    return [Tale([(stages[0], began), (stages[-1], won)], closes=[won.date()]) for _ in range(count)]


def test_errors_and_what_lost_ones_count() -> None:
    """By hand: 100,000 × 20 % was said of one that came whole, and of one that was lost."""
    made = make_pipeline("错误", [("一", 20)])
    ids = [made.first.id, made.won.id]
    past = [*_won(20, at(2026, 3, 2), at(2026, 3, 20), ids), *lost(made, 20, at(2026, 3, 2))]
    came = Tale([(ids[0], at(2026, 8, 3)), (ids[1], at(2026, 9, 7))], closes=[date(2026, 9, 20)])
    gone = Tale([(ids[0], at(2026, 8, 3)), (made.lost.id, at(2026, 9, 9))], closes=[date(2026, 9, 20)])
    write([*past, came, gone])
    with clock.freeze(at(2026, 10, 2)):
        refresh(system_access("tests"))
    found = back_test(made.id)
    september = next(one for one in found.months if one.month == date(2026, 9, 1))
    assert september.actual == 100_000
    assert september.opportunities == 2
    assert september.ways[Way.NAIVE].forecast == 40_000
    score = found.score(Way.NAIVE)
    assert score is not None
    assert score.mape == 60
