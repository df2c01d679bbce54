"""Background work of the room."""

from headwater.kernel.errors import DomainError
from headwater.lines.services.spawning import spawn_by_rule
from headwater.lines.services.telling import tell_failure
from headwater.platform.jobs import task


@task("lines.spawn")
def spawn(lead_id: int, rule_id: int, activity_ids: list[int]) -> None:
    """Let a rule have its way with a lead; running it again does nothing."""
    try:
        spawn_by_rule(lead_id, rule_id, activity_ids)
    except DomainError as refusal:  # a required custom field, nobody there: trying again would not help
        tell_failure(lead_id, rule_id, refusal)
