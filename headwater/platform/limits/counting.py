"""A bucket of tokens for each key, kept as one moment: when the bucket will be full again.

What is taken moves the moment on; what would move it further than a whole bucket away is refused and changes
nothing. So counting and deciding are one statement, exact among any number of processes, and whoever is
refused leaves no trace that would cost anything.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from headwater.kernel import clock, sql

_TAKE = (
    "INSERT INTO platform_limit AS kept (key, whole_at) VALUES (%s, %s)"
    " ON CONFLICT (key) DO UPDATE SET whole_at = greatest(kept.whole_at + %s, excluded.whole_at)"
    " WHERE kept.whole_at <= %s RETURNING TRUE"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """True when it was allowed; else `retry_after` whole seconds."""

    is_allowed: bool
    retry_after: int = 0

    def __bool__(self) -> bool:
        return self.is_allowed


YES = Answer(is_allowed=True)


def allow(key: str, *, limit: int, seconds: int, cost: float = 1) -> Answer:
    """Take `cost` from what `key` may do: `limit` at once, which fill up again evenly within `seconds`.

    Counted together for all processes; 0 as limit means none. Call it before a transaction begins: within
    one, others with the same key would wait for its end.
    """
    if limit <= 0:
        return YES
    if cost > limit:
        return Answer(is_allowed=False, retry_after=seconds)
    hashed = UUID(bytes=hashlib.blake2b(key.encode(), digest_size=16).digest())
    now, step = clock.now(), timedelta(seconds=seconds * cost / limit)
    latest = now + timedelta(seconds=seconds) - step
    if sql.value(_TAKE, (hashed, now + step, step, latest)):
        return YES
    whole_at = sql.value("SELECT whole_at FROM platform_limit WHERE key = %s", (hashed,))
    wait = (whole_at - latest).total_seconds() if whole_at else 0
    return Answer(is_allowed=False, retry_after=max(1, math.ceil(wait)))


def remove_rested() -> int:
    """Forget keys that have their whole allowance again; how many."""
    return sql.execute("DELETE FROM platform_limit WHERE whole_at < %s", (clock.now(),))
