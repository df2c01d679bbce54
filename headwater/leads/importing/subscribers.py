"""What follows when many leads came in or changed at once."""

from headwater.leads.events import LeadsChanged, LeadsCreated
from headwater.leads.services.indexing import index_leads
from headwater.leads.types import IDENTITIES
from headwater.platform.events import Event, StoredEvent, subscriber

_SEARCHED = frozenset({"name", "company", *IDENTITIES})


@subscriber("leads.index-imported", LeadsCreated, LeadsChanged)
def index_imported(events: list[StoredEvent[Event]]) -> None:
    """Make imported leads searchable. A single capture does so at once; for an import its tokens would
    cost more than all the rest, so they follow within moments."""
    for stored in events:
        index_leads(_searchable(stored.event))


def _searchable(event: Event) -> list[int]:
    if isinstance(event, LeadsCreated):
        return event.lead_ids if event.door == "import" else []
    if isinstance(event, LeadsChanged):
        return [] if _SEARCHED.isdisjoint(event.fields) else event.lead_ids
    return []
