"""What keeps fingerprints up to date."""

from collections.abc import Iterable
from typing import Any

from headwater.duplicates.services.fingerprints import renew_fingerprints
from headwater.duplicates.services.noting import look_at_new
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
    AccountsMerged,
    AccountsRestored,
    AccountsUnmerged,
    ContactsArchived,
    ContactsChanged,
    ContactsCreated,
    ContactsMerged,
    ContactsRestored,
    ContactsUnmerged,
)

_CHUNK = 5000
_LOOKED_AT = frozenset({"import", "demo"})  # rows of a file were, with the file; what is invented need not be


@subscriber("duplicates.read-leads", LeadsCreated, LeadsChanged, LeadsArchived, LeadsRestored)
def read_leads(events: list[StoredEvent[Event]]) -> None:
    """What was made or changed is found from now on. New leads are looked at by the rules at once; those of
    an import were, with its rows.
    """
    _renew("lead", (one for stored in events for one in stored.event.lead_ids))  # type: ignore[attr-defined]
    by_door: dict[str, set[int]] = {}
    for stored in events:
        if isinstance(stored.event, LeadsCreated) and stored.event.door not in _LOOKED_AT:
            by_door.setdefault(stored.event.door, set()).update(stored.event.lead_ids)
    for door, ids in by_door.items():
        look_at_new(sorted(ids), door=door)


@subscriber("duplicates.read-contacts", ContactsCreated, ContactsChanged, ContactsArchived, ContactsRestored)
def read_contacts(events: list[StoredEvent[Event]]) -> None:
    """The same for contacts."""
    _renew("contact", (one for stored in events for one in stored.event.ids))  # type: ignore[attr-defined]


@subscriber("duplicates.read-accounts", AccountsCreated, AccountsChanged, AccountsArchived, AccountsRestored)
def read_accounts(events: list[StoredEvent[Event]]) -> None:
    """The same for accounts."""
    _renew("account", (one for stored in events for one in stored.event.ids))  # type: ignore[attr-defined]


_MERGES: dict[type[Event], str] = {LeadsMerged: "lead", AccountsMerged: "account", ContactsMerged: "contact"}
_UNDONE: dict[type[Event], str] = {
    LeadsUnmerged: "lead",
    AccountsUnmerged: "account",
    ContactsUnmerged: "contact",
}


@subscriber("duplicates.mark-merged", *_MERGES, *_UNDONE)
def mark_merged(events: list[StoredEvent[Event]]) -> None:
    """A pair that was merged needs nobody's look; one that was taken apart does again."""
    for stored in events:
        event: Any = stored.event
        record = _MERGES.get(type(event)) or _UNDONE[type(event)]
        merged = event.lead_ids if record == "lead" else event.ids
        state = State.MERGED if type(event) in _MERGES else State.OPEN
        mark_pairs(record, [event.survivor_id, *merged], state)


def _renew(record: str, ids: Iterable[int]) -> None:
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _CHUNK):
        renew_fingerprints(record, wanted[start : start + _CHUNK])
