"""Who becomes a member without anybody's doing, and leaves again."""

from headwater.kernel.access import system_access
from headwater.leads.events import LeadsCreated, LeadsInquired, LeadsListed
from headwater.memberships.queries import joinings_of_touches
from headwater.memberships.services import join, take_back_import
from headwater.memberships.types import How, Joining
from headwater.platform.events import Event, StoredEvent, subscriber
from headwater.platform.imports.events import ImportReverted
from headwater.sales.events import ContactsListed

FILE = "import"


@subscriber("memberships.join", LeadsCreated, LeadsInquired, LeadsListed, ContactsListed, ImportReverted)
def take_in(events: list[StoredEvent[Event]]) -> None:
    """Who inquires under a campaign has responded to it; who stands in a file of one was targeted by it.

    One subscriber for joining and leaving: an import is taken back after all that it brought is in.
    """
    access = system_access("memberships")
    created: list[int] = []
    touches: list[int] = []
    listed: list[Joining] = []
    reverted: list[int] = []
    for stored in events:
        match stored.event:
            case LeadsCreated() as event if event.door != FILE:
                created += event.lead_ids
            case LeadsInquired() as event if event.door != FILE:
                touches += event.touch_ids
            case LeadsListed() as event:
                pairs = zip(event.lead_ids, event.campaign_ids, strict=True)
                listed += [Joining(one, under, stored.at, "lead", event.import_id) for one, under in pairs]
            case ContactsListed() as event:
                listed += [
                    Joining(one, event.campaign_id, stored.at, "contact", event.import_id)
                    for one in event.contact_ids
                ]
            case ImportReverted() as event:
                reverted.append(event.import_id)
    if created or touches:
        join(access, joinings_of_touches(touches, first_of=created), How.INQUIRED)
    join(access, listed, How.IMPORTED)
    for import_id in reverted:
        take_back_import(access, import_id)
