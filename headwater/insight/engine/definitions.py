"""A report's definition: JSON from outside to a checked shape, and back.

`Definition.read` looks at the shape alone, so that a stored one can be opened by whoever may not see all of
it; `Definition.parse` also holds it against what this reader may see (`planning.plan`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from django.utils.translation import gettext as _

from headwater.insight.engine.datasets import dataset
from headwater.kernel.access import Access
from headwater.kernel.criteria.parse import is_deeper
from headwater.kernel.errors import Invalid

MAX_GROUPINGS = 3
MAX_MEASURES = 10
MAX_LIMIT = 1000
DEFAULT_LIMIT = 200
MAX_NESTING = 40  # of its JSON, conditions of rates the deepest

PLAIN = ("count", "distinct", "sum", "avg", "min", "max", "median")
COMPOSED = ("rate", "share", "running")
BUCKETS = ("day", "week", "month", "quarter", "year", "weekday", "hour")
ATTRIBUTIONS = ("first", "last", "linear")
COMPARISONS = ("previous", "year")
CHARTS = ("table", "pivot", "bar", "line", "area", "pie", "funnel", "heatmap", "number")


@dataclass(frozen=True)
class Grouping:
    """By what rows are gathered; moments and days by `bucket`."""

    field: str
    bucket: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"field": self.field} | ({"bucket": self.bucket} if self.bucket else {})


@dataclass(frozen=True)
class Measure:
    """What is counted. `of` is a node (count) or a field, or for composed ones a plain measure.

    A rate has `over`, and says `shown` "percent" or "number". `where` is a condition of its own.
    """

    key: str
    agg: str
    of: "str | Measure"
    over: "Measure | None" = None
    where: Any = None
    label: str = ""
    shown: str = ""

    @property
    def parts(self) -> "tuple[Measure, ...]":
        """The plain measures that it is made of; itself when it is plain."""
        if isinstance(self.of, str):
            return (self,)
        return (self.of,) if self.over is None else (self.of, self.over)

    def as_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"key": self.key} if self.key else {}
        said |= {"agg": self.agg, "of": self.of if isinstance(self.of, str) else self.of.as_json()}
        if self.over is not None:
            said["over"] = self.over.as_json()
        if self.where is not None:
            said["where"] = self.where
        if self.label:
            said["label"] = self.label
        if self.shown:
            said["as"] = self.shown
        return said


@dataclass(frozen=True)
class ReportPeriod:
    """The days it is about: what criteria call `within`, two days `[from, to]`, or None for all time."""

    field: str
    value: Any = None

    def as_json(self) -> dict[str, Any]:
        return {"field": self.field, "value": self.value}


@dataclass(frozen=True)
class Definition:
    """A report as it is stored. Immutable; `dataclasses.replace` makes variants."""

    dataset: str
    measures: tuple[Measure, ...]
    groupings: tuple[Grouping, ...] = ()
    filters: Any = None
    period: ReportPeriod | None = None
    compare: str = ""
    sort: str = ""
    limit: int = DEFAULT_LIMIT
    attribution: str = ""
    chart: Mapping[str, Any] = field(default_factory=lambda: {"kind": "table"})

    @classmethod
    def parse(cls, raw: Any, access: Access) -> "Definition":
        """From JSON (text or dict), for this reader; `Invalid` says per place what cannot be taken."""
        from headwater.insight.engine.checking import check

        made = cls.read(raw)
        check(made, access)
        return made

    @classmethod
    def stored(cls, raw: Any, access: Access) -> "Definition":
        """From what was kept, for this reader: as `parse`, but measures that they may not see, or that are
        gone, stay in it while there are others; `run` leaves them out and says so.
        """
        from headwater.insight.engine.checking import check

        made = cls.read(raw)
        check(made, access, stored=True)
        return made

    @classmethod
    def read(cls, raw: Any) -> "Definition":
        """The shape alone, as it was stored; `Invalid` for what no reader could take."""
        return _Reader().definition(raw)

    def with_measures(self, measures: Sequence[Measure]) -> "Definition":
        """The same with these of its measures; in the usual order if the one it was sorted by is gone."""
        gone = {one.key for one in self.measures} - {one.key for one in measures}
        sort = "" if self.sort.removeprefix("-") in gone else self.sort
        return replace(self, measures=tuple(measures), sort=sort)

    def as_json(self) -> dict[str, Any]:
        """What `read` takes, as plain JSON values."""
        return {
            "dataset": self.dataset,
            "filters": self.filters,
            "period": None if self.period is None else self.period.as_json(),
            "compare": self.compare or None,
            "groupings": [one.as_json() for one in self.groupings],
            "measures": [one.as_json() for one in self.measures],
            "sort": self.sort or None,
            "limit": self.limit,
            "attribution": self.attribution or None,
            "chart": dict(self.chart),
        }


class _Reader:
    """Collects every complaint before it refuses."""

    def __init__(self) -> None:
        self.complaints: dict[str, dict[str, str]] = {}

    def complain(self, place: str, code: str, detail: str) -> None:
        self.complaints.setdefault(place, {"code": code, "detail": detail})

    def definition(self, raw: Any) -> Definition:
        if isinstance(raw, str | bytes):
            try:
                raw = orjson.loads(raw)
            except orjson.JSONDecodeError:
                raise Invalid.one("definition", "report.json", _("This is not valid JSON.")) from None
        if not isinstance(raw, Mapping):
            raise Invalid.one("definition", "report.shape", _("A report is an object."))
        if is_deeper(raw, MAX_NESTING):
            raise Invalid.one("definition", "report.too_deep", _("The filter is nested too deeply."))
        made = Definition(
            dataset=self._text(raw, "dataset"),
            filters=self._condition(raw.get("filters"), "filters"),
            period=self._period(raw.get("period"), raw.get("dataset")),
            compare=self._word(raw, "compare", COMPARISONS),
            groupings=self._groupings(raw.get("groupings")),
            measures=self._measures(raw.get("measures")),
            sort=self._sort(raw.get("sort")),
            limit=self._limit(raw.get("limit")),
            attribution=self._word(raw, "attribution", ATTRIBUTIONS),
            chart=self._chart(raw.get("chart")),
        )
        if made.compare and (made.period is None or made.period.value is None):
            self.complain("compare", "report.compare", _("A comparison needs a period."))
        self._check_sort(made)
        if self.complaints:
            raise Invalid(fields=self.complaints)
        return made

    def _text(self, raw: Mapping[str, Any], place: str) -> str:
        found = raw.get(place)
        if not isinstance(found, str) or not found or len(found) > 120:
            self.complain(place, "value.required", _("This is required."))
            return ""
        return found

    def _word(self, raw: Mapping[str, Any], place: str, known: tuple[str, ...]) -> str:
        found = raw.get(place)
        if found in (None, ""):
            return ""
        if found not in known:
            self.complain(place, "value.choice", _("One of: %(words)s.") % {"words": ", ".join(known)})
            return ""
        return str(found)

    def _condition(self, raw: Any, place: str) -> Any:
        if raw in (None, "", {}):
            return None
        if not isinstance(raw, Mapping):
            self.complain(place, "criteria.shape", _("A condition is an object with field, op and value."))
            return None
        return dict(raw)

    def _period(self, raw: Any, of: Any) -> ReportPeriod | None:
        if raw in (None, {}):
            return None
        if not isinstance(raw, Mapping) or not isinstance(raw.get("field") or "", str):
            self.complain("period", "report.period", _("A period has a field and a value."))
            return None
        usual = dataset(of) if isinstance(of, str) else None
        said = raw.get("field") or ("" if usual is None else usual.period)
        return ReportPeriod(said, raw.get("value") or None)

    def _groupings(self, raw: Any) -> tuple[Grouping, ...]:
        if raw is None:
            return ()
        if not isinstance(raw, list) or len(raw) > MAX_GROUPINGS:
            self.complain(
                "groupings", "report.groupings", _("At most %(limit)s groupings.") % {"limit": MAX_GROUPINGS}
            )
            return ()
        found = []
        for number, one in enumerate(raw):
            place = f"groupings.{number}"
            if not isinstance(one, Mapping) or not isinstance(one.get("field"), str):
                self.complain(place, "report.grouping", _("A grouping has a field."))
                continue
            bucket = one.get("bucket") or ""
            if bucket and bucket not in BUCKETS:
                words = {"words": ", ".join(BUCKETS)}
                self.complain(place, "report.bucket", _("One of: %(words)s.") % words)
                continue
            found.append(Grouping(one["field"], bucket))
        if len(set(found)) < len(found):
            self.complain("groupings", "report.grouping_twice", _("The same grouping is there twice."))
        return tuple(found)

    def _measures(self, raw: Any) -> tuple[Measure, ...]:
        if not isinstance(raw, list) or not 1 <= len(raw) <= MAX_MEASURES:
            limit = {"limit": MAX_MEASURES}
            self.complain("measures", "report.measures", _("Between 1 and %(limit)s measures.") % limit)
            return ()
        found = []
        for number, one in enumerate(raw):
            made = self._measure(one, f"measures.{number}", f"m{number + 1}")
            if made is not None:
                found.append(made)
        if len({one.key for one in found}) < len(found):
            self.complain("measures", "report.measure_twice", _("Two measures have the same key."))
        return tuple(found)

    def _measure(self, raw: Any, place: str, key: str, *, inner: bool = False) -> Measure | None:
        known = PLAIN if inner else PLAIN + COMPOSED
        if not isinstance(raw, Mapping) or raw.get("agg") not in known:
            words = {"words": ", ".join(known)}
            self.complain(place, "report.agg", _("A measure has “agg”, one of: %(words)s.") % words)
            return None
        agg, of, over = str(raw["agg"]), raw.get("of"), None
        if not inner:
            given = raw.get("key") or key
            if not isinstance(given, str) or not (
                given[:1] == "m" and given[1:].isdigit() and len(given) < 5
            ):
                self.complain(place, "report.measure_key", _("Keys of measures are m1, m2 and so on."))
                return None
            key = given
        if agg in PLAIN:
            if not isinstance(of, str) or not of:
                self.complain(place, "report.of", _("Say what is counted in “of”."))
                return None
        else:
            of = self._measure(of, f"{place}.of", "", inner=True)
            if agg == "rate":
                over = self._measure(raw.get("over"), f"{place}.over", "", inner=True)
            if of is None or (agg == "rate" and over is None):
                return None
        shown = raw.get("as") or ""
        if shown not in ("", "percent", "number") or (shown and agg != "rate"):
            self.complain(place, "report.as", _("A rate is shown as percent or number."))
            return None
        return Measure(
            key=key if not inner else "",
            agg=agg,
            of=of,
            over=over,
            where=self._condition(raw.get("where"), f"{place}.where") if agg in PLAIN else None,
            label=str(raw.get("label") or "")[:80],
            shown=shown,
        )

    def _sort(self, raw: Any) -> str:
        if raw in (None, ""):
            return ""
        if not isinstance(raw, str) or raw.lstrip("-")[:1] not in ("m", "g") or len(raw) > 6:
            self.complain("sort", "report.sort", _("Sort by a measure (m1) or a grouping (g1)."))
            return ""
        return raw

    def _check_sort(self, made: Definition) -> None:
        if not made.sort:
            return
        keys = {one.key for one in made.measures} | {f"g{n + 1}" for n in range(len(made.groupings))}
        if made.sort.removeprefix("-") not in keys:
            self.complain("sort", "report.sort", _("Sort by a measure (m1) or a grouping (g1)."))

    def _limit(self, raw: Any) -> int:
        if raw is None:
            return DEFAULT_LIMIT
        if isinstance(raw, bool) or not isinstance(raw, int) or not 1 <= raw <= MAX_LIMIT:
            self.complain("limit", "report.limit", _("Between 1 and %(limit)s rows.") % {"limit": MAX_LIMIT})
            return DEFAULT_LIMIT
        return raw

    def _chart(self, raw: Any) -> Mapping[str, Any]:
        if raw in (None, {}):
            return {"kind": "table"}
        if not isinstance(raw, Mapping) or raw.get("kind") not in CHARTS or len(orjson.dumps(raw)) > 4000:
            words = {"words": ", ".join(CHARTS)}
            self.complain("chart", "report.chart", _("One of: %(words)s.") % words)
            return {"kind": "table"}
        return dict(raw)
