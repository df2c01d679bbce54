"""What can be done with handovers."""

from headwater.handover.services.footprints import footprints_of
from headwater.handover.services.previewing import holdings_of, preview
from headwater.handover.services.starting import start_handover, undo_handover
from headwater.handover.services.working import start_work, work_on

__all__ = [
    "footprints_of",
    "holdings_of",
    "preview",
    "start_handover",
    "start_work",
    "undo_handover",
    "work_on",
]
