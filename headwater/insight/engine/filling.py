"""Missing days, weeks and months between the others: a line would jump over them."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone

from headwater.insight.engine.buckets import STEPS, buckets_between
from headwater.insight.engine.planning import Plan
from headwater.insight.engine.results import Key, Value
from headwater.insight.engine.spans import days
from headwater.kernel import clock

MOST = 1_000  # rows with those filled in

Keys = tuple[Key, ...]
_EMPTY = ("count", "sum", "distinct")


def filled(
    plan: Plan, rows: Sequence[tuple[Keys, tuple[Value, ...]]]
) -> list[tuple[Keys, tuple[Value, ...]]]:
    """The rows with empty ones for the times between; as they are when there is nothing to fill or too much.

    Within a bounded period from its beginning to its end, or to today while it lasts.
    """
    times = [number for number, group in enumerate(plan.groups) if group.bucket in STEPS]
    if not times:
        return list(rows)
    at = times[0]
    wanted = _buckets(plan, at, rows)
    known = dict(rows)
    others = list(dict.fromkeys((*keys[:at], *keys[at + 1 :]) for keys in known))
    if not others and len(plan.groups) == 1:
        others = [()]
    if not wanted or len(wanted) * len(others) > MOST:
        return list(rows)
    spare = [(keys, values) for keys, values in rows if keys[at] not in wanted]
    lines = [_line(plan, known, wanted, other, at) for other in others]
    if at == 0:  # by time first
        return [row for moment in zip(*lines, strict=True) for row in moment] + spare
    found = []
    for other, line in zip(others, lines, strict=True):
        found += line
        found += [row for row in spare if (*row[0][:at], *row[0][at + 1 :]) == other]
    return found


def _line(
    plan: Plan, known: dict[Keys, tuple[Value, ...]], wanted: Sequence[date], other: Keys, at: int
) -> list[tuple[Keys, tuple[Value, ...]]]:
    last: tuple[Value, ...] | None = None
    found = []
    for day in wanted:
        keys = (*other[:at], day, *other[at:])
        values = known.get(keys)
        if values is None:
            values = empty_values(plan, last)
        found.append((keys, values))
        last = values
    return found


def empty_values(plan: Plan, last: tuple[Value, ...] | None) -> tuple[Value, ...]:
    """What measures say of nothing: none, no average, and running totals as they were."""
    found: list[Value] = []
    for number, one in enumerate(plan.measures):
        agg = one.measure.agg
        if agg == "running":
            found.append(0 if last is None else last[number])
        elif agg == "share":
            found.append(0)
        else:
            found.append(0 if agg in _EMPTY else None)
    return tuple(found)


def _buckets(plan: Plan, at: int, rows: Sequence[tuple[Keys, tuple[Value, ...]]]) -> list[date]:
    group = plan.groups[at]
    present = [key for keys, _values in rows if isinstance(key := keys[at], date)]
    since, until = min(present, default=None), max(present, default=None)
    if plan.period is not None and plan.period.key == group.field.key:
        first, last = days(plan.span)
        since = first or since
        if first is not None and last is not None:
            today = timezone.localdate(clock.now(), timezone.get_default_timezone())
            until = max(min(last, today), until or first)
    if since is None or until is None or since > until:
        return []
    return buckets_between(since, until + timedelta(days=1), group.bucket, MOST + 1)
