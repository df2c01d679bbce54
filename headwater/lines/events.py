"""What happens between business lines."""

from headwater.platform.events import Event


class LineSpawned(Event):
    """A lead of one line led to an opportunity of another; the lead stays as it was."""

    name = "line.spawned"
    spawn_id: int
    lead_id: int
    line: str
    opportunity_id: int
    account_id: int
    owner_id: int
    rule_id: int | None = None


class LineRulesChanged(Event):
    """Rules were made, changed, switched or archived."""

    name = "line.rules_changed"
    rule_ids: list[int]
