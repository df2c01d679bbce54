"""The jobs of the search."""

from datetime import datetime

from headwater.kernel import sql
from headwater.platform.jobs import periodic


@periodic("* * * * *", name="search.merge-pending")
def merge_pending(at: datetime) -> None:
    """Merge what was written lately into the index: until then every search reads it from end to end."""
    sql.value("SELECT gin_clean_pending_list('platform_search_tokens'::regclass)")
