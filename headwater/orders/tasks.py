"""Background work of the room."""

from datetime import datetime

from headwater.orders.services.sweeping import remind
from headwater.platform.jobs import periodic


@periodic("17 * * * *", name="orders.remind")
def remind_due(_at: datetime) -> None:
    """What falls due or is overdue is told once, whenever the house runs that day."""
    remind()
