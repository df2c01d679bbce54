"""The buffer between the door and the database: bounded, and emptied by one thread once a second.

What is in it dies with the process: at most `EVERY` seconds of events and what a write has in hand. A stop
by signal writes it first. See docs/adr/tracking-buffer.md.
"""

import threading
from collections.abc import Callable, Sequence

import structlog
from django.db import DataError, IntegrityError
from django.db import Error as DatabaseError

log = structlog.get_logger(__name__)

MOST = 20_000  # events; about 6 MB
EVERY = 1.0  # seconds
AT_ONCE = 5_000  # events of one row
LONGEST_PAUSE = 10.0

Write = Callable[[Sequence[bytes]], None]


class Buffer:
    """Events in JSON, waiting to be written by `write`."""

    def __init__(self, write: Write, *, most: int = MOST, every: float = EVERY) -> None:
        self._write = write
        self._most = most
        self._every = every
        self._waiting: list[bytes] = []
        self._taken = 0  # events ever put in
        self._settled = 0  # of these, written or given up
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._wake = False

    def put(self, events: Sequence[bytes]) -> int | None:
        """Take the events in, all or none; their ticket for `wait_for`, None when there is no room."""
        with self._changed:
            if self._taken - self._settled + len(events) > self._most:
                return None
            self._waiting += events
            self._taken += len(events)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="tracking-writer")
                self._thread.start()
            return self._taken

    def wait_for(self, ticket: int, within: float) -> bool:
        """Write now; whether all up to the ticket has been written in time."""
        with self._changed:
            self._wake = True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._settled >= ticket, within)

    def _run(self) -> None:
        # Not a daemon: the interpreter waits for it; it ends with the main thread, the last events written.
        main = threading.main_thread()
        pause = 0.0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wake or not main.is_alive(), self._every + pause)
                self._wake = False
                chosen = self._waiting[:AT_ONCE]
            is_last = not main.is_alive()
            if chosen:
                pause = self._settle(chosen, pause)
            if is_last and (pause or not self._waiting):
                return

    def _settle(self, chosen: list[bytes], pause: float) -> float:
        """Write these; how long to wait before the next try."""
        try:
            self._write(chosen)
        except (DataError, IntegrityError) as refused:  # would be refused for ever
            log.error("tracking.batch_refused", events=len(chosen), error=repr(refused))
        except DatabaseError as failure:
            log.warning("tracking.not_written", events=len(chosen), error=repr(failure))
            return min(LONGEST_PAUSE, pause * 2 or 1.0)
        except Exception:  # whatever it is, the thread must not end: nobody would write any more
            log.exception("tracking.writer_failed", events=len(chosen))
            return min(LONGEST_PAUSE, pause * 2 or 1.0)
        with self._changed:
            del self._waiting[: len(chosen)]
            self._settled += len(chosen)
            self._changed.notify_all()
        return 0.0
