"""What can be done with targets and forecasts."""

from headwater.targets.services.calls import adjust, submit
from headwater.targets.services.categories import set_categories, set_stage_categories
from headwater.targets.services.spreading import spread_year
from headwater.targets.services.targets import Entry, read_amount, set_targets

__all__ = [
    "Entry",
    "adjust",
    "read_amount",
    "set_categories",
    "set_stage_categories",
    "set_targets",
    "spread_year",
    "submit",
]
