"""What keeps fingerprints up to date."""

from collections.abc import Iterable

from headwater.duplicates.services.fingerprints import renew_fingerprints
from headwater.duplicates.services.suggestions import mark_pairs
from headwater.duplicates.types import State
from headwater.leads.events import (
    LeadsArchived,
    LeadsChanged,
    LeadsCreated,
    LeadsMerged,
    LeadsRestored,
    LeadsUnmerged,
)
from headwater.platform.events import Event, StoredEvent, subscriber
from headwater.sales.events import (
    AccountsArchived,
    AccountsChanged,
    AccountsCreated,
    AccountsRestored,
    ContactsArchived,
    ContactsChanged,
    ContactsCreated,
    ContactsRestored,
)

_CHUNK = 5000


@subscriber("duplicates.read-leads", LeadsCreated, LeadsChanged, LeadsArchived, LeadsRestored)
def read_leads(events: list[StoredEvent[Event]]) -> None:
    """What was made or changed is found from now on."""
    _renew("lead", (one for stored in events for one in stored.event.lead_ids))  # type: ignore[attr-defined]


@subscriber("duplicates.read-contacts", ContactsCreated, ContactsChanged, ContactsArchived, ContactsRestored)
def read_contacts(events: list[StoredEvent[Event]]) -> None:
    """The same for contacts."""
    _renew("contact", (one for stored in events for one in stored.event.ids))  # type: ignore[attr-defined]


@subscriber("duplicates.read-accounts", AccountsCreated, AccountsChanged, AccountsArchived, AccountsRestored)
def read_accounts(events: list[StoredEvent[Event]]) -> None:
    """The same for accounts."""
    _renew("account", (one for stored in events for one in stored.event.ids))  # type: ignore[attr-defined]


@subscriber("duplicates.mark-merged", LeadsMerged, LeadsUnmerged)
def mark_merged(events: list[StoredEvent[Event]]) -> None:
    """A pair that was merged needs nobody's look; one that was taken apart does again."""
    for stored in events:
        event = stored.event
        if isinstance(event, LeadsMerged):
            mark_pairs("lead", [event.survivor_id, *event.lead_ids], State.MERGED)
        elif isinstance(event, LeadsUnmerged):
            mark_pairs("lead", [event.survivor_id, *event.lead_ids], State.OPEN)


def _renew(record: str, ids: Iterable[int]) -> None:
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _CHUNK):
        renew_fingerprints(record, wanted[start : start + _CHUNK])
