"""What the versions of a rule changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from headwater.funnels.asking import Asked, asked
from headwater.funnels.queries.effect import ENOUGH, WEEKS, RuleEffect, rule_effect
from headwater.funnels.rules import Mark
from headwater.funnels.web.frame import Frame, frame
from headwater.insight.drawing import words as drawn
from headwater.insight.engine import Result
from headwater.insight.web.asked import period_words
from headwater.kernel.access import permit
from headwater.kernel.errors import DomainError
from headwater.kernel.text import whole
from headwater.ui import formats
from headwater.ui.pages import Tab
from headwater.ui.responses import respond

PATH = "/rules/effect"
USUAL = "this_year"


@dataclass(frozen=True, slots=True)
class EffectLine:
    """A measure before and after; `change` in words, `tone` good | bad | ""."""

    label: str
    before: str
    after: str
    before_records: str
    after_records: str
    change: str
    tone: str


@dataclass(frozen=True, slots=True)
class RulesPage:
    """All of `funnels/rules.html`."""

    frame: Frame
    rules: tuple[Tab, ...] = ()
    versions: tuple[Tab, ...] = ()
    weeks: tuple[Tab, ...] = ()
    name: str = ""
    charts: tuple[tuple[str, Any], ...] = ()
    lines: tuple[EffectLine, ...] = ()
    heads: tuple[str, str] = ("", "")
    notes: tuple[str, ...] = ()
    is_empty: bool = False


@require_GET
def rules_page(request: HttpRequest) -> HttpResponse:
    """Curves with the versions as marks, and one version's before and after."""
    access = permit(request, "funnels.view")
    wanted = replace(asked(request.GET, period=USUAL), against="", one="", two="")
    title = pgettext("funnel page", "Effect of rules")
    number, weeks = (whole(request.GET.get(name, "")) or 0 for name in ("version", "weeks"))
    try:
        found = rule_effect(access, wanted, number, weeks)
    except DomainError as refused:
        page = RulesPage(frame(title, PATH, wanted, refused=refused))
        return respond(request, "funnels/rules.html", page)
    if found.rule is not None:
        wanted = replace(wanted, rule=found.rule.key)
    page = RulesPage(
        frame=frame(title, PATH, wanted),
        rules=tuple(
            Tab(one.name, wanted.address(PATH, rule=one.key), current=one == found.rule)
            for one in found.known
        ),
        versions=_versions(wanted, found),
        weeks=_weeks(wanted, found),
        name=found.rule.name if found.rule else "",
        charts=_charts(found),
        lines=_lines(found),
        heads=_heads(found),
        notes=_notes(found),
        is_empty=found.rule is None,
    )
    return respond(request, "funnels/rules.html", page)


def _versions(wanted: Asked, found: RuleEffect) -> tuple[Tab, ...]:
    return tuple(
        Tab(
            f"v{one.number} · {formats.calendar_day(one.day)}",
            wanted.address(PATH, version=str(one.number), weeks=str(found.weeks)),
            current=one == found.mark,
        )
        for one in found.marks[-8:]
    )


def _weeks(wanted: Asked, found: RuleEffect) -> tuple[Tab, ...]:
    number = str(found.mark.number) if found.mark else ""
    return tuple(
        Tab(
            ngettext("%(n)s week", "%(n)s weeks", one) % {"n": one},
            wanted.address(PATH, version=number, weeks=str(one)),
            current=one == found.weeks,
        )
        for one in WEEKS
    )


def _labels() -> tuple[str, str, str, str]:
    return (_("Leads"), _("Median response time"), _("Share recycled"), _("Share converted"))


def _charts(found: RuleEffect) -> tuple[tuple[str, Any], ...]:
    curve = found.curve
    # From the first week with leads on: the empty ones before it say nothing.
    first = next((n for n, row in enumerate(curve.rows) if row.values[0]), None) if curve else None
    if curve is None or first is None:
        return ()
    curve, labels = replace(curve, rows=curve.rows[first:]), _labels()
    return tuple((labels[index], _curve(curve, index, labels[index], found.marks)) for index in (1, 2, 3))


def _curve(result: Result, index: int, label: str, marks: Sequence[Mark]) -> dict[str, Any]:
    """Weeks along the axis; a version stands at the week in which it began."""
    column = result.measures[index]
    data = []
    for row in result.rows:
        value = row.values[index]
        note = ngettext("%(n)s lead", "%(n)s leads", int(row.values[0] or 0)) % {"n": row.values[0] or 0}  # type: ignore[arg-type]
        shown = drawn.number(value)
        data.append(
            {"value": "-" if shown is None else shown, "text": drawn.short(value, column, ""), "note": note}
        )
    weeks = [row.keys[0] for row in result.rows]
    lines = []
    for mark in marks:
        monday = mark.day - timedelta(days=mark.day.weekday())
        place = next((n for n, week in enumerate(weeks) if isinstance(week, date) and week == monday), None)
        if place is not None:
            lines.append({"xAxis": place, "label": {"formatter": f"v{mark.number}", "hue": "--hw-ink-2"}})
    return {
        "grid": {"left": 8, "right": 16, "top": 26, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis"},
        "xAxis": {
            "type": "category",
            "data": [row.labels[0] for row in result.rows],
            "axisLabel": {"hideOverlap": True},
        },
        "yAxis": [
            {
                "type": "value",
                "min": 0,
                "splitNumber": 3,
                "axisLabel": {"format": drawn.axis_format(column, "")},
            }
        ],
        "series": [
            {
                "type": "line",
                "name": label,
                "data": data,
                "showSymbol": True,
                "itemStyle": {"hue": "cyan"},
                "lineStyle": {"hue": "cyan", "width": 2},
                "markLine": {
                    "symbol": "none",
                    "silent": True,
                    "lineStyle": {"hue": "--hw-ink-3", "type": "dashed"},
                    "data": lines,
                },
            }
        ],
    }


def _lines(found: RuleEffect) -> tuple[EffectLine, ...]:
    if found.sides is None or found.curve is None:
        return ()
    before, after = found.sides
    lines = []
    for index, label in enumerate(_labels()):
        column = found.curve.measures[index]
        one, two = before.values[index], after.values[index]
        change, tone = "", ""
        if index and one is not None and two is not None and not found.is_thin:
            apart = float(two) - float(one)  # type: ignore[arg-type]
            size = (
                drawn.span(apart)
                if index == 1
                else _("%(n)s points") % {"n": formats.number(round(abs(apart), 1))}
            )
            change = f"{'+' if apart > 0 else '−'}{size}" if apart else "0"
            tone = "" if not apart else ("good" if (apart > 0) == (index == 3) else "bad")
        lines.append(
            EffectLine(
                label,
                drawn.short(one, column, ""),
                drawn.short(two, column, ""),
                before.records if index == 0 else "",
                after.records if index == 0 else "",
                change,
                tone,
            )
        )
    return tuple(lines)


def _heads(found: RuleEffect) -> tuple[str, str]:
    if found.sides is None:
        return ("", "")
    before, after = (period_words(side.period.split("..")) for side in found.sides)
    return (before, after)


def _notes(found: RuleEffect) -> tuple[str, ...]:
    said = []
    if found.rule is not None and not found.marks:
        said.append(_("This rule has no versions yet."))
    if found.is_thin:
        said.append(
            _("Fewer than %(count)s leads on one side: too few to say what the version changed.")
            % {"count": ENOUGH}
        )
    if found.days_left:
        said.append(
            ngettext(
                "The weeks after it are not over: %(n)s day is still to come.",
                "The weeks after it are not over: %(n)s days are still to come.",
                found.days_left,
            )
            % {"n": found.days_left}
        )
    return tuple(said)
