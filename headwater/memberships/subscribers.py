"""Who becomes a member without anybody's doing."""

from headwater.kernel.access import system_access
from headwater.leads.events import LeadsCreated, LeadsInquired, LeadsListed
from headwater.memberships.queries import joinings_of_touches
from headwater.memberships.services import join
from headwater.memberships.types import How, Joining
from headwater.platform.events import Event, StoredEvent, subscriber

FILE = "import"


@subscriber("memberships.join", LeadsCreated, LeadsInquired, LeadsListed)
def take_in(events: list[StoredEvent[Event]]) -> None:
    """Who inquires under a campaign has responded to it; who stands in a file of one was targeted by it."""
    access = system_access("memberships")
    created: list[int] = []
    touches: list[int] = []
    listed: list[Joining] = []
    for stored in events:
        match stored.event:
            case LeadsCreated() as event if event.door != FILE:
                created += event.lead_ids
            case LeadsInquired() as event if event.door != FILE:
                touches += event.touch_ids
            case LeadsListed() as event:
                pairs = zip(event.lead_ids, event.campaign_ids, strict=True)
                listed += [Joining(lead, campaign, stored.at) for lead, campaign in pairs]
    if created or touches:
        join(access, joinings_of_touches(touches, first_of=created), How.INQUIRED)
    join(access, listed, How.IMPORTED)
