"""Whether this installation can do its work: one small check each, used by /readyz and `headwater doctor`."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, connection

from headwater.kernel import clock
from headwater.platform.jobs import workers_seen


@dataclass(frozen=True)
class Finding:
    """What one check found. `advice` says what to do when it is not `good`."""

    name: str
    good: bool
    text: str
    advice: str = ""


def database_answers() -> Finding:
    """The database takes a query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('server_version')")
            (version,) = cursor.fetchone()
    except DatabaseError as error:
        return Finding("database", False, str(error).strip(), "Start the database, or correct DATABASE_URL.")
    return Finding("database", True, f"PostgreSQL {version}")


def migrations_applied() -> Finding:
    """The database is at this release's state."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not waiting:
        return Finding("migrations", True, "up to date")
    names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in waiting[:5])
    return Finding("migrations", False, f"{len(waiting)} waiting: {names}", "Run `headwater migrate`.")


def workers_alive(*, within_seconds: int = 60) -> Finding:
    """At least one worker gave a sign of life lately."""
    since = clock.now() - timedelta(seconds=within_seconds)
    count = sum(worker.last_heartbeat > since for worker in workers_seen())
    advice = "Start `headwater worker` (or `headwater serve`)."
    return Finding("worker", count > 0, f"{count} alive", "" if count else advice)
