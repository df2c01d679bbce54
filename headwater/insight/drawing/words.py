"""A result's values in words: short for the eye, with every digit on demand."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.insight.engine.results import Column
from headwater.ui import formats

Unit = Literal["number", "money", "percent", "duration", "moment"]
_UNITS: dict[str, Unit] = {
    "money": "money",
    "percent": "percent",
    "duration": "duration",
    "date": "moment",
    "datetime": "moment",
}
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
NOTHING = "–"


def unit_of(column: Column) -> Unit:
    """What the numbers of a column are."""
    return _UNITS.get(str(column.type), "number")


def span(seconds: Decimal | float) -> str:
    """A length of time in one unit: `3.4 小时`, `12 分钟`, `2.5 天`."""
    size = abs(Decimal(str(seconds)))
    if size >= 2 * _DAY:
        return _("%(n)s days") % {"n": formats.number(round(size / _DAY, 1))}
    if size >= _HOUR:
        return pgettext("length of time", "%(n)s hours") % {"n": formats.number(round(size / _HOUR, 1))}
    if size >= _MINUTE:
        return pgettext("length of time", "%(n)s min") % {"n": formats.number(round(size / _MINUTE, 1))}
    return pgettext("length of time", "%(n)s s") % {"n": formats.number(round(size))}


def short(value: Any, column: Column, currency: str) -> str:
    """`¥6.8万`, `12.3%`, `3.4 小时`, `今天 09:54`, `1,234`; a dash where there is nothing."""
    if value is None:
        return NOTHING
    if isinstance(value, date | datetime):
        return formats.when_text(value)
    match unit_of(column):
        case "money":
            return formats.money(value, currency)
        case "percent":
            return formats.percent(value)
        case "duration":
            return span(value)
    return formats.number(value if isinstance(value, int) else round(Decimal(str(value)), 2))


def long(value: Any, column: Column, currency: str) -> str:
    """Every digit; empty where the short form already has them."""
    if value is None:
        return ""
    if isinstance(value, date | datetime):
        return formats.full(value)
    match unit_of(column):
        case "money":
            return formats.money_full(value, currency)
        case "duration":
            return formats.duration(value)
    return ""


def number(value: Any) -> float | int | None:
    """What a chart draws; moments cannot be drawn."""
    if value is None or isinstance(value, date):
        return None
    return value if isinstance(value, int) else float(value)


def axis_format(column: Column, currency: str) -> str:
    """How `hw-chart` words the numbers of an axis."""
    unit = unit_of(column)
    if unit == "money":
        return "money:" + formats.money(0, currency).rstrip("0")
    return "number" if unit == "moment" else unit


def change(value: Any, before: Any, column: Column) -> float | None:
    """By how many percent a value is more than before; points for a percentage. None: not to compare."""
    if value is None or before is None or unit_of(column) == "moment":
        return None
    if unit_of(column) == "percent":
        return float(value) - float(before)
    if not before:
        return None
    return (float(value) - float(before)) / abs(float(before)) * 100


def falls_well(column: Column) -> bool:
    """Whether less is better: it is for times."""
    return unit_of(column) == "duration"
