"""Ways for a sweep to go wrong, each begun anew as a worker or a second worker would."""

import threading
from collections.abc import Callable, Sequence
from math import inf
from typing import Any

import pytest
from django.db import OperationalError, connection

from headwater.kernel import clock
from headwater.kernel.sql import value
from headwater.leads.services import recycling
from headwater.leads.services.recycling import recycle_due


class _BrokenOff(Exception):
    """The power went at the end of a chunk."""


def two_at_once() -> None:
    """Two workers sweep at the same moment, each over a connection of its own."""
    moment, faults = clock.now(), list[Exception]()
    if not value("SELECT EXISTS (SELECT 1 FROM leads_lead WHERE recycle_due_at <= %s)", (moment,)):
        return

    def sweep() -> None:
        try:
            with clock.freeze(moment):
                recycle_due()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults


class Interrupted:
    """A sweep of which every other chunk ends in a fault before it is committed; begun anew each time."""

    def __init__(
        self,
        patch: pytest.MonkeyPatch,
        fault: Callable[[], object],
        raised: type[Exception],
        most: float = inf,
    ) -> None:
        self.patch, self.fault, self.raised, self.most = patch, fault, raised, most
        self.interruptions = 0

    def __call__(self) -> None:
        whole, calls = recycling._take_back, 0

        def fail_at_first(leads: Sequence[Any]) -> None:
            nonlocal calls
            whole(leads)
            calls += 1
            if leads and calls % 2 and self.interruptions < self.most:
                self.interruptions += 1
                self.fault()

        with self.patch.context() as patch:
            patch.setattr(recycling, "_take_back", fail_at_first)
            while True:
                try:
                    recycle_due()
                    return
                except self.raised:
                    connection.close()


def broken_off(patch: pytest.MonkeyPatch) -> Interrupted:
    """The power goes at the end of a chunk."""

    def fail() -> None:
        raise _BrokenOff

    return Interrupted(patch, fail, _BrokenOff)


def cut_off(patch: pytest.MonkeyPatch) -> Interrupted:
    """The server ends the session."""
    end_session = "SELECT pg_terminate_backend(pg_backend_pid())"
    return Interrupted(patch, lambda: value(end_session), OperationalError)


def without_a_server(patch: pytest.MonkeyPatch, restart: Callable[[], None]) -> Interrupted:
    """PostgreSQL itself goes down in the middle and comes back, four times."""
    return Interrupted(patch, restart, OperationalError, most=4)
