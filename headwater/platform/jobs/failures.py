"""Jobs that failed for good: set aside with their error, for an administrator to see and retry."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import structlog

from headwater.kernel import clock, sql
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import NotFound

_ERROR_LENGTH = 4000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FailedJob:
    """One of them; `error` is empty when the process died."""

    id: int
    task: str
    queue: str
    arguments: dict[str, Any]
    attempts: int
    error: str
    failed_at: datetime | None


@contextmanager
def remember(job_id: int | None) -> Iterator[None]:
    """Keep the error of what runs within; it goes on to the queue."""
    try:
        yield
    except Exception as failure:
        log.warning("jobs.failed", job_id=job_id, error=repr(failure))
        text = f"{type(failure).__name__}: {failure}".replace("\x00", "")[:_ERROR_LENGTH]
        sql.execute(
            "INSERT INTO platform_job_failure (job_id, error, failed_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (job_id) DO UPDATE SET error = excluded.error, failed_at = excluded.failed_at",
            (job_id, text, clock.now()),
        )
        raise


def failed_jobs(*, limit: int = 100) -> list[FailedJob]:
    """The newest first."""
    found = sql.rows(
        "SELECT j.id, j.task_name AS task, j.queue_name AS queue, j.args::text AS arguments, j.attempts,"
        " coalesce(f.error, '') AS error, f.failed_at"
        " FROM procrastinate_jobs j LEFT JOIN platform_job_failure f ON f.job_id = j.id"
        " WHERE j.status = 'failed' ORDER BY j.id DESC LIMIT %s",
        (limit,),
    )
    return [FailedJob(**row | {"arguments": orjson.loads(row["arguments"])}) for row in found]


def retry_failed_job(access: Access, job_id: int) -> None:
    """Put a failed job back into the queue; needs `jobs.configure`."""
    permit(access.actor, "jobs.configure")
    known = sql.values("SELECT 1 FROM procrastinate_jobs WHERE id = %s AND status = 'failed'", (job_id,))
    if not known:
        raise NotFound(record="job", id=job_id)
    sql.execute("SELECT procrastinate_retry_job_v2(%s, %s, NULL, NULL, NULL)", (job_id, clock.now()))


def remove_old_failures(*, days: int = 90) -> int:
    """Forget jobs that failed long ago, and errors of jobs that are gone."""
    removed = sql.execute(
        "DELETE FROM procrastinate_jobs j USING platform_job_failure f"
        " WHERE f.job_id = j.id AND j.status IN ('failed', 'aborted', 'cancelled')"
        " AND f.failed_at < %s - make_interval(days => %s)",
        (clock.now(), days),
    )
    sql.execute(
        "DELETE FROM platform_job_failure f"
        " WHERE NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.id = f.job_id)"
    )
    return removed
