"""What other rooms may have this one do."""

from headwater.acquisition.services.builtin import ensure_first_sources
from headwater.acquisition.services.campaigns import (
    archive_campaigns,
    create_campaign,
    ensure_campaigns,
    restore_campaigns,
    update_campaign,
)
from headwater.acquisition.services.costs import (
    add_channel_cost,
    archive_channel_cost,
    change_channel_cost,
    restore_channel_cost,
)
from headwater.acquisition.services.sources import (
    archive_channels,
    archive_sources,
    create_channel,
    create_source,
    ensure_sources,
    order_records,
    restore_channels,
    restore_sources,
    update_channel,
    update_source,
)

__all__ = [
    "add_channel_cost",
    "archive_campaigns",
    "archive_channel_cost",
    "archive_channels",
    "archive_sources",
    "change_channel_cost",
    "create_campaign",
    "create_channel",
    "create_source",
    "ensure_campaigns",
    "ensure_first_sources",
    "ensure_sources",
    "order_records",
    "restore_campaigns",
    "restore_channel_cost",
    "restore_channels",
    "restore_sources",
    "update_campaign",
    "update_channel",
    "update_source",
]
