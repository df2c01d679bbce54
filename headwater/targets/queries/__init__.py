"""Reads of the room: targets, progress, results, what people say will come."""

from headwater.targets.queries.calls import call_history
from headwater.targets.queries.categories import (
    CategoryOf,
    StageSetting,
    categorised,
    category_history,
    category_of,
    committed,
    stage_categories,
    stage_settings,
)
from headwater.targets.queries.commitments import Call, Commitments, Line, Sums, commitments
from headwater.targets.queries.progress import Progress, Standing, my_progress, progress, share_of_time
from headwater.targets.queries.results import Asked, Result, Results, listed, results
from headwater.targets.queries.sheets import Goal, Sheet, sheet, shown_currency
from headwater.targets.queries.team import COMPANY, Key, Seat, Team, team_of

__all__ = [
    "COMPANY",
    "Asked",
    "Call",
    "CategoryOf",
    "Commitments",
    "Goal",
    "Key",
    "Line",
    "Progress",
    "Result",
    "Results",
    "Seat",
    "Sheet",
    "StageSetting",
    "Standing",
    "Sums",
    "Team",
    "call_history",
    "categorised",
    "category_history",
    "category_of",
    "commitments",
    "committed",
    "listed",
    "my_progress",
    "progress",
    "results",
    "share_of_time",
    "sheet",
    "shown_currency",
    "stage_categories",
    "stage_settings",
    "team_of",
]
