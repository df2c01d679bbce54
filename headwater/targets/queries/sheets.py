"""Targets as they were set, and what follows from them up the tree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from headwater.currencies.queries import company_currency, in_company
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.targets.periods import Period
from headwater.targets.queries.team import COMPANY, Key, Seat, Team
from headwater.targets.types import Grain, Holder, Measure

_FINER = {Grain.YEAR: Grain.QUARTER, Grain.QUARTER: Grain.MONTH}


@dataclass(frozen=True, slots=True)
class SetTarget:
    """One target; `amount` in the company's currency, None where that has no rate."""

    id: int
    amount: Decimal | None
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Goal:
    """What stands for a seat in a period: its own target, that of those below, and which of them counts."""

    own: Decimal | None
    below: Decimal | None
    stated: bool = False  # the target was set for this very period, not added up from shorter ones

    @property
    def amount(self) -> Decimal | None:
        return self.below if self.own is None else self.own

    @property
    def difference(self) -> Decimal | None:
        """How much more (or less, negative) the seat's own target is than those below it together."""
        return None if self.own is None or self.below is None else self.own - self.below


class Sheet:
    """All targets of a measure within a year, for the seats of a team."""

    def __init__(self, team: Team, found: Mapping[tuple[Key, Period], SetTarget]) -> None:
        self.team = team
        self.found = found

    def set_for(self, key: Key, period: Period) -> SetTarget | None:
        """The target that was set for exactly this period."""
        return self.found.get((key, period))

    def own(self, key: Key, period: Period) -> Decimal | None:
        """The seat's own target: the one set for the period, else the sum of shorter ones within it."""
        stated = self.found.get((key, period))
        if stated is not None and stated.amount is not None:
            return stated.amount
        finer = _FINER.get(period.grain)
        if finer is None:
            return None
        return total(self.own(key, part) for part in period.parts(finer))

    def goals(self, period: Period) -> dict[Key, Goal]:
        """The goal of every seat."""

        def join(seat: Seat, own: Decimal | None, parts: list[Goal]) -> Goal:
            return Goal(own, total(part.amount for part in parts), (seat.key, period) in self.found)

        return self.team.gather(lambda seat: self.own(seat.key, period), join)


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is there; None when nothing is."""
    known = [one for one in amounts if one is not None]
    return sum(known, Decimal(0)) if known else None


def sheet(access: Access, team: Team, measure: Measure, years: Sequence[int]) -> Sheet:
    """The targets of the team's seats in whole years, in one query."""
    worth = in_company("t.amount", "t.currency", "t.starts_on") if measure.is_money else None
    found = sql.rows(
        f"SELECT t.id, t.user_id, t.department_id, t.grain, t.starts_on, t.version, t.updated_at,"
        f" {worth.text if worth else 't.amount'} AS amount FROM targets_target t"
        " WHERE t.measure = %s AND t.starts_on >= make_date(%s, 1, 1) AND t.starts_on < make_date(%s, 1, 1)"
        " AND t.amount IS NOT NULL AND (t.user_id = ANY(%s::bigint[]) OR t.department_id = ANY(%s::bigint[])"
        " OR (%s AND t.user_id IS NULL AND t.department_id IS NULL))",
        (
            *(worth.params if worth else ()),
            measure,
            min(years),
            max(years) + 1,
            team.people,
            team.departments,
            COMPANY in team,
        ),
    )
    return Sheet(
        team,
        {
            (_key(row), Period(row["starts_on"], Grain(row["grain"]))): SetTarget(
                row["id"], row["amount"], row["version"], row["updated_at"]
            )
            for row in found
        },
    )


def _key(row: Mapping[str, int | None]) -> Key:
    if row["user_id"] is not None:
        return Holder.PERSON, row["user_id"]
    return COMPANY if row["department_id"] is None else (Holder.DEPARTMENT, row["department_id"])


def shown_currency(measure: Measure) -> str:
    """The currency of a measure's figures; empty for counts."""
    return company_currency() if measure.is_money else ""
