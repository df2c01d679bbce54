"""The whole statement: the nodes' parts side by side, measures made of atoms, sorted and cut in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headwater.insight.engine.aggregating import Part, levels_of
from headwater.insight.engine.planning import Group, Plan, PlannedMeasure
from headwater.kernel.catalogue import FieldType, record_type
from headwater.kernel.sql import Fragment

MAX_ORDERED_CHOICES = 200


@dataclass(frozen=True)
class Order:
    """How rows follow each other: by keys, or by the value of a measure."""

    measure: str = ""  # "m2"
    group: str = ""  # "g1": only this grouping's order was asked for
    descending: bool = False


def order_of(plan: Plan) -> Order:
    """What the report says, else times in their order and the rest by the first measure."""
    said = plan.definition.sort
    name = said.removeprefix("-")
    if name.startswith("m") and any(one.measure.key == name for one in plan.measures):
        return Order(measure=name, descending=said.startswith("-"))
    if name.startswith("g"):
        return Order(group=name, descending=said.startswith("-"))
    if all(group.is_time for group in plan.groups):
        return Order()
    return Order(measure=plan.measures[0].measure.key, descending=True)


def is_by_time(plan: Plan) -> bool:
    """Whether the rows of each group follow the time."""
    order = order_of(plan)
    times = [group.key for group in plan.groups if group.is_time]
    if not times or (order.measure and plan.definition.sort):
        return False
    return not order.descending or order.group not in times


@dataclass(frozen=True)
class Only:
    """The rows of a comparison that are wanted: the `k` of groups, the `first` of subtotals."""

    groups: list[str]
    firsts: list[str]


def statement(plan: Plan, parts: Sequence[Part], *, limit: int, only: Only | None = None) -> Fragment:
    """Rows of all levels: lv, pos, groups, g..., u, m...; at most `limit` of a level, or of those wanted."""
    ctes = [cte for part in parts for cte in part.ctes]
    params: list[Any] = [param for _name, cte in ctes for param in cte.params]
    merged = _merged(plan, parts)
    params += merged.params
    layers = _Layers(plan)
    text = f"SELECT *, {layers.values} FROM merged"
    text = f"SELECT *{layers.tops} FROM ({text}) one"
    text = f"SELECT *{layers.placed} FROM ({text}) two"
    top = len(levels_of(plan.groups)) - 1
    where, chosen = "pos <= %s", list[Any]([limit])
    if only is not None:  # wherever they stood then
        of_groups, of_firsts = key_sql(plan.groups), key_sql(plan.groups[:1])
        where = f"(CASE lv WHEN {top} THEN {of_groups} = ANY(%s::text[])"
        where += f" WHEN 0 THEN TRUE ELSE {of_firsts} = ANY(%s::text[]) END)"
        chosen = [only.groups, only.firsts]
    named = [f"{name} AS MATERIALIZED ({cte.text})" for name, cte in ctes]
    count = f"(SELECT count(*) FROM merged WHERE lv = {top}) AS groups"
    shown = ", ".join(["lv", count, "u", *(group.key for group in plan.groups), *layers.shown])
    if only is None and plan.span_before is not None and plan.groups:
        shown += f", {key_sql(plan.groups)} AS k, {key_sql(plan.groups[:1])} AS k1"
    most = "" if only is None else f" LIMIT {limit}"
    return Fragment(
        f"WITH {', '.join([*named, f'merged AS ({merged.text})'])}"
        f" SELECT {shown} FROM ({text}) three WHERE {where} ORDER BY lv, pos{most}",
        (*params, *layers.params, *chosen),
    )


def key_sql(groups: Sequence[Group]) -> str:
    """A text that names a row by its groups but the times, which a comparison moves."""
    keys = [group.key for group in groups if not group.is_time]
    return f"jsonb_build_array({', '.join(keys)})::text"


def _merged(plan: Plan, parts: Sequence[Part]) -> Fragment:
    """The parts side by side; every one knows the same groups."""
    keys = ["lv", *(group.key for group in plan.groups)]
    if len(parts) == 1:
        return parts[0].select
    selects: list[str] = []
    params: list[Any] = []
    for part in parts:
        places = {place for place, _atom in part.atoms}
        own = [
            f"a{place}" if place in places else f"NULL::{_null_type(plan, place)} AS a{place}"
            for place in range(len(plan.atoms))
        ]
        selects.append(f"SELECT {', '.join([*keys, *own, 'u'])} FROM ({part.select.text}) p")
        params += part.select.params
    every = [f"max(a{place}) AS a{place}" for place in range(len(plan.atoms))]
    text = (
        f"SELECT {', '.join([*keys, *every, 'sum(u)::bigint AS u'])} FROM ({' UNION ALL '.join(selects)}) q"
    )
    return Fragment(f"{text} GROUP BY {', '.join(keys)}", tuple(params))


def _null_type(plan: Plan, place: int) -> str:
    atom = plan.atoms[place]
    if atom.field is not None and atom.agg in ("min", "max") and atom.field.type.is_temporal:
        return "date" if atom.field.type == FieldType.DATE else "timestamptz"
    return "numeric"


class _Layers:
    """Columns that build on each other: values, windows over values, places (with `params`)."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.order = plan, order_of(plan)
        self.top = len(levels_of(plan.groups)) - 1
        self.keys = [group.key for group in plan.groups]
        self.times = [group.key for group in plan.groups if group.is_time]
        self.shown = [one.measure.key for one in plan.measures]
        self.values = ", ".join(f"{self._value(one)} AS {self._inner(one)}" for one in plan.measures)
        running = [one for one in plan.measures if one.measure.agg == "running"]
        self.tops = "".join(f", {one}" for one in self._tops(running))
        self.placed = "".join(f", {one}" for one in self._placed(running))

    def _inner(self, one: PlannedMeasure) -> str:
        """A running total is made from a column of its own."""
        return f"base_{one.measure.key}" if one.measure.agg == "running" else one.measure.key

    def _value(self, one: PlannedMeasure) -> str:
        first = self._plain(one, 0)
        match one.measure.agg:
            case "rate":
                ratio = f"({first})::numeric / NULLIF({self._plain(one, 1)}, 0)"
                return f"round({'' if one.measure.shown == 'number' else '100 * '}{ratio}, 6)"
            case "share":
                whole = f"NULLIF(max({first}) FILTER (WHERE lv = 0) OVER (), 0)"
                return f"round(100 * ({first})::numeric / {whole}, 6)"
        is_long = one.measure.parts[0].agg == "avg" or self._is_linear(one)
        return f"round({first}, 6)" if is_long else first

    def _is_linear(self, one: PlannedMeasure) -> bool:
        """Whether it is made of shares, numbers without end."""
        return self.plan.attribution == "linear" and one.measure.parts[0].agg in ("count", "sum")

    def _plain(self, one: PlannedMeasure, part: int) -> str:
        agg = one.measure.parts[part].agg
        first, *others = (f"a{place}" for place in one.atoms[part])
        if agg == "avg":
            return f"({first}::numeric / NULLIF({others[0]}, 0))"
        return f"coalesce({first}, 0)" if agg in ("count", "sum", "distinct") else first

    def _tops(self, running: list[PlannedMeasure]) -> list[str]:
        """Running totals along the time, and the subtotal by which groups of the first level are sorted."""
        columns = []
        if self.times:
            others = ", ".join(["lv", *(key for key in self.keys if key != self.times[0])])
            for one in running:
                base = self._inner(one)
                window = f"sum({base}) OVER (PARTITION BY {others} ORDER BY {self.times[0]} NULLS LAST)"
                columns.append(
                    f"CASE WHEN lv = {self.top} THEN {window} ELSE {base} END AS {one.measure.key}"
                )
        if self._is_nested:
            measure = self._sorted_by
            top = f"max({measure}) FILTER (WHERE lv = 1) OVER (PARTITION BY {self.keys[0]})"
            columns.append(f"{top} AS top")
        return columns

    @property
    def _is_nested(self) -> bool:
        return bool(self.order.measure) and self.top == 2

    @property
    def _sorted_by(self) -> str:
        one = next(one for one in self.plan.measures if one.measure.key == self.order.measure)
        return self._inner(one)

    def _placed(self, running: list[PlannedMeasure]) -> list[str]:
        order = self._order()
        by = f" ORDER BY {', '.join(one.text for one in order)}" if order else ""
        self.params = [param for one in order for param in one.params]
        columns = [f"row_number() OVER (PARTITION BY lv{by}) AS pos"]
        if not self.times:
            self.params *= 1 + len(running)
            for one in running:
                base = self._inner(one)
                window = f"sum({base}) OVER (PARTITION BY lv{by} ROWS UNBOUNDED PRECEDING)"
                columns.append(
                    f"CASE WHEN lv = {self.top} THEN {window} ELSE {base} END AS {one.measure.key}"
                )
        return columns

    def _order(self) -> list[Fragment]:
        if not self.keys:
            return []
        if self.order.measure:
            return [Fragment(text) for text in self._by_measure()]
        found = []
        for group in self.plan.groups:
            way = " DESC" if group.key == self.order.group and self.order.descending else ""
            shown = shown_sql(group)
            found.append(Fragment(f"{shown.text}{way} NULLS LAST", shown.params))
            if shown.text != group.key:
                found.append(Fragment(group.key))
        return found

    def _by_measure(self) -> list[str]:
        """Groups of the first level stay together; unless told otherwise times within follow each other."""
        way = " DESC" if self.order.descending else ""
        value = self._sorted_by
        if self.top < 2:
            return [f"{value}{way} NULLS LAST", *self.keys]
        first, *others = self.plan.groups
        if self.plan.definition.sort:
            return [f"top{way} NULLS LAST", first.key, f"{value}{way} NULLS LAST", *self.keys[1:]]
        by_top = [] if first.is_time else [f"top{way} NULLS LAST"]
        by_value = [] if any(group.is_time for group in others) else [f"{value}{way} NULLS LAST"]
        return [*by_top, first.key, *by_value, *self.keys[1:]]


def shown_sql(group: Group) -> Fragment:
    """What a grouping is sorted by: names of relations, picklists in their own order, else the value."""
    if group.field.type.is_relation:
        target = record_type(group.field.relation)
        name = target.name_sql.replace("{t}", "n")
        return Fragment(f"(SELECT {name} FROM {target.table} n WHERE n.id = {group.key})")
    if group.field.type in (FieldType.PICKLIST, FieldType.CASCADE, FieldType.MULTI_PICK):
        values = [choice.value for choice in group.field.options]
        if values and len(values) <= MAX_ORDERED_CHOICES:
            return Fragment(f"array_position(%s::text[], {group.key}::text)", (values,))
    return Fragment(group.key)
