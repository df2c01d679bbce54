"""What can be done between business lines."""

from headwater.lines.services.rules import (
    archive_rule,
    create_rule,
    restore_version,
    switch_rule,
    update_rule,
)
from headwater.lines.services.spawning import Spawned, customer_of_lead, spawn_by_hand, spawn_by_rule

__all__ = [
    "Spawned",
    "archive_rule",
    "create_rule",
    "customer_of_lead",
    "restore_version",
    "spawn_by_hand",
    "spawn_by_rule",
    "switch_rule",
    "update_rule",
]
