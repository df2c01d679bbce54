"""The last results: who shares them, when they are computed anew, and that it happens once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from headwater.insight import results
from headwater.insight.engine import Definition, Result, run
from headwater.insight.models import StoredResult
from headwater.insight.results import cached, key_of, peek
from headwater.kernel import clock
from headwater.kernel.access import Access, system_access
from headwater.kernel.sql import rows
from headwater.organization.models import User
from headwater.organization.services import deactivate_user, update_role
from tests.insight.saved.factories import LEADS, MINE
from tests.organization.factories import access, make_role, make_user

HOUR, NEVER = timedelta(hours=1), timedelta()


def view(user: User) -> Access:
    return access(user, "reports.view")


def definition(user: User, raw: dict[str, Any] = LEADS) -> Definition:
    return Definition.parse(raw, view(user))


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """Who a result was computed for."""
    made: list[int | None] = []

    def counted(access: Access, definition: Definition) -> Result:
        made.append(access.user_id)
        return run(access, definition)

    monkeypatch.setattr(results, "run", counted)
    return made


def work() -> None:
    """What a worker would do of what was deferred."""
    taken = rows(
        "DELETE FROM procrastinate_jobs WHERE task_name = 'insight.refresh' RETURNING args->>'key' AS key"
    )
    for row in taken:
        results.refresh_result(key=row["key"])


@pytest.mark.django_db
def test_readers_who_see_the_same_share_a_result_and_others_do_not(runs: list[int | None]) -> None:
    grants = {"reports.view": "all", "leads.view": "all"}
    anna, ben = (make_user(role=make_role(grants=grants)) for _ in range(2))
    blind = make_user(role=make_role(grants=grants, rules={("lead", "mobile"): "hidden"}))
    cleo, dan = make_user(role="rep"), make_user(role="rep")
    keys = {user.pk: key_of(view(user), definition(user)) for user in (anna, ben, blind, cleo, dan)}
    assert keys[anna.pk] == keys[ben.pk]
    assert len(set(keys.values())) == 4
    for word in ("@me", "@my_team"):
        mine = LEADS | {"filters": {"all": [{"field": "lead.owner", "op": "in", "value": [word]}]}}
        assert key_of(view(anna), definition(anna, mine)) != key_of(view(ben), definition(ben, mine))
    with translation.override("en"):
        assert key_of(view(anna), definition(anna)) != keys[anna.pk]
    first = cached(view(anna), definition(anna), HOUR)
    assert cached(view(ben), definition(ben), HOUR) == first == Result.from_json(first.as_json())
    assert peek(view(ben), [definition(ben), definition(ben, MINE)]) == [first, None]
    cached(view(ben), definition(ben), HOUR, refresh=True)
    assert runs == [anna.pk, ben.pk]


@pytest.mark.django_db
def test_an_old_result_is_computed_anew_also_in_the_background(runs: list[int | None]) -> None:
    anna = make_user(role="marketing")
    began = clock.now().replace(hour=4, minute=0)  # noon in the company's zone
    with clock.freeze(began):
        old = cached(view(anna), definition(anna), HOUR)
        clock.advance(timedelta(minutes=59))
        assert cached(view(anna), definition(anna), HOUR) == old
        clock.advance(timedelta(minutes=2))
        assert cached(view(anna), definition(anna), HOUR, stale=timedelta(days=1)) == old
        assert len(runs) == 1
        work()  # what was given stale is made anew behind its reader
        assert len(runs) == 2
        assert cached(view(anna), definition(anna), HOUR).as_of == clock.now()
        clock.advance(timedelta(minutes=70))
        assert results.refresh_asked() == 0  # nobody asked lately
        cached(view(anna), definition(anna), HOUR)
        assert len(runs) == 3
        clock.advance(timedelta(minutes=45))
        cached(view(anna), definition(anna), HOUR)
        clock.advance(timedelta(minutes=16))
        assert results.refresh_asked() == 1
        work()
        assert len(runs) == 4
        clock.advance(timedelta(hours=9))  # past midnight: its days have moved on, however young
        cached(view(anna), definition(anna), HOUR * 24)
        assert len(runs) == 5
        clock.advance(timedelta(days=4))
        assert results.prune() == 1


@pytest.mark.django_db
def test_eyes_that_have_changed_refresh_nothing(runs: list[int | None]) -> None:
    make_user(role="admin")
    role = make_role(grants={"reports.view": "all", "leads.view": "all"})
    anna = make_user(role=role)
    cached(view(anna), definition(anna), NEVER)
    key = StoredResult.objects.get().key
    update_role(system_access("tests"), role.pk, grants={"reports.view": "all", "leads.view": "own"})
    results.refresh_result(key=key)
    assert not StoredResult.objects.exists()
    assert len(runs) == 1
    cached(view(anna), definition(anna), NEVER)
    deactivate_user(system_access("tests"), anna.pk)
    results.refresh_result(key=StoredResult.objects.get().key)
    assert not StoredResult.objects.exists()


@pytest.mark.django_db
def test_what_was_kept_between_the_look_and_the_turn_is_taken(
    monkeypatch: pytest.MonkeyPatch, runs: list[int | None]
) -> None:
    anna = make_user(role="marketing")
    asked, reader = definition(anna), view(anna)
    looked = results._once

    def late(*given: Any, **more: Any) -> Result:
        monkeypatch.setattr(results, "_once", looked)
        cached(reader, asked, HOUR)  # somebody else is through before our turn comes
        return looked(*given, **more)

    monkeypatch.setattr(results, "_once", late)
    cached(reader, asked, HOUR)
    assert len(runs) == 1


@pytest.mark.usefixtures("own_database")
def test_concurrent_asks_compute_once(monkeypatch: pytest.MonkeyPatch) -> None:
    anna = make_user(role="marketing")
    asked, reader = definition(anna), view(anna)
    entered, go_on, made = Event(), Event(), []

    def slow(access: Access, definition: Definition) -> Result:
        made.append(1)
        entered.set()
        assert go_on.wait(10)
        return run(access, definition)

    monkeypatch.setattr(results, "run", slow)

    def ask(max_age: timedelta = HOUR, *, refresh: bool = False) -> Result:
        try:
            return cached(reader, asked, max_age, refresh=refresh)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(ask)
        assert entered.wait(10)
        others = [pool.submit(ask) for _ in range(3)]
        go_on.set()
        answers = [one.result(20) for one in (first, *others)]
    assert len(made) == 1
    assert all(one == answers[0] for one in answers)
    # While one refreshes, the others read what there is.
    entered.clear()
    go_on.clear()
    with ThreadPoolExecutor(2) as pool:
        refreshing = pool.submit(ask, refresh=True)
        assert entered.wait(10)
        assert pool.submit(ask, NEVER).result(10) == answers[0]
        go_on.set()
        refreshing.result(20)
    assert len(made) == 2
