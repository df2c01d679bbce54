"""What happens to what asks for an act."""

from headwater.platform.events import Event


class EscalationMoved(Event):
    """An escalation went a step up (`open`), was taken care of, or ended `unanswered` at the top."""

    name = "escalation.moved"
    id: int
    key: str
    state: str
    told: list[int]
    record_type: str
    record_id: int | None
