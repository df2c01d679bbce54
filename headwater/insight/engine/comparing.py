"""Rows of a report beside those of the period before; the period's own times by their place in it."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from headwater.insight.engine.aggregating import levels_of
from headwater.insight.engine.buckets import STEPS, buckets_between
from headwater.insight.engine.planning import Group, Plan
from headwater.insight.engine.results import Key, Value
from headwater.insight.engine.spans import bounds
from headwater.kernel.criteria.periods import Span

MOST_ROWS = 200_000  # of the period before: the groups that are shown, at all their times
_MOST_BUCKETS = 5_000

Keys = tuple[Key, ...]


def aligned(plan: Plan, rows: Iterable[dict[str, Any]], level: int) -> dict[Keys, tuple[Value, ...]]:
    """Values of the period before under the keys that they are compared with, of the rows of a level."""
    assert plan.span_before is not None
    groups = groups_of(plan, level)
    moves = [_mover(plan, group, plan.span_before) for group in groups]
    found: dict[Keys, tuple[Value, ...]] = {}
    for row in rows:
        keys = tuple(
            None if row[group.key] is None else move(row[group.key])
            for group, move in zip(groups, moves, strict=True)
        )
        found.setdefault(keys, tuple(row[one.measure.key] for one in plan.measures))
    return found


class Carried:
    """Running totals of the period before: where nothing came to them they are what they last were."""

    def __init__(self, plan: Plan, found: Mapping[Keys, tuple[Value, ...]]) -> None:
        self._at = next((number for number, group in enumerate(plan.groups) if group.is_time), None)
        self._running = [one.measure.agg == "running" for one in plan.measures]
        self._lines: dict[Keys, tuple[list[Any], list[tuple[Value, ...]]]] = {}
        if self._at is None or not any(self._running):
            return
        known = ((key, values) for key, values in found.items() if key[self._at] not in (None, _NOWHERE))
        at: Any = self._at
        for keys, values in sorted(known, key=lambda one: one[0][at]):
            times, totals = self._lines.setdefault(self._others(keys), ([], []))
            times.append(keys[self._at])
            totals.append(values)

    def _others(self, keys: Keys) -> Keys:
        assert self._at is not None
        return (*keys[: self._at], *keys[self._at + 1 :])

    def into(self, keys: Keys, nothing: tuple[Value, ...]) -> tuple[Value, ...]:
        """`nothing` with the running totals at the time of `keys`."""
        times, totals = self._lines.get(self._others(keys), ([], [])) if self._lines else ([], [])
        if not times or self._at is None:
            return nothing
        key = keys[self._at]
        at = len(times) if key is None else bisect_right(times, key)
        if not at:
            return nothing
        return tuple(
            last if is_running else empty
            for is_running, last, empty in zip(self._running, totals[at - 1], nothing, strict=True)
        )


def groups_of(plan: Plan, level: int) -> tuple[Group, ...]:
    """The groupings of a level: none of the total, the first of subtotals, else all."""
    return plan.groups if level == len(levels_of(plan.groups)) - 1 else plan.groups[:level]


def _mover(plan: Plan, group: Group, before: Span) -> Callable[[Any], Any]:
    """Where a key of the period before stands in the present one.

    Only what the period is about moves with it. Any other time is a group like any other: what was ordered in
    March is compared with what was ordered in March.
    """
    if group.bucket not in STEPS or plan.period is None or group.field.key != plan.period.key:
        return lambda key: key
    since, until = bounds(plan.span)
    since_then, until_then = bounds(before)
    one = timedelta(days=1)
    now = buckets_between(since, until + one, group.bucket, _MOST_BUCKETS)
    then = buckets_between(since_then, until_then + one, group.bucket, _MOST_BUCKETS)
    places = dict(zip(then, now, strict=False))
    return lambda key: places.get(key, _NOWHERE)


_NOWHERE = date.min  # a bucket that the present period does not have
