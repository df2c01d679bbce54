"""What is kept of a pipeline's history: a `Lesson`, made as of a day from what was known by then."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from random import Random
from typing import Any

from headwater.forecasting.curves import AGES, CELLS, Curves
from headwater.forecasting.learning import Chain, Evidence, learn
from headwater.forecasting.reading import History
from headwater.forecasting.types import MONTHS_AHEAD, Observed, Step, month_of, months_on

DRAWS = 24
_FEWER = 12  # for a replay
_TYPICAL_AGE = 7
_POINTS = (0.1, 0.3, 0.5, 0.7, 0.9)  # of the amounts won, each standing for a fifth of them
_CASCADE_MONTHS = 12
_CALM = 12.0  # months of creation that an even stream is worth against what was seen


@dataclass(slots=True)
class New:
    """How new business comes in."""

    per_day: float = 0.0
    seen: float = 0.0  # how many the rate rests on, recent ones weighing more
    dispersion: float = 1.0  # how much more the months differ than chance alone would make them
    owners: dict[str, float] = field(default_factory=dict)  # per day, by owner
    wins: list[float] = field(default_factory=list)  # won in each month when one a day comes in


@dataclass(slots=True)
class Lesson:
    """All that a forecast needs beside what is open. Keys of mappings are texts: it is kept as JSON."""

    as_of: str
    months: list[str]
    steps: list[dict[str, Any]]
    chances: dict[str, list[list[float]]]  # stage: by age cell: by month
    ever: dict[str, list[float]]  # stage: by age cell
    usual: dict[str, float]  # stage: days after which half have left
    seen: dict[str, dict[str, Any]]  # stage: moves by target, days at risk
    observed: dict[str, list[int]]  # stage: passed, lost in the cascade's year
    shaken: list[dict[str, list[float]]]  # draws: by stage (and "new"): factors by month
    new: New
    amounts: list[float]  # what new ones bring: fifths of the amounts won
    closed: int  # opportunities that history knows the end of
    first_month: str | None
    factor: float = 1.0  # how much wider the past was than was said

    @property
    def mean_won(self) -> float:
        return sum(self.amounts) / len(self.amounts) if self.amounts else 0.0

    def month_places(self, begins: date, ends: date) -> list[int] | None:
        """Which of the months make up a period; None when it reaches beyond them."""
        wanted = []
        month = begins
        while month < ends:
            wanted.append(month.isoformat())
            month = months_on(month, 1)
        known = {one: place for place, one in enumerate(self.months)}
        return [known[one] for one in wanted if one in known] if wanted[-1] in known else None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def lesson_from(content: Mapping[str, Any]) -> Lesson:
    """A lesson as it was kept."""
    return Lesson(**{**content, "new": New(**content["new"])})


def steps_of(lesson: Lesson) -> list[Step]:
    return [Step(**one) for one in lesson.steps]


class Learner:
    """Walks through the months of a history; knows what was known at the end of each and no more."""

    def __init__(self, history: History, half_life: float) -> None:
        self.history = history
        self.steps = history.steps
        self._fade = 0.5 ** (1 / half_life)
        self.evidence = Evidence()
        self.closed = 0
        self._months: list[tuple[date, int]] = []  # how many were made in each
        self._entries: dict[int, float] = defaultdict(float)
        self._owners: dict[int | None, float] = defaultdict(float)
        self._wins: list[tuple[float, float]] = []  # worth, weight
        self._decided: dict[date, dict[int, list[int]]] = {}
        self.observed: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))

    def take(self, month: date) -> None:
        """Let one more month be known."""
        fade, history = self._fade, self.history
        self.evidence.fade(fade)
        for stage, bucket, days in history.days.get(month, ()):
            self.evidence.days[stage, bucket] += days
            self.observed[stage]["days"] += days
        open_ones = {one.id for one in self.steps if one.is_open}
        for stage, bucket, target, count in history.moves.get(month, ()):
            self.evidence.moves[stage, bucket, target] += count
            self.observed[stage][str(target)] += count
            if target not in open_ones:
                self.closed += count
        for key in self._entries:
            self._entries[key] *= fade
        for owner in self._owners:
            self._owners[owner] *= fade
        made = 0
        for stage, owner, count in history.made.get(month, ()):
            self._entries[stage] += count
            self._owners[owner] += count
            made += count
        self._months.append((month, made))
        self._wins = [(worth, weight * fade) for worth, weight in self._wins if weight > 0.02]
        self._wins += [(float(worth), 1.0) for (worth,) in history.wins.get(month, ()) if worth]
        decided: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for place, rows in enumerate((history.passed, history.lost)):
            for stage, count in rows.get(month, ()):
                decided[stage][place] += count
        self._decided[month] = decided

    def decided(self) -> dict[int, Observed]:
        """Of those decided in the last twelve months known: passed and lost, by stage."""
        found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for month in sorted(self._decided)[-_CASCADE_MONTHS:]:
            for stage, (passed, lost) in self._decided[month].items():
                found[stage][0] += passed
                found[stage][1] += lost
        return {stage: Observed(passed, max(0, lost)) for stage, (passed, lost) in found.items()}

    def chain(self, rng: Random | None = None) -> Chain:
        return learn(self.steps, self.evidence, rng)

    def amounts(self) -> list[float]:
        """Five amounts that stand for those won, with their mean."""
        if not self._wins:
            return []
        ordered = sorted(self._wins)
        total = sum(weight for _worth, weight in ordered)
        sums, reached = [], 0.0
        for _worth, weight in ordered:
            reached += weight
            sums.append(reached / total)
        points = [ordered[min(len(ordered) - 1, bisect_left(sums, share))][0] for share in _POINTS]
        mean = sum(worth * weight for worth, weight in ordered) / total
        scale = mean * len(points) / sum(points) if sum(points) else 0.0
        return [point * scale for point in points]

    def new(self, as_of: date) -> tuple[New, dict[int, float]]:
        """The stream of new business, and the shares of the stages it begins in."""
        days = seen = weight = 0.0
        spread = []
        last_month = month_of(as_of)
        for month, made in reversed(self._months):
            share = self._fade ** ((last_month.year - month.year) * 12 + last_month.month - month.month)
            length = (min(months_on(month, 1), as_of) - month).days
            days += share * length
            seen += share * made
            weight += share
            if length >= 28:
                spread.append((share, made))
        if not days or not seen:
            return New(), {}
        per_day = seen / days
        each = sum(self._entries.values())
        dispersion = 1.0
        if len(spread) > 2:
            full = sum(share for share, _made in spread)
            mean = sum(share * made for share, made in spread) / full
            apart = (
                sum(share * (made - mean) ** 2 for share, made in spread)
                / full
                * len(spread)
                / (len(spread) - 1)
            )
            dispersion = (
                max(1.0, (apart / mean * len(spread) + _CALM) / (len(spread) + _CALM)) if mean else 1.0
            )
        owners = {
            str(owner): count / days
            for owner, count in self._owners.items()
            if owner is not None and count > 0.01
        }
        entries = {stage: count / each for stage, count in self._entries.items() if count > 0}
        return New(per_day, seen, dispersion, owners), entries

    def lesson(self, as_of: date, *, months: int = MONTHS_AHEAD) -> Lesson:
        """What is known by the evening before `as_of`, for the months from it on."""
        starts = [months_on(month_of(as_of), count) for count in range(months + 1)]
        ends = [(day - as_of).days for day in starts[1:]]
        chain = self.chain()
        curves = Curves(chain, ends[-1])
        new, entries = self.new(as_of)
        new.wins = _parts(curves.wins_of_new(entries, days) for days in ends)
        return Lesson(
            as_of=as_of.isoformat(),
            months=[day.isoformat() for day in starts[:-1]],
            steps=[asdict(one) for one in self.steps],
            chances={
                str(stage): [_parts(curves.chance(stage, age, days) for days in ends) for age in AGES]
                for stage in chain.order
            },
            ever={str(stage): [round(chain.ever(stage, age), 5) for age in AGES] for stage in chain.order},
            usual={str(stage): round(chain.usual_days(stage), 1) for stage in chain.order},
            seen={str(stage): dict(values) for stage, values in self.observed.items()},
            observed={str(stage): [one.passed, one.lost] for stage, one in self.decided().items()},
            shaken=self._shaken(curves, entries, ends, new, DRAWS if months > 1 else _FEWER),
            new=new,
            amounts=[round(one, 2) for one in self.amounts()],
            closed=self.closed,
            first_month=self._months[0][0].isoformat() if self._months else None,
        )

    def _shaken(
        self, curves: Curves, entries: dict[int, float], ends: Sequence[int], new: New, draws: int
    ) -> list[dict[str, list[float]]]:
        """By which factors the chances might as well be off, in so many draws of the rates."""
        rng = Random(20_261_122)
        known = _typical(curves, entries, ends)
        found = []
        for _ in range(draws):
            drawn = _typical(Curves(self.chain(rng), ends[-1], oldest=_TYPICAL_AGE), entries, ends)
            factors = {
                key: [
                    round(other / one, 4) if one > 1e-9 else 1.0
                    for other, one in zip(drawn[key], known[key], strict=True)
                ]
                for key in known
            }
            if new.seen > 0:
                stream = rng.gammavariate(new.seen, 1 / new.seen)
                factors["new"] = [round(one * stream, 4) for one in factors["new"]]
            found.append(factors)
        return found


def _typical(curves: Curves, entries: dict[int, float], ends: Sequence[int]) -> dict[str, list[float]]:
    found = {
        str(stage): _parts(curves.chance(stage, _TYPICAL_AGE, days) for days in ends)
        for stage in curves.chain.order
    }
    found["new"] = _parts(curves.wins_of_new(entries, days) for days in ends)
    return found


def _parts(reached: Iterable[float]) -> list[float]:
    """What is added from one month to the next."""
    found, before = [], 0.0
    for value in reached:
        found.append(round(max(0.0, value - before), 6))
        before = max(before, value)
    return found


def until(history: History, last: date) -> list[date]:
    """The months of a history up to `last`, without a gap."""
    month = history.first_month
    found = []
    while month is not None and month <= last:
        found.append(month)
        month = months_on(month, 1)
    return found


__all__ = ["AGES", "CELLS", "Learner", "Lesson", "New", "lesson_from", "steps_of", "until"]
