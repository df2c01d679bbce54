"""What people say will come: sums by category, adjusted by them and their managers, up the tree.

The sums are cumulative: the commit forecast is what is won and committed, the best case forecast that and the
best case, the open pipeline all that is open and not omitted. Lost opportunities count as nothing.

With `as_of` everything is as it was known at that moment: the opportunities' stages, amounts, dates and
owners, the categories that had been set, the adjustments that had been made. Who is in which department is as
of today, and a stage nobody spoke of counts by its present probability.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from headwater.currencies.queries import company_currency, in_company
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.sales.queries import find_pipeline, pipelines
from headwater.targets.periods import Period
from headwater.targets.queries.categories import categorised
from headwater.targets.queries.facts import refuse_hidden_amounts
from headwater.targets.queries.team import COMPANY, Key, Seat, Team, team_of
from headwater.targets.types import Called, Category, Holder, Level

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sums:
    """Amounts by category in the company's currency, and how many opportunities they are made of."""

    pipeline: Decimal = _ZERO
    best_case: Decimal = _ZERO
    commit: Decimal = _ZERO
    closed: Decimal = _ZERO
    omitted: Decimal = _ZERO
    open_count: int = 0  # omitted ones too
    closed_count: int = 0
    unpriced: int = 0  # opportunities left out for want of a rate

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, name) + getattr(other, name) for name in Sums.__slots__))

    @property
    def commit_forecast(self) -> Decimal:
        return self.closed + self.commit

    @property
    def best_case_forecast(self) -> Decimal:
        return self.closed + self.commit + self.best_case

    @property
    def open_pipeline(self) -> Decimal:
        return self.pipeline + self.best_case + self.commit

    def of(self, called: Called) -> Decimal:
        return self.commit_forecast if called == Called.COMMIT else self.best_case_forecast


@dataclass(frozen=True, slots=True)
class Word:
    """An adjustment that holds: what somebody said, and when."""

    amount: Decimal
    note: str
    by: str
    by_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """One forecast of a seat. `rolled` is what those below it call (a person's own: the opportunities)."""

    rolled: Decimal
    closed: Decimal
    own: Word | None = None
    manager: Word | None = None

    @property
    def word(self) -> Word | None:
        """The adjustment that counts: the manager's before one's own."""
        return self.manager or self.own

    @property
    def amount(self) -> Decimal:
        """What is called; never less than what is won already."""
        return self.rolled if self.word is None else max(self.word.amount, self.closed)

    def __add__(self, other: "Call") -> "Call":
        """Of two pipelines: adjustments have gone into the amounts."""
        return Call(self.amount + other.amount, self.closed + other.closed)


@dataclass(frozen=True, slots=True)
class Submitted:
    """A forecast as it was handed in last."""

    at: datetime
    by: str
    note: str
    commit: Decimal
    best_case: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """A seat's forecast of a period."""

    seat: Seat
    sums: Sums
    commit: Call
    best_case: Call
    submitted: Submitted | None = None

    def call(self, called: Called) -> Call:
        return self.commit if called == Called.COMMIT else self.best_case


@dataclass(frozen=True)
class Commitments:
    """The forecasts of a team, in the order of the tree; `total` is that of all within reach."""

    period: Period
    as_of: datetime | None
    currency: str
    lines: tuple[Line, ...]
    total: Line
    _by_key: Mapping[Key, Line] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {line.seat.key: line for line in self.lines})

    def of(self, holder: Holder, one: int) -> Line | None:
        """The line of a person or a department, if it is within reach and has one."""
        return self._by_key.get((holder, one))


def commitments(
    access: Access, pipeline_id: int | None, period: Period, as_of: datetime | None = None
) -> Commitments:
    """The forecasts of everybody within reach and of departments wholly so; None: of all pipelines together.

    Refuses with `NotFound` an unknown pipeline and with `AmountsHidden`. Three queries and two for the tree.
    """
    refuse_hidden_amounts(access)
    wanted = [one.id for one in pipelines()] if pipeline_id is None else [find_pipeline(pipeline_id).id]
    team = team_of(access)
    sums = _sums(access, wanted, period, as_of)
    words = _words(wanted, period, as_of)
    submitted = _submissions(wanted[0], period, as_of) if len(wanted) == 1 else {}
    found: dict[Key, Line] = {}
    for one in wanted:
        for key, line in _lines(team, one, sums, words, submitted).items():
            found[key] = _joined(found[key], line) if key in found else line
    total = _total(team, found, sums)
    spoken = {key for _pipeline, key, _called, _level in words} | set(submitted)
    shown = team.only(
        lambda seat: (
            seat.key == COMPANY
            or seat.key in spoken
            or (seat.holder == Holder.PERSON and found[seat.key].sums != Sums())
        )
    )
    lines = tuple(found[seat.key] for seat in shown)
    return Commitments(period, as_of, company_currency(), lines, total)


def _sums(
    access: Access, wanted: list[int], period: Period, as_of: datetime | None
) -> dict[tuple[int, int | None], Sums]:
    """(pipeline, person) to the sums of their opportunities; nobody's under None for who sees all."""
    rows = categorised(period, wanted, as_of)
    found = sql.rows(
        "SELECT k.pipeline_id, k.owner_id, k.category, k.closed_at IS NOT NULL AS is_closed,"
        " coalesce(sum(k.value), 0) AS amount, count(*) AS held,"
        " count(*) FILTER (WHERE k.value IS NULL) AS unpriced"
        f" FROM ({rows.text}) k WHERE (%s OR k.owner_id = ANY(%s::bigint[]))"
        " AND NOT (k.closed_at IS NOT NULL AND k.category = 'omitted') GROUP BY 1, 2, 3, 4",
        (*rows.params, access.reach.everyone, sorted(access.reach.people)),
    )
    sums: dict[tuple[int, int | None], Sums] = {}
    for row in found:
        counted = {"closed_count" if row["is_closed"] else "open_count": row["held"]}
        part = Sums(**{Category(row["category"]).value: row["amount"]}, **counted, unpriced=row["unpriced"])
        place = (row["pipeline_id"], row["owner_id"])
        sums[place] = sums.get(place, Sums()) + part
    return sums


_Place = tuple[int, Key, Called, Level]


def _words(wanted: list[int], period: Period, as_of: datetime | None) -> dict[_Place, Word]:
    """The adjustments that hold: the latest of each, unless it was taken back."""
    worth = in_company("a.amount", "a.currency", "a.starts_on")
    found = sql.rows(
        "SELECT DISTINCT ON (a.pipeline_id, a.user_id, a.department_id, a.called, a.level)"
        f" a.pipeline_id, a.user_id, a.department_id, a.called, a.level, {worth.text} AS amount, a.note,"
        " a.by_id, coalesce(u.name, '') AS by, a.at FROM targets_adjustment a"
        " LEFT JOIN organization_user u ON u.id = a.by_id"
        " WHERE a.grain = %s AND a.starts_on = %s AND a.pipeline_id = ANY(%s::bigint[]) AND a.at <= %s"
        " ORDER BY a.pipeline_id, a.user_id, a.department_id, a.called, a.level, a.at DESC, a.id DESC",
        (*worth.params, period.grain, period.start, wanted, as_of or clock.now()),
    )
    return {
        (row["pipeline_id"], _key(row), Called(row["called"]), Level(row["level"])): Word(
            row["amount"], row["note"], row["by"], row["by_id"], row["at"]
        )
        for row in found
        if row["amount"] is not None
    }


def _submissions(pipeline_id: int, period: Period, as_of: datetime | None) -> dict[Key, Submitted]:
    found = sql.rows(
        'SELECT DISTINCT ON (s.user_id, s.department_id) s.user_id, s.department_id, s."commit", s.best_case,'
        " s.note, coalesce(u.name, '') AS by, s.at FROM targets_submission s"
        " LEFT JOIN organization_user u ON u.id = s.by_id"
        " WHERE s.grain = %s AND s.starts_on = %s AND s.pipeline_id = %s AND s.at <= %s"
        " ORDER BY s.user_id, s.department_id, s.at DESC, s.id DESC",
        (period.grain, period.start, pipeline_id, as_of or clock.now()),
    )
    return {
        _key(row): Submitted(row["at"], row["by"], row["note"], row["commit"], row["best_case"])
        for row in found
    }


def _key(row: Mapping[str, Any]) -> Key:
    if row["user_id"] is not None:
        return Holder.PERSON, row["user_id"]
    return Holder.DEPARTMENT, row["department_id"]


def _lines(
    team: Team,
    pipeline_id: int,
    sums: Mapping[tuple[int, int | None], Sums],
    words: Mapping[_Place, Word],
    submitted: Mapping[Key, Submitted],
) -> dict[Key, Line]:
    def own(seat: Seat) -> Sums:
        person = seat.id if seat.holder == Holder.PERSON else None
        if person is None and seat.key != COMPANY:
            return Sums()
        return sums.get((pipeline_id, person), Sums())

    def join(seat: Seat, mine: Sums, parts: list[Line]) -> Line:
        all_of_them = sum((part.sums for part in parts), mine)

        def call(called: Called) -> Call:
            rolled = sum((part.call(called).amount for part in parts), mine.of(called))
            said = [words.get((pipeline_id, seat.key, called, level)) for level in Level]
            return Call(rolled, all_of_them.closed, *said)

        return Line(seat, all_of_them, call(Called.COMMIT), call(Called.BEST_CASE), submitted.get(seat.key))

    return team.gather(own, join)


def _joined(first: Line, second: Line) -> Line:
    return Line(
        first.seat,
        first.sums + second.sums,
        first.commit + second.commit,
        first.best_case + second.best_case,
    )


def _total(team: Team, lines: Mapping[Key, Line], sums: Mapping[tuple[int, int | None], Sums]) -> Line:
    """The company's line, or the sum of the uppermost seats within reach."""
    if COMPANY in team:
        return lines[COMPANY]
    tops: Iterable[Line] = (lines[seat.key] for seat in team if seat.parent is None)
    found = Line(Seat(COMPANY, "", 0, None), Sums(), Call(_ZERO, _ZERO), Call(_ZERO, _ZERO))
    for line in tops:
        found = _joined(found, line)
    return found
