"""Who listens to what. Filled by the rooms' `subscribers.py` at start-up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from headwater.platform.events.types import Event, StoredEvent

E = TypeVar("E", bound=Event)
Function = Callable[[list[StoredEvent[E]]], None]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscriber: its permanent name, the events it takes and its function over a batch."""

    name: str
    event_names: tuple[str, ...]
    function: Function[Any]
    from_start: bool = False


_subscriptions: dict[str, Subscription] = {}


def subscriber(name: str, *events: type[E], from_start: bool = False) -> Callable[[Function[E]], Function[E]]:
    """Have a function take batches of these events, at least once each, in the order they were committed.

    `name` is permanent: the cursor is stored under it. The batch runs in one transaction with the
    cursor. A subscriber added to an existing house starts with what happens from then on, or with the
    oldest kept event when `from_start` (for data that can be rebuilt).
    """
    if not events:
        raise TypeError(f"subscriber {name!r} names no event")

    def register(function: Function[E]) -> Function[E]:
        known = _subscriptions.get(name)
        if known is not None and known.function.__qualname__ != function.__qualname__:
            raise TypeError(f"two subscribers are named {name!r}")
        _subscriptions[name] = Subscription(name, tuple(event.name for event in events), function, from_start)
        return function

    return register


def forget_subscriber(name: str) -> None:
    """Take a subscriber out again; its cursor stays. For tests."""
    _subscriptions.pop(name, None)


def subscriptions() -> list[Subscription]:
    """All of them, in the order of registration."""
    return list(_subscriptions.values())


def subscription(name: str) -> Subscription | None:
    return _subscriptions.get(name)
