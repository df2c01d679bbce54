"""The sites as the door knows them: read every few seconds, kept when the database does not answer."""

import threading
import time
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import Error as DatabaseError
from django.db import connection

from headwater.tracking.queries import open_sites
from headwater.tracking.settings import PER_MINUTE

log = structlog.get_logger(__name__)

EVERY = 2.0  # seconds
LONGEST_WAIT = 1.0  # seconds, for who needs the answer of somebody else's reading


@dataclass(frozen=True, slots=True)
class Known:
    """A site that takes events."""

    id: int
    domains: tuple[str, ...]

    def allows(self, host: str) -> bool:
        """Whether pages of this host may send; subdomains belong to their domain."""
        return any(host == one or host.endswith(f".{one}") for one in self.domains)


class Directory:
    """Sites by key, and the limit an address has."""

    def __init__(self) -> None:
        self.sites: dict[str, Known] = {}
        self.per_minute = 0
        self.is_read = False
        self._read_at = -EVERY
        self._lock = threading.Lock()

    def refresh(self, *, wait: bool = False) -> None:
        """Read again when it is time; one caller does, the others go on with what is known, or wait."""
        if self._is_fresh() or not self._lock.acquire(
            timeout=LONGEST_WAIT if wait or not self.is_read else 0
        ):
            return
        try:
            if not self._is_fresh():
                self._read()
        except DatabaseError as failure:
            log.warning("tracking.sites_not_read", error=repr(failure))
        finally:
            self._lock.release()

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._read_at < EVERY

    def _read(self) -> None:
        is_own = not connection.in_atomic_block
        try:
            found: list[dict[str, Any]] = open_sites()
            self.per_minute = int(PER_MINUTE.get())
            self.sites = {row["key"]: Known(row["id"], tuple(row["domains"].split())) for row in found}
            self.is_read = True
        finally:
            # Also after a failure: not every event asks a database that is away.
            self._read_at = time.monotonic()
            if is_own:
                connection.close()  # back to the pool: no request of Django's would do it
