"""What can be done with tracked sites, visitors and their visits."""

from headwater.tracking.services.arriving import take_arrived
from headwater.tracking.services.forgetting import erase_visits, let_go
from headwater.tracking.services.identifying import identify
from headwater.tracking.services.links import GOOD_FOR, lead_of_mark, link_for_lead
from headwater.tracking.services.sites import archive_sites, create_site, restore_sites, update_site

__all__ = [
    "GOOD_FOR",
    "archive_sites",
    "create_site",
    "erase_visits",
    "identify",
    "lead_of_mark",
    "let_go",
    "link_for_lead",
    "restore_sites",
    "take_arrived",
    "update_site",
]
