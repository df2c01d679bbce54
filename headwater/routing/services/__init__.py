"""What can be done with routing."""

from headwater.routing.services.previewing import Preview, preview
from headwater.routing.services.queueing import ask_dispatch, enqueue, forget, look_again, within
from headwater.routing.services.rules import (
    archive_rule,
    create_rule,
    order_rules,
    restore_version,
    switch_rule,
    update_rule,
)
from headwater.routing.services.running import run_chunk, run_waiting
from headwater.routing.services.territories import KINDS as TERRITORY_KINDS
from headwater.routing.services.territories import set_territory

__all__ = [
    "TERRITORY_KINDS",
    "Preview",
    "archive_rule",
    "ask_dispatch",
    "create_rule",
    "enqueue",
    "forget",
    "look_again",
    "order_rules",
    "preview",
    "restore_version",
    "run_chunk",
    "run_waiting",
    "set_territory",
    "switch_rule",
    "update_rule",
    "within",
]
