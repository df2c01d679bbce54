"""Work with a time or a length: schedules, imports, exports, mail. Kept in the same PostgreSQL.

A job is deferred inside the caller's transaction and exists if and only if it commits. It runs at
least once, so every task is idempotent; bulk work is one job per chunk.
"""

from headwater.platform.jobs.failures import FailedJob, failed_jobs, retry_failed_job
from headwater.platform.jobs.tasks import defer, defer_many, periodic, task
from headwater.platform.jobs.worker import is_stopping, run_jobs, run_worker
from headwater.platform.jobs.workers import WorkerSeen, queue_length, take_over_stalled, workers_seen

__all__ = [
    "FailedJob",
    "WorkerSeen",
    "defer",
    "defer_many",
    "failed_jobs",
    "is_stopping",
    "periodic",
    "queue_length",
    "retry_failed_job",
    "run_jobs",
    "run_worker",
    "take_over_stalled",
    "task",
    "workers_seen",
]
