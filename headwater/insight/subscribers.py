"""What follows when reports change: the search index."""

from typing import Any

from headwater.insight import search_index
from headwater.insight.events import ReportsChanged
from headwater.platform.events import StoredEvent, subscriber


@subscriber("insight.index-reports", ReportsChanged, from_start=True)
def index_reports(events: list[StoredEvent[Any]]) -> None:
    """Reports are found by what they are called now."""
    ids = sorted({one for stored in events for one in stored.event.ids})
    for start in range(0, len(ids), search_index.CHUNK):
        search_index.index_reports(ids[start : start + search_index.CHUNK])
