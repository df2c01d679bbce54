"""Follow-ups, tasks and comments of a lead move to another with a merge."""

from typing import Any

from headwater.engagement.services import move_history, move_history_back
from headwater.engagement.services.history import Moved
from headwater.engagement.types import RecordRef
from headwater.kernel.access import Access


def carry_history(access: Access, from_id: int, to_id: int) -> dict[str, Any]:
    """Give the other lead the follow-ups, tasks and comments."""
    return move_history(access, from_=RecordRef("lead", from_id), to=RecordRef("lead", to_id)).as_json()


def carry_history_back(access: Access, _from_id: int, _to_id: int, carried: Any) -> None:
    """Take back what was carried; what was added since stays."""
    move_history_back(access, Moved.from_json(carried))
