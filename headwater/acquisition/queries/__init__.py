"""What other rooms may ask this one."""

from headwater.acquisition.queries.channels import ChannelNode, channel_tree
from headwater.acquisition.queries.costs import CostEntry, CostSheet, channel_costs, cost_entry, costs_table
from headwater.acquisition.queries.names import (
    campaign_name,
    campaign_names,
    channel_names,
    offered_sources,
    source_names,
)
from headwater.acquisition.queries.sources import SourceCard, source_by_key, source_cards

__all__ = [
    "ChannelNode",
    "CostEntry",
    "CostSheet",
    "SourceCard",
    "campaign_name",
    "campaign_names",
    "channel_costs",
    "channel_names",
    "channel_tree",
    "cost_entry",
    "costs_table",
    "offered_sources",
    "source_by_key",
    "source_cards",
    "source_names",
]
