"""What happened in this room."""

from headwater.platform.events import Event


class CampaignsCreated(Event):
    name = "campaign.created"
    ids: list[int]


class CampaignsChanged(Event):
    name = "campaign.changed"
    ids: list[int]
    fields: list[str]


class CampaignsArchived(Event):
    name = "campaign.archived"
    ids: list[int]


class CampaignsRestored(Event):
    name = "campaign.restored"
    ids: list[int]


class SourcesChanged(Event):
    """Sources or channels were added, renamed or retired."""

    name = "source.changed"
    record: str
    ids: list[int]


class ChannelCostsChanged(Event):
    """Costs of a channel were written, changed, archived or restored."""

    name = "channel.costs_changed"
    channel_id: int
    ids: list[int]
