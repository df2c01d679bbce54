"""Work of the room in the background."""

from datetime import datetime, timedelta

from headwater.kernel import clock
from headwater.platform.jobs import defer, periodic, task
from headwater.rollups.filling import state
from headwater.rollups.services.rebuilding import fill
from headwater.rollups.types import Key

_AT_A_TIME = 50.0  # seconds; then other work of the queue has its turn
_LOST = timedelta(minutes=2)


@task("rollups.fill")
def fill_on(key: str) -> None:
    """Fill a rollup on from where it stands."""
    if not fill(Key(key), seconds=_AT_A_TIME):
        defer(fill_on, queueing_lock=f"rollups.fill:{key}", key=key)


@periodic("* * * * *", name="rollups.keep_filled")
def keep_filled(_at: datetime) -> None:
    """Begin what a new release, another zone or a rebuild wants filled; go on where a worker was lost."""
    for key in Key:
        held = state(key)
        is_under_way = (
            held.is_current and held.stepped_at is not None and held.stepped_at > clock.now() - _LOST
        )
        if not held.is_complete and not is_under_way:
            defer(fill_on, queueing_lock=f"rollups.fill:{key.value}", key=key.value)
