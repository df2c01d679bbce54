"""Measures that share no scale: a small chart for each, beside each other over the same groups.

300 leads and 8 opportunities on one axis make the opportunities vanish, and two axes of two units make bars
look alike that have nothing in common. Here each measure has a scale of its own, and its name above it.
"""

from collections.abc import Sequence

from headwater.insight.drawing import words
from headwater.insight.drawing.points import TEMPORAL, Drawing, Option, Points
from headwater.insight.engine.results import Column, Result, Row

MOST_PANELS = 6
FITS = 8  # the largest of one series may be so many times that of another
_HUES: dict[words.Unit, str] = {"number": "cyan", "money": "indigo", "percent": "teal", "duration": "orange"}
_ROOM = {"money": 58, "duration": 66}  # pixels that the words beside a bar need


def is_one_scale(result: Result, columns: Sequence[Column], rows: Sequence[Row]) -> bool:
    """Whether all these measures can be read off one axis."""
    if len({words.unit_of(column) for column in columns}) > 1:
        return False
    at = {column.key: index for index, column in enumerate(result.measures)}
    tops = [max((_size(row.values[at[column.key]]) for row in rows), default=0.0) for column in columns]
    tops = [top for top in tops if top]
    return not tops or max(tops) <= FITS * min(tops)


def _size(value: object) -> float:
    return abs(float(words.number(value) or 0))


class Panels(Points):
    """One small chart for each measure, all of the same kind."""

    @property
    def fits(self) -> bool:
        """Whether there is no need for panels."""
        return len(self.drawable) < 2 or is_one_scale(self.result, self.drawable, self.result.rows)

    def draw(self, kind: str) -> Drawing:
        """The panels; `hw-chart` places them by the room it has."""
        rows = self.top(self.result.rows)
        columns = self.drawable[:MOST_PANELS]
        if others := [*(column.label for column in self.drawable[MOST_PANELS:]), *self.left_out]:
            self.only_in_table(others)
        is_in_time = self.result.groupings[0].bucket in TEMPORAL
        lying = kind == "bar" and not is_in_time and self.style.get("horizontal") is not False
        labels = self.told([row.keys[0] for row in rows], [row.labels[0] for row in rows])
        categories: list[Option] = []
        values: list[Option] = []
        for index, column in enumerate(columns):
            category: Option = {"type": "category", "data": labels, "gridIndex": index}
            if lying:
                category |= {"inverse": True, "axisLabel": {"overflow": "truncate", "interval": 0}}
            else:
                category["axisLabel"] = {"hideOverlap": True}
            categories.append(category)
            values.append(self._scale(column, index, lying=lying))
        option: Option = {
            "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow" if kind == "bar" else "line"}},
            "axisPointer": {"link": [{"yAxisIndex" if lying else "xAxisIndex": "all"}]},
            "aria": {"enabled": True, "label": {"enabled": False}},
            "panels": {
                "lying": lying,
                "titles": [column.label for column in columns],
                "room": [_ROOM.get(words.unit_of(column), 46) for column in columns],
                "count": len(labels),
            },
            "xAxis": values if lying else categories,
            "yAxis": categories if lying else values,
            "series": [
                self._series(column, index, rows, kind, lying=lying) for index, column in enumerate(columns)
            ],
        }
        height = (3 * len(labels) + 3) // 4 + 2 if lying else 3 * len(columns) if len(columns) > 3 else 0
        return Drawing(option, height, tuple(self.notices))

    def _scale(self, column: Column, index: int, *, lying: bool) -> Option:
        """The axis of values. Lying bars have their numbers beside them instead."""
        axis: Option = {"type": "value", "gridIndex": index, "splitNumber": 2}
        if lying:
            return axis | {"axisLabel": {"show": False}, "splitLine": {"show": False}}
        return axis | {
            "axisLabel": {"format": words.axis_format(column, self.result.currency), "hideOverlap": True}
        }

    def _series(self, column: Column, index: int, rows: Sequence[Row], kind: str, *, lying: bool) -> Option:
        hue = _HUES.get(words.unit_of(column), "cyan")
        one: Option = {
            "name": column.label,
            "type": "bar" if kind == "bar" else "line",
            "xAxisIndex": index,
            "yAxisIndex": index,
            "data": [self.point(row, column) for row in rows],
            "itemStyle": {"hue": hue},
        }
        if kind == "bar":
            one["barMaxWidth"] = 18 if lying else 34
            one["itemStyle"]["borderRadius"] = [0, 4, 4, 0] if lying else [4, 4, 0, 0]
            if lying or len(rows) <= 12:
                label = {"show": True, "position": "right" if lying else "top", "say": "text"}
                one["label"] = label | {"fontSize": 12, "hue": "--hw-ink-2"}
            if lying:  # also where there is nothing, a hair of a bar says where to look
                one["barMinHeight"] = 1
            return one
        one |= {"lineStyle": {"hue": hue, "width": 2}, "symbolSize": 6, "showSymbol": len(rows) <= 24}
        one["connectNulls"] = False
        if kind == "area":
            one["areaStyle"] = {"hue": hue, "opacity": 0.16}
        return one
