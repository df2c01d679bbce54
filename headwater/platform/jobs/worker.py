"""The worker process: jobs, event subscribers and the care for dead workers' jobs."""

import asyncio
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import psycopg
import structlog
from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import ProcrastinateException
from procrastinate.periodic import PeriodicRegistry

from headwater.platform import events
from headwater.platform.jobs.tasks import periodic_registry
from headwater.platform.jobs.workers import DEAD_AFTER, HEARTBEAT_EVERY, take_over_stalled

LOOK_AFTER_DEAD_EVERY = 10.0
PAUSE_AFTER_FAILURE = 2.0
MADE_UP_FOR_WITHIN = 24 * 3600.0
GRACE = 25.0

log = structlog.get_logger(__name__)

_stopping = threading.Event()


def is_stopping() -> bool:
    """Whether this worker was asked to end: long tasks finish their chunk and defer the rest."""
    return _stopping.is_set()


def run_worker(*, concurrency: int | None = None) -> None:
    """Work until SIGTERM or SIGINT, finish what is in hand, return.

    Goes on by itself after a lost database.
    """
    _stopping.clear()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ask_to_stop)
    threads = [
        threading.Thread(target=events.run_dispatcher, args=(_stopping,), name="events"),
        threading.Thread(target=_look_after_dead, args=(_stopping,), name="take-over"),
    ]
    for thread in threads:
        thread.start()
    log.info("worker.started")
    try:
        while not _stopping.is_set():
            try:
                asyncio.run(_work(concurrency or _default_concurrency()))
            except (psycopg.Error, DatabaseError, ProcrastinateException, OSError) as failure:
                log.warning("worker.lost_database", error=repr(failure))
            # The library also ends by itself, without an exception, when its listener lost the database.
            _stopping.wait(PAUSE_AFTER_FAILURE)
    finally:
        _stopping.set()
        for thread in threads:
            thread.join(GRACE)
        log.info("worker.stopped")


def _default_concurrency() -> int:
    from headwater.config.env import env

    return env.worker_concurrency


def _ask_to_stop(_number: int, _frame: FrameType | None) -> None:
    _stopping.set()


def _worker_app() -> App:
    # An app of its own: jobs are fetched over their own connections, while what tasks defer goes
    # through Django's connection and takes part in its transaction.
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    connector._pool_args |= {"min_size": 1, "max_size": 4}
    own = app.with_connector(connector)
    own.periodic_defaults = {"max_delay": MADE_UP_FOR_WITHIN}
    own.periodic_registry = periodic_registry()
    return own


async def _work(concurrency: int) -> None:
    # The thread that defers periodic jobs outlives this loop. Were its connection lost, each new start would
    # fail there before a job could close it.
    await sync_to_async(_let_go)()
    own = _worker_app()
    async with own.open_async():
        working = asyncio.create_task(
            own.run_worker_async(
                concurrency=concurrency,
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT_EVERY,
                stalled_worker_timeout=DEAD_AFTER,
                shutdown_graceful_timeout=GRACE,
                delete_jobs="successful",
            )
        )
        watching = asyncio.create_task(_until_stopping())
        done, _ = await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if working in done:
            watching.cancel()
            working.result()
            return
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


def _let_go() -> None:
    connection.close()  # the one of the thread that this runs in


async def _until_stopping() -> None:
    # A signal handler may only set the flag; looking five times a second costs nothing.
    while not _stopping.is_set():  # noqa: ASYNC110
        await asyncio.sleep(0.2)


def _look_after_dead(stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            take_over_stalled()
        except DatabaseError as failure:
            log.warning("worker.take_over_failed", error=repr(failure))
        finally:
            connection.close()
        stop.wait(LOOK_AFTER_DEAD_EVERY)


def run_jobs() -> None:
    """Run everything that is due, in this process, until the queue is empty. For commands and tests.

    In a thread of its own: the caller's may have a running event loop already.
    """

    async def work() -> None:
        own = _worker_app()
        own.periodic_registry = PeriodicRegistry()  # type: ignore[no-untyped-call]
        async with own.open_async():
            await own.run_worker_async(
                wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="successful"
            )

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(work())).result()
