"""Buckets of tokens by address, in this process alone: the door asks no database."""

import threading
import time
from collections import OrderedDict

_MOST = 20_000  # addresses remembered


class Rates:
    """A minute's worth may be used at once; it fills up again evenly."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def takes(self, caller: str, cost: int, per_minute: int) -> bool:
        """Whether the caller has so many tokens left; they are used then."""
        if per_minute <= 0:
            return True
        now = time.monotonic()
        with self._lock:
            tokens, at = self._buckets.get(caller, (float(per_minute), now))
            tokens = min(float(per_minute), tokens + (now - at) * per_minute / 60)
            fits = tokens >= cost
            self._buckets[caller] = (tokens - cost if fits else tokens, now)
            self._buckets.move_to_end(caller)
            if len(self._buckets) > _MOST:
                self._buckets.popitem(last=False)
        return fits
