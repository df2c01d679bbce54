"""What the address of a report asks for beyond what is saved: another period, comparison, chart, order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.insight.engine import Dataset, dataset
from headwater.kernel.criteria.periods import NAMED
from headwater.ui import formats
from headwater.ui.pages import Tab

OVERRIDES = ("period", "compare", "chart", "sort")
CHARTS = ("table", "pivot", "bar", "line", "area", "pie", "funnel", "heatmap", "number")
ICONS = {
    "table": "rows-3",
    "pivot": "layout-grid",
    "bar": "chart-column",
    "line": "chart-line",
    "area": "trending-up",
    "pie": "chart-pie",
    "funnel": "filter",
    "heatmap": "layers",
    "number": "hash",
}
_LAST_30 = {"last": 30, "unit": "day"}


def chart_words() -> dict[str, str]:
    """The kinds of charts in words."""
    return {
        "table": _("Table"),
        "pivot": _("Pivot table"),
        "bar": pgettext("chart", "Bars"),
        "line": pgettext("chart", "Lines"),
        "area": pgettext("chart", "Areas"),
        "pie": pgettext("chart", "Pie"),
        "funnel": pgettext("chart", "Funnel"),
        "heatmap": pgettext("chart", "Heat map"),
        "number": pgettext("chart", "Numbers"),
    }


def period_choices() -> dict[str, tuple[str, Any]]:
    """The periods of the switch: key in the address -> (words, value in the definition)."""
    return {
        "today": (pgettext("report period", "Today"), "today"),
        "this_week": (pgettext("report period", "This week"), "this_week"),
        "this_month": (pgettext("report period", "This month"), "this_month"),
        "this_quarter": (pgettext("report period", "This quarter"), "this_quarter"),
        "this_year": (pgettext("report period", "This year"), "this_year"),
        "last_30": (pgettext("report period", "Last 30 days"), _LAST_30),
        "all": (pgettext("report period", "All time"), None),
    }


def overridden(raw: Mapping[str, Any], params: QueryDict) -> dict[str, Any]:
    """A saved definition with what the address asks for; what it cannot take is left as saved."""
    made = dict(raw)
    asked = params.get("period", "")
    if asked:
        known, value = read_period(asked)
        field = str((raw.get("period") or {}).get("field") or "") or _usual_field(raw)
        if known and field:
            made["period"] = {"field": field, "value": value}
    has_period = bool((made.get("period") or {}).get("value"))
    compare = params.get("compare", "")
    if compare in ("none", "previous", "year"):
        made["compare"] = None if compare == "none" else compare
    if not has_period:
        made["compare"] = None
    if params.get("chart", "") in CHARTS:
        made["chart"] = {**(raw.get("chart") or {}), "kind": params["chart"]}
    sort = params.get("sort", "")
    if sort.lstrip("-")[:1] in ("m", "g") and sort.lstrip("-")[1:].isdecimal() and len(sort) < 6:
        made["sort"] = sort
    return made


def read_period(asked: str) -> tuple[bool, Any]:
    """Whether it is one, and its value: a word, `2026-01-01..2026-03-31`, or how the calendar writes it."""
    choices = period_choices()
    if asked in choices:
        return True, choices[asked][1]
    if asked in NAMED:
        return True, asked
    days = [_day(part) for part in asked.replace("..", " - ").split(" - ")]
    if len(days) == 1:
        days *= 2
    if len(days) == 2 and None not in days:
        first, last = sorted(day for day in days if day is not None)
        return True, [first.isoformat(), last.isoformat()]
    return False, None


def _day(text: str) -> date | None:
    try:
        return parse_date(text.strip())
    except ValueError:
        return None


def _usual_field(raw: Mapping[str, Any]) -> str:
    known = dataset(str(raw.get("dataset") or ""))
    return known.period if known else ""


def can_choose_period(raw: Mapping[str, Any]) -> bool:
    """Whether there is a field that a period could be about."""
    return bool((raw.get("period") or {}).get("field") or _usual_field(raw))


def period_words(value: Any) -> str:
    """A period in words, whichever way it is given."""
    for words, known in period_choices().values():
        if value == known:
            return words
    if isinstance(value, str):
        return str(NAMED.get(value, value))
    if isinstance(value, list) and len(value) == 2:
        days = [_day(str(one)) for one in value]
        return " – ".join(formats.calendar_day(day) if day else "…" for day in days)
    if isinstance(value, Mapping) and "last" in value:
        units = {"hour": _("hours"), "day": _("days"), "week": _("weeks"), "month": _("months")}
        unit = units.get(str(value.get("unit", "day")), "")
        return _("Last %(n)s %(unit)s") % {"n": value["last"], "unit": unit}
    return _("Chosen period")


@dataclass(frozen=True, slots=True)
class Switches:
    """What a report page can be switched to without leaving it."""

    periods: tuple[Tab, ...]
    custom: str  # the two days as the calendar writes them, empty when another period is chosen
    custom_words: str
    compares: tuple[Tab, ...]
    charts: tuple[Tab, ...]
    kept: tuple[tuple[str, str], ...]  # the other parameters, for the form of two days


def switches(request: HttpRequest, path: str, raw: Mapping[str, Any], kind: str) -> Switches:
    """The switches of a page at `path`, showing `raw`, drawn as `kind`."""
    period = raw.get("period") or {}
    value = period.get("value")

    def to(**changes: str) -> str:
        params = {key: request.GET[key] for key in OVERRIDES if request.GET.get(key)} | changes
        return f"{path}?{urlencode(params)}"

    periods = [
        Tab(words, to(period=key), current=value == known, key=key)
        for key, (words, known) in period_choices().items()
    ]
    days: list[Any] = value if isinstance(value, list) and len(value) == 2 else []
    if not days and not any(tab.current for tab in periods):
        periods.insert(0, Tab(period_words(value), to(), current=True))
    compares: tuple[Tab, ...] = ()
    if value is not None:
        names = {
            "none": pgettext("comparison", "Alone"),
            "previous": pgettext("comparison", "Period before"),
            "year": pgettext("comparison", "Year before"),
        }
        now = raw.get("compare") or "none"
        compares = tuple(Tab(words, to(compare=key), current=key == now) for key, words in names.items())
    words = chart_words()
    groups = len(raw.get("groupings") or ())
    return Switches(
        periods=tuple(periods) if can_choose_period(raw) else (),
        custom=" - ".join(str(one) for one in days),
        custom_words=period_words(value) if days else "",
        compares=compares,
        charts=tuple(
            Tab(words[key], to(chart=key), current=key == kind, icon=ICONS[key], key=key)
            for key in fitting(groups, len(raw.get("measures") or ()))
        ),
        kept=tuple((key, request.GET[key]) for key in ("compare", "chart", "sort") if request.GET.get(key)),
    )


def fitting(groups: int, measures: int) -> tuple[str, ...]:
    """The kinds of charts that so many groupings and measures can be drawn as."""
    if groups == 0:
        return ("number", "funnel") if measures > 1 else ("number",)
    if groups == 1:
        return ("table", "bar", "line", "area", "pie", "funnel", "number")
    return ("table", "pivot", "bar", "line", "area", "heatmap", "number")


def without_sort(request: HttpRequest) -> str:
    """The overrides that matter for the records behind a number."""
    return urlencode({key: request.GET[key] for key in ("period",) if request.GET.get(key)})


def known_dataset(raw: Mapping[str, Any]) -> Dataset | None:
    """The dataset of a definition, if there still is one."""
    return dataset(str(raw.get("dataset") or ""))
