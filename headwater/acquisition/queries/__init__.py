"""What other rooms may ask this one."""

from headwater.acquisition.queries.channels import ChannelNode, channel_tree
from headwater.acquisition.queries.sources import SourceCard, source_by_key, source_cards

__all__ = ["ChannelNode", "SourceCard", "channel_tree", "source_by_key", "source_cards"]
