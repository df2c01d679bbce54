"""How far everybody is: reached, how much of the target, where one should be by now, what is missing."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.money import rounded
from headwater.organization.queries import working_time
from headwater.targets.periods import Period
from headwater.targets.queries.facts import Reached, reached_by_person, refuse_hidden_amounts
from headwater.targets.queries.sheets import Goal, Sheet, sheet, shown_currency
from headwater.targets.queries.team import COMPANY, Key, Seat, Team, team_of
from headwater.targets.types import Holder, Measure

_NOTHING = Reached()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one seat stands in a period."""

    seat: Seat
    goal: Goal
    reached: Decimal
    unpriced: int
    share: Decimal  # of the period's working time that is over, 0 to 1

    @property
    def target(self) -> Decimal | None:
        return self.goal.amount

    @property
    def percent(self) -> Decimal | None:
        """Reached in percent of the target; None without one, and for a target of nothing."""
        if not self.target:
            return None
        return (self.reached * 100 / self.target).quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def expected(self) -> Decimal | None:
        """Where one should be by now: the target's share of the working time that is over."""
        return None if self.target is None else rounded(self.target * self.share)

    @property
    def ahead(self) -> Decimal | None:
        """By how much one is ahead of that, or behind it (negative)."""
        return None if self.expected is None else self.reached - self.expected

    @property
    def gap(self) -> Decimal | None:
        """What is missing to the target; nothing once it is reached."""
        return None if self.target is None else max(self.target - self.reached, Decimal(0))


@dataclass(frozen=True, slots=True)
class Progress:
    """A team's standings in a period, in the order of the tree."""

    period: Period
    measure: Measure
    currency: str
    share: Decimal
    standings: tuple[Standing, ...]
    unowned: Reached = _NOTHING

    def of(self, key: Key) -> Standing | None:
        return next((one for one in self.standings if one.seat.key == key), None)


def share_of_time(period: Period) -> Decimal:
    """How much of the period's working time is over, by the company's calendar."""
    hours = working_time()
    whole = hours.between(period.since, period.until)
    now = min(max(clock.now(), period.since), period.until)
    if whole <= 0:
        return Decimal(0) if now < period.until else Decimal(1)
    return Decimal(hours.between(period.since, now)) / whole


def progress(access: Access, period: Period, measure: Measure) -> Progress:
    """The standing of everybody within reach, and of the departments that are wholly so.

    People with neither target nor result are left out. Refuses with `AmountsHidden` where a role does not
    see amounts.
    """
    if measure.is_money:
        refuse_hidden_amounts(access)
    team = team_of(access)
    set_ones = sheet(access, team, measure, [period.start.year])
    reached = {person: one for (_period, person), one in reached_by_person(access, measure, [period]).items()}
    goals = set_ones.goals(period)
    shown = team.only(
        lambda seat: (
            goals[seat.key].amount is not None
            or (seat.holder == Holder.PERSON and seat.id in reached)
            or seat.key == COMPANY
        )
    )
    share = share_of_time(period)
    return Progress(
        period=period,
        measure=measure,
        currency=shown_currency(measure),
        share=share,
        standings=_standings(team, shown, goals, reached, share),
        unowned=reached.get(None, Reached()),
    )


def _standings(
    team: Team, shown: Team, goals: dict[Key, Goal], reached: dict[int | None, Reached], share: Decimal
) -> tuple[Standing, ...]:
    def own(seat: Seat) -> Reached:
        if seat.holder == Holder.PERSON:
            return reached.get(seat.id, Reached())
        return reached.get(None, Reached()) if seat.key == COMPANY else Reached()

    sums = team.gather(own, lambda _seat, mine, parts: sum(parts, mine))
    return tuple(
        Standing(seat, goals[seat.key], sums[seat.key].value, sums[seat.key].unpriced, share)
        for seat in shown
    )


def my_progress(access: Access, period: Period, measures: list[Measure]) -> list[Progress]:
    """The standing of the reader alone in several measures that they have a target for."""
    found = []
    person = access.user_id or 0
    held = sql.values(
        "SELECT DISTINCT measure FROM targets_target WHERE user_id = %s AND amount IS NOT NULL"
        " AND measure = ANY(%s) AND starts_on >= %s AND starts_on < %s",
        (person, [one.value for one in measures], period.start, period.end),
    )
    team = Team((Seat((Holder.PERSON, person), access.actor.name, 0, None),), sees_all=False)
    for measure in (one for one in measures if one in held):
        goals = sheet(access, team, measure, [period.start.year]).goals(period)
        if goals[Holder.PERSON, person].amount is None:
            continue
        mine = reached_by_person(access, measure, [period]).get((period, person), Reached())
        share = share_of_time(period)
        found.append(
            Progress(
                period,
                measure,
                shown_currency(measure),
                share,
                _standings(team, team, goals, {person: mine}, share),
            )
        )
    return found


__all__ = ["Progress", "Sheet", "Standing", "my_progress", "progress", "share_of_time"]
