"""Visitors are written by one at a time: the arrivals, who is identified, who wants to be forgotten."""

from headwater.kernel.sql import execute, value

_KEY = 7_214_011  # any number that nobody else locks


def lock_visitors() -> None:
    """Wait until nobody else writes visitors; until the transaction ends."""
    execute("SELECT pg_advisory_xact_lock(%s)", (_KEY,))


def try_lock_visitors() -> bool:
    """The same without waiting; whether it is ours."""
    return bool(value("SELECT pg_try_advisory_xact_lock(%s)", (_KEY,)))
