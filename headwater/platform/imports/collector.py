"""Python's garbage collector while rows are worked through by the hundred thousand."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_RARELY = (200_000, 20, 20)
_lock = threading.Lock()
_usual: list[tuple[int, int, int]] = []  # as it was before each import that runs in this process


@contextmanager
def rare_collections() -> Iterator[None]:
    """Collect seldom in this process for the block.

    Rows make no cycles, but the collector looks at all of them again and again: measured, a third of the
    time of reading a chunk.
    """
    with _lock:
        _usual.append(gc.get_threshold())
        gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        with _lock:
            first = _usual[0]
            _usual.pop()
            if not _usual:
                gc.set_threshold(*first)
