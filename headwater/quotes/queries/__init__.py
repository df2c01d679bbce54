"""Reads of the room."""

from headwater.quotes.queries.versions import (
    OF,
    Change,
    Differences,
    LineChange,
    accepted_version,
    approvals_of,
    differences,
    find_version,
    lines_of,
    past_quotes,
    steps_of,
    versions_of,
)

__all__ = [
    "OF",
    "Change",
    "Differences",
    "LineChange",
    "accepted_version",
    "approvals_of",
    "differences",
    "find_version",
    "lines_of",
    "past_quotes",
    "steps_of",
    "versions_of",
]
