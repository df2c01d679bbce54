"""Where reports are computed: read only, within a time limit, a few at once."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DatabaseError, connection, connections, transaction

from headwater.insight.engine.overtaking import connected, may_be_overtaken
from headwater.insight.engine.seats import seated
from headwater.insight.engine.settings import AT_ONCE, TIME_LIMIT
from headwater.insight.errors import ReportOvertaken, ReportsBusy, ReportTooSlow
from headwater.kernel.sql import Fragment

REPORTS = "reports"  # the alias of a replica or of a role of its own; the default database serves without
_LOCKS = 0x72657074  # the first half of the advisory locks' names: "rept"
_WAIT_SECONDS = 3.0
_MEMORY = "64MB"


class Reading:
    """An open, guarded transaction: `rows` runs a statement in it."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def rows(self, statement: Fragment) -> list[dict[str, Any]]:
        """One dict a row; `ReportTooSlow` when the time is up."""
        with connections[self._alias].cursor() as cursor:
            cursor.execute(statement.text, statement.params)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def labels(self, text: str, params: Sequence[Any]) -> dict[Any, Any]:
        """Two columns as a dict."""
        with connections[self._alias].cursor() as cursor:
            cursor.execute(text, params)
            return dict(cursor.fetchall())


def alias() -> str:
    """The database that reports read."""
    return REPORTS if REPORTS in connections.settings else "default"


@contextmanager
def reading() -> Iterator[Reading]:
    """A read-only transaction for one report, undone at its end with all it set.

    Raises `ReportsBusy` when no place gets free, and turns a cancelled statement into `ReportTooSlow`, an
    ended connection into `ReportOvertaken` where a newer report may take the place of this one.
    """
    limit, seconds = int(AT_ONCE.get()), TIME_LIMIT.get()
    try:
        # What this one overtakes is ended first, and leaves its seat.
        with connected(alias()) as name, seated(), transaction.atomic(using=name):
            _prepare(name, seconds)
            _take_a_place(name, limit)
            yield Reading(name)
            transaction.set_rollback(True, using=name)
    except DatabaseError as failure:
        cause = failure.__cause__
        if isinstance(cause, psycopg.errors.AdminShutdown) and may_be_overtaken():
            raise ReportOvertaken from failure
        if isinstance(cause, psycopg.errors.QueryCanceled):
            raise ReportTooSlow(seconds=seconds) from failure
        if isinstance(cause, psycopg.errors.SerializationFailure):  # a replica that had to catch up
            raise ReportsBusy(limit=limit, retry_after=2) from failure
        raise


@contextmanager
def limited() -> Iterator[None]:
    """The same time limit, over the usual connection: for lists of the records behind a figure.

    Raises `ReportsBusy` when no seat is free; turns a cancelled statement into `ReportTooSlow`.
    """
    seconds = TIME_LIMIT.get()
    try:
        with seated(), transaction.atomic():
            before = _set_timeout(f"{int(seconds * 1000)}ms")
            yield
            _set_timeout(before)  # somebody else's transaction may go on
    except DatabaseError as failure:
        if isinstance(failure.__cause__, psycopg.errors.QueryCanceled):
            raise ReportTooSlow(seconds=seconds) from failure
        raise


def _set_timeout(value: str) -> str:
    """Of this transaction; what it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        before = str(cursor.fetchone()[0])
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", (value,))
    return before


def _prepare(name: str, seconds: float) -> None:
    """What holds for this transaction alone; also within another one, since a rollback takes it back."""
    with connections[name].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true), set_config('work_mem', %s, true),"
            " set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true),"
            " set_config('transaction_read_only', 'on', true)",
            (f"{int(seconds * 1000)}ms", _MEMORY),
        )


def _take_a_place(name: str, limit: int) -> None:
    tries = " OR ".join(f"pg_try_advisory_xact_lock({_LOCKS}, {place})" for place in range(limit))
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        with connections[name].cursor() as cursor:
            cursor.execute(f"SELECT {tries}")
            if cursor.fetchone()[0]:
                return
        if time.monotonic() > until:
            raise ReportsBusy(limit=limit, retry_after=2)
        time.sleep(0.03)
