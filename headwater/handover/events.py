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


class TakeOverAsked(Event):
    """Somebody asks to have a lead of somebody else."""

    name = "take_over.asked"
    take_over_id: int


class TakeOverAnswered(Event):
    name = "take_over.answered"
    take_over_id: int
