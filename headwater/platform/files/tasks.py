"""The jobs of the files."""

from datetime import datetime

from headwater.platform.files.services import remove_loose_files
from headwater.platform.jobs import periodic


@periodic("40 3 * * *", name="files.remove-loose")
def remove_loose(at: datetime) -> None:
    remove_loose_files()
