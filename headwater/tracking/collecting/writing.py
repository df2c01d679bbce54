"""What the buffer's thread does with events: one row, and a worker that knows of it."""

from collections.abc import Sequence

from django.db import connection, transaction

from headwater.kernel import clock
from headwater.kernel.sql import execute
from headwater.platform.jobs import defer
from headwater.tracking.tasks import put_in_order


def keep_events(events: Sequence[bytes]) -> None:
    """Keep encoded events until a worker puts them in order; at most one job waits to do so."""
    is_own = not connection.in_atomic_block
    try:
        with transaction.atomic():
            execute(
                "INSERT INTO tracking_batch (at, events) VALUES (%s, %s::jsonb)",
                (clock.now(), (b"[" + b",".join(events) + b"]").decode()),
            )
            defer(put_in_order, queueing_lock="tracking.put_in_order")
    finally:
        if is_own:
            connection.close()
