"""Naming tasks and deferring jobs for them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ParamSpec
from zoneinfo import ZoneInfo

import croniter  # type: ignore[import-untyped]
from django.conf import settings
from django.db import transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.periodic import PeriodicRegistry, PeriodicTask
from procrastinate.tasks import Task

from headwater.platform.context import running
from headwater.platform.jobs.failures import remember

P = ParamSpec("P")

# Seconds before the further tries: 5, 25, 125 ...
_WAIT_BASE = 5

_tasks: dict[Callable[..., None], "Task[Any, Any, Any]"] = {}
_schedules: dict[str, PeriodicTask[Any, Any, Any]] = {}


def task(
    name: str, *, queue: str = "default", retries: int = 3
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Make a function runnable as a job under a permanent name; called directly it just runs.

    Its arguments are keywords of JSON types. After `retries` further tries the job stays as failed,
    to be seen and retried by an administrator.
    """

    def register(function: Callable[P, None]) -> Callable[P, None]:
        def run(context: JobContext, /, **arguments: Any) -> None:
            with running(f"job-{context.job.id}"), remember(context.job.id):
                function(**arguments)  # type: ignore[call-arg]

        retry = RetryStrategy(max_attempts=retries, exponential_wait=_WAIT_BASE) if retries else False
        _tasks[function] = app.task(name=name, queue=queue, retry=retry, pass_context=True)(run)
        return function

    return register


class _LocalPeriodicTask(PeriodicTask[Any, Any, Any]):
    """The schedule read in the house's time zone; the library reads it in UTC."""

    @cached_property
    def croniter(self) -> croniter.croniter:
        return croniter.croniter(self.cron, start_time=datetime.now(ZoneInfo(settings.TIME_ZONE)))


def periodic(
    cron: str, *, name: str, queue: str = "default"
) -> Callable[[Callable[[datetime], None]], Callable[[datetime], None]]:
    """Run a function by the clock, `cron` in the house's time zone; it is given the scheduled moment.

    However many workers there are it is deferred once per moment, and not while an earlier one still
    waits. A moment missed because no worker ran is made up for within a day.
    """

    def register(function: Callable[[datetime], None]) -> Callable[[datetime], None]:
        def run(context: JobContext, timestamp: int) -> None:
            with running(f"job-{context.job.id}"), remember(context.job.id):
                function(datetime.fromtimestamp(timestamp, UTC))

        known = app.task(name=name, queue=queue, queueing_lock=name, pass_context=True)(run)
        _schedules[name] = _LocalPeriodicTask(task=known, cron=cron, periodic_id="", configure_kwargs={})
        return function

    return register


def periodic_registry() -> PeriodicRegistry:
    """All schedules, for a worker."""
    registry = PeriodicRegistry()  # type: ignore[no-untyped-call]
    registry.periodic_tasks = {(name, ""): schedule for name, schedule in _schedules.items()}
    return registry


def defer(
    function: Callable[..., None],
    *,
    at: datetime | None = None,
    queueing_lock: str | None = None,
    **arguments: Any,
) -> int | None:
    """Have a task run after the caller's transaction commits, at the earliest `at`; the job's id.

    With a `queueing_lock` that another waiting job holds nothing happens and None is returned.
    """
    known = _tasks[function]
    configured = known.configure(schedule_at=at, queueing_lock=queueing_lock)
    try:
        with transaction.atomic():
            return configured.defer(**arguments)
    except AlreadyEnqueued:
        return None


def defer_many(function: Callable[..., None], jobs: Iterable[Mapping[str, Any]]) -> int:
    """Defer a job per mapping of arguments in one statement; how many."""
    wanted = [dict(arguments) for arguments in jobs]
    if wanted:
        _tasks[function].batch_defer(*wanted)
    return len(wanted)
