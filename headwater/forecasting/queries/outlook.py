"""What will come in a period, three ways side by side, and the weighted pipeline beside them.

Every way begins with what is won in the period already. The cascade and the weighted pipeline count open
opportunities that are expected to close in it; the learnt way counts all open ones, whatever date they
bear, with the chance that history gives them to be won in what is left of the period, and the business that
is not there yet. The people's way is their commit forecast.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from headwater.currencies.queries import company_currency
from headwater.forecasting.cascade import Fall, cascade, rates
from headwater.forecasting.errors import NotLearntYet
from headwater.forecasting.expecting import Expected, Lot, chance_in, expect
from headwater.forecasting.lessons import Lesson, steps_of
from headwater.forecasting.queries import open_lots
from headwater.forecasting.queries.lessons import Known, lesson_of
from headwater.forecasting.queries.open_lots import Chosen, Closed
from headwater.forecasting.types import Observed, Step, Way, month_of
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.kernel.money import rounded
from headwater.sales.queries import find_pipeline
from headwater.targets.periods import Period, company_today
from headwater.targets.queries.commitments import Commitments, commitments
from headwater.targets.queries.facts import refuse_hidden_amounts
from headwater.targets.queries.sheets import sheet
from headwater.targets.queries.team import COMPANY, Key, Seat, Team, team_of
from headwater.targets.types import Holder, Measure

_ZERO = Decimal(0)
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """What one way expects for the whole period; `open` and `new` are what it adds to what is won already."""

    way: Way
    total: Decimal
    open: Decimal
    new: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One owner's part; nobody's under None."""

    person_id: int | None
    closed: Decimal
    open: Decimal
    count: int
    learnt: Decimal
    cascade: Decimal
    naive: Decimal
    people: Decimal | None
    target: Decimal | None


@dataclass(frozen=True, slots=True)
class Decisive:
    """An open opportunity that the learnt forecast rests on."""

    id: int
    name: str
    owner_id: int | None
    stage: Step
    amount: Decimal
    chance: float  # of being won in what is left of the period
    expected: Decimal


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is not in the sums, or not in all of them."""

    unpriced: int  # no amount: the learnt way takes what is usually won, the others nothing
    undated: int  # no expected close: in the learnt way alone
    unrated: int  # a currency without a rate: in none
    currencies: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """A period of a pipeline for somebody or some people."""

    pipeline_id: int
    period: Period
    who: Key | None  # None: all within reach
    currency: str
    learnt_at: datetime
    closed: Closed
    target: Decimal | None
    figures: tuple[Figure, ...]
    falls: tuple[Fall, ...]
    people: tuple[PersonLine, ...]
    decisive: tuple[Decisive, ...]
    left_out: LeftOut
    open_count: int
    open_amount: Decimal
    lesson: Lesson

    def figure(self, way: Way) -> Figure | None:
        return next((one for one in self.figures if one.way == way), None)


def outlook(access: Access, pipeline_id: int | None, period: Period, who: Key | None = None) -> Outlook:
    """The forecast of a period that is not over, for all within reach or for `who` of them.

    Refuses with `NotFound` a pipeline that is not there and people out of reach, with `AmountsHidden`, and
    with `NotLearntYet`.
    """
    refuse_hidden_amounts(access)
    pipeline = find_pipeline(pipeline_id)
    known = lesson_of(pipeline.id)
    if known is None:
        raise NotLearntYet(pipeline=pipeline.name)
    team = team_of(access)
    if who is not None and who not in team:
        raise NotFound(record=who[0].value, id=who[1])
    people = None if who is None or who == COMPANY else team.below(who)
    return _Maker(access, known, pipeline.id, period, team, who, people).make()


class _Maker:
    """Puts one together; its parts share what was read."""

    def __init__(
        self,
        access: Access,
        known: Known,
        pipeline_id: int,
        period: Period,
        team: Team,
        who: Key | None,
        people: frozenset[int] | None,
    ) -> None:
        self.access, self.known, self.lesson = access, known, known.lesson
        self.pipeline_id, self.period, self.team, self.who, self.people = (
            pipeline_id,
            period,
            team,
            who,
            people,
        )
        self.steps = steps_of(self.lesson)
        self.chosen = Chosen(
            [one.id for one in self.steps if one.is_open],
            [one.id for one in self.steps if one.is_won],
            people,
        )
        begins = max(period.start, month_of(company_today()))
        self.places: Sequence[int] = self.lesson.month_places(begins, period.end) or []
        seen = {int(stage): Observed(*pair) for stage, pair in self.lesson.observed.items()}
        self.rates = rates(self.steps, seen)

    def make(self) -> Outlook:
        rows = open_lots.lots(self.access, self.chosen, self.period)
        single = open_lots.largest(self.access, self.chosen)
        won = open_lots.closed(
            self.access, self.chosen, self.period.since, min(self.period.until, clock.now())
        )
        closed = Closed(
            sum(one.count for one in won.values()),
            sum((one.amount for one in won.values()), _ZERO),
            sum(one.unrated for one in won.values()),
        )
        falls, fallen = cascade(self.steps, _by_stage(rows), self.rates)
        weighted = rounded(sum((row["weighted"] for row in rows), _ZERO))
        learnt = self.expected(rows, single)
        said = commitments(self.access, self.pipeline_id, self.period)
        line = said.total if self.who is None or self.who == COMPANY else said.of(*self.who)
        committed = closed.amount if line is None else line.commit.amount
        # In its order: the way with an interval first, the one to compare with last.
        figures = (
            Figure(
                Way.LEARNT,
                closed.amount + rounded(learnt.open) + rounded(learnt.new),
                rounded(learnt.open),
                rounded(learnt.new),
                closed.amount + rounded(learnt.spread.low),
                closed.amount + rounded(learnt.spread.high),
            ),
            Figure(Way.CASCADE, closed.amount + fallen, fallen),
            Figure(Way.PEOPLE, committed, max(_ZERO, committed - closed.amount)),
            Figure(Way.NAIVE, closed.amount + weighted, weighted),
        )
        return Outlook(
            pipeline_id=self.pipeline_id,
            period=self.period,
            who=self.who,
            currency=company_currency(),
            learnt_at=self.known.at,
            closed=closed,
            target=self.targets().get(self.who or self.top()),
            figures=figures,
            falls=tuple(falls),
            people=self.person_lines(rows, won, said),
            decisive=self.decisive(single),
            left_out=self.left_out(rows, closed),
            open_count=sum(row["held"] for row in rows),
            open_amount=sum((row["amount"] for row in rows), _ZERO),
            lesson=self.lesson,
        )

    def top(self) -> Key:
        return COMPANY if COMPANY in self.team else (Holder.PERSON, self.access.user_id or 0)

    def targets(self) -> dict[Key, Decimal | None]:
        """What each seat is to win in the period, in all pipelines together."""
        if not self.access.may("targets.view"):
            return {}
        found = sheet(self.access, self.team, Measure.WON_AMOUNT, [self.period.start.year]).goals(self.period)
        return {key: goal.amount for key, goal in found.items()}

    def expected(self, rows: Sequence[dict[str, Any]], single: Sequence[dict[str, Any]]) -> Expected:
        """What the learnt way expects: the largest ones one by one, the others by stage and age."""
        sums: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0, 0.0, 0.0, 0])
        for row in rows:
            here = sums[row["stage_id"], row["cell"]]
            here[0] += row["priced"]
            here[1] += float(row["amount"])
            here[2] += row["squares"]
            here[3] += row["unpriced"]
        singles = []
        for row in single:
            worth = float(row["worth"])
            here = sums[row["stage_id"], row["cell"]]
            here[0] -= 1
            here[1] -= worth
            here[2] -= worth * worth
            singles.append((row["stage_id"], row["cell"], worth))
        rest = [
            Lot(
                stage,
                cell,
                int(count),
                max(0.0, amount) if count else 0.0,
                max(0.0, squares) if count else 0.0,
                int(bare),
            )
            for (stage, cell), (count, amount, squares, bare) in sums.items()
        ]
        return expect(self.lesson, rest, singles, self.places, share_of_new=self.share_of_new())

    def share_of_new(self) -> float:
        """The part of the new business that falls to those who are chosen."""
        new = self.lesson.new
        if new.per_day <= 0:
            return 0.0
        reach = self.access.reach
        people = self.people
        if people is None and reach.everyone:
            return 1.0
        mine = reach.people if people is None else people if reach.everyone else people & reach.people
        return min(1.0, sum(new.owners.get(str(one), 0.0) for one in mine) / new.per_day)

    def person_lines(
        self, rows: Sequence[dict[str, Any]], won: dict[int | None, Closed], said: Commitments
    ) -> tuple[PersonLine, ...]:
        by_owner: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            by_owner[row["owner_id"]].append(row)
        goals = self.targets()
        found = []
        for owner in {*by_owner, *won}:
            mine = by_owner.get(owner, [])
            closed = won.get(owner, Closed()).amount
            chances = (
                (row, chance_in(self.lesson, row["stage_id"], row["cell"], self.places)) for row in mine
            )
            learnt = sum(
                (float(row["amount"]) + row["unpriced"] * self.lesson.mean_won) * chance
                for row, chance in chances
            )
            _falls, fallen = cascade(self.steps, _by_stage(mine), self.rates)
            line = said.of(Holder.PERSON, owner) if owner else None
            new = self._new_of(owner)
            found.append(
                PersonLine(
                    person_id=owner,
                    closed=closed,
                    open=sum((row["amount"] for row in mine), _ZERO),
                    count=sum(row["held"] for row in mine),
                    learnt=closed + rounded(learnt + new),
                    cascade=closed + fallen,
                    naive=closed + rounded(sum((row["weighted"] for row in mine), _ZERO)),
                    people=line.commit.amount if line else None,
                    target=goals.get((Holder.PERSON, owner)) if owner else None,
                )
            )
        return tuple(sorted(found, key=lambda one: (-one.learnt, one.person_id or 0)))

    def _new_of(self, owner: int | None) -> float:
        wins = sum(self.lesson.new.wins[place] for place in self.places if self.lesson.new.wins)
        return self.lesson.new.owners.get(str(owner), 0.0) * wins * self.lesson.mean_won

    def decisive(self, single: Sequence[dict[str, Any]]) -> tuple[Decisive, ...]:
        steps = {one.id: one for one in self.steps}
        found = []
        for row in single:
            chance = chance_in(self.lesson, row["stage_id"], row["cell"], self.places)
            expected = rounded(float(row["worth"]) * chance)
            found.append(
                Decisive(
                    row["id"],
                    row["name"],
                    row["owner_id"],
                    steps[row["stage_id"]],
                    row["worth"],
                    chance,
                    expected,
                )
            )
        return tuple(sorted(found, key=lambda one: (-one.expected, one.id))[:_SHOWN])

    def left_out(self, rows: Sequence[dict[str, Any]], closed: Closed) -> LeftOut:
        unrated = sum(row["unrated"] for row in rows)
        return LeftOut(
            unpriced=sum(row["unpriced"] for row in rows),
            undated=sum(row["undated"] for row in rows),
            unrated=unrated + closed.unrated,
            currencies=tuple(open_lots.unrated(self.access, self.chosen)) if unrated else (),
        )


def _by_stage(rows: Sequence[dict[str, Any]]) -> dict[int, Decimal]:
    """What is expected to close in the period, by stage."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        found[row["stage_id"]] += row["due_amount"]
    return found


def seats(access: Access) -> tuple[Seat, ...]:
    """Whose forecast the reader may choose: departments, and people who work here."""
    return tuple(seat for seat in team_of(access) if seat.is_active)


__all__ = ["Outlook", "outlook", "seats"]
