"""What a report says: one shape for every screen, file and program; exact through JSON."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from headwater.kernel.catalogue import FieldType

Value = int | Decimal | date | datetime | None
Key = str | int | bool | Decimal | date | None


@dataclass(frozen=True)
class Column:
    """A grouping ("g1") or a measure ("m1") of a result.

    `type` is a `FieldType` value, "duration" (seconds) or "percent" (42.5 means 42.5 %). Groupings of days
    and moments carry their `bucket`: keys of day, week, month, quarter and year are the first day, of weekday
    1 (Monday) to 7, of hour 0 to 23. `relation` is the record type that keys of a relation are ids of.
    """

    key: str
    label: str
    type: str
    bucket: str = ""
    field: str = ""  # the dataset's field ("lead.campaign"), or the node that is counted
    relation: str = ""
    agg: str = ""  # of a measure


@dataclass(frozen=True)
class Row:
    """One group: `keys` and `labels` by grouping, `values` by measure, `before` those of the comparison."""

    keys: tuple[Key, ...]
    labels: tuple[str, ...]
    values: tuple[Value, ...]
    before: tuple[Value, ...] | None = None


@dataclass(frozen=True)
class Result:
    """The answer to a definition for one reader.

    `subtotals` are by the first grouping, when there are two or more, in the order of the rows; `total` and
    subtotals are counted on their own. `is_cut`: there are more groups (`group_count`) than rows. `unpriced`
    amounts were left out for want of an exchange rate; `notices` are sentences for the reader. `since` and
    `until` are the days of the period, `before_since` and `before_until` those of the comparison (the last
    day included; None where open).
    """

    groupings: tuple[Column, ...]
    measures: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: tuple[Value, ...]
    total_before: tuple[Value, ...] | None
    subtotals: tuple[Row, ...]
    group_count: int
    is_cut: bool
    notices: tuple[str, ...]
    unpriced: int
    currency: str  # of amounts; "" when there are none
    as_of: datetime
    since: date | None = None
    until: date | None = None
    before_since: date | None = None
    before_until: date | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values: decimals as text, days and moments in ISO form."""
        return {
            "groupings": [vars(one) for one in self.groupings],
            "measures": [vars(one) for one in self.measures],
            "rows": [_row_out(one) for one in self.rows],
            "total": [_out(one) for one in self.total],
            "total_before": None if self.total_before is None else [_out(one) for one in self.total_before],
            "subtotals": [_row_out(one) for one in self.subtotals],
            "group_count": self.group_count,
            "is_cut": self.is_cut,
            "notices": list(self.notices),
            "unpriced": self.unpriced,
            "currency": self.currency,
            "as_of": self.as_of.isoformat(),
            **{name: _out(getattr(self, name)) for name in _DAYS},
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Result":
        """What `as_json` gave, to the last digit."""
        groupings = tuple(Column(**one) for one in raw["groupings"])
        measures = tuple(Column(**one) for one in raw["measures"])

        def values(given: list[Any] | None) -> tuple[Value, ...] | None:
            if given is None:
                return None
            return tuple(_value_in(column, one) for column, one in zip(measures, given, strict=True))

        def row(given: dict[str, Any]) -> Row:
            keys = tuple(_key_in(column, one) for column, one in zip(groupings, given["keys"], strict=False))
            return Row(keys, tuple(given["labels"]), values(given["values"]) or (), values(given["before"]))

        return cls(
            groupings=groupings,
            measures=measures,
            rows=tuple(row(one) for one in raw["rows"]),
            total=values(raw["total"]) or (),
            total_before=values(raw["total_before"]),
            subtotals=tuple(row(one) for one in raw["subtotals"]),
            group_count=raw["group_count"],
            is_cut=raw["is_cut"],
            notices=tuple(raw["notices"]),
            unpriced=raw["unpriced"],
            currency=raw["currency"],
            as_of=datetime.fromisoformat(raw["as_of"]),
            **{name: None if raw[name] is None else date.fromisoformat(raw[name]) for name in _DAYS},
        )


_DAYS = ("since", "until", "before_since", "before_until")


def _out(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def _row_out(row: Row) -> dict[str, Any]:
    return {
        "keys": [_out(one) for one in row.keys],
        "labels": list(row.labels),
        "values": [_out(one) for one in row.values],
        "before": None if row.before is None else [_out(one) for one in row.before],
    }


def _value_in(column: Column, raw: Any) -> Value:
    if not isinstance(raw, str):
        return raw  # type: ignore[no-any-return]
    if column.type == FieldType.DATE:
        return date.fromisoformat(raw)
    if column.type == FieldType.DATETIME:
        return datetime.fromisoformat(raw)
    return Decimal(raw)


def _key_in(column: Column, raw: Any) -> Key:
    if not isinstance(raw, str):
        return raw  # type: ignore[no-any-return]
    if column.bucket:
        return date.fromisoformat(raw)
    if column.type in (FieldType.NUMBER, FieldType.MONEY, FieldType.PERCENT, "duration"):
        return Decimal(raw)
    return raw
