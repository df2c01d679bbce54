"""The points of a chart: what every kind of chart needs of a result."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.insight.drawing import words
from headwater.insight.engine.results import Column, Result, Row
from headwater.ui.formats import is_chinese, series

# In this order neighbours differ in lightness as well as in hue, also for those who see no red or green.
HUES = ("cyan", "orange", "indigo", "amber", "pink", "teal", "blue", "lime", "violet", "red", "green", "gray")
MOST_GROUPS = 30
TEMPORAL = frozenset({"day", "week", "month", "quarter", "year", "weekday", "hour"})

Link = Callable[[str, Sequence[Any]], Mapping[str, Any]]  # (measure key, group keys) -> what a point leads to
Option = dict[str, Any]
Hues = Mapping[str, Mapping[Any, str]] | None  # grouping key -> group key -> its own hue


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart: its option, how many rows high it is (0: the usual height), what was left out."""

    option: Option
    rows: int = 0
    notices: tuple[str, ...] = ()


def no_link(measure: str, keys: Sequence[Any]) -> Mapping[str, Any]:
    """Points lead nowhere."""
    return {}


def hashable(key: Any) -> Any:
    """A group's key as a key of ours."""
    return tuple(key) if isinstance(key, list) else key


def in_order(groups: dict[Any, str]) -> dict[Any, str]:
    """Buckets of time in their order; those without one at the end."""
    return dict(sorted(groups.items(), key=_order))


def _day(key: Any) -> date | None:
    """A key that is a day, as it comes from the engine or from what was kept of it."""
    if isinstance(key, str):
        try:
            return date.fromisoformat(key[:10])
        except ValueError:
            return None
    return key if isinstance(key, date) else None


def _month(day: date) -> str:
    return f"{day.month}月" if is_chinese() else f"{day:%b}"


def _order(item: tuple[Any, str]) -> tuple[bool, Any]:
    key = item[0][0] if isinstance(item[0], tuple) else item[0]
    return key is None, "" if key is None else key


class Points:
    """One chart in the making: the measures that can be drawn, their points, what is left out."""

    def __init__(self, result: Result, style: Mapping[str, Any], link: Link, hues: Hues = None) -> None:
        self.result = result
        self.hues = hues or {}
        self.style = style
        self.link = link
        self.at = {column.key: index for index, column in enumerate(result.measures)}
        able = [column for column in result.measures if words.unit_of(column) != "moment"]
        wish = style.get("measures")
        wished = [column for column in able if isinstance(wish, list) and column.key in wish]
        self.drawable = wished or able
        # What was left to the table on purpose needs no words.
        self.left_out = [] if wished else [column.label for column in able if column not in self.drawable]
        self.first = self.drawable[0]
        self.notices: list[str] = []

    def hue(self, grouping: int, keys: Sequence[Any], place: int) -> str:
        """The hue of a group: its own, if all that are shown have one of their own, else by its place."""
        own = self.hues.get(self.result.groupings[grouping].key) if self.result.groupings else None
        if own:
            found = [own.get(key) for key in keys]
            if all(found) and len(set(found)) == len(found):
                return str(found[place])
        return HUES[place % len(HUES)]

    def told(self, keys: Sequence[Any], labels: Sequence[str]) -> list[str]:
        """The groups of an axis; of days and months no more than tells them apart."""
        bucket = self.result.groupings[0].bucket
        days = [one for key in keys if (one := _day(key)) is not None]
        if bucket not in ("day", "month") or len(days) != len(labels):
            return list(labels)
        is_one_year = len({day.year for day in days}) == 1
        if bucket == "day":
            return [f"{day:%m/%d}" if is_one_year else f"{day:%y/%m/%d}" for day in days]
        if not is_one_year:
            return [f"{day:%Y/%m}" for day in days]
        return [_month(day) for day in days]

    def point(self, row: Row, column: Column) -> Option:
        """A value with what is said of it and where it leads."""
        index = self.at[column.key]
        return self.value(row.values[index], self.before(row, index), column, row.keys)

    def before(self, row: Row, index: int) -> Any:
        """What the comparison has for it."""
        return None if row.before is None else row.before[index]

    def value(self, value: Any, before: Any, column: Column, keys: Sequence[Any]) -> Option:
        """A data item of ECharts."""
        drawn = words.number(value)
        made: Option = {
            "value": "-" if drawn is None else drawn,
            "text": words.short(value, column, self.result.currency),
            **self.link(column.key, keys),
        }
        if before is not None:
            shown = words.short(before, column, self.result.currency)
            made["note"] = _("before: %(value)s") % {"value": shown}
        return made

    def only_first(self) -> None:
        """Say that further measures are not in the chart."""
        if names := [*(column.label for column in self.drawable[1:]), *self.left_out]:
            self.only_in_table(names)

    def only_in_table(self, names: Iterable[str]) -> None:
        """Say what the chart leaves to the table."""
        self.notices.append(_("Only in the table: %(names)s") % {"names": series(names)})

    def not_drawn(self, names: Iterable[str]) -> None:
        """Say which measures have no place in this chart, where no table holds them."""
        self.notices.append(_("Not drawn: %(names)s") % {"names": series(names)})

    def without_value(self, count: int) -> None:
        """Say that groups have nothing to be drawn: an average of nothing, a rate over none."""
        if count:
            said = ngettext(
                "%(n)s group without a value is not drawn.",
                "%(n)s groups without a value are not drawn.",
                count,
            )
            self.notices.append(said % {"n": count})

    def too_many(self, shown: int, count: int) -> None:
        """Say that the chart stops."""
        self.notices.append(
            _("The chart shows the first %(shown)s of %(count)s groups; the table has more.")
            % {"shown": shown, "count": count}
        )

    def top(self, rows: Sequence[Row], most: int = MOST_GROUPS) -> Sequence[Row]:
        """The first rows, as many as a chart can show."""
        if len(rows) > most:
            self.too_many(most, self.result.group_count)
        return rows[:most]

    def top_of(self, keys: list[Any]) -> list[Any]:
        """The same for keys of groups."""
        if len(keys) > MOST_GROUPS:
            self.too_many(MOST_GROUPS, len(keys))
        return keys[:MOST_GROUPS]

    def stacks(self, kind: str) -> bool:
        """Whether series lie on each other: where a record is of one series and numbers add up."""
        wish = self.style.get("stacked")
        adds_up = words.unit_of(self.first) in ("number", "money")
        if len(self.result.groupings) < 2 or not adds_up or kind == "line":
            return False
        return wish if isinstance(wish, bool) else True

    def decals(self, kind: str, count: int) -> Option:
        """Quiet patterns where colours lie side by side."""
        if count < 2 or kind == "line":
            return {"show": False}
        return {"show": True, "decals": PATTERNS}


PATTERNS: list[Option] = [
    {"symbol": "none"},
    {
        "symbol": "rect",
        "symbolSize": 1,
        "color": "rgba(255,255,255,0.22)",
        "dashArrayX": [1, 0],
        "dashArrayY": [2, 6],
        "rotation": -0.7854,
    },
    {
        "symbol": "circle",
        "symbolSize": 0.7,
        "color": "rgba(255,255,255,0.22)",
        "dashArrayX": [[7, 7], [0, 7, 7, 0]],
        "dashArrayY": [6, 0],
    },
    {
        "symbol": "rect",
        "symbolSize": 1,
        "color": "rgba(255,255,255,0.22)",
        "dashArrayX": [1, 0],
        "dashArrayY": [2, 5],
    },
    {
        "symbol": "rect",
        "symbolSize": 1,
        "color": "rgba(255,255,255,0.22)",
        "dashArrayX": [1, 0],
        "dashArrayY": [2, 6],
        "rotation": 0.7854,
    },
    {
        "symbol": "triangle",
        "symbolSize": 0.8,
        "color": "rgba(255,255,255,0.22)",
        "dashArrayX": [[8, 8], [0, 8, 8, 0]],
        "dashArrayY": [8, 0],
    },
]
