"""What happened to members of campaigns. One event a chunk."""

from headwater.platform.events import Event


class CampaignMembersAdded(Event):
    """Leads or contacts became members, or were taken in again."""

    name = "campaign_member.added"
    campaign_id: int
    ids: list[int]


class CampaignMembersChanged(Event):
    name = "campaign_member.changed"
    ids: list[int]
    fields: list[str]


class CampaignMembersRemoved(Event):
    name = "campaign_member.removed"
    ids: list[int]


class CampaignMembersRestored(Event):
    name = "campaign_member.restored"
    ids: list[int]
