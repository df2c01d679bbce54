"""The workers as the database sees them, and taking over the jobs of those that died."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import IntegrityError, transaction

from headwater.kernel import clock, sql

HEARTBEAT_EVERY = 5.0
DEAD_AFTER = 20.0
MAX_TAKEOVERS = 5

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """A registered worker and when it last gave a sign of life."""

    id: int
    last_heartbeat: datetime


def workers_seen() -> list[WorkerSeen]:
    """All that registered and did not end orderly."""
    found = sql.rows("SELECT id, last_heartbeat FROM procrastinate_workers ORDER BY id")
    return [WorkerSeen(**row) for row in found]


def queue_length() -> int:
    """Jobs that are due and wait."""
    return int(
        sql.value(
            "SELECT count(*) FROM procrastinate_jobs"
            " WHERE status = 'todo' AND coalesce(scheduled_at, '-infinity') <= now()"
        )
    )


def take_over_stalled(*, dead_after: float = DEAD_AFTER) -> int:
    """Put the jobs of dead workers back into the queue; how many. Any number of processes may call it.

    A job that was running at five deaths is suspected of having caused them and set aside as failed.
    """
    taken = 0
    with transaction.atomic():
        stalled = sql.rows(
            "SELECT j.id, j.task_name, j.attempts FROM procrastinate_jobs j"
            " LEFT JOIN procrastinate_workers w ON w.id = j.worker_id"
            " WHERE j.status = 'doing'"
            " AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => %s))"
            " ORDER BY j.id FOR UPDATE OF j SKIP LOCKED",
            (dead_after,),
        )
        for job in stalled:
            if job["attempts"] >= MAX_TAKEOVERS:
                log.error("jobs.set_aside", job_id=job["id"], task=job["task_name"])
                _finish(job["id"], "failed")
                continue
            try:
                with transaction.atomic():
                    sql.execute(
                        "SELECT procrastinate_retry_job_v2(%s, %s, NULL, NULL, NULL)",
                        (job["id"], clock.now()),
                    )
            except IntegrityError:
                # Its queueing lock is taken: a successor waits already and will do the work.
                _finish(job["id"], "aborted")
                continue
            log.warning("jobs.taken_over", job_id=job["id"], task=job["task_name"])
            taken += 1
    return taken


def _finish(job_id: int, status: str) -> None:
    sql.execute(
        "SELECT procrastinate_finish_job_v1(%s, %s::procrastinate_job_status, false)", (job_id, status)
    )
