"""Charts that are no result of one report."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import pgettext

from headwater.ui import formats

Option = dict[str, Any]


def lying_bars(
    name: str, points: Sequence[tuple[str, int, str, str]], before: Sequence[int | None] | None
) -> Option:
    """Bars from top to bottom: (label, number, note, records); `before` as a quieter bar below each."""
    data = []
    for _label, number, note, records in points:
        one: Option = {"value": number, "text": f"{formats.number(number)}{f' · {note}' if note else ''}"}
        data.append(one | ({"drawer": records} if records else {}))
    series: list[Option] = [
        {
            "type": "bar",
            "name": name,
            "data": data,
            "itemStyle": {"hue": "cyan", "borderRadius": [0, 4, 4, 0]},
            "barMaxWidth": 20,
            "label": {"show": True, "position": "right", "say": "text", "fontSize": 12, "hue": "--hw-ink-2"},
        }
    ]
    if before is not None:
        series.append(
            {
                "type": "bar",
                "name": pgettext("comparison", "Before"),
                "data": [{"value": one or 0, "text": formats.number(one or 0)} for one in before],
                "itemStyle": {"hue": "orange", "borderRadius": [0, 4, 4, 0]},
                "barMaxWidth": 8,
            }
        )
    option: Option = {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "grid": {
            "left": 8,
            "right": 96,
            "top": 34 if before is not None else 8,
            "bottom": 8,
            "containLabel": True,
        },
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [point[0] for point in points],
            "axisLabel": {"interval": 0},
        },
        "xAxis": [{"type": "value", "minInterval": 1, "splitNumber": 4}],
        "series": series,
        "narrow": {"grid": {"right": 76}, "xAxis": [{"splitNumber": 2}]},
    }
    if before is not None:
        option["legend"] = {"top": 0, "left": 0}
    return option
