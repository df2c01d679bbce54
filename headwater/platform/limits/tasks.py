"""The jobs of the limits."""

from datetime import datetime

from headwater.platform.jobs import periodic
from headwater.platform.limits.counting import remove_rested


@periodic("*/10 * * * *", name="limits.remove-rested")
def remove_rested_keys(at: datetime) -> None:
    remove_rested()
