"""What the pages of the room share: the period they look at, how figures are written, the bars."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from headwater.kernel.errors import Invalid
from headwater.targets.periods import Period, read_period, this_period
from headwater.targets.types import Grain, Measure
from headwater.ui import formats
from headwater.ui.pages import Tab


@dataclass(frozen=True, slots=True)
class PeriodNav:
    """The period of a page, the ones beside it, and other lengths."""

    label: str
    previous: str
    next: str
    now: str  # empty: it is the present one
    grains: tuple[Tab, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """How much of a target is reached; `pace` is where it should be by now. All in percent of the width."""

    fill: int
    pace: int | None
    hue: str
    label: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number short and in full; empty where there is none."""

    text: str
    full: str = ""


def address(request: HttpRequest, path: str = "", **changes: Any) -> str:
    """The page's address with some parameters changed; None takes one out."""
    params = [(key, value) for key, values in request.GET.lists() if key not in changes for value in values]
    params += [(key, str(value)) for key, value in changes.items() if value is not None]
    return f"{path or request.path}{'?' if params else ''}{urlencode(params)}"


def asked_period(request: HttpRequest, grain: Grain) -> Period:
    """The period that the address names; the present one of `grain` where it names none, or no such one."""
    code = request.GET.get("period", "")
    try:
        return read_period(code) if code else this_period(grain)
    except Invalid:
        return this_period(grain)


def period_nav(request: HttpRequest, period: Period, grains: Iterable[Grain]) -> PeriodNav:
    """Links to the periods around this one."""
    present = this_period(period.grain)
    # A length is left for the present one when that lies within, else for the first part or the whole.
    anchor = present if present.start >= period.start and present.end <= period.end else period
    return PeriodNav(
        label=period.label,
        previous=address(request, period=period.shifted(-1).code),
        next=address(request, period=period.shifted(1).code),
        now="" if period == present else address(request, period=present.code),
        grains=tuple(
            Tab(
                grain.label,
                address(request, period=_in_grain(anchor, period, grain).code),
                current=grain == period.grain,
            )
            for grain in grains
        ),
    )


def _in_grain(anchor: Period, period: Period, grain: Grain) -> Period:
    present = this_period(grain)
    if period.start <= present.start < period.end:
        return present
    return anchor.within(grain)


def figure(amount: Decimal | None, currency: str) -> Figure:
    """An amount of money, or a count where there is no currency."""
    if amount is None:
        return Figure("")
    if not currency:
        return Figure(formats.number(amount))
    return Figure(formats.money(amount, currency), formats.money_full(amount, currency))


def signed(amount: Decimal | None, currency: str) -> Figure:
    """The same with a plus where it is more than nothing."""
    shown = figure(amount, currency)
    if amount is None or amount == 0:
        return shown if amount is None else Figure("0")
    return Figure(f"+{shown.text}", f"+{shown.full}" if shown.full else "") if amount > 0 else shown


def bar(reached: Decimal, target: Decimal | None, share: Decimal) -> Bar | None:
    """The bar of a target; None without one."""
    if not target:
        return None
    percent = reached * 100 / target
    pace = round(share * 100)
    is_behind = percent < share * 100
    hue = "green" if percent >= 100 else ("amber" if is_behind else "teal")
    if is_behind and share > 0 and percent < share * 70:
        hue = "red"
    words = _("%(percent)s reached, %(pace)s of the time is over") % {
        "percent": formats.percent(percent),
        "pace": formats.percent(Decimal(pace)),
    }
    return Bar(int(max(Decimal(0), min(percent, Decimal(100)))), pace if 0 < pace < 100 else None, hue, words)


def measure_tabs(request: HttpRequest, measure: Measure) -> tuple[Tab, ...]:
    """All measures."""
    return tuple(
        Tab(one.label, address(request, measure=one.value), current=one == measure) for one in Measure
    )


def asked_measure(request: HttpRequest) -> Measure:
    """The measure that the address names, else the won amount."""
    raw = request.GET.get("measure", "")
    return Measure(raw) if raw in Measure.values else Measure.WON_AMOUNT
