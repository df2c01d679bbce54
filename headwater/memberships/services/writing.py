"""What all verbs of the room write after themselves: audit and events, in pieces."""

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.kernel.access import Access
from headwater.memberships.events import CampaignMembersAdded
from headwater.memberships.types import Of
from headwater.platform import audit
from headwater.platform.events import emit

EVENT_CHUNK = 2000
RECORD = "campaign_member"


def chunks(ids: Sequence[int]) -> list[list[int]]:
    """Ids by the event that carries them."""
    return [list(ids[start : start + EVENT_CHUNK]) for start in range(0, len(ids), EVENT_CHUNK)]


# A lead and the contact that it became are one person: who is a member as one is not taken as the other.
_AS_OTHER: dict[Of, str] = {
    "lead": (
        "SELECT 1 FROM leads_conversion c JOIN memberships_member m ON m.contact_id = c.contact_id"
        " WHERE c.lead_id = x.id AND m.archived_at IS NULL AND m.campaign_id = "
    ),
    "contact": (
        "SELECT 1 FROM leads_conversion c JOIN memberships_member m ON m.lead_id = c.lead_id"
        " WHERE c.contact_id = x.id AND m.archived_at IS NULL AND m.campaign_id = "
    ),
}


def member_as_other(of: Of, campaign: str) -> str:
    """The query that finds a row where `x.id` is a member of the campaign (SQL) as its other record."""
    return _AS_OTHER[of] + campaign


def told_added(access: Access, joined: Sequence[Mapping[str, Any]]) -> None:
    """Audit and events of rows (id, campaign_id, lead_id, contact_id, status) that became members."""
    audit.record_many(
        access,
        RECORD,
        "create",
        [
            (row["id"], {key: [None, row[column]] for key, column in _SHOWN.items() if row[column]})
            for row in joined
        ],
    )
    by_campaign: dict[int, list[int]] = {}
    for row in joined:
        by_campaign.setdefault(row["campaign_id"], []).append(row["id"])
    for campaign_id, ids in by_campaign.items():
        for piece in chunks(ids):
            emit(CampaignMembersAdded(campaign_id=campaign_id, ids=piece), access)


_SHOWN = {"campaign": "campaign_id", "lead": "lead_id", "contact": "contact_id", "status": "status"}
