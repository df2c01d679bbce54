"""The event log: exactly what was committed is delivered, in order, whatever runs beside it."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.kernel import clock, sql
from headwater.kernel.access import Access, system_access
from headwater.platform import events
from headwater.platform.events import ChainTooDeep, Event, StoredEvent, caused_by, drain, emit, subscriber
from headwater.platform.events.dispatching import Outcome, run_batch
from headwater.platform.events.subscriptions import forget_subscriber, subscription


class StonesFell(Event):
    name = "test.stones-fell"
    stones: list[int]
    note: str = ""


class WaterRose(Event):
    name = "test.water-rose"
    by: int


@pytest.fixture
def listen() -> Iterator[Callable[..., None]]:
    """Register a subscriber for the length of a test, reading from the start of the log."""
    names: list[str] = []

    def register(
        name: str, function: Callable[[list[StoredEvent[Event]]], None], *kinds: type[Event]
    ) -> None:
        names.append(name)
        subscriber(name, *(kinds or (StonesFell,)), from_start=True)(function)

    yield register
    for name in names:
        forget_subscriber(name)


def fall(access: Access, *stones: int) -> int:
    with transaction.atomic():
        return emit(StonesFell(stones=list(stones)), access)


def stones_in(batch: list[StoredEvent[StonesFell]]) -> list[int]:
    return [stone for stored in batch for stone in stored.event.stones]


@pytest.mark.django_db
def test_an_event_reaches_those_who_listen_once(listen: Callable[..., None], access: Access) -> None:
    seen: list[int] = []
    other: list[int] = []
    listen("test.seen", lambda batch: seen.extend(stones_in(batch)))
    listen("test.other", lambda batch: other.extend(stored.id for stored in batch), WaterRose)
    fall(access, 1)
    fall(access, 2, 3)
    drain()
    drain()
    assert seen == [1, 2, 3]
    assert other == []


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(access: Access) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        emit(WaterRose(by=1), access)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_event_never_happened(listen: Callable[..., None], access: Access) -> None:
    seen: list[int] = []
    listen("test.seen", lambda batch: seen.extend(stones_in(batch)))
    with transaction.atomic():
        emit(StonesFell(stones=[1]), access)
        transaction.set_rollback(True)
    fall(access, 2)
    drain()
    assert seen == [2]


@pytest.mark.django_db
def test_an_event_names_its_cause_and_a_chain_ends_at_five(
    listen: Callable[..., None], access: Access
) -> None:
    depths: list[tuple[int, int | None]] = []

    def answer(batch: list[StoredEvent[StonesFell]]) -> None:
        for stored in batch:
            depths.append((stored.depth, stored.cause_id))
            with caused_by(stored):
                emit(StonesFell(stones=[stored.id]), access)

    listen("test.circle", answer)
    first = fall(access, 0)
    drain()
    assert [depth for depth, _ in depths if depth == 0] == [0]
    assert depths[1] == (1, first)
    assert max(depth for depth, _ in depths) == 5
    aside = events.set_aside_events()
    assert [one.subscriber for one in aside] == ["test.circle"]
    assert "chain_too_deep" in aside[0].error


@pytest.mark.django_db
def test_a_chain_too_deep_refuses_with_facts(access: Access) -> None:
    deep = StoredEvent[Event](1, "test.x", "{}", clock.now(), None, "system", None, 5, "")
    with caused_by(deep), pytest.raises(ChainTooDeep) as refusal, transaction.atomic():
        emit(WaterRose(by=1), access)
    assert refusal.value.facts == {"event": "test.water-rose", "depth": 6, "limit": 5}
    assert refusal.value.detail


@pytest.mark.django_db
def test_a_poisoned_event_is_set_aside_and_the_rest_goes_on(
    listen: Callable[..., None], access: Access
) -> None:
    seen: list[int] = []
    poison = {13}

    def pick(batch: list[StoredEvent[StonesFell]]) -> None:
        if poison.intersection(stones_in(batch)):
            raise ValueError("not this one")
        seen.extend(stones_in(batch))

    listen("test.picky", pick)
    for stone in (1, 13, 2):
        fall(access, stone)
    drain()
    assert seen == [1, 2]
    (aside,) = events.set_aside_events()
    assert (aside.subscriber, aside.attempts, aside.error) == ("test.picky", 1, "ValueError: not this one")
    assert events.retry_set_aside() == 0  # not due yet
    assert events.set_aside_events()[0].attempts == 1

    poison.clear()
    with clock.freeze(clock.now() + timedelta(seconds=11)):
        assert events.retry_set_aside() == 1
    assert seen == [1, 2, 13]
    assert events.set_aside_events() == []


@pytest.mark.django_db
def test_what_keeps_failing_is_left_for_a_person(listen: Callable[..., None], access: Access) -> None:
    broken = [True]

    def refuse(batch: list[StoredEvent[StonesFell]]) -> None:
        if broken[0]:
            raise ValueError("still broken")

    listen("test.broken", refuse)
    fall(access, 1)
    drain()
    with clock.freeze(clock.now()):
        for _ in range(10):
            clock.advance(timedelta(hours=2))
            events.retry_set_aside()
    (aside,) = events.set_aside_events()
    assert (aside.attempts, aside.next_try_at) == (5, None)
    broken[0] = False
    assert events.retry_set_aside(now_for=aside.id) == 1


@pytest.mark.django_db
def test_an_unreadable_event_harms_only_itself(listen: Callable[..., None], access: Access) -> None:
    seen: list[int] = []
    listen("test.seen", lambda batch: seen.extend(stones_in(batch)))
    fall(access, 1)
    sql.execute(
        "INSERT INTO platform_event (name, payload, occurred_at) VALUES ('test.stones-fell', '{}', now())"
    )
    fall(access, 2)
    drain()
    assert seen == [1, 2]
    assert [one.event_name for one in events.set_aside_events()] == ["test.stones-fell"]


@pytest.mark.django_db
def test_a_newcomer_starts_with_what_happens_from_now_on(listen: Callable[..., None], access: Access) -> None:
    seen: list[int] = []
    listen("test.first", lambda batch: None)
    events.ensure_cursors()
    fall(access, 1)
    drain(names=["test.first"])
    subscriber("test.late", StonesFell)(lambda batch: seen.extend(stones_in(batch)))
    try:
        events.ensure_cursors()
        start = sql.value("SELECT xid <> '0'::xid8 FROM platform_event_cursor WHERE subscriber = 'test.late'")
    finally:
        forget_subscriber("test.late")
    assert start


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_commits_late_is_not_skipped(listen: Callable[..., None], access: Access) -> None:
    seen: list[int] = []
    listen("test.seen", lambda batch: seen.extend(stones_in(batch)))
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            emit(StonesFell(stones=[1]), access)
            written.set()
            may_commit.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(20)
    fall(access, 2)
    drain(wait=0.2)
    assert seen == []  # 2 is committed, but 1 stands before it
    may_commit.set()
    thread.join()
    drain()
    assert seen == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_in_another_database_holds_nobody_up(
    listen: Callable[..., None], access: Access
) -> None:
    seen: list[int] = []
    listen("test.seen", lambda batch: seen.extend(stones_in(batch)))
    params = connection.get_connection_params()
    with psycopg.connect(
        host=params["host"], port=params.get("port"), user=params["user"], dbname="postgres"
    ) as other:
        other.execute("SELECT pg_current_xact_id()")
        fall(access, 1)
        drain(wait=5)
        assert seen == [1]


@pytest.mark.django_db(transaction=True)
def test_two_dispatchers_never_take_one_cursor_at_once(listen: Callable[..., None], access: Access) -> None:
    inside, may_leave = threading.Event(), threading.Event()

    def slowly(batch: list[StoredEvent[StonesFell]]) -> None:
        inside.set()
        may_leave.wait(20)

    listen("test.slow", slowly)
    events.ensure_cursors()
    fall(access, 1)
    one = subscription("test.slow")
    assert one is not None

    def first() -> None:
        run_batch(one)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(20)
    assert run_batch(one) is Outcome.BUSY
    may_leave.set()
    thread.join()
    assert run_batch(one) is Outcome.IDLE


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_dispatchers_lose_and_double_nothing(
    listen: Callable[..., None], access: Access
) -> None:
    sql.execute("CREATE TABLE test_seen (stone int, event_id bigint)")

    def keep(batch: list[StoredEvent[StonesFell]]) -> None:
        for stored in batch:
            for stone in stored.event.stones:
                sql.execute("INSERT INTO test_seen VALUES (%s, %s)", (stone, stored.id))

    listen("test.keep", keep)
    stop = threading.Event()
    dispatchers = [threading.Thread(target=events.run_dispatcher, args=(stop,)) for _ in range(2)]

    def write(writer: int) -> None:
        for number in range(40):
            try:
                with transaction.atomic():
                    emit(StonesFell(stones=[writer * 1000 + number]), system_access("tests"))
                    if number % 7 == 0:
                        sql.value("SELECT pg_sleep(0.02)")
                    if number % 10 == 9:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass
        connection.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in [*dispatchers, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    drain()
    stop.set()
    for thread in dispatchers:
        thread.join(20)
        assert not thread.is_alive()
    expected = sorted(w * 1000 + n for w in range(4) for n in range(40) if n % 10 != 9)
    assert sorted(sql.values("SELECT stone FROM test_seen")) == expected


@pytest.mark.django_db(transaction=True)
def test_a_waiting_dispatcher_is_woken(listen: Callable[..., None], access: Access) -> None:
    heard = threading.Event()
    listen("test.bell", lambda batch: heard.set())
    stop = threading.Event()
    thread = threading.Thread(target=events.run_dispatcher, args=(stop,))
    thread.start()
    try:
        fall(access, 1)
        assert heard.wait(10)
    finally:
        stop.set()
        thread.join(20)


@pytest.mark.django_db
def test_old_events_go_when_everybody_has_passed_them(listen: Callable[..., None], access: Access) -> None:
    listen("test.seen", lambda batch: None)
    events.ensure_cursors()
    with clock.freeze(clock.now() - timedelta(days=100)):
        fall(access, 1)
    assert events.remove_old_events(keep=timedelta(days=90)) == 0  # not read yet
    drain()
    sql.execute("UPDATE platform_event_cursor SET xid = '9223372036854775807'::xid8")
    assert events.remove_old_events(keep=timedelta(days=90)) == 1


@settings(deadline=None)
@given(
    st.lists(st.integers()),
    st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
)
def test_what_is_written_is_what_is_read(stones: list[int], note: str) -> None:
    small = [stone % 2**53 for stone in stones]
    event = StonesFell(stones=small, note=note)
    stored = StoredEvent[StonesFell](1, event.name, event.payload(), clock.now(), None, "system", None, 0, "")
    assert stored.event == event


def test_a_name_belongs_to_one_event() -> None:
    with pytest.raises(TypeError, match="two events"):

        class Other(Event):
            name = "test.water-rose"
