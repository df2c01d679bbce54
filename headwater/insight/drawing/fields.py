"""Pies, funnels and heat maps."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from headwater.insight.drawing import words
from headwater.insight.drawing.points import HUES, TEMPORAL, Drawing, Option, Points, hashable, in_order
from headwater.insight.engine.results import Row
from headwater.ui import formats

MOST_SLICES = 10
MOST_STEPS = 12
MOST_FUNNELS = 2


class Fields(Points):
    """Groups as parts of a whole, steps of a funnel, fields of a map."""

    def pie(self) -> Drawing:
        """A ring: the largest groups and the rest of the total, which stands in the middle."""
        index = self.at[self.first.key]
        sizes = [words.number(row.values[index]) for row in self.result.rows]
        rows = [row for row, size in zip(self.result.rows, sizes, strict=True) if (size or 0) > 0]
        self.without_value(sizes.count(None))
        self._without_slice(sum(1 for size in sizes if size is not None and size <= 0))
        total = words.number(self.result.total[index]) or 0
        shown = rows[:MOST_SLICES]
        data = []
        keys = [row.keys[0] for row in shown]
        for number, row in enumerate(shown):
            one = self.point(row, self.first)
            label = " · ".join(row.labels)
            data.append({**one, "name": label, "itemStyle": {"hue": self.hue(0, keys, number)}})
        rest = total - sum(one["value"] for one in data)
        if len(rows) > len(shown):
            if rest > 0 and words.unit_of(self.first) in ("number", "money"):
                text = words.short(
                    rest if isinstance(rest, int) else round(rest, 2), self.first, self.result.currency
                )
                data.append(
                    {"value": rest, "text": text, "name": _("The rest"), "itemStyle": {"hue": "gray"}}
                )
            self.too_many(len(shown), self.result.group_count)
        for one in data:
            share = f" ({100 * one['value'] / total:.1f}%)" if total > 0 else ""
            one["said"] = f"{one['name']}  {one['text']}{share}"
            one["text"] = f"{one['text']}{share}"
        self.only_first()
        whole = words.short(self.result.total[index], self.first, self.result.currency)
        series: Option = {
            "type": "pie",
            "name": self.first.label,
            "radius": ["50%", "76%"],
            "center": ["50%", "52%"],
            "data": data,
            "minAngle": 2,
            "itemStyle": {"borderWidth": 2, "borderRadius": 3, "borderColor": "--hw-surface"},
            "label": {"show": True, "say": "said", "width": 190, "overflow": "truncate"},
            "labelLine": {"length": 10, "length2": 10},
            "labelLayout": {"hideOverlap": True},
        }
        middle: Option = {
            "type": "pie",
            "silent": True,
            "radius": [0, "1%"],
            "center": ["50%", "52%"],
            "tooltip": {"show": False},
            "data": [{"value": 1, "said": whole, "itemStyle": {"hue": "--hw-surface"}}],
            "label": {"position": "center", "say": "said", "fontSize": 20, "fontWeight": 600},
        }
        option: Option = {
            "tooltip": {"trigger": "item"},
            "aria": {"enabled": True, "label": {"enabled": False}, "decal": self.decals("pie", len(data))},
            "series": [series, middle],
            "narrow": {
                "legend": {
                    "type": "scroll",
                    "left": 0,
                    "right": 0,
                    "top": "auto",
                    "bottom": 0,
                    "data": [one["name"] for one in data],
                },
                "series": [
                    {"label": {"show": False}, "labelLine": {"show": False}, "center": ["50%", "45%"]},
                    {"center": ["50%", "45%"]},
                ],
            },
        }
        return Drawing(option, 0, tuple(self.notices))

    def _without_slice(self, count: int) -> None:
        """Say that nothing has no slice, nor has less than nothing."""
        if count:
            said = ngettext(
                "%(n)s group with zero or less is not drawn.",
                "%(n)s groups with zero or less are not drawn.",
                count,
            )
            self.notices.append(said % {"n": count})

    def funnel(self) -> Drawing | None:
        """Measures as steps, each in percent of the one before. Groups are no steps of each other: they are
        shown in their order with the second measure beside the first, one funnel for each first group.
        """
        if not self.result.groupings:
            return self._funnels([("", self._steps())])
        rows = self.result.rows
        if len(self.result.groupings) < 2:
            return self._funnels([("", self._places(self.top(rows, MOST_STEPS)))])
        parts: dict[Any, list[Row]] = {}
        for row in rows:
            parts.setdefault(hashable(row.keys[0]), []).append(row)
        index = self.at[self.first.key]
        size = {key: sum(words.number(row.values[index]) or 0 for row in some) for key, some in parts.items()}
        largest = sorted(parts, key=lambda key: -size[key])[:MOST_FUNNELS]
        shown = [parts[key] for key in parts if key in largest]
        if len(parts) > len(shown):
            self.too_many(len(shown), len(parts))
        elif longest := max((len(some) for some in shown if len(some) > MOST_STEPS), default=0):
            self.too_many(MOST_STEPS, longest)
        return self._funnels([(some[0].labels[0], self._places(some[:MOST_STEPS])) for some in shown])

    def _steps(self) -> list[Option]:
        """The measures of one unit, each in percent of the one before."""
        unit = words.unit_of(self.first)
        total, before = self.result.total, self.result.total_before
        data: list[Option] = []
        last = None
        missing: list[str] = []
        for column in self.drawable:
            index = self.at[column.key]
            if words.unit_of(column) != unit or words.number(total[index]) is None:
                missing.append(column.label)
                continue
            one = self.value(total[index], before and before[index], column, ()) | {"name": column.label}
            one["said"] = f"{one['name']}  {one['text']}"
            if last:
                rate = {"rate": formats.percent(100 * one["value"] / last)}
                one["said"] += "\n" + pgettext("funnel", "%(rate)s of the step before") % rate
            last = one["value"]
            data.append(one)
        if missing:
            self.not_drawn(missing)
        return data

    def _places(self, rows: Sequence[Row]) -> list[Option]:
        """The groups with their numbers."""
        others = [column for column in self.drawable[1:] if words.unit_of(column) in ("number", "money")][:1]
        data: list[Option] = []
        missing = 0
        for row in rows:
            one = self.point(row, self.first) | {"name": " · ".join(row.labels[-1:])}
            if one["value"] == "-":
                missing += 1
                continue
            texts = [words.short(row.values[self.at[c.key]], c, self.result.currency) for c in others]
            one["said"] = f"{one['name']}  {' · '.join([one['text'], *texts])}"
            data.append(one)
        self.without_value(missing)
        return data

    def _funnels(self, parts: Sequence[tuple[str, list[Option]]]) -> Drawing | None:
        """One funnel, or two beside each other under their names: below each other where there is no room."""
        if all(len(data) < 2 for _name, data in parts):
            return None
        is_one = len(parts) == 1
        high = 100 // len(parts)
        wide: list[Option] = []
        narrow: list[Option] = []
        for place, (_name, data) in enumerate(parts):
            for number, one in enumerate(data):
                one["itemStyle"] = {"hue": HUES[number % len(HUES)]}
            wide.append(
                {
                    "type": "funnel",
                    "name": self.first.label,
                    "sort": "none",
                    "gap": 3,
                    "left": "4%" if is_one else f"{1 + 50 * place}%",
                    "width": "46%" if is_one else "22%",
                    "top": 8 if is_one else 30,
                    "bottom": 8,
                    "minSize": "4%",
                    "data": data,
                    "label": {"show": True, "position": "right", "say": "said", "lineHeight": 17},
                    "labelLine": {"show": True, "length": 12},
                }
            )
            label = {"fontSize": 11, "width": 150, "overflow": "break"}
            narrow.append({"left": 0, "width": "42%", "label": label})
            if not is_one:
                narrow[-1] |= {"top": f"{high * place + 9}%", "height": f"{high - 11}%", "bottom": "auto"}
        option: Option = {
            "tooltip": {"trigger": "item"},
            "aria": {"enabled": True, "label": {"enabled": False}},
            "series": wide,
            "narrow": {"series": narrow},
        }
        if not is_one:
            style = {"fontSize": 12.5, "fontWeight": 500, "hue": "--hw-ink-2"}
            option["title"] = [
                {"text": name, "left": f"{50 * place}%", "top": 4, "padding": 0, "textStyle": style}
                for place, (name, _data) in enumerate(parts)
            ]
            option["narrow"]["title"] = [
                {"left": 0, "top": f"{high * place}%"} for place in range(len(parts))
            ]
        return Drawing(option, 0, tuple(self.notices))

    def heatmap(self) -> Drawing:
        """The first grouping across, the second down, darker for more; the number stands in each field."""
        axis: dict[Any, str] = {}
        down: dict[tuple[Any, ...], str] = {}
        for row in self.result.rows:
            axis.setdefault(hashable(row.keys[0]), row.labels[0])
            down.setdefault(tuple(hashable(key) for key in row.keys[1:]), " · ".join(row.labels[1:]))
        if self.result.groupings[0].bucket in TEMPORAL:
            axis = in_order(axis)
        if len(self.result.groupings) == 2 and self.result.groupings[1].bucket in TEMPORAL:
            down = in_order(down)
        across = {key: index for index, key in enumerate(self.top_of(list(axis)))}
        below = {key: index for index, key in enumerate(self.top_of(list(down)))}
        data = []
        sizes = [0.0]
        for row in self.result.rows:
            x = across.get(hashable(row.keys[0]))
            y = below.get(tuple(hashable(key) for key in row.keys[1:]))
            if x is None or y is None:
                continue
            one = self.point(row, self.first)
            if one["value"] == "-":
                continue
            sizes.append(float(one["value"]))
            one["name"] = " · ".join(row.labels)
            one["value"] = [x, y, one["value"]]
            data.append(one)
        many = len(across) > 14
        option: Option = {
            "tooltip": {"trigger": "item"},
            "grid": {"left": 8, "right": 8, "top": 4, "bottom": 36, "containLabel": True},
            "xAxis": {
                "type": "category",
                "position": "top",
                "axisLine": {"show": False},
                "data": [axis[key] for key in across],
                "splitArea": {"show": False},
                "axisLabel": {"hideOverlap": True},
            },
            "yAxis": {
                "type": "category",
                "inverse": True,
                "data": [down[key] for key in below],
                "axisLabel": {"width": 140, "overflow": "truncate"},
            },
            "visualMap": {
                "type": "continuous",
                "min": min(sizes),
                "max": max(sizes) or 1,
                "orient": "horizontal",
                "left": "center",
                "bottom": 0,
                "itemHeight": 120,
                "itemWidth": 10,
                "format": words.axis_format(self.first, self.result.currency),
                "text": [words.short(self._exact(max(sizes)), self.first, self.result.currency), "0"],
                "inRange": {"hues": ["--hw-heat-low", "--hw-heat-high"]},
            },
            "series": [
                {
                    "type": "heatmap",
                    "name": self.first.label,
                    "data": data,
                    "label": {"show": not many, "say": "text", "fontSize": 12, "hue": "--hw-ink"},
                    "itemStyle": {"borderWidth": 2, "borderRadius": 3, "borderColor": "--hw-surface"},
                }
            ],
            "narrow": {
                "yAxis": {"axisLabel": {"width": 72}},
                "series": [{"label": {"show": len(across) <= 5}}],
            },
        }
        return Drawing(option, max(6, len(below) + 2), tuple(self.notices))

    def _exact(self, value: float) -> Any:
        return int(value) if value == int(value) else round(value, 2)
