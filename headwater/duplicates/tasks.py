"""Background work of the room."""

from datetime import datetime

from headwater.duplicates.services.scanning import start_scan
from headwater.kernel.access import system_access
from headwater.platform.jobs import periodic


@periodic("30 2 * * *", name="duplicates.scan_nightly")
def scan_nightly(_moment: datetime) -> None:
    """Look through all records once a night; what is up to date is not read again."""
    start_scan(system_access("duplicates"))
