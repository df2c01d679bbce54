"""Background work of the room."""

from datetime import datetime

from headwater.forecasting import services
from headwater.kernel.access import system_access
from headwater.platform.jobs import periodic, task


@task("forecasting.refresh")
def refresh() -> None:
    """Learn from history anew and replay past month-ends."""
    services.refresh(system_access("forecasting.refresh"))


@periodic("17 * * * *", name="forecasting.refresh_stale")
def refresh_stale(_at: datetime) -> None:
    """The same where something new has happened, and once a day."""
    if services.is_stale():
        refresh()
