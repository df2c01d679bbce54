"""What happens to handovers."""

from headwater.platform.events import Event


class HandoverStarted(Event):
    name = "handover.started"
    handover_id: int
    leaver_id: int


class HandoverFinished(Event):
    """Everything that could go has gone."""

    name = "handover.finished"
    handover_id: int
    leaver_id: int


class HandoverUndone(Event):
    """Everything that could come back has come back."""

    name = "handover.undone"
    handover_id: int
    leaver_id: int
