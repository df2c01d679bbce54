"""The leaderboard."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.funnels.asking import Asked, asked
from headwater.funnels.queries.answers import records_address
from headwater.funnels.queries.leaderboard import COLUMNS, LESS_IS_BETTER, Leaderboard, Rank, leaderboard
from headwater.funnels.web.frame import Frame, frame
from headwater.insight.drawing import words as drawn
from headwater.kernel.access import permit
from headwater.kernel.errors import DomainError
from headwater.ui import formats
from headwater.ui.responses import respond

PATH = "/leaderboard"
USUAL = "this_month"


@dataclass(frozen=True, slots=True)
class RankCell:
    """`width` of 1000 of the column's best, `before` in words."""

    text: str
    full: str
    before: str
    records: str
    width: int | None


@dataclass(frozen=True, slots=True)
class RankLine:
    """A person's row."""

    place: int | None
    name: str
    cells: tuple[RankCell, ...]
    is_own: bool


@dataclass(frozen=True, slots=True)
class RankHead:
    """A column; its address ranks by it."""

    label: str
    href: str
    current: str  # ascending | descending | ""


@dataclass(frozen=True, slots=True)
class LeaderboardPage:
    """All of `funnels/leaderboard.html`."""

    frame: Frame
    heads: tuple[RankHead, ...] = ()
    lines: tuple[RankLine, ...] = ()
    is_empty: bool = False


@require_GET
def leaderboard_page(request: HttpRequest) -> HttpResponse:
    """People by what they reached and did."""
    access = permit(request, "funnels.view")
    wanted = asked(request.GET, period=USUAL)
    title = pgettext("funnel page", "Leaderboard")
    try:
        found = leaderboard(access, wanted, request.GET.get("sort", ""))
    except DomainError as refused:
        page = LeaderboardPage(frame(title, PATH, wanted, refused=refused))
        return respond(request, "funnels/leaderboard.html", page)
    words = _words()
    page = LeaderboardPage(
        frame=frame(title, PATH, wanted),
        heads=tuple(
            RankHead(
                words[key],
                wanted.address(PATH, sort=key),
                "" if key != found.by else ("ascending" if key in LESS_IS_BETTER else "descending"),
            )
            for key in found.columns
        ),
        lines=tuple(_line(wanted, found, rank) for rank in found.ranks),
        is_empty=not found.ranks,
    )
    return respond(request, "funnels/leaderboard.html", page)


def _words() -> dict[str, str]:
    return {
        "won_amount": _("Won amount"),
        "won_count": _("Won opportunities"),
        "received": _("Payments received"),
        "follow_ups": pgettext("leaderboard", "Follow-ups"),
        "leads": _("Leads received"),
        "response_seconds": _("Median response time"),
        "conversion": _("Conversion rate"),
    }


def _line(wanted: Asked, found: Leaderboard, rank: Rank) -> RankLine:
    best = max((one.values.get(found.by) or 0 for one in found.ranks), default=0)
    cells = []
    for key in found.columns:
        value = rank.values.get(key)
        question, measure = COLUMNS[key]
        records = ""
        if value and question != "board_results":
            records = records_address(question, wanted.period, measure, [rank.person_id], vs="none")
        before = rank.before.get(key)
        width = None
        if key == found.by and key not in LESS_IS_BETTER:
            share = Decimal(str(value or 0)) / Decimal(str(best)) if best else Decimal(0)
            width = max(0, round(share * 1000))
        cells.append(
            RankCell(
                text=_text(key, value, found.currency),
                full=formats.money_full(value, found.currency) if _is_money(key) and value else "",  # type: ignore[arg-type]
                before=_("before: %(value)s") % {"value": _text(key, before, found.currency)}
                if before is not None and key == found.by
                else "",
                records=records,
                width=width,
            )
        )
    return RankLine(rank.place, rank.name, tuple(cells), rank.is_own)


def _is_money(key: str) -> bool:
    return key in ("won_amount", "received")


def _text(key: str, value: Any, currency: str) -> str:
    if value is None:
        return drawn.NOTHING
    if _is_money(key):
        return formats.money(value, currency)
    if key == "response_seconds":
        return drawn.span(value)
    return formats.percent(value) if key == "conversion" else formats.number(value)
