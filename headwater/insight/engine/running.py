"""Reports are run here: `run` for the figures."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from headwater.currencies.queries import company_currency
from headwater.insight.engine.aggregating import levels_of, parts_of
from headwater.insight.engine.comparing import MOST_ROWS, Carried, aligned, groups_of
from headwater.insight.engine.composing import Only, is_by_time, statement
from headwater.insight.engine.definitions import Definition
from headwater.insight.engine.filling import empty_values, filled
from headwater.insight.engine.guarding import Reading, reading
from headwater.insight.engine.labels import labeller
from headwater.insight.engine.planning import Plan, of_days, plan, stood_in
from headwater.insight.engine.results import Column, Key, Result, Row, Value
from headwater.insight.engine.rollups import parts_from_rollup, root_from_rollup
from headwater.insight.engine.spans import company_days, days
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.criteria.periods import Span

_FILLED_CHARTS = ("line", "area")

Keys = tuple[Key, ...]


def run(access: Access, definition: Definition) -> Result:
    """The figures of a report, cut to what this reader may see.

    Raises `ReportUnreadable` for what is gone or hidden (a measure alone is left out with a notice),
    `ReportTooSlow` and `ReportsBusy`.
    """
    with company_days():
        planned = stood_in(plan(definition, access))
        as_of = clock.now()
        currency = company_currency() if planned.money() else ""
        with reading() as read:
            return _Answer(planned, read).result(as_of, currency)


class _Answer:
    """One run: rows of the period, those of the comparison, words for the keys."""

    def __init__(self, planned: Plan, read: Reading) -> None:
        self.plan, self.read = planned, read
        self.top = len(levels_of(planned.groups)) - 1
        self.names = [one.measure.key for one in planned.measures]

    def result(self, as_of: Any, currency: str) -> Result:
        planned, limit = self.plan, self.plan.definition.limit
        found = self.read.rows(self._statement(planned.span, limit))
        total = next(row for row in found if row["lv"] == 0)
        own = [row for row in found if row["lv"] == self.top] if planned.groups else []
        before = self._before(own)
        rows = [(self._keys(row, self.top), self._values(row)) for row in own]
        count = own[0]["groups"] if own else 0
        if planned.definition.chart.get("kind") in _FILLED_CHARTS and is_by_time(planned) and count <= limit:
            rows = filled(planned, rows)
        shown = {keys[:1] for keys, _values in rows}
        subs = [row for row in found if 0 < row["lv"] < self.top and self._keys(row, 1) in shown]
        says = [
            labeller(group, [keys[number] for keys, _values in rows], self.read)
            for number, group in enumerate(planned.groups)
        ]

        def made(keys: Keys, values: tuple[Value, ...], level: int) -> Row:
            words = tuple(say(key) for say, key in zip(says, keys, strict=False))
            return Row(keys, words, values, None if before is None else before(level, keys))

        since, until = days(planned.span)
        then = (None, None) if planned.span_before is None else days(planned.span_before)
        return Result(
            groupings=self._groupings(),
            measures=self._measures(),
            rows=tuple(made(keys, values, self.top) for keys, values in rows),
            total=self._values(total),
            total_before=None if before is None else before(0, ()),
            subtotals=tuple(made(self._keys(row, 1), self._values(row), 1) for row in subs),
            group_count=count,
            is_cut=count > limit,
            notices=planned.notices,
            unpriced=int(total["u"]),
            currency=currency,
            as_of=as_of,
            since=since,
            until=until,
            before_since=then[0],
            before_until=then[1],
        )

    def _statement(self, span: Span, limit: int, only: Only | None = None) -> Any:
        planned = of_days(self.plan, span)
        parts = parts_from_rollup(planned, span)
        if parts is None:
            parts = parts_of(planned, span, root_from_rollup(planned, span))
        return statement(planned, parts, limit=limit, only=only)

    def _before(self, own: Sequence[dict[str, Any]]) -> Any:
        """The values of the comparison by level and keys; None without one."""
        planned = self.plan
        if planned.span_before is None:
            return None
        only = None
        if planned.groups:
            only = Only(list({row["k"] for row in own}), list({row["k1"] for row in own}))
        found = self.read.rows(self._statement(planned.span_before, MOST_ROWS, only))
        nothing = empty_values(planned, None)
        levels = {
            level: aligned(planned, [self._typed(row) for row in found if row["lv"] == level], level)
            for level in range(self.top + 1)
        }
        carried = Carried(planned, levels[self.top])

        def before(level: int, keys: Keys) -> tuple[Value, ...]:
            values = levels[level].get(keys)
            if values is None:
                values = carried.into(keys, nothing) if level == self.top else nothing
            return values

        return before

    def _typed(self, row: dict[str, Any]) -> dict[str, Any]:
        return row | dict(zip(self.names, self._values(row), strict=True))

    def _keys(self, row: dict[str, Any], level: int) -> Keys:
        return tuple(row[group.key] for group in groups_of(self.plan, level))

    def _values(self, row: dict[str, Any]) -> tuple[Value, ...]:
        return tuple(_plain(row[name]) for name in self.names)

    def _groupings(self) -> tuple[Column, ...]:
        return tuple(
            Column(
                key=group.key,
                label=str(group.field.label),
                type=group.field.type.value,
                bucket=group.bucket,
                field=group.field.key,
                relation=group.field.relation if group.field.type.is_relation else "",
            )
            for group in self.plan.groups
        )

    def _measures(self) -> tuple[Column, ...]:
        return tuple(
            Column(
                key=one.measure.key,
                label=one.label,
                type=str(one.type),
                field=one.relates_to,
                agg=one.measure.agg,
            )
            for one in self.plan.measures
        )


def _plain(value: Any) -> Value:
    """Whole numbers as int, others without zeros behind."""
    if not isinstance(value, Decimal):
        return value  # type: ignore[no-any-return]
    if value == value.to_integral_value():
        return int(value)
    return value.normalize()
