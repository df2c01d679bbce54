"""How many threads of a web process reports may hold, so that everybody else is answered meanwhile.

A report that is computed, or waits for its turn, occupies the thread that serves its page. Half of them are
kept for the sales floor; who comes when the others are taken is told to try again, which boards do by
themselves. Workers have threads of their own and know no seats.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from headwater.insight.engine.overtaking import may_be_overtaken
from headwater.insight.errors import ReportsBusy

_LEAVING = 0.3  # seconds


class _Seats:
    def __init__(self, count: int) -> None:
        self.count = count
        self.free = threading.BoundedSemaphore(count)


_seats: _Seats | None = None


def share_threads(threads: int) -> None:
    """Called once by a web process that serves with so many threads; elsewhere there are no seats."""
    global _seats
    _seats = _Seats(max(1, threads // 2))


@contextmanager
def seated() -> Iterator[None]:
    """A seat for what is done within; `ReportsBusy` at once when all are taken.

    Who has just overtaken an older report of their own waits until that has left its seat.
    """
    seats = _seats
    if seats is None:
        yield
        return
    if not seats.free.acquire(timeout=_LEAVING if may_be_overtaken() else 0):
        raise ReportsBusy(limit=seats.count, retry_after=1)
    try:
        yield
    finally:
        seats.free.release()
