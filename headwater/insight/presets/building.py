"""What presets are written with. A preset's words are given out in the language of whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from headwater.kernel.errors import Text

Json = dict[str, Any]
MARKETING, MANAGER, REP = "marketing", "manager", "rep"
LAST_30_DAYS: Json = {"last": 30, "unit": "day"}


@dataclass(frozen=True)
class Preset:
    """A report that comes with the house. `key` is stable; `roles` are the built-in roles it is meant for."""

    key: str
    name: Text
    description: Text
    roles: tuple[str, ...]
    raw: Mapping[str, Any] = field(repr=False)
    question: str = ""  # which question of `presets.boards.QUESTIONS` it answers first

    @property
    def definition(self) -> Json:
        """The report as JSON, its labels in the active language."""
        told: Json = _told(self.raw)
        return told


def _told(value: Any) -> Any:
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _told(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_told(one) for one in value]
    return value


def count(node: str, label: Text = "", where: Json | None = None) -> Json:
    """How many records of a node."""
    return _measure("count", node, label, where)


def total(of: str, label: Text = "", where: Json | None = None) -> Json:
    """The sum of a field."""
    return _measure("sum", of, label, where)


def different(of: str, label: Text = "", where: Json | None = None) -> Json:
    """How many different values a field has."""
    return _measure("distinct", of, label, where)


def median(of: str, label: Text = "", where: Json | None = None) -> Json:
    return _measure("median", of, label, where)


def average(of: str, label: Text = "", where: Json | None = None) -> Json:
    return _measure("avg", of, label, where)


def rate(of: Json, over: Json, label: Text, *, as_number: bool = False) -> Json:
    """One of the measures above in percent of another, or as a plain ratio."""
    made: Json = {"agg": "rate", "of": _plain(of), "over": _plain(over), "label": label}
    return made | ({"as": "number"} if as_number else {})


def share(of: Json, label: Text) -> Json:
    """In percent of the whole."""
    return {"agg": "share", "of": _plain(of), "label": label}


def _measure(agg: str, of: str, label: Text, where: Json | None) -> Json:
    made: Json = {"agg": agg, "of": of}
    if label:
        made["label"] = label
    if where is not None:
        made["where"] = where
    return made


def _plain(measure: Json) -> Json:
    return {key: value for key, value in measure.items() if key != "label"}


def is_(name: str, value: Any = True) -> Json:
    return {"field": name, "op": "eq", "value": value}


def is_not(name: str, value: Any) -> Json:
    return {"field": name, "op": "ne", "value": value}


def among(name: str, *values: Any) -> Json:
    return {"field": name, "op": "in", "value": list(values)}


def given(name: str) -> Json:
    return {"field": name, "op": "is_not_empty"}


def within(name: str, value: Any) -> Json:
    return {"field": name, "op": "within", "value": value}


def both(*parts: Json) -> Json:
    return {"all": list(parts)}


def either(*parts: Json) -> Json:
    return {"any": list(parts)}


def report(
    dataset: str,
    measures: Sequence[Json],
    *,
    by: Sequence[str | tuple[str, str]] = (),
    filters: Json | None = None,
    period: tuple[str, Any] | None = None,
    compare: str | None = None,
    sort: str | None = None,
    limit: int = 200,
    chart: Json | str = "table",
) -> Json:
    """A definition; measures become m1, m2 … in their order, a grouping may be (field, bucket)."""
    made: Json = {
        "dataset": dataset,
        "groupings": [
            {"field": one} if isinstance(one, str) else {"field": one[0], "bucket": one[1]} for one in by
        ],
        "measures": [{"key": f"m{number}", **one} for number, one in enumerate(measures, start=1)],
        "limit": limit,
        "chart": {"kind": chart} if isinstance(chart, str) else chart,
    }
    if filters is not None:
        made["filters"] = filters
    if period is not None:
        made["period"] = {"field": period[0], "value": period[1]}
    if compare is not None:
        made["compare"] = compare
    if sort is not None:
        made["sort"] = sort
    return made
