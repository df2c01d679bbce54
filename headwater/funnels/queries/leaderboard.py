"""People side by side: what they reached, what they did for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from headwater.funnels import questions
from headwater.funnels.asking import Asked
from headwater.funnels.queries.answers import answer
from headwater.insight.engine import Result
from headwater.insight.engine.results import Value
from headwater.insight.errors import ReportUnreadable
from headwater.kernel.access import Access
from headwater.kernel.errors import Forbidden, Invalid

# Our key -> (question, its measure). In this order on the page; the first three need the results' permission.
COLUMNS: Mapping[str, tuple[str, str]] = {
    "won_amount": ("board_results", "m1"),
    "won_count": ("board_results", "m2"),
    "received": ("board_results", "m3"),
    "follow_ups": ("board_follow_ups", "m1"),
    "leads": ("board_received", "m1"),
    "response_seconds": ("board_received", "m2"),
    "conversion": ("board_received", "m3"),
}
QUESTIONS = tuple(dict.fromkeys(question for question, _measure in COLUMNS.values()))
LESS_IS_BETTER = frozenset({"response_seconds"})


@dataclass(frozen=True, slots=True)
class Rank:
    """A person. `place` is shared by equals; None where there is nothing to rank."""

    person_id: int
    name: str
    place: int | None
    values: Mapping[str, Value]
    before: Mapping[str, Value]
    is_own: bool


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """`columns` are those that the reader may see, `by` the one it is ranked by."""

    ranks: tuple[Rank, ...]
    columns: tuple[str, ...]
    by: str
    currency: str
    days: tuple[Any, Any]


def leaderboard(access: Access, asked: Asked, by: str) -> Leaderboard:
    """Everybody within reach who has anything in the period.

    Of others one may see a part, such as what they wrote about one's own leads: a part is no rank.
    """
    reach = access.also("leads.view").reach
    results: dict[str, Result] = {}
    for question in QUESTIONS:
        try:
            results[question] = answer(access, questions.QUESTIONS[question](asked))
        except (ReportUnreadable, Invalid, Forbidden):  # what they may not see has no columns
            continue
    columns = tuple(key for key, (question, _measure) in COLUMNS.items() if question in results)
    by = by if by in columns else next(iter(columns), "")
    names: dict[int, str] = {}
    now: dict[int, dict[str, Value]] = {}
    before: dict[int, dict[str, Value]] = {}
    for key in columns:
        question, measure = COLUMNS[key]
        result = results[question]
        place = next((n for n, one in enumerate(result.measures) if one.key == measure), None)
        for row in result.rows if place is not None else ():
            person = row.keys[0]
            if not isinstance(person, int) or not (reach.everyone or person in reach.people):
                continue
            names[person] = row.labels[0]
            now.setdefault(person, {})[key] = row.values[place]  # type: ignore[index]
            if row.before is not None:
                before.setdefault(person, {})[key] = row.before[place]  # type: ignore[index]
    first = next(iter(results.values()), None)
    return Leaderboard(
        ranks=_ranked(names, now, before, by, access.user_id),
        columns=columns,
        by=by,
        currency=results["board_results"].currency if "board_results" in results else "",
        days=(first.since, first.until) if first else (None, None),
    )


def _ranked(
    names: Mapping[int, str],
    now: Mapping[int, Mapping[str, Value]],
    before: Mapping[int, Mapping[str, Value]],
    by: str,
    own: int | None,
) -> tuple[Rank, ...]:
    """The best first, those without a value last."""
    better = _better(by)
    people = sorted(names, key=lambda person: (better(now[person].get(by)), names[person], person))
    ranks: list[Rank] = []
    for number, person in enumerate(people, start=1):
        value = now[person].get(by)
        place: int | None = number
        if value is None or (not value and by not in LESS_IS_BETTER):
            place = None
        elif ranks and ranks[-1].values.get(by) == value:
            place = ranks[-1].place
        ranks.append(Rank(person, names[person], place, now[person], before.get(person, {}), person == own))
    return tuple(ranks)


def _better(by: str) -> Callable[[Value], tuple[bool, Any]]:
    if by in LESS_IS_BETTER:
        return lambda value: (value is None, value or 0)
    return lambda value: (value is None, -(value or 0))  # type: ignore[operator]
