"""What is not acked on goes up the line, once per step, until somebody acts."""

import threading
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import close_old_connections
from django.utils import translation

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.platform import audit
from headwater.platform.notifications import (
    Address,
    acknowledge,
    acknowledge_mine,
    acknowledge_record,
    escalate,
    escalations,
    latest,
    mark_read,
    open_escalations,
    register_address_book,
    register_kind,
    register_reporting_line,
    register_working_due,
)
from headwater.platform.notifications import kinds as registry
from headwater.platform.notifications.escalations import step_up_due

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
REP, MANAGER, DIRECTOR, BOSS = 1, 2, 3, 4
HOUR = timedelta(hours=1)


def next_up(person: int, told: Collection[int]) -> int | None:
    return {REP: MANAGER, MANAGER: DIRECTOR, DIRECTOR: BOSS}.get(person)


@pytest.fixture(autouse=True)
def _own_line() -> Iterator[None]:
    places = (registry._address_book, escalations._line, escalations._working_due)
    before, kept = dict(registry._kinds), [list(place) for place in places]
    register_kind("test.slow", label="Slow", text="%(name)s waits")
    register_address_book(lambda ids: {one: Address(f"u{one}@example.com", "en", f"P{one}") for one in ids})
    register_reporting_line(next_up)
    register_working_due(lambda _person, moment, seconds: moment + timedelta(seconds=seconds))
    with translation.override("en"):
        yield
    registry._kinds.clear()
    registry._kinds.update(before)
    for place, content in zip(places, kept, strict=True):
        place[:] = content  # type: ignore[index]


def ask(key: str = "a", **more: object) -> int:
    given: dict[str, object] = {
        "params": {"name": "华为"},
        "record_type": "lead",
        "record_id": 5,
        "url": "/leads/5",
    }
    return escalate(REP, "test.slow", key=key, within=HOUR, **given | more)  # type: ignore[arg-type]


def texts(person: int) -> list[str]:
    return [item.text for item in latest(person).items]


def state(identifier: int) -> str:
    return str(sql.value("SELECT state FROM platform_escalation WHERE id = %s", (identifier,)))


@pytest.mark.django_db
def test_up_the_line_step_by_step_and_no_further() -> None:
    with clock.freeze(AT):
        asked = ask()
        assert step_up_due() == 0
        assert (texts(REP), texts(MANAGER)) == (["华为 waits"], [])
        clock.advance(HOUR)
        assert step_up_due() == 1
        assert step_up_due() == 0
        assert texts(MANAGER) == ["P1 did not act in time: 华为 waits"]
        clock.advance(HOUR)
        step_up_due()
        assert texts(DIRECTOR) == ["P1、P2 did not act in time: 华为 waits"]
        assert [one.told for one in open_escalations(REP)] == [[REP, MANAGER, DIRECTOR]]
        clock.advance(HOUR)
        step_up_due()
        assert (state(asked), texts(BOSS)) == ("unanswered", [])
        clock.advance(HOUR * 100)
        assert step_up_due() == 0
    assert [entry.action for entry in audit.history("escalation", asked).items] == ["end", "step", "step"]
    assert len(texts(REP)) == 1


@pytest.mark.django_db
def test_the_same_key_is_one_escalation(access: Access) -> None:
    with clock.freeze(AT):
        assert ask() == ask()
        assert len(texts(REP)) == 1
        assert acknowledge(access, "a")
        assert not acknowledge(access, "a")
        assert ask() is not None
        assert texts(REP) == ["华为 waits"]  # and an ended one does not begin again


@pytest.mark.django_db
def test_acting_stops_it(access: Access) -> None:
    with clock.freeze(AT):
        by_record, other = ask("a"), ask("b", record_id=6)
        assert acknowledge_record(access, "lead", 5, kind="test.other") == 0
        assert acknowledge_record(access, "lead", 5) == 1
        clock.advance(HOUR)
        step_up_due()
        assert (state(by_record), state(other)) == ("acknowledged", "open")
        assert len(texts(MANAGER)) == 1
        with pytest.raises(NotFound):
            acknowledge_mine(BOSS, other)  # was never told
        assert latest(MANAGER).items[0].escalation_id == other
        acknowledge_mine(MANAGER, other)
        acknowledge_mine(MANAGER, other)
        assert latest(MANAGER).items[0].escalation_id is None
        clock.advance(HOUR)
        assert step_up_due() == 0
    assert sql.value("SELECT ended_by_id FROM platform_escalation WHERE id = %s", (other,)) == MANAGER


@pytest.mark.django_db
def test_reading_stops_it_only_where_reading_is_enough() -> None:
    with clock.freeze(AT):
        enough, not_enough = ask("a", reading_is_enough=True), ask("b")
        mark_read(REP)
        clock.advance(HOUR)
        step_up_due()
    assert (state(enough), state(not_enough)) == ("acknowledged", "open")


@pytest.mark.django_db
@pytest.mark.parametrize("above", [None, REP])
def test_it_works_without_a_manager_and_in_a_circle(above: int | None) -> None:
    register_reporting_line(lambda _person, _told: above)
    with clock.freeze(AT):
        asked = ask()
        clock.advance(HOUR)
        assert step_up_due() == 1
        assert state(asked) == "unanswered"
    assert texts(REP) == ["华为 waits"]


@pytest.mark.django_db
def test_time_is_the_person_s_working_time() -> None:
    register_working_due(lambda person, moment, seconds: moment + timedelta(seconds=seconds * person * 10))
    with clock.freeze(AT):
        ask()
        clock.advance(HOUR * 9)
        assert step_up_due() == 0
        clock.advance(HOUR)
        assert step_up_due() == 1
        clock.advance(HOUR * 19)
        assert step_up_due() == 0


@pytest.mark.django_db(transaction=True)
def test_several_workers_tell_each_person_once() -> None:
    with clock.freeze(datetime(2026, 1, 5, tzinfo=UTC)):
        for number in range(30):
            ask(str(number))
    sql.execute("UPDATE platform_escalation SET due_at = now() - interval '1 minute'")
    begin = threading.Barrier(4)

    def work() -> None:
        begin.wait()
        step_up_due()
        close_old_connections()

    threads = [threading.Thread(target=work) for _worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sql.value("SELECT count(*) FROM platform_notification WHERE recipient_id = %s", (MANAGER,)) == 30
    assert sql.value("SELECT count(*) FROM platform_notification WHERE recipient_id = %s", (DIRECTOR,)) == 0
