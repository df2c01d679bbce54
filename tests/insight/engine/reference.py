"""What a report means, worked out in Python from the rows themselves: slow, plain, and nobody's SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from headwater.currencies.queries import convert
from headwater.insight.engine import Definition, Grouping, Measure, kind_of
from headwater.insight.engine.spans import company_days, span_of
from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import as_date, as_moment
from headwater.kernel.criteria import matches, parse
from tests.insight.engine.company import JOURNEY, Data

ZONE = ZoneInfo("Asia/Shanghai")
JoinedRow = dict[str, dict[str, Any] | None]
Level = dict[tuple[Any, ...], list[JoinedRow]]


@dataclass(frozen=True)
class Answer:
    """Values by keys, of rows, subtotals and the total."""

    rows: dict[tuple[Any, ...], list[Any]]
    subtotals: dict[tuple[Any, ...], list[Any]]
    total: list[Any]
    unpriced: int


class Reference:
    """The company as one reader sees it."""

    def __init__(self, data: Data, access: Access, people: frozenset[int] | None) -> None:
        self.data, self.access, self.people = data, access, people
        self.kind = kind_of(JOURNEY, access)
        self._criteria: dict[str, Any] = {}

    def answer(self, definition: Definition) -> Answer:
        attribution = definition.attribution or "first"
        everything = self._joined(attribution)
        rows = [row for row in everything if self._chosen(row, definition)]
        self._wholes = self._touch_counts(everything) if attribution == "linear" else None
        found = {
            size: {
                keys: [self._measure(one, group, rows) for one in definition.measures]
                for keys, group in self._groups(rows, definition.groupings[:size]).items()
            }
            for size in {0, 1, len(definition.groupings)}
            if size <= len(definition.groupings)
        }
        total = found[0].get((), [self._measure(one, [], []) for one in definition.measures])
        size = len(definition.groupings)
        return Answer(
            rows=found[size] if size else {},
            subtotals=found[1] if size > 1 else {},
            total=total,
            unpriced=self._unpriced(definition, rows),
        )

    # --- rows

    def _joined(self, attribution: str) -> list[JoinedRow]:
        data = self.data
        campaigns = {one["id"]: one for one in data["campaign"]}
        opportunities = {one["id"]: one for one in data["opportunity"] if self._seen(one)}
        rows: list[JoinedRow] = []
        for lead in data["lead"]:
            if not self._seen(lead):
                continue
            touches = [one for one in data["touch"] if one["lead_id"] == lead["id"]]
            if attribution == "first":
                touches = [one for one in touches if one["is_first"]]
            if attribution == "last":
                touches = sorted(touches, key=lambda one: (one["at"], one["id"]))[-1:]
            own = [one for one in data["link"] if one["lead_id"] == lead["id"]]
            links = [one for one in own if one["opportunity_id"] in opportunities]
            for touch in touches or [None]:
                campaign = None if touch is None else campaigns.get(touch["campaign_id"])
                for link in links or [None]:
                    opportunity = None if link is None else opportunities.get(link["opportunity_id"])
                    rows += [
                        {
                            "lead": lead,
                            "touch": touch,
                            "campaign": campaign,
                            "link": link,
                            "opportunity": opportunity,
                            "order": order,
                        }
                        for order in self._orders(opportunity) or [None]
                    ]
        return rows

    def _seen(self, record: dict[str, Any]) -> bool:
        mine = self.people is None or record["owner_id"] in self.people
        return mine and record["archived_at"] is None

    def _orders(self, opportunity: dict[str, Any] | None) -> list[dict[str, Any]]:
        if opportunity is None:
            return []
        orders = (one for one in self.data["order"] if one["opportunity_id"] == opportunity["id"])
        return [one for one in orders if one["archived_at"] is None]

    def _chosen(self, row: JoinedRow, definition: Definition) -> bool:
        if not self._meets(row, definition.filters):
            return False
        if definition.period is None or definition.period.value is None:
            return True
        span, value = span_of(definition.period.value), self.value(row, definition.period.field)
        if value is None:
            return False
        if not isinstance(value, datetime):
            value = datetime.combine(value, datetime.min.time(), ZONE)
        return (span.start is None or value >= span.start) and (span.end is None or value < span.end)

    def _meets(self, row: JoinedRow, condition: Any) -> bool:
        key = repr(condition)
        if key not in self._criteria:
            with company_days():
                self._criteria[key] = parse(condition, self.kind, self.access)
        criteria = self._criteria[key]
        return matches(
            criteria, {leaf.field.key: self.value(row, leaf.field.key) for leaf in criteria.leaves()}
        )

    def value(self, row: JoinedRow, key: str) -> Any:
        """A field of a joined row, as stored."""
        node, _dot, name = key.partition(".")
        record = row[node]
        if record is None:
            return None
        if key == "opportunity.days":
            lead = row["lead"]
            assert lead is not None
            return (record["closed_on"] - lead["created_at"].astimezone(ZONE).date()).days
        if key == "touch.wait":
            lead = row["lead"]
            assert lead is not None
            return Decimal(str((record["at"] - lead["created_at"]).total_seconds()))
        if name.startswith("custom."):
            raw = record["custom"].get(name.removeprefix("custom."))
            if raw is None:
                return None
            read = {"custom.birthday": as_date, "custom.visited": as_moment, "custom.weight": Decimal}[name]
            return read(raw)  # type: ignore[operator]
        if name in ("owner", "campaign"):
            return record[f"{name}_id"]
        return record[name]

    # --- groups

    def _groups(self, rows: Iterable[JoinedRow], groupings: tuple[Grouping, ...]) -> Level:
        found: Level = {}
        for row in rows:
            keys: list[tuple[Any, ...]] = [()]
            for one in groupings:
                keys = [(*before, key) for before in keys for key in self._keys(row, one)]
            for key in keys:
                found.setdefault(key, []).append(row)
        return found

    def _keys(self, row: JoinedRow, grouping: Grouping) -> list[Any]:
        value = self.value(row, grouping.field)
        if isinstance(value, list):
            return value or [None]
        if value in (None, ""):
            return [None]
        if isinstance(value, date):
            return [cut(value, grouping.bucket or "day")]
        return [value]

    # --- measures

    def _measure(self, one: Measure, group: list[JoinedRow], rows: list[JoinedRow]) -> Any:
        if one.agg == "rate":
            part, whole = (self._plain(part, group) for part in one.parts)
            if part is None or not whole:
                return None
            return _rounded(part * (1 if one.shown == "number" else 100) / whole)
        if one.agg == "share":
            part, whole = self._plain(one.parts[0], group), self._plain(one.parts[0], rows)
            return _rounded(part * 100 / whole) if whole else None
        found = self._plain(one.parts[0], group)
        if isinstance(found, Fraction):
            return _rounded(found)
        return found

    def _plain(self, one: Measure, group: list[JoinedRow]) -> Any:
        rows = [row for row in group if self._meets(row, one.where)]
        what = str(one.of)
        node = what.partition(".")[0]
        values: dict[int, Any] = {}
        for row in rows:
            record = row[node]
            if record is not None:
                value = record["id"] if one.agg == "count" else self._amount(row, what)
                values[record["id"]] = None if value == "" else value
        if what == "opportunity.days":  # measured from several leads: the least in the group
            for row in group:
                record = row[node]
                if record is not None and record["id"] in values:
                    values[record["id"]] = min(values[record["id"]], self.value(row, what))
        shares = {key: self._share(node, key, rows) for key in values}
        values = {key: value for key, value in values.items() if value is not None}
        match one.agg:
            case "count":
                return sum((shares[key] for key in values), Fraction(0))
            case "distinct":
                return Fraction(len(set(values.values())))
            case "sum":
                return sum((Fraction(values[key]) * shares[key] for key in values), Fraction(0))
            case "avg":
                weight = sum((shares[key] for key in values), Fraction(0))
                whole = sum((Fraction(values[key]) * shares[key] for key in values), Fraction(0))
                return whole / weight if weight else None
            case "median":
                ordered = sorted(Fraction(value) for value in values.values())
                if not ordered:
                    return None
                return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
        found = (min if one.agg == "min" else max)(values.values(), default=None)
        return found if found is None or isinstance(found, date) else Fraction(found)

    def _amount(self, row: JoinedRow, key: str) -> Any:
        value, record = self.value(row, key), row[key.partition(".")[0]]
        if value is None or record is None or not key.endswith(".amount"):
            return value
        day = record["closed_on"] if key.startswith("opportunity") else record["ordered_on"]
        return convert(value, record["currency"], day)

    def _share(self, node: str, record_id: int, rows: list[JoinedRow]) -> Fraction:
        if self._wholes is None or node in ("touch", "campaign"):
            return Fraction(1)
        return Fraction(len(_touches(rows, node, record_id)), self._wholes[node, record_id])

    def _touch_counts(self, rows: list[JoinedRow]) -> dict[tuple[str, int], int]:
        found: dict[tuple[str, int], set[Any]] = {}
        for row in rows:
            for node, record in row.items():
                if record is not None:
                    found.setdefault((node, record["id"]), set()).add(_touch_id(row))
        return {key: len(touches) for key, touches in found.items()}

    def _unpriced(self, definition: Definition, rows: list[JoinedRow]) -> int:
        lost = set()
        for one in (part for measure in definition.measures for part in measure.parts):
            what = str(one.of)
            if not what.endswith(".amount") or one.agg == "distinct":
                continue
            for row in rows:
                record = row[what.partition(".")[0]]
                if record is None or self.value(row, what) is None or not self._meets(row, one.where):
                    continue
                if self._amount(row, what) is None:
                    lost.add((what, record["id"]))
        return len(lost)


def _touch_id(row: JoinedRow) -> Any:
    """A record without touches counts as one with a single one."""
    touch = row["touch"]
    return None if touch is None else touch["id"]


def _touches(rows: list[JoinedRow], node: str, record_id: int) -> set[Any]:
    found = set()
    for row in rows:
        record = row[node]
        if record is not None and record["id"] == record_id:
            found.add(_touch_id(row))
    return found


def _rounded(value: Any) -> Fraction:
    exact = Fraction(value)
    with localcontext() as context:
        context.prec = 60
        number = Decimal(exact.numerator) / Decimal(exact.denominator)
        return Fraction(number.quantize(Decimal("0.000001"), ROUND_HALF_UP))


def cut(value: date, bucket: str) -> Any:
    """The bucket of a day or moment."""
    if isinstance(value, datetime):
        local = value.astimezone(ZONE)
        if bucket == "hour":
            return local.hour
        value = local.date()
    match bucket:
        case "weekday":
            return value.isoweekday()
        case "week":
            return value - timedelta(days=value.weekday())
        case "month":
            return value.replace(day=1)
        case "quarter":
            return value.replace(month=(value.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return value.replace(month=1, day=1)
    return value
