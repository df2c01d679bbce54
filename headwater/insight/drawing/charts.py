"""A result as an ECharts option for <hw-chart>.

Nothing is told by colour alone: series have a legend, a pattern or a symbol of their own, slices and bars
their label; and the table of the same numbers stands beside every chart.
"""

from collections.abc import Mapping
from typing import Any

from headwater.insight.drawing import words
from headwater.insight.drawing.axes import Axes
from headwater.insight.drawing.fields import Fields
from headwater.insight.drawing.panels import Panels
from headwater.insight.drawing.points import Drawing, Hues, Link, no_link
from headwater.insight.engine.results import Result

DRAWN = frozenset({"bar", "line", "area", "pie", "funnel", "heatmap"})


def draw(
    kind: str, result: Result, style: Mapping[str, Any], link: Link = no_link, hues: Hues = None
) -> Drawing | None:
    """The chart of a kind; None where there is nothing to draw: no rows, a table, moments."""
    can = any(words.unit_of(column) != "moment" for column in result.measures)
    if kind not in DRAWN or not can:
        return None
    if kind == "funnel":
        return Fields(result, style, link, hues).funnel()
    if not result.groupings or not result.rows:
        return None
    if kind == "pie":
        return Fields(result, style, link, hues).pie()
    if kind == "heatmap" and len(result.groupings) >= 2:
        return Fields(result, style, link, hues).heatmap()
    kind = "bar" if kind == "heatmap" else kind
    if len(result.groupings) == 1:
        panels = Panels(result, style, link, hues)
        if not panels.fits:
            return panels.draw(kind)
    return Axes(result, style, link, hues).draw(kind)
