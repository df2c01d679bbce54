"""A definition held against what a reader may see: fields looked up, conditions parsed, measures taken apart.

Every measure becomes a formula over atoms, the aggregates that SQL computes; equal atoms are computed once.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from functools import partial
from typing import Any, TypeVar

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.insight.engine.attributing import attributed, dataset_of
from headwater.insight.engine.datasets import Dataset, Node, dataset, seen_nodes
from headwater.insight.engine.definitions import Definition, Grouping, Measure
from headwater.insight.engine.kinds import kind_of, split
from headwater.insight.engine.spans import before, company_days, days, is_whole_days, span_of
from headwater.insight.errors import ReportUnreadable
from headwater.kernel.access import Access, system_access
from headwater.kernel.catalogue import Field, FieldType, RecordType
from headwater.kernel.catalogue.values import BadValue
from headwater.kernel.criteria import Criteria, parse
from headwater.kernel.criteria.periods import Span
from headwater.kernel.errors import Invalid

NUMBER, PERCENT = FieldType.NUMBER.value, "percent"

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Atom:
    """One aggregate of SQL: `count`, `sum`, `values` (how many there are), `min`, `max`, `distinct`, `median`
    over the records of a node, each taken once in a group, where the condition holds for one of its rows.
    """

    agg: str
    node: str
    of: str = ""  # key of the field
    condition: str = ""  # `where` as text
    field: Field | None = dataclass_field(default=None, compare=False)
    where: Criteria | None = dataclass_field(default=None, compare=False)

    @property
    def is_additive(self) -> bool:
        """Whether sums over groups that share no record are its value over all."""
        return self.agg not in ("distinct", "median")


@dataclass(frozen=True)
class Group:
    """A grouping: its field, and how it is cut."""

    key: str
    field: Field
    bucket: str

    @property
    def node(self) -> str:
        return split(self.field.key)[0]

    @property
    def is_many(self) -> bool:
        """Whether a record stands in a group for each of its tags."""
        return self.field.type == FieldType.MULTI_PICK

    @property
    def is_time(self) -> bool:
        return bool(self.bucket)


@dataclass(frozen=True)
class PlannedMeasure:
    """A measure and the atoms of its parts, by their place in `Plan.atoms`; an average has two a part."""

    measure: Measure
    type: str
    label: str
    atoms: tuple[tuple[int, ...], ...]
    relates_to: str = ""  # the field or node it is about


@dataclass(frozen=True)
class Plan:
    """All that is needed to write the SQL of a report for one reader."""

    access: Access
    definition: Definition
    dataset: Dataset
    nodes: dict[str, Node]
    kind: RecordType
    groups: tuple[Group, ...]
    measures: tuple[PlannedMeasure, ...]
    atoms: tuple[Atom, ...]
    filters: Criteria
    period: Field | None
    span: Span
    span_before: Span | None
    attribution: str  # "" where the dataset has no touches
    notices: tuple[str, ...]
    is_cut: bool = False  # the root's table holds the days of the period and no others

    def money(self) -> bool:
        """Whether an amount is among the measures."""
        return any(one.type == FieldType.MONEY for one in self.measures)


class _Refusal(Exception):
    """Something in a definition that this reader cannot have; `key` is what, `code` and `detail` why."""

    def __init__(self, key: str, code: str, detail: str) -> None:
        super().__init__(code)
        self.key, self.code, self.detail = key, code, detail


def complaints(definition: Definition, access: Access) -> dict[str, dict[str, str]]:
    """What the reader cannot have of it, by place: {"measures.1": {"code", "detail"}}."""
    planner = _Planner(definition, access, strict=True)
    planner.plan()
    return planner.complaints


def plan(definition: Definition, access: Access) -> Plan:
    """The plan of a stored definition; `ReportUnreadable`, but hidden measures are left out with a notice."""
    made = _Planner(definition, access, strict=False).plan()
    assert made is not None
    return made


def stood_in(made: Plan) -> Plan:
    """The same report from a narrower make of its dataset, where one has all that it speaks of."""
    for one in made.dataset.stand_ins:
        if made.notices or made.attribution in ("last", "linear") or not one.is_ready():
            continue
        planner = _Planner(made.definition, made.access, strict=True, on=one.dataset)
        narrow = planner.plan()
        if narrow is not None and not planner.complaints:
            return narrow
    return made


def of_days(made: Plan, span: Span) -> Plan:
    """The plan of a span: its root reads a smaller table where it has one for the days of a period."""
    root = made.dataset.root
    if root.table_of_days is None or made.period is None or made.period.key != f"{root.key}.{root.dated}":
        return made
    first, last = days(span)
    if first is None or last is None:
        return made
    smaller = replace(root, table=root.table_of_days(first, last))
    nodes = tuple(smaller if node is root else node for node in made.dataset.nodes)
    return replace(
        made,
        dataset=replace(made.dataset, nodes=nodes),
        nodes=made.nodes | {root.key: smaller},
        is_cut=is_whole_days(span),
    )


class _Planner:
    def __init__(
        self, definition: Definition, access: Access, *, strict: bool, on: Dataset | None = None
    ) -> None:
        self.definition, self.access, self.strict, self.on = definition, access, strict, on
        self.complaints: dict[str, dict[str, str]] = {}
        self.atoms: dict[Atom, int] = {}
        self.notices: list[str] = []

    def plan(self) -> Plan | None:
        definition, found = self.definition, self.on or dataset(self.definition.dataset)
        if found is not None:
            found = dataset_of(definition, found)
        nodes = seen_nodes(found, self.access) if found is not None else ()
        if found is None or not nodes:
            detail = _("There is no dataset “%(key)s”.") % {"key": definition.dataset}
            self._refuse("dataset", _Refusal(definition.dataset, "report.unknown_dataset", detail))
            return None
        self.dataset, self.nodes = found, {node.key: node for node in nodes}
        if found.attribution is not None and found.attribution.key in self.nodes:
            self.definition = attributed(definition, found.attributed)
        self.kind = kind_of(found, self.access)
        with company_days():
            return self._planned()

    def _planned(self) -> Plan | None:
        definition = self.definition
        filters = self._try("filters", lambda: self._criteria(definition.filters))
        groups = [
            self._try(f"groupings.{number}", partial(self._group, one, number))
            for number, one in enumerate(definition.groupings)
        ]
        period = self._try("period", self._period)
        attribution = self._try("attribution", self._attribution)
        measures = self._measures()
        if self.complaints or filters is None or period is None:
            return None
        field_of_period, span, span_before = period
        return Plan(
            access=self.access,
            definition=definition.with_measures([one.measure for one in measures]),
            dataset=self.dataset,
            nodes=self.nodes,
            kind=self.kind,
            groups=tuple(one for one in groups if one is not None),
            measures=tuple(measures),
            atoms=tuple(self.atoms),
            filters=filters,
            period=field_of_period,
            span=span,
            span_before=span_before,
            attribution=attribution or "",
            notices=tuple(self.notices),
        )

    # --- refusing

    def _try(self, place: str, look: Callable[[], _Found]) -> _Found | None:
        try:
            return look()
        except _Refusal as refusal:
            self._refuse(place, refusal)
            return None

    def _refuse(self, place: str, refusal: _Refusal) -> None:
        if not self.strict:
            raise ReportUnreadable(what=refusal.key, place=place.partition(".")[0]) from refusal
        self.complaints.setdefault(place, {"code": refusal.code, "detail": refusal.detail})

    # --- parts

    def _field(self, key: str) -> Field:
        found = self.kind.field(key)
        if found is None:
            detail = _("There is no field “%(field)s”.") % {"field": key[:80]}
            raise _Refusal(key[:80], "report.unknown_field", detail)
        return found

    def _criteria(self, raw: Any) -> Criteria:
        try:
            return parse(raw, self.kind, self.access)
        except Invalid as bad:
            first = next(iter(bad.fields.values()))
            raise _Refusal(first["detail"], first["code"], first["detail"]) from None

    def _group(self, grouping: Grouping, number: int) -> Group:
        of = self._field(grouping.field)
        if of.type == FieldType.LONG_TEXT:
            detail = _("Long texts cannot be grouped by.")
            raise _Refusal(grouping.field, "report.grouping", detail)
        if of.mask is not None:
            detail = _("Contact details are not grouped by.")
            raise _Refusal(grouping.field, "report.grouping", detail)
        bucket = grouping.bucket
        if bucket and (not of.type.is_temporal or (bucket == "hour" and of.type == FieldType.DATE)):
            detail = _("%(field)s cannot be cut into %(bucket)s.") % {"field": of.label, "bucket": bucket}
            raise _Refusal(grouping.field, "report.bucket", detail)
        if of.type.is_temporal and not bucket:
            bucket = "day"
        return Group(f"g{number + 1}", of, bucket)

    def _period(self) -> tuple[Field | None, Span, Span | None]:
        definition = self.definition
        said = definition.period
        if said is None:
            return None, Span(None, None), None
        of = self._field(said.field)
        if not of.type.is_temporal:
            detail = _("%(field)s holds no days.") % {"field": of.label}
            raise _Refusal(said.field, "report.period", detail)
        try:
            span = span_of(said.value)
            then = before(said.value, span, definition.compare) if definition.compare else None
        except BadValue as bad:
            raise _Refusal(said.field, bad.code, bad.detail) from None
        return of, span, then

    def _attribution(self) -> str:
        if self.dataset.attribution is None or self.dataset.attribution.key not in self.nodes:
            if self.definition.attribution and self.strict:
                detail = _("This dataset knows no touches.")
                raise _Refusal("attribution", "report.attribution", detail)
            return ""
        return self.definition.attribution or "first"

    # --- measures

    def _measures(self) -> list[PlannedMeasure]:
        made, left_out = [], []
        for number, one in enumerate(self.definition.measures):
            try:
                made.append(self._measure(one))
            except _Refusal as refusal:
                if self.strict:
                    self._refuse(f"measures.{number}", refusal)
                left_out.append(self._called(one) or refusal.key)
        if left_out and not made and not self.strict:
            raise ReportUnreadable(what=", ".join(left_out), place="measures")
        if left_out:
            text = ngettext(
                "Left out, for it does not exist any more or you may not see it: %(names)s.",
                "Left out, for they do not exist any more or you may not see them: %(names)s.",
                len(left_out),
            )
            self.notices.append(text % {"names": ", ".join(left_out)})
        return made

    def _called(self, one: Measure) -> str:
        """The words for a measure that this reader does not get, as whoever built it reads them."""
        if one.label:
            return one.label
        fields = kind_of(self.dataset, system_access("insight")).all_fields
        told = []
        for part in one.parts:
            what = str(part.of)
            found = self.dataset.by_key.get(what) if part.agg == "count" else fields.get(what)
            if found is None:
                return ""
            told.append(_words(part.agg, str(found.label)))
        return " / ".join(told)

    def _measure(self, one: Measure) -> PlannedMeasure:
        parts = [self._part(part) for part in one.parts]
        atoms, kind, words = tuple(part[0] for part in parts), parts[0][1], parts[0][2]
        if one.agg == "rate":
            if any(part[1] in (FieldType.DATE, FieldType.DATETIME) for part in parts):
                raise _Refusal(words, "report.rate", _("A rate is of numbers."))
            kind = PERCENT
            if one.shown == "number":  # money by records is money, time by records is time
                is_each = parts[1][1] == NUMBER and parts[0][1] in (FieldType.MONEY.value, "duration")
                kind = parts[0][1] if is_each else NUMBER
            words = _("%(part)s / %(whole)s") % {"part": words, "whole": parts[1][2]}
        elif one.agg in ("share", "running"):
            usual = ("count", "sum") if one.agg == "running" else ("count", "sum", "distinct")
            if one.parts[0].agg not in usual:
                detail = _("Shares and running totals are of counts and sums.")
                raise _Refusal(words, "report.of", detail)
            kind = PERCENT if one.agg == "share" else kind
            text = _("%(what)s, share") if one.agg == "share" else _("%(what)s, running total")
            words = text % {"what": words}
        return PlannedMeasure(one, kind, one.label or words, atoms, str(one.parts[0].of))

    def _part(self, one: Measure) -> tuple[tuple[int, ...], str, str]:
        """The atoms of a plain measure, the type of its value and what it is called."""
        what = str(one.of)
        where = None if one.where is None else self._criteria(one.where)
        condition = "" if where is None else orjson.dumps(one.where, option=orjson.OPT_SORT_KEYS).decode()
        if one.agg == "count":
            if what not in self.nodes:
                detail = _("There is nothing called “%(what)s” to count.") % {"what": what[:80]}
                raise _Refusal(what[:80], "report.unknown_node", detail)
            label = str(self.nodes[what].label)
            if self.nodes[what].is_bridge:
                detail = _("“%(what)s” only ties records together: count the records.") % {"what": label}
                raise _Refusal(label, "report.not_counted", detail)
            return (
                (self._atom(Atom("count", what, "", condition, None, where)),),
                NUMBER,
                _words(one.agg, label),
            )
        of = self._field(what)
        node, key = split(what)
        kind = self.nodes[node].units.get(key, of.type.value)
        self._check_type(one, of)
        aggs = ("sum", "values") if one.agg == "avg" else (one.agg,)
        atoms = tuple(self._atom(Atom(agg, node, what, condition, of, where)) for agg in aggs)
        return atoms, NUMBER if one.agg == "distinct" else kind, _words(one.agg, str(of.label))

    def _check_type(self, one: Measure, of: Field) -> None:
        usual = of.type.is_numeric
        if one.agg == "distinct":
            usual = of.type not in (FieldType.MULTI_PICK, FieldType.LONG_TEXT)
        elif one.agg in ("min", "max"):
            usual = of.type.is_numeric or of.type.is_temporal
        if not usual:
            facts = {"agg": one.agg, "field": of.label}
            detail = _("“%(agg)s” does not apply to %(field)s.") % facts
            raise _Refusal(of.key, "report.agg_of_type", detail)

    def _atom(self, atom: Atom) -> int:
        return self.atoms.setdefault(atom, len(self.atoms))


def _words(agg: str, what: str) -> str:
    texts = {
        "count": _("%(what)s, number"),
        "distinct": _("%(what)s, different ones"),
        "sum": _("%(what)s, total"),
        "avg": _("%(what)s, average"),
        "min": _("%(what)s, least"),
        "max": _("%(what)s, most"),
        "median": _("%(what)s, median"),
    }
    return texts[agg] % {"what": what}
