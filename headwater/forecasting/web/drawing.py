"""What the screens draw: bars on one scale, the cascade, the chart of past months."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.forecasting.queries.outlook import Outlook
from headwater.forecasting.queries.scores import BackTest
from headwater.forecasting.types import Way
from headwater.ui.formats import money, number

WIDE = 1000  # the width of every bar's drawing, whatever it becomes on the screen


@dataclass(frozen=True, slots=True)
class Bar:
    """A way's figure: parts as (kind, begin, length) on the common scale; interval and target as places."""

    way: str
    label: str
    total: str
    note: str
    error: str
    error_title: str
    parts: tuple[tuple[str, int, int], ...]
    low: int | None
    high: int | None
    target: int | None
    described: str


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage of the cascade."""

    name: str
    amount: str
    arriving: str
    rate: str
    rate_note: str
    onward: str
    here: int  # per mille of the largest
    from_before: int


def explanation(way: Way) -> str:
    """What a way is, in a sentence."""
    return {
        Way.LEARNT: _(
            "From history: the chance to be won in the period, by stage and days in it, and new business"
        ),
        Way.CASCADE: _("Open amounts to close in the period, times the share that got beyond each stage"),
        Way.PEOPLE: _("The commit forecast: what is won and what people commit to, with their adjustments"),
        Way.NAIVE: _("Open amounts to close in the period, times the probability set for them"),
    }[way]


def bars(found: Outlook, past: BackTest) -> tuple[Bar, ...]:
    """One for each way, all on one scale that the target and the interval fit into."""
    amounts = [one.total for one in found.figures] + [
        one.high for one in found.figures if one.high is not None
    ]
    if found.target:
        amounts.append(found.target)
    most = max([*amounts, Decimal(1)]) * Decimal("1.02")

    def place(amount: Decimal | None) -> int | None:
        return None if amount is None else round(amount * WIDE / most)

    def length(amount: Decimal) -> int:
        return round(amount * WIDE / most)

    drawn = []
    for one in found.figures:
        won = length(found.closed.amount)
        open_length = length(one.open)
        parts = [("closed", 0, won), ("open", won, open_length)]
        if one.new:
            parts.append(("new", won + open_length, length(one.new)))
        error, error_title = _past(past, one.way)
        drawn.append(
            Bar(
                way=one.way.value,
                label=str(one.way.label),
                total=money(one.total, found.currency),
                note=_between(one.low, one.high, found.currency),
                error=error,
                error_title=error_title,
                parts=tuple(part for part in parts if part[2] > 0),
                low=place(one.low),
                high=place(one.high),
                target=place(found.target) if found.target else None,
                described=explanation(one.way),
            )
        )
    return tuple(drawn)


def _between(low: Decimal | None, high: Decimal | None, currency: str) -> str:
    if low is None or high is None:
        return ""
    return _("%(low)s to %(high)s with a chance of 80%%") % {
        "low": money(low, currency),
        "high": money(high, currency),
    }


def _past(past: BackTest, way: Way) -> tuple[str, str]:
    """How wrong the way was, in short, and what that says."""
    score = past.score(way)
    if past.is_thin or score is None or score.mape is None:
        return "", ""
    short = "±" + number(score.mape, 0) + "%"
    said = {"months": score.months, "error": number(score.mape, 0)}
    return short, _("Over %(months)s past months it was off by %(error)s%% on average") % said


def stage_rows(found: Outlook) -> tuple[StageRow, ...]:
    """The cascade, stage by stage."""
    most = max((one.amount + one.arriving for one in found.falls), default=Decimal(0)) or Decimal(1)
    drawn = []
    for one in found.falls:
        observed = one.rate.observed
        if one.rate.is_set:
            note = _("from the set chances: only %(count)s decided") % {"count": observed.decided}
        else:
            note = _("%(passed)s of %(count)s") % {"passed": observed.passed, "count": observed.decided}
        drawn.append(
            StageRow(
                name=one.step.name,
                amount=money(one.amount, found.currency),
                arriving=money(one.arriving, found.currency) if one.arriving else "",
                rate=number(100 * Decimal(one.rate.share.numerator) / one.rate.share.denominator, 0) + "%",
                rate_note=note,
                onward=money(one.onward, found.currency),
                here=round(one.amount * WIDE / most),
                from_before=round(one.arriving * WIDE / most),
            )
        )
    return tuple(drawn)


_HUES = {Way.LEARNT: "cyan", Way.CASCADE: "orange", Way.PEOPLE: "violet", Way.NAIVE: "gray"}


def hue_of(way: Way) -> str:
    return _HUES[way]


def chart(past: BackTest) -> dict[str, Any]:
    """Actual amounts as bars, ways as lines, the interval as a band between two invisible lines."""
    labels = [f"{one.month:%Y-%m}" for one in past.months]
    series: list[dict[str, Any]] = [
        {
            "type": "bar",
            "name": pgettext("forecast", "What came"),
            "data": [float(one.actual) for one in past.months],
            "itemStyle": {"hue": "gray", "opacity": 0.35},
            "z": 1,
        }
    ]
    bounds = [one.ways.get(Way.LEARNT) for one in past.months]
    if any(one is not None and one.low is not None for one in bounds):
        low = [float(one.low or 0) if one else None for one in bounds]
        width = [float((one.high or 0) - (one.low or 0)) if one else None for one in bounds]
        hidden = {
            "type": "line",
            "symbol": "none",
            "lineStyle": {"opacity": 0},
            "stack": "interval",
            "silent": True,
        }
        series += [
            {**hidden, "name": _("Likely range"), "data": low, "tooltip": {"show": False}},
            {
                **hidden,
                "name": _("Likely range"),
                "data": width,
                "areaStyle": {"hue": "cyan", "opacity": 0.18},
                "itemStyle": {"hue": "cyan"},
                "tooltip": {"show": False},
            },
        ]
    for way in Way:
        data = [float(one.ways[way].forecast) if way in one.ways else None for one in past.months]
        if any(value is not None for value in data):
            line = {"hue": _HUES[way], **({"type": "dashed"} if way == Way.NAIVE else {})}
            series.append(
                {
                    "type": "line",
                    "name": str(way.label),
                    "data": data,
                    "lineStyle": line,
                    "itemStyle": {"hue": _HUES[way]},
                    "z": 3,
                }
            )
    return {
        "legend": {"top": 0, "left": 0, "right": "auto", "type": "plain"},
        "grid": {"left": 8, "right": 8, "top": 64, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "category", "data": labels},
        "yAxis": {"type": "value", "axisLabel": {"formatter": "{value}"}, **_axis(past)},
        "series": series,
        "aria": {"enabled": True},
    }


def _axis(past: BackTest) -> dict[str, Any]:
    return {"name": pgettext("axis", "Amount"), "nameTextStyle": {"align": "left"}} if past.months else {}
