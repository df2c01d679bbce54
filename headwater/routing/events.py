"""What happens in routing."""

from headwater.platform.events import Event


class RoutingRulesChanged(Event):
    """Rules were made, changed, switched, ordered or archived."""

    name = "routing.rules_changed"
    rule_ids: list[int]


class LeadsDispatched(Event):
    """Rules gave leads to people; the lists run alongside."""

    name = "routing.dispatched"
    lead_ids: list[int]
    owner_ids: list[int]
    rule_id: int | None = None
    rule_version: int | None = None


class LeadsStranded(Event):
    """Nobody could take these leads; they lie in the pool."""

    name = "routing.stranded"
    pool_id: int
    lead_ids: list[int]
    rule_id: int | None = None


class TerritoriesChanged(Event):
    name = "routing.territories_changed"
    user_ids: list[int]


class DispatchAsked(Event):
    """Somebody asks the rules to look at these leads now."""

    name = "routing.asked"
    lead_ids: list[int]
