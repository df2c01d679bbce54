"""Forecasts over the database: the seed's cascade, what is counted, who sees what, screens and API."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from headwater.forecasting.errors import NotLearntYet
from headwater.forecasting.queries.chances import chance_of
from headwater.forecasting.queries.outlook import outlook
from headwater.forecasting.services import is_stale, refresh
from headwater.forecasting.types import Way
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import NotFound
from headwater.sales.models import Stage
from headwater.sales.queries import PipelineView
from headwater.targets.periods import read_period
from headwater.targets.types import Holder
from tests.forecasting.factories import Tale, at, lost, make_pipeline, passed, write
from tests.organization.factories import access, client_for, make_user

pytestmark = pytest.mark.django_db

NOW = at(2026, 11, 10)
NOVEMBER = read_period("2026-11")


@pytest.fixture
def pipeline() -> PipelineView:
    return make_pipeline("培训", [("第一阶段", 20), ("第二阶段", 50), ("第三阶段", 80)])


def _system() -> Any:
    return system_access("tests")


def _open(stage: int, amount: str | None = "100000", **values: Any) -> Tale:
    given: dict[str, Any] = {"closes": [date(2026, 11, 25)]} | values
    return Tale([(stage, at(2026, 11, 1))], None if amount is None else Decimal(amount), **given)


def test_the_seeds_example(pipeline: PipelineView) -> None:
    """30 % went from the first stage to the second; 100,000 lie in the first: 30,000 are expected there."""
    write(
        [*passed(pipeline, 3, at(2026, 6, 1)), *lost(pipeline, 7, at(2026, 6, 1)), _open(pipeline.first.id)]
    )
    with clock.freeze(NOW):
        refresh(_system())
        found = outlook(_system(), pipeline.id, NOVEMBER)
    first, second, _third = found.falls
    assert (first.rate.observed.passed, first.rate.observed.lost) == (3, 7)
    assert first.amount == Decimal("100000.00")
    assert first.onward == second.arriving == Decimal("30000.00")
    cascade = found.figure(Way.CASCADE)
    assert cascade is not None
    assert cascade.total == cascade.open == found.falls[-1].onward


def test_what_counts_and_what_is_named(pipeline: PipelineView) -> None:
    first, won = pipeline.first.id, pipeline.won.id
    write(
        [
            Tale([(first, at(2026, 10, 1)), (won, at(2026, 11, 3))], Decimal("50000.50")),
            Tale([(first, at(2026, 10, 1)), (won, at(2026, 10, 30))], Decimal(77)),  # of another month
            Tale([(first, at(2026, 10, 1)), (pipeline.lost.id, at(2026, 11, 3))], Decimal(999_999)),
            _open(first),
            _open(first, None),
            _open(first, closes=[None]),
            _open(first, currency="USD"),
            _open(first, closes=[date(2026, 12, 24)]),
        ]
    )
    with clock.freeze(NOW):
        refresh(_system())
        found = outlook(_system(), pipeline.id, NOVEMBER)
    assert (found.closed.count, found.closed.amount) == (1, Decimal("50000.50"))
    assert found.open_count == 5
    assert found.open_amount == Decimal("300000.00")  # neither lost nor without a rate
    left = found.left_out
    assert (left.unpriced, left.undated, left.unrated, left.currencies) == (1, 1, 1, (("USD", 1),))
    naive, learnt = found.figure(Way.NAIVE), found.figure(Way.LEARNT)
    assert naive is not None
    assert learnt is not None
    assert naive.total == Decimal("70000.50")  # 50,000.50 and a fifth of what is to close in the month
    assert learnt.low is not None
    assert learnt.high is not None
    assert found.closed.amount <= learnt.low <= learnt.total <= learnt.high


def test_a_pipeline_without_any_past(pipeline: PipelineView) -> None:
    with clock.freeze(NOW):
        with pytest.raises(NotLearntYet):
            outlook(_system(), pipeline.id, NOVEMBER)
        assert is_stale()
        refresh(_system())
        assert not is_stale()
        found = outlook(_system(), pipeline.id, NOVEMBER)
    assert {one.total for one in found.figures} == {Decimal("0.00")}
    assert all(fall.rate.is_set for fall in found.falls)
    with clock.freeze(NOW + timedelta(days=1)):
        assert is_stale()


def test_an_archived_stage_is_history_alone(pipeline: PipelineView) -> None:
    gone = pipeline.open_stages[1]
    write(
        [*passed(pipeline, 6, at(2026, 6, 1)), *lost(pipeline, 6, at(2026, 6, 1)), _open(pipeline.first.id)]
    )
    Stage.objects.filter(pk=gone.id).update(archived_at=at(2026, 10, 1), position=-gone.position)
    with clock.freeze(NOW):
        refresh(_system())
        found = outlook(_system(), pipeline.id, NOVEMBER)
    assert [fall.step.name for fall in found.falls] == ["第一阶段", "第三阶段"]


def test_only_what_is_within_reach(pipeline: PipelineView) -> None:
    mine, other = make_user(role="rep"), make_user(role="rep")
    write(
        [
            _open(pipeline.first.id, "1000", owner_id=mine.pk),
            _open(pipeline.first.id, "7000", owner_id=other.pk),
            Tale([(pipeline.won.id, at(2026, 11, 2))], Decimal(500), owner_id=other.pk),
        ]
    )
    with clock.freeze(NOW):
        refresh(_system())
        found = outlook(access(mine, "opportunities.view"), pipeline.id, NOVEMBER)
        assert (found.open_amount, found.closed.amount) == (Decimal(1000), Decimal(0))
        assert [line.person_id for line in found.people] == [mine.pk]
        whole = outlook(_system(), pipeline.id, NOVEMBER)
        his = outlook(_system(), pipeline.id, NOVEMBER, (Holder.PERSON, other.pk))
        assert (his.open_amount, his.closed.amount) == (Decimal(7000), Decimal(500))
        with pytest.raises(NotFound):
            outlook(access(mine, "opportunities.view"), pipeline.id, NOVEMBER, (Holder.PERSON, other.pk))
    # What the people add up to is the whole, to the cent where it is counted.
    assert sum(line.naive for line in whole.people) == sum(
        one.total for one in whole.figures if one.way == Way.NAIVE
    )


def test_the_chance_and_why(pipeline: PipelineView) -> None:
    second = pipeline.open_stages[1].id
    write([*passed(pipeline, 20, at(2026, 6, 1)), *lost(pipeline, 20, at(2026, 6, 1))])
    slipped = Tale(
        [(pipeline.first.id, at(2026, 8, 1)), (second, at(2026, 8, 20))],
        closes=[date(2026, 9, 1), date(2026, 10, 1)],
    )
    fresh = Tale([(pipeline.first.id, at(2026, 11, 9))], closes=[date(2026, 12, 1)])
    slow_id, fresh_id = write([slipped, fresh])
    with clock.freeze(NOW):
        assert chance_of(_system(), fresh_id) is None
        refresh(_system())
        slow, new = chance_of(_system(), slow_id), chance_of(_system(), fresh_id)
    assert slow is not None
    assert new is not None
    assert not new.is_thin
    assert 0 < new.percent < 60
    drivers = {one.key: one for one in slow.drivers}
    assert drivers["put_off"].facts == {"times": 1, "days": 30}
    assert drivers["overdue"].facts == {"days": 40}
    assert drivers["slow"].is_good is not True  # here those who were lost left sooner
    assert drivers["slow"].counts
    assert not drivers["silent"].counts
    assert {one.key for one in new.drivers} == {"stage", "in_time"}  # nobody wrote a follow-up yet


def test_the_screens_and_the_api(pipeline: PipelineView) -> None:
    manager, rep = make_user(role="manager"), make_user(role="rep")
    write([*passed(pipeline, 6, at(2026, 6, 1)), _open(pipeline.first.id, owner_id=rep.pk)])
    (mine,) = write([_open(pipeline.first.id, owner_id=rep.pk)])
    address = f"/forecast?pipeline={pipeline.id}&period=2026-11"
    with clock.freeze(NOW):
        client = client_for(rep)
        assert "hw-state" in client.get(address).content.decode()
        assert client.get(f"/api/v1/forecasts?pipeline={pipeline.id}").status_code == 409
        refresh(_system())
        shown = client.get(address).content.decode()
        assert "第一阶段" in shown
        assert "hw-forecast-way" in shown
        told = client.get(f"/api/v1/forecasts?pipeline={pipeline.id}&period=2026-11").json()
        assert told["open_amount"] == 200_000
        assert {one["way"] for one in told["ways"]} == {way.value for way in Way}
        assert client.get(f"/api/v1/opportunities/{mine}/chance").json()["drivers"]
        for kind, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
            file = client.get(f"/forecast/file?pipeline={pipeline.id}&period=2026-11&format={kind}")
            assert file.content.startswith(begins)
            assert (
                client.get(f"/api/v1/forecasts/file?pipeline={pipeline.id}&format={kind}").content[:2]
                == begins[:2]
            )
        assert client.get("/forecast/back-test").status_code == 403
        checked = client_for(manager).get(f"/forecast/back-test?pipeline={pipeline.id}")
        assert checked.status_code == 200
        assert client_for(manager).get("/api/v1/forecasts/back-test").json()["is_thin"]
        assert client_for(make_user(role="service")).get("/forecast").status_code == 403


@pytest.mark.parametrize("period", ["2026-10", "2026", "2031-01", "9999-12", "2026-13", "x"])
def test_periods_that_cannot_be_forecast(pipeline: PipelineView, period: str) -> None:
    with clock.freeze(NOW):
        refresh(_system())
        client = client_for(make_user(role="manager"))
        answered = client.get(f"/api/v1/forecasts?pipeline={pipeline.id}&period={period}")
        assert answered.status_code == 422
        assert "period" in answered.json()["facts"]["fields"]
        assert client.get(f"/forecast?period={period}").status_code == 422
        assert client.get("/api/v1/forecasts?who=person-99999999999999999999").status_code in (404, 422)
        assert client.get("/api/v1/forecasts?pipeline=987654").status_code == 404
