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
        event = stored.event
        if isinstance(event, LeadsCreated) and event.door == "import":
            index_leads(event.lead_ids)
        elif isinstance(event, LeadsChanged) and not _SEARCHED.isdisjoint(event.fields):
            index_leads(event.lead_ids)
