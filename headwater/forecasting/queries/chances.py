"""The chance that an open opportunity will be won, and why.

The chance is that of the stage and of the days spent in it, as history has it. What else speaks for or
against it — a date that was put off, silence, an overdue date — is said beside it and is not in the number.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from headwater.forecasting.curves import cell_of
from headwater.forecasting.lessons import Lesson, steps_of
from headwater.forecasting.queries.lessons import lesson_of
from headwater.forecasting.types import LEAST_CLOSED
from headwater.kernel import clock, listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.targets.periods import company_today

_SILENT = 14  # days without a follow-up, at the least, before that is worth a word
_SLOW = 1.5  # times the usual days in a stage
_FEW = 5  # fewer that left a stage speak neither for nor against


@dataclass(frozen=True, slots=True)
class Driver:
    """Something for or against. `counts`: whether it is in the number; `facts` fill its words."""

    key: str
    is_good: bool | None
    counts: bool
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance of success of one opportunity; None where too little history is known."""

    percent: int
    this_month: int
    is_thin: bool
    set_percent: int  # the chance that somebody set
    drivers: tuple[Driver, ...]


_OPPORTUNITY = """
SELECT o.stage_id, o.pipeline_id, o.status, o.probability, o.stage_entered_at, o.created_at,
o.last_activity_at,
  o.expected_close_on FROM sales_opportunity o WHERE o.id = %s
"""

# Every date that was said, in its order: at the moves and, since they are kept, at the edits between.
_DATES = """
SELECT x.day FROM (
  SELECT m.at, 0 AS source, m.id, m.expected_close_on AS day FROM sales_stagemove m WHERE m.opportunity_id =
  %s
  UNION ALL
  SELECT e.at, 1, e.id, e.expected_close_on FROM targets_opportunityedit e WHERE e.opportunity_id = %s
) x WHERE x.day IS NOT NULL ORDER BY x.at, x.source, x.id
"""


def chance_of(access: Access, opportunity_id: int) -> Chance | None:
    """The chance of an opportunity that the reader sees; None for a closed one and before history was looked
    at.

    Refuses with `NotFound` one out of reach.
    """
    listing.get(access, record_type("opportunity"), opportunity_id)
    (row,) = sql.rows(_OPPORTUNITY, (opportunity_id,))
    known = lesson_of(row["pipeline_id"]) if row["status"] == "open" else None
    if known is None:
        return None
    lesson = known.lesson
    stage = str(row["stage_id"])
    if stage not in lesson.ever:
        return None
    now = clock.now()
    days = max(0.0, (now - row["stage_entered_at"]) / timedelta(days=1))
    cell = cell_of(days)
    dates = [*sql.values(_DATES, (opportunity_id, opportunity_id))]
    if row["expected_close_on"] is not None:
        dates.append(row["expected_close_on"])
    followed = row["last_activity_at"]
    silent = (now - (followed or row["created_at"])) / timedelta(days=1)
    return Chance(
        percent=round(100 * lesson.ever[stage][cell]),
        this_month=round(100 * lesson.chances[stage][cell][0]),
        is_thin=lesson.closed < LEAST_CLOSED,
        set_percent=row["probability"],
        drivers=(
            *_of_stage(lesson, row["stage_id"]),
            *_of_age(lesson, stage, days, cell),
            *_of_dates(dates, row["expected_close_on"]),
            *_of_silence(silent, lesson.usual[stage], is_followed=followed is not None),
        ),
    )


def _of_stage(lesson: Lesson, stage_id: int) -> list[Driver]:
    step = next(one for one in steps_of(lesson) if one.id == stage_id)
    passed, lost = lesson.observed.get(str(stage_id), [0, 0])
    if not passed + lost:
        return [Driver("stage_unseen", None, True, {"stage": step.name})]
    share = round(100 * passed / (passed + lost))
    facts = {"stage": step.name, "count": passed + lost, "share": share}
    is_telling = passed + lost >= _FEW
    return [Driver("stage", share >= 50 if is_telling else None, True, facts)]


def _of_age(lesson: Lesson, stage: str, days: float, cell: int) -> list[Driver]:
    usual = lesson.usual[stage]
    fresh, here = lesson.ever[stage][0], lesson.ever[stage][cell]
    facts = {"days": int(days), "usual": max(1, round(usual))}
    if days > _SLOW * usual:
        return [Driver("slow", False if here <= fresh else None, True, facts)]
    return [Driver("in_time", True if here >= fresh else None, True, facts)]


def _of_dates(dates: Sequence[date], expected: date | None) -> list[Driver]:
    found = []
    if expected is None:
        found.append(Driver("no_date", None, False, {}))
    elif expected < company_today():
        found.append(Driver("overdue", False, False, {"days": (company_today() - expected).days}))
    later = [after - before for before, after in itertools.pairwise(dates) if after > before]
    if later:
        total = sum((one.days for one in later), 0)
        found.append(Driver("put_off", False, False, {"times": len(later), "days": total}))
    return found


def _of_silence(days: float, usual: float, *, is_followed: bool) -> list[Driver]:
    if days >= max(_SILENT, usual):
        return [Driver("silent", False, False, {"days": int(days)})]
    in_touch = is_followed and days < _SILENT / 2
    return [Driver("in_touch", True, False, {"days": int(days)})] if in_touch else []
