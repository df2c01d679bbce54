"""The one source of the present. Tests and simulations set it; SQL gets it as a parameter."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or timezone.now()


def today() -> date:
    """The present day in the active time zone."""
    return timezone.localdate(now())


@contextmanager
def freeze(at: datetime) -> Iterator[None]:
    """Hold the clock at `at` (aware) within the block."""
    if at.tzinfo is None:
        raise ValueError("the clock takes aware moments only")
    token = _frozen.set(at)
    try:
        yield
    finally:
        _frozen.reset(token)


def advance(by: timedelta) -> None:
    """Move a frozen clock on; only inside `freeze`."""
    current = _frozen.get()
    if current is None:
        raise RuntimeError("only a frozen clock can be advanced")
    _frozen.set(current + by)
