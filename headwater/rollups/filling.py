"""How far the rollups have been filled, and the lock under which they are written."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from headwater.kernel import clock
from headwater.kernel.sql import execute, rows
from headwater.rollups.types import SHAPE, Key


@dataclass(frozen=True, slots=True)
class Filled:
    """A rollup as it stands."""

    key: Key
    shape: int
    zone: str
    cursor: str
    stepped_at: datetime | None
    filled_at: datetime | None

    @property
    def is_current(self) -> bool:
        """By the present reckoning and in the company's present zone, be it filled yet or not."""
        return self.shape == SHAPE and self.zone == company_zone()

    @property
    def is_complete(self) -> bool:
        """Everything is in it, but for events that have not been read yet."""
        return self.filled_at is not None and self.is_current


_COLUMNS = "key, shape, zone, cursor, stepped_at, filled_at"


def company_zone() -> str:
    """The company's time zone, as SQL knows it."""
    return timezone.get_default_timezone_name()


def state(key: Key) -> Filled:
    """The rollup as committed."""
    return _read(f"SELECT {_COLUMNS} FROM rollups_filling WHERE key = %s", key)


def lock(key: Key) -> Filled:
    """The rollup, for this transaction alone to write: whoever else writes it waits.

    What is read of the raw tables afterwards is at least as young as what others counted before.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the lock would be gone at once")
    return _read(f"SELECT {_COLUMNS} FROM rollups_filling WHERE key = %s FOR NO KEY UPDATE", key)


def _read(text: str, key: Key) -> Filled:
    found = rows(text, (key.value,))[0]
    return Filled(**found | {"key": key})


def begin(key: Key) -> None:
    """Have the rollup filled anew; until then it is not to be asked. The caller holds the lock."""
    execute(
        "UPDATE rollups_filling SET shape = %s, zone = %s, cursor = '', stepped_at = NULL, filled_at = NULL"
        " WHERE key = %s",
        (SHAPE, company_zone(), key.value),
    )


def move(key: Key, cursor: str) -> None:
    """Remember how far the filling has come."""
    execute(
        "UPDATE rollups_filling SET cursor = %s, stepped_at = %s WHERE key = %s",
        (cursor, clock.now(), key.value),
    )


def finish(key: Key) -> None:
    """The rollup may be asked from now on."""
    execute(
        "UPDATE rollups_filling SET cursor = '', stepped_at = NULL, filled_at = %s WHERE key = %s",
        (clock.now(), key.value),
    )
