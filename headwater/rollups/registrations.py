"""What rollups add to the house."""

from headwater.platform.observability.metrics import register_gauge
from headwater.rollups import subscribers, tasks  # noqa: F401 - they make themselves known
from headwater.rollups.queries import is_complete, seconds_behind
from headwater.rollups.types import Key
from headwater.sales.merging import leave_rows


def register() -> None:
    """Called once when Django is ready."""
    leave_rows("rollups_leadstory", "lead_id", "reckoned anew from what the merge moved", records=("lead",))
    leave_rows("rollups_sale", "lead_id", "found anew from what the merge moved", records=("lead",))
    leave_rows("rollups_spell", "lead_id", "as the ledger, which stays with its lead", records=("lead",))
    register_gauge(
        "rollups_complete",
        "1 where a rollup is filled and may be asked.",
        lambda: [({"rollup": key.value}, float(is_complete(key))) for key in Key],
    )
    register_gauge(
        "rollups_behind_seconds",
        "Age of the oldest change that a rollup has not heard of.",
        lambda: [({"rollup": key.value}, seconds_behind(key)) for key in Key],
    )
