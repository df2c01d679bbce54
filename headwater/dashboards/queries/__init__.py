"""Reads of the room."""

from headwater.dashboards.queries.boards import (
    SHARE,
    Listed,
    archived_boards,
    boards_of,
    find_board,
    first_board,
    own_first,
    role_defaults,
)
from headwater.dashboards.queries.outcomes import Outcome, first_sight, outcome, outcomes
from headwater.dashboards.queries.sources import Source, source_of

__all__ = [
    "SHARE",
    "Listed",
    "Outcome",
    "Source",
    "archived_boards",
    "boards_of",
    "find_board",
    "first_board",
    "first_sight",
    "outcome",
    "outcomes",
    "own_first",
    "role_defaults",
    "source_of",
]
