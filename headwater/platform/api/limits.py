"""Rate limits per door: a bucket of tokens for each caller, kept in the process.

Each web process counts by itself, so the effective limit grows with their number; the point is to stop
a runaway client, not to bill one.
"""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import TooMany
from headwater.platform.settings import Setting, SettingType, register_setting

_MAX_CALLERS = 20_000

API_PER_MINUTE = register_setting(
    "api.requests_per_minute",
    1200,
    type=SettingType.NUMBER,
    label=_("API requests per minute and caller"),
    help=_("Counted in each web process; 0 means no limit."),
    group=_("API"),
    minimum=0,
    maximum=1_000_000,
)
FAILED_TOKENS_PER_MINUTE = register_setting(
    "api.failed_tokens_per_minute",
    30,
    type=SettingType.NUMBER,
    label=_("Wrong API tokens per minute and address"),
    group=_("API"),
    minimum=1,
    maximum=100_000,
)


class RateLimited(TooMany):
    """Facts: `limit` per minute, `retry_after` seconds."""

    code = "rate.limited"
    message = _("Too many requests: at most %(limit)s a minute.")
    remedy = _("Try again in %(retry_after)s seconds.")


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


_buckets: OrderedDict[tuple[str, str], _Bucket] = OrderedDict()
_lock = threading.Lock()


def limit_rate(door: str, caller: str, per_minute: int | Setting[int], *, cost: float = 1.0) -> None:
    """Take one of the caller's tokens at this door; refuses `RateLimited` when none is left.

    A full minute's worth may be used at once; it fills up again evenly.
    """
    limit = per_minute if isinstance(per_minute, int) else per_minute.get()
    if limit <= 0:
        return
    now = time.monotonic()
    with _lock:
        bucket = _buckets.get((door, caller))
        if bucket is None:
            bucket = _buckets[door, caller] = _Bucket(float(limit), now)
            if len(_buckets) > _MAX_CALLERS:
                _buckets.popitem(last=False)
        else:
            bucket.tokens = min(float(limit), bucket.tokens + (now - bucket.at) * limit / 60)
            bucket.at = now
            _buckets.move_to_end((door, caller))
        if bucket.tokens < cost:
            wait = int((cost - bucket.tokens) * 60 / limit) + 1
            raise RateLimited(limit=limit, retry_after=wait, used=limit, until=None)
        bucket.tokens -= cost


def forget_rates() -> None:
    """Start counting anew. For tests."""
    with _lock:
        _buckets.clear()
