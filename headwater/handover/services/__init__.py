"""What can be done with handovers."""

from headwater.handover.services.footprints import footprints_of
from headwater.handover.services.looking_up import look_up, lookups_today
from headwater.handover.services.previewing import holdings_of, preview
from headwater.handover.services.starting import start_handover, undo_handover
from headwater.handover.services.taking_over import answer, ask_for, get_take_over, may_answer
from headwater.handover.services.working import start_work, work_on

__all__ = [
    "answer",
    "ask_for",
    "footprints_of",
    "get_take_over",
    "holdings_of",
    "look_up",
    "lookups_today",
    "may_answer",
    "preview",
    "start_handover",
    "start_work",
    "undo_handover",
    "work_on",
]
