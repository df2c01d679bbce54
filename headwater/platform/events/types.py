"""What an event is: a fact in the past tense with ids and changed values, stored under a permanent name."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import ClassVar, Generic, TypeVar, cast, dataclass_transform

import msgspec
import orjson


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Event:
    """Base of every event. Subclasses set `name` and annotate their values; they become frozen dataclasses.

    The name is stored, so it never changes; a field added later needs a default.
    """

    name: ClassVar[str]

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)
        other = _by_name.get(cls.name)
        if other is not None and (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"two events are named {cls.name!r}: {other.__qualname__} and {cls.__qualname__}")
        _by_name[cls.name] = cls

    def payload(self) -> str:
        """The values as JSON text; decimals travel as text."""
        return orjson.dumps(self, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


_by_name: dict[str, type[Event]] = {}

E_co = TypeVar("E_co", bound=Event, covariant=True)


@dataclass(frozen=True)
class StoredEvent(Generic[E_co]):
    """An event as it lies in the log."""

    id: int
    name: str
    payload: str
    at: datetime
    actor_id: int | None
    actor_kind: str
    cause_id: int | None
    depth: int
    request_id: str

    @cached_property
    def event(self) -> E_co:
        """The event itself; decoded on first use, so that one unreadable row harms only itself."""
        kind = _by_name.get(self.name)
        if kind is None:
            raise LookupError(f"nobody defines the event {self.name!r}")
        return cast(E_co, msgspec.json.decode(self.payload, type=kind, strict=False))
