"""The figures of the background work: what waits, what failed, who works."""

from collections.abc import Iterable

from headwater.kernel import sql
from headwater.platform.jobs import queue_length, workers_seen
from headwater.platform.observability.metrics import register_gauge

Readings = Iterable[tuple[dict[str, str], float]]

_LAG = """
SELECT c.subscriber, coalesce(extract(epoch FROM now() - (
    SELECT e.occurred_at FROM platform_event e WHERE (e.xid, e.id) > (c.xid, c.event_id)
    ORDER BY e.xid, e.id LIMIT 1)), 0)::float AS seconds
FROM platform_event_cursor c
"""


def register_background_gauges() -> None:
    """Make them part of /metrics."""
    register_gauge("jobs_waiting", "Jobs that are due and wait.", lambda: [({}, queue_length())])
    register_gauge("jobs_failed", "Jobs that failed for good.", _jobs_failed)
    register_gauge("workers", "Workers that are registered.", lambda: [({}, len(workers_seen()))])
    register_gauge("events_set_aside", "Events a subscriber could not take.", _events_set_aside)
    register_gauge("events_lag_seconds", "Age of a subscriber's oldest unread event.", _events_lag)


def _jobs_failed() -> Readings:
    return [({}, int(sql.value("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")))]


def _events_set_aside() -> Readings:
    return [({}, int(sql.value("SELECT count(*) FROM platform_event_set_aside")))]


def _events_lag() -> Readings:
    return [({"subscriber": row["subscriber"]}, row["seconds"]) for row in sql.rows(_LAG)]
