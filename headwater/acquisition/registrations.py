"""What the room adds to the house."""

from headwater.acquisition import navigation, permissions, picklists, records, timeline
from headwater.acquisition.cost_fields import COST
from headwater.acquisition.queries.costs import cost_currencies
from headwater.currencies.uses import register_use
from headwater.kernel.catalogue import record_type
from headwater.platform.audit import Words, register_words


def register() -> None:
    """Called once when Django is ready."""
    permissions.register()
    picklists.register()
    records.register()
    navigation.register()
    timeline.register()
    register_use("channel_costs", cost_currencies)
    register_words("channel_cost", Words(label=COST.label, fields=_cost_words))


def _cost_words() -> dict[str, object]:
    labels: dict[str, object] = {field.key: field.label for field in COST.fields}
    return {"channel": record_type("channel").label} | labels
