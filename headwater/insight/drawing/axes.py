"""Bars, lines and areas over one scale; measures that share none have panels of their own."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.insight.drawing import words
from headwater.insight.drawing.points import HUES, TEMPORAL, Drawing, Option, Points, hashable, in_order
from headwater.insight.engine.results import Column, Row

MOST_SERIES = 10
SYMBOLS = (
    "circle",
    "rect",
    "triangle",
    "diamond",
    "emptyCircle",
    "emptyRect",
    "emptyTriangle",
    "emptyDiamond",
)
_LONG = 6  # characters of a label from which bars lie down


class Axes(Points):
    """Groups along an axis; their values as bars, lines or areas."""

    def draw(self, kind: str) -> Drawing:
        """The chart."""
        if len(self.result.groupings) >= 2:
            labels, series = self._split(kind)
        else:
            labels, series = self._side_by_side(kind)
        lying = kind == "bar" and self._lies(labels)
        of = self.first
        legend = len(series) > 1
        category: Option = {"type": "category", "data": labels}
        values: list[Option] = [
            {
                "type": "value",
                "axisLabel": {"format": words.axis_format(of, self.result.currency), "hideOverlap": True},
                "minInterval": 1 if words.unit_of(of) == "number" and self._whole(of) else 0,
            }
        ]
        option: Option = {
            "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow" if kind == "bar" else "line"}},
            "grid": {"left": 8, "right": 16, "top": 40 if legend else 16, "bottom": 8, "containLabel": True},
            "aria": {"enabled": True, "label": {"enabled": False}, "decal": self.decals(kind, len(series))},
        }
        if legend:
            option["legend"] = {"type": "scroll", "top": 0, "left": 0, "right": 0}
        if lying:
            category |= {"inverse": True, "axisLabel": {"width": 180, "overflow": "truncate", "interval": 0}}
            option |= {"yAxis": category, "xAxis": values}
            option["narrow"] = {"yAxis": {"axisLabel": {"width": 92}}}
            values[0]["splitNumber"] = 4
        else:
            room = {"interval": 0, "width": 96, "overflow": "truncate"} if len(labels) <= 8 else {}
            category["axisLabel"] = {"hideOverlap": True, **room}
            option |= {"xAxis": category, "yAxis": values}
            option["narrow"] = {
                "xAxis": {"axisLabel": {"interval": "auto", "width": 64, "overflow": "truncate"}},
                "yAxis": [{"splitNumber": 3}],
            }
        for index, one in enumerate(series):
            self._dress(one, kind, index, lying=lying, alone=len(series) == 1, points=len(labels))
        option["series"] = series
        rows = len(labels) * (1 if self.stacks(kind) else max(1, min(len(series), 3))) if lying else 0
        return Drawing(option, rows, tuple(self.notices))

    def _lies(self, labels: Sequence[str]) -> bool:
        wish = self.style.get("horizontal")
        if isinstance(wish, bool):
            return wish
        if self.result.groupings[0].bucket in TEMPORAL:
            return False
        return len(labels) > 12 or any(len(label) > _LONG for label in labels)

    def _side_by_side(self, kind: str) -> tuple[list[str], list[Option]]:
        """One grouping: each measure is a series."""
        rows = self.top(self.result.rows)
        series: list[Option] = [
            {"name": column.label, "data": [self.point(row, column) for row in rows]}
            for column in self.drawable
        ]
        if self.left_out:
            self.only_in_table(self.left_out)
        before = self._ghost(rows) if kind in ("line", "area", "bar") and len(series) == 1 else None
        if before is not None:
            for one in series[0]["data"]:
                one.pop("note", None)  # the other series says it
        labels = self.told([row.keys[0] for row in rows], [row.labels[0] for row in rows])
        return labels, [*series, *([before] if before else [])]

    def _ghost(self, rows: Sequence[Row]) -> Option | None:
        """The comparison of the one measure, as a quieter series."""
        index = self.at[self.first.key]
        values = [self.before(row, index) for row in rows]
        if all(value is None for value in values):
            return None
        data = [self.value(value, None, self.first, ()) for value in values]
        for one in data:
            one.pop("drawer", None)
            one.pop("url", None)
            one.pop("drill", None)
        return {"name": pgettext("comparison", "Before"), "data": data, "_ghost": True}

    def _split(self, kind: str) -> tuple[list[str], list[Option]]:
        """Two groupings or three: the first is the axis, the others the series, of the first measure."""
        self.only_first()
        axis: dict[Any, str] = {}
        others: dict[tuple[Any, ...], str] = {}
        cells: dict[tuple[Any, tuple[Any, ...]], Row] = {}
        for row in self.result.rows:
            head, tail = hashable(row.keys[0]), tuple(hashable(key) for key in row.keys[1:])
            axis.setdefault(head, row.labels[0])
            others.setdefault(tail, " · ".join(row.labels[1:]))
            cells[head, tail] = row
        if self.result.groupings[0].bucket in TEMPORAL:
            axis = in_order(axis)
        if len(self.result.groupings) == 2 and self.result.groupings[1].bucket in TEMPORAL:
            others = in_order(others)
        heads = self.top_of(list(axis))
        tails = list(others)
        if len(tails) > MOST_SERIES:
            self.notices.append(
                _("The chart shows the first %(shown)s of %(count)s series; the table has more.")
                % {"shown": MOST_SERIES, "count": len(tails)}
            )
        series = []
        keys = [tail[0] for tail in tails[:MOST_SERIES]] if len(self.result.groupings) == 2 else []
        for place, tail in enumerate(tails[:MOST_SERIES]):
            found = [cells.get((head, tail)) for head in heads]
            data = [self.point(row, self.first) if row else {"value": "-", "text": "0"} for row in found]
            one = {"name": others[tail], "data": data}
            series.append({**one, "_hue": self.hue(1, keys, place) if keys else HUES[place % len(HUES)]})
        return self.told(heads, [axis[head] for head in heads]), series

    def _whole(self, column: Column) -> bool:
        values = [row.values[self.at[column.key]] for row in self.result.rows]
        return all(value is None or isinstance(value, int) for value in values)

    def _dress(self, one: Option, kind: str, index: int, *, lying: bool, alone: bool, points: int) -> None:
        """Colour, pattern, symbol and label of a series."""
        is_ghost = one.pop("_ghost", False)
        own = one.pop("_hue", "")
        hue = "gray" if is_ghost else own or HUES[index % len(HUES)]
        one["type"] = "bar" if kind == "bar" else "line"
        one["itemStyle"] = {"hue": hue}
        if self.stacks(kind):
            one["stack"] = "all"
            one["itemStyle"] |= {"borderRadius": 0}
        elif kind == "bar":
            one["itemStyle"]["borderRadius"] = [0, 4, 4, 0] if lying else [4, 4, 0, 0]
        if is_ghost:
            one["itemStyle"]["opacity"] = 0.45
        if kind == "bar":
            one["barMaxWidth"] = 20 if lying else 34
            if alone and (lying or points <= 12):
                one["label"] = {"show": True, "position": "right" if lying else "top", "say": "text"}
                one["label"] |= {"fontSize": 12, "hue": "--hw-ink-2"}
            return
        dash = {"type": "dashed"} if is_ghost else {}
        one["lineStyle"] = {"hue": hue, "width": 2, **dash}
        one["symbol"] = SYMBOLS[index % len(SYMBOLS)]
        one["symbolSize"] = 7
        one["showSymbol"] = points <= 24
        one["connectNulls"] = False
        if kind == "area" and not is_ghost:
            one["areaStyle"] = {"hue": hue, "opacity": 0.55 if self.stacks(kind) else 0.16}
