"""What all verbs of the room write after themselves: audit and events, in pieces."""

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.kernel.access import Access
from headwater.memberships.events import CampaignMembersAdded
from headwater.platform import audit
from headwater.platform.events import emit

EVENT_CHUNK = 2000
RECORD = "campaign_member"


def chunks(ids: Sequence[int]) -> list[list[int]]:
    """Ids by the event that carries them."""
    return [list(ids[start : start + EVENT_CHUNK]) for start in range(0, len(ids), EVENT_CHUNK)]


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
