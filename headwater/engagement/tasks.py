"""The room's timed work."""

from datetime import datetime

from headwater.engagement.services.reminders import remind_due
from headwater.platform.jobs import periodic


@periodic("* * * * *", name="engagement.reminders")
def remind(at: datetime) -> None:
    """Tell people of tasks that are about to be due."""
    remind_due()
