"""A company read row by row, as one reader may see it, for sums worked out without the engine."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import rows, values

Row = dict[str, Any]
Table = dict[Hashable, list[Any]]
ZONE = ZoneInfo("Asia/Shanghai")
TOTAL = "total"


@dataclass
class Raw:
    """The tables of a company. What belongs to a record type is cut to what `access` sees."""

    access: Access

    def seen(self, key: str) -> dict[int, Row]:
        """Records of a type by id, within scope, archived ones left out."""
        kind = record_type(key)
        scope = kind.scope(self.access.also(kind.permission("view")), "t")
        living = " AND t.archived_at IS NULL" if kind.is_archivable or key in ("task", "activity") else ""
        found = rows(f"SELECT t.* FROM {kind.table} t WHERE ({scope.text}){living}", scope.params)
        return {row["id"]: row for row in found}

    @cached_property
    def people(self) -> frozenset[int] | None:
        """Within reach for leads; None for everybody."""
        reach = self.access.also("leads.view").reach
        return None if reach.everyone else reach.people

    @cached_property
    def leads(self) -> dict[int, Row]:
        return self.seen("lead")

    @cached_property
    def accounts(self) -> dict[int, Row]:
        return self.seen("account")

    @cached_property
    def opportunities(self) -> dict[int, Row]:
        return self.seen("opportunity")

    @cached_property
    def orders(self) -> dict[int, Row]:
        return self.seen("order")

    @cached_property
    def payments(self) -> dict[int, Row]:
        return self.seen("payment")

    @cached_property
    def activities(self) -> dict[int, Row]:
        return self.seen("activity")

    @cached_property
    def tasks(self) -> dict[int, Row]:
        return self.seen("task")

    @cached_property
    def campaigns(self) -> dict[int, Row]:
        return self.seen("campaign")

    @cached_property
    def users(self) -> dict[int, Row]:
        return self.seen("user")

    @cached_property
    def all_opportunities(self) -> dict[int, Row]:
        return {row["id"]: row for row in rows("SELECT * FROM sales_opportunity")}

    @cached_property
    def all_orders(self) -> dict[int, Row]:
        return {row["id"]: row for row in rows("SELECT * FROM orders_order")}

    @cached_property
    def living_leads(self) -> dict[int, Row]:
        return {row["id"]: row for row in rows("SELECT * FROM leads_lead WHERE archived_at IS NULL")}

    @cached_property
    def conversions(self) -> list[Row]:
        return rows("SELECT * FROM leads_conversion ORDER BY at, id")

    @cached_property
    def transfers(self) -> dict[int, list[Row]]:
        """By lead, in order."""
        return by("lead_id", rows("SELECT * FROM leads_transfer ORDER BY id"))

    @cached_property
    def stage_changes(self) -> dict[int, list[Row]]:
        return by("lead_id", rows("SELECT * FROM leads_stagechange WHERE kind = 'stage' ORDER BY at, id"))

    @cached_property
    def calls(self) -> dict[int, list[datetime]]:
        """Moments of real follow-ups of leads, everybody's."""
        found = rows(
            "SELECT record_id, occurred_at FROM engagement_activity WHERE record_type = 'lead'"
            " AND kind <> 'note' AND archived_at IS NULL ORDER BY occurred_at"
        )
        return {key: [one["occurred_at"] for one in some] for key, some in by("record_id", found).items()}

    @cached_property
    def stages(self) -> dict[int, Row]:
        return {row["id"]: row for row in rows("SELECT * FROM sales_stage")}

    @cached_property
    def moves(self) -> dict[int, list[Row]]:
        return by("opportunity_id", rows("SELECT * FROM sales_stagemove ORDER BY at, id"))

    @cached_property
    def decisions(self) -> list[Row]:
        return rows("SELECT * FROM routing_decision")

    @cached_property
    def rates(self) -> dict[str, list[tuple[date, Decimal]]]:
        found = rows(
            "SELECT currency, on_date, rate FROM currencies_rate WHERE archived_at IS NULL"
            " AND base = company_currency() ORDER BY on_date"
        )
        known = by("currency", found)
        return {key: [(one["on_date"], one["rate"]) for one in some] for key, some in known.items()}

    def worth(self, amount: Decimal | None, currency: str, day: date) -> Decimal | None:
        """In the company's currency, half a cent up; None without a rate."""
        if amount is None or currency == self.currency:
            return amount
        known = [rate for since, rate in self.rates.get(currency, ()) if since <= day]
        return (amount * known[-1]).quantize(Decimal("0.01"), ROUND_HALF_UP) if known else None

    @cached_property
    def currency(self) -> str:
        return str(values("SELECT company_currency()")[0])

    # --- what came of leads

    @cached_property
    def deals(self) -> dict[int, set[tuple[int | None, int | None]]]:
        """By lead: (opportunity, order) as the guide of datasets defines what came of a lead."""
        named = {one for row in self.conversions for one in row["opportunity_ids"]}
        of_lead: dict[int, set[int]] = defaultdict(set)
        found: dict[int, set[tuple[int | None, int | None]]] = defaultdict(set)
        for row in self.conversions:
            of_lead[row["lead_id"]] |= set(row["opportunity_ids"])
        for one in self.all_opportunities.values():
            if one["id"] not in named:
                earlier = [c for c in self.conversions if c["account_id"] == one["account_id"]]
                earlier = [c for c in earlier if c["at"] <= one["created_at"]]
                if earlier:
                    of_lead[earlier[-1]["lead_id"]].add(one["id"])
        orders = by("opportunity_id", self.all_orders.values())
        for lead_id, ids in of_lead.items():
            for opportunity_id in ids:
                some = orders.get(opportunity_id) or [{"id": None}]
                found[lead_id] |= {(opportunity_id, one["id"]) for one in some}
        for one in orders.get(None, ()):
            earlier = [c for c in self.conversions if c["account_id"] == one["account_id"]]
            earlier = [c for c in earlier if local(c["at"]) <= one["ordered_on"]]
            if earlier:
                found[earlier[-1]["lead_id"]].add((None, one["id"]))
        return found

    @cached_property
    def stories(self) -> dict[int, Row]:
        """By lead: when it reached what."""
        opportunities = {row["lead_id"]: row for row in self.conversions}
        return {key: self._story(lead, opportunities.get(key)) for key, lead in self.leads.items()}

    def _story(self, lead: Row, conversion: Row | None) -> Row:
        changes = self.stage_changes.get(lead["id"], [])
        began = changes[0]["before"] if changes else lead["stage"]
        told = [(lead["created_at"], began), *((one["at"], one["after"]) for one in changes)]
        reached: dict[str, datetime | None] = {}
        for stage, good in (("MQL", ("MQL", "SQL", "WON")), ("SQL", ("SQL", "WON")), ("WON", ("WON",))):
            reached[stage] = least(at for at, name in told if name in good)
        won = [self.all_opportunities[one] for one, _order in self.deals.get(lead["id"], ()) if one]
        closed = least(
            one["closed_at"] for one in won if one["status"] == "won" and one["archived_at"] is None
        )
        once = reached["WON"] if lead["stage"] == "WON" else None  # what is open again is not won
        reached["WON"] = least([once, closed])
        reached["SQL"] = least([reached["SQL"], reached["WON"]])
        reached["MQL"] = least([reached["MQL"], reached["SQL"]])
        return reached | {"converted": conversion["at"] if conversion else None}


def by(key: str, some: Iterable[Row]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in some:
        found[row[key]].append(row)
    return dict(found)


def least(moments: Iterable[datetime | None]) -> datetime | None:
    return min((one for one in moments if one is not None), default=None)


def local(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def month(moment: datetime) -> date:
    return local(moment).replace(day=1)


def between(start: datetime | None, end: datetime | None) -> Decimal | None:
    if start is None or end is None:
        return None
    return Decimal((end - start) // timedelta(microseconds=1)) / 1_000_000


def last_days(number: int) -> datetime:
    """The moment with which the last so many days begin."""
    day = clock.now().astimezone(ZONE).date() - timedelta(days=number - 1)
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def table(
    some: Sequence[Row], key: Callable[[Row], Hashable], *measures: Callable[[Sequence[Row]], Any]
) -> Table:
    """The measures of every group, and of all."""
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for row in some:
        groups[key(row)].append(row)
    found: Table = {group: [one(part) for one in measures] for group, part in groups.items()}
    return found | {TOTAL: [one(some) for one in measures]}


# --- measures over rows


def number(
    name: str = "id", where: Callable[[Row], Any] = lambda row: True
) -> Callable[[Sequence[Row]], int]:
    """How many different values other than None."""
    return lambda some: len({row[name] for row in some if row[name] is not None and where(row)})


def adding(
    name: str, value: Callable[[Row], Any], where: Callable[[Row], Any] = lambda row: True
) -> Callable[[Sequence[Row]], Decimal]:
    """The sum of a value, of each different `name` once."""

    def add(some: Sequence[Row]) -> Decimal:
        each = {row[name]: value(row) for row in some if row[name] is not None and where(row)}
        return sum((Decimal(one) for one in each.values() if one is not None), Decimal(0))

    return add


def middle(value: Callable[[Row], Any]) -> Callable[[Sequence[Row]], Decimal | None]:
    def find(some: Sequence[Row]) -> Decimal | None:
        known = [one for row in some if (one := value(row)) is not None]
        return Decimal(median(known)) if known else None

    return find


def mean(value: Callable[[Row], Any]) -> Callable[[Sequence[Row]], Decimal | None]:
    def find(some: Sequence[Row]) -> Decimal | None:
        known = [one for row in some if (one := value(row)) is not None]
        return sum(known, Decimal(0)) / len(known) if known else None

    return find


def ratio(
    part: Callable[[Sequence[Row]], Any], whole: Callable[[Sequence[Row]], Any], times: int = 100
) -> Callable[[Sequence[Row]], Decimal | None]:
    def divide(some: Sequence[Row]) -> Decimal | None:
        below = Decimal(whole(some))
        return Decimal(part(some)) * times / below if below else None

    return divide
