"""Jobs: as sure as the transaction that deferred them, and taken over when a worker dies."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, transaction
from procrastinate.contrib.django import app

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.platform.jobs import (
    defer,
    defer_many,
    failed_jobs,
    periodic,
    queue_length,
    retry_failed_job,
    run_jobs,
    take_over_stalled,
    task,
    worker,
    workers_seen,
)
from headwater.platform.jobs import tasks as registry
from tests.conftest import OwnDatabase
from tests.faults.dead import bury_the_dead

ran: list[str] = []


@pytest.fixture(autouse=True)
def _own_tasks() -> Iterator[None]:
    known, schedules, tasks = dict(app.tasks), dict(registry._schedules), dict(registry._tasks)
    ran.clear()
    yield
    app.tasks.clear()
    app.tasks.update(known)
    registry._schedules.clear()
    registry._schedules.update(schedules)
    registry._tasks.clear()
    registry._tasks.update(tasks)


def named(name: str, retries: int = 0) -> Callable[..., None]:
    @task(name, retries=retries)
    def run(*, word: str) -> None:
        ran.append(word)
        if word == "bad":
            raise ValueError("a bad word")

    return run


@pytest.mark.django_db(transaction=True)
def test_a_job_goes_with_its_transaction() -> None:
    say = named("test.say")
    with transaction.atomic():
        defer(say, word="lost")
        transaction.set_rollback(True)
    with transaction.atomic():
        assert defer(say, word="kept")
        assert defer_many(say, [{"word": "a"}, {"word": "b"}]) == 2
    run_jobs()
    assert sorted(ran) == ["a", "b", "kept"]
    assert sql.value("SELECT count(*) FROM procrastinate_jobs") == 0


@pytest.mark.django_db(transaction=True)
def test_what_a_task_defers_is_bound_to_its_own_transaction() -> None:
    say = named("test.say")

    @task("test.outer", retries=0)
    def outer() -> None:
        with transaction.atomic():
            defer(say, word="lost")
            transaction.set_rollback(True)
        defer(say, word="kept")

    defer(outer)
    run_jobs()
    assert ran == ["kept"]


@pytest.mark.django_db(transaction=True)
def test_a_waiting_job_keeps_others_with_its_lock_out() -> None:
    say = named("test.say")
    with transaction.atomic():
        assert defer(say, queueing_lock="one", word="first")
        assert defer(say, queueing_lock="one", word="second") is None
        defer(say, word="other")  # the transaction is still good
    run_jobs()
    assert sorted(ran) == ["first", "other"]


@pytest.mark.django_db(transaction=True)
def test_a_job_waits_for_its_moment() -> None:
    say = named("test.say")
    defer(say, at=clock.now() + timedelta(hours=1), word="later")
    run_jobs()
    assert ran == []
    assert queue_length() == 0


@pytest.mark.django_db(transaction=True)
def test_a_poisoned_job_is_seen_and_can_be_retried(access: Access) -> None:
    say = named("test.say")
    with transaction.atomic():
        defer(say, word="bad")
        defer(say, word="good")
    run_jobs()
    assert sorted(ran) == ["bad", "good"]
    (failed,) = failed_jobs()
    assert (failed.task, failed.error, failed.arguments) == (
        "test.say",
        "ValueError: a bad word",
        {"word": "bad"},
    )
    retry_failed_job(access, failed.id)
    assert failed_jobs() == []
    with pytest.raises(NotFound):
        retry_failed_job(access, failed.id)
    run_jobs()
    assert ran.count("bad") == 2


@pytest.mark.django_db(transaction=True)
def test_a_failing_job_is_tried_again_later() -> None:
    say = named("test.say", retries=3)
    defer(say, word="bad")
    run_jobs()
    (job,) = sql.rows("SELECT status::text, attempts, scheduled_at FROM procrastinate_jobs")
    assert (job["status"], job["attempts"]) == ("todo", 1)
    assert job["scheduled_at"] > datetime.now(UTC)


def test_schedules_are_read_in_the_time_zone_of_the_house() -> None:
    @periodic("30 3 * * *", name="test.nightly")
    def nightly(at: datetime) -> None: ...

    schedule = registry.periodic_registry().periodic_tasks["test.nightly", ""]
    schedule.croniter.set_current(start_time=datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp())
    before = datetime.fromtimestamp(schedule.croniter.get_prev(ret_type=float), UTC)
    assert before == datetime(2026, 11, 20, 19, 30, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_ends_its_worker_again_and_again_is_set_aside() -> None:
    say = named("test.say")
    job_id = defer(say, word="deadly")
    for death in range(6):
        worker = sql.value("SELECT worker_id FROM procrastinate_register_worker_v1()")
        sql.value("SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)", (worker,))
        sql.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
        assert take_over_stalled() == (1 if death < 5 else 0)
    assert [failed.id for failed in failed_jobs()] == [job_id]


@pytest.mark.django_db(transaction=True)
def test_a_stalled_job_whose_successor_waits_gives_way() -> None:
    say = named("test.say")
    defer(say, queueing_lock="one", word="first")
    worker = sql.value("SELECT worker_id FROM procrastinate_register_worker_v1()")
    sql.value("SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)", (worker,))
    defer(say, queueing_lock="one", word="second")
    sql.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    assert take_over_stalled() == 0
    run_jobs()
    assert ran == ["second"]


# --- real processes


@pytest.fixture
def start_worker(own_database: OwnDatabase) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    sql.execute("CREATE TABLE test_note (text text, pid int)")
    started: list[subprocess.Popen[bytes]] = []
    environment = own_database.environment | {
        "DJANGO_SETTINGS_MODULE": "headwater.config.settings",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }

    def start() -> "subprocess.Popen[bytes]":
        process = subprocess.Popen([sys.executable, "-m", "tests.platform.worker_process"], env=environment)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def notes(text: str, *, count: int = 1, within: float = 30.0) -> list[int]:
    """The processes that noted `text`, once there are `count`."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        found = sql.values("SELECT pid FROM test_note WHERE text = %s", (text,))
        if len(found) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError(f"no {text!r} within {within} s: {sql.rows('SELECT * FROM test_note')}")


def job(name: str, **arguments: object) -> None:
    app.configure_task(name).defer(**arguments)


@pytest.mark.faults
def test_a_killed_workers_job_is_taken_over(start_worker: Callable[[], "subprocess.Popen[bytes]"]) -> None:
    first = start_worker()
    job("test.slow", seconds=60)
    assert notes("slow began", within=60) == [first.pid]
    first.send_signal(signal.SIGKILL)
    first.wait()
    bury_the_dead()
    second = start_worker()
    job("test.note", text="hello")
    assert notes("hello", within=60) == [second.pid]
    started = time.monotonic()
    assert notes("slow began", count=2, within=60)[1] == second.pid
    assert time.monotonic() - started < 60
    second.terminate()
    assert second.wait(40) == 0
    assert notes("slow ended") == [second.pid]
    assert sql.value("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'test.slow'") == 0


@pytest.mark.faults
def test_a_worker_outlives_its_connections(start_worker: Callable[[], "subprocess.Popen[bytes]"]) -> None:
    worker = start_worker()
    job("test.note", text="before")
    notes("before", within=60)
    assert len(workers_seen()) == 1
    sql.value(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    job("test.note", text="after")
    assert notes("after") == [worker.pid]
    worker.terminate()
    assert worker.wait(40) == 0


def test_a_worker_starts_anew_after_its_deferring_thread_lost_the_database(own_database: OwnDatabase) -> None:
    """That thread outlives a start: with its dead connection no start would ever get past the first job."""

    def pid() -> int:
        return int(sql.value("SELECT pg_backend_pid()"))

    async def lose_it() -> None:
        held = await sync_to_async(pid)()
        with psycopg.connect(own_database.url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (held,))
        with pytest.raises(OperationalError):
            await sync_to_async(pid)()

    async def start() -> int:
        starting = asyncio.create_task(worker._work(1))
        await asyncio.sleep(2)
        assert not starting.done(), starting.exception()
        found = await sync_to_async(pid)()
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return found

    worker._stopping.clear()
    with ThreadPoolExecutor(1) as thread:  # this one may have a loop already: a browser test leaves one
        thread.submit(lambda: asyncio.run(lose_it())).result()
        assert thread.submit(lambda: asyncio.run(start())).result()
