"""Targets → forecast call: what everybody says will come, adjusted in place."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.kernel import clock
from headwater.kernel.access import Access, permit
from headwater.kernel.text import whole
from headwater.sales.queries import find_pipeline, pipelines
from headwater.targets import queries
from headwater.targets.periods import Period, first_moment
from headwater.targets.queries.commitments import Call, Commitments, Line, Word
from headwater.targets.queries.overdue import overdue
from headwater.targets.queries.sheets import Goal
from headwater.targets.queries.team import Key
from headwater.targets.types import Called, Category, Grain, Holder, Measure
from headwater.targets.web.frame import Figure, PeriodNav, address, asked_period, figure, period_nav
from headwater.targets.web.progress import section_tabs, unpriced_words
from headwater.ui import formats
from headwater.ui.pages import Action, EmptyState, FieldControl, Tab, Tile
from headwater.ui.responses import respond

_GRAINS = (Grain.MONTH, Grain.QUARTER)


@dataclass(frozen=True, slots=True)
class CallCell:
    """A forecast in the tree: its amount, where it comes from, and where to change it."""

    amount: Figure
    rolled: Figure  # empty where nobody adjusted
    words: str  # who said so, and why
    edit_url: str
    slot: str  # id of the element that the form to adjust it opens in
    is_higher: bool


@dataclass(frozen=True, slots=True)
class CallRow:
    """A seat's line."""

    key: str
    name: str
    depth: int
    is_person: bool
    closed: Figure
    commit: Figure
    best_case: Figure
    pipeline: Figure
    calls: tuple[CallCell, CallCell]
    target: Figure
    gap: Figure
    is_short: bool
    submitted: datetime | None
    list_url: str
    history_url: str


@dataclass(frozen=True, slots=True)
class CallPage:
    """All of `targets/call.html`."""

    tabs: tuple[Tab, ...]
    pipelines: tuple[Tab, ...]
    nav: PeriodNav
    as_of: FieldControl
    hidden: dict[str, str]
    known_then: str
    now_href: str
    tiles: tuple[Tile, ...]
    rows: tuple[CallRow, ...]
    has_targets: bool
    overdue: str
    overdue_href: str
    unpriced: str
    actions: tuple[Action, ...]
    empty: EmptyState | None
    url: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for."""

    access: Access
    pipeline_id: int | None  # None: all together
    period: Period
    as_of: datetime | None
    several: bool

    @property
    def may_edit(self) -> bool:
        """A forecast of all pipelines together, or of the past, is looked at only."""
        return self.as_of is None and self.pipeline_id is not None and self.access.may("commitments.edit")


def question_of(request: HttpRequest, permission: str = "commitments.view") -> Question:
    """Pipeline, period and day of the address; the default pipeline and this quarter where it names none."""
    access = permit(request, permission)
    raw = request.GET.get("pipeline", "")
    pipeline_id = None if raw == "all" else find_pipeline(whole(raw)).id
    period = asked_period(request, Grain.QUARTER)
    return Question(access, pipeline_id, period, _as_of(request), len(pipelines()) > 1)


def _as_of(request: HttpRequest) -> datetime | None:
    """The end of the day that is asked for, when it is over."""
    try:
        day = date.fromisoformat(request.GET.get("as_of", ""))
        moment = first_moment(day + timedelta(days=1)) - timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None
    return moment if moment < clock.now() else None


@require_GET
def call_page(request: HttpRequest) -> HttpResponse:
    """The forecasts of everybody within reach."""
    question = question_of(request)
    access, period = question.access, question.period
    found = queries.commitments(access, question.pipeline_id, period, question.as_of)
    goals = _goals(question)
    late = overdue(access, question.pipeline_id, period) if question.as_of is None else None
    rows = tuple(_row(request, question, line, found, goals) for line in found.lines)
    top_goal = goals.get(found.lines[0].seat.key) if found.lines else None
    page = CallPage(
        tabs=section_tabs("forecast"),
        pipelines=_pipeline_tabs(request, question),
        nav=period_nav(request, period, _GRAINS),
        as_of=FieldControl(
            "as_of",
            _("As known on"),
            "date",
            request.GET.get("as_of", "") if question.as_of else "",
            placeholder=_("As known on"),
            latest=clock.today(),
            label_hidden=True,
        ),
        hidden={key: request.GET[key] for key in ("pipeline", "period") if request.GET.get(key)},
        known_then=formats.full(question.as_of.date()) if question.as_of else "",
        now_href=address(request, as_of=None),
        tiles=_tiles(found, top_goal if len(found.lines) and found.lines[0].seat.parent is None else None),
        rows=rows if found.lines and (found.total.sums != queries.Sums() or len(rows) > 1) else (),
        has_targets=any(row.target.text for row in rows),
        overdue=_overdue_words(late, found.currency),
        overdue_href="/opportunities?view=open&sort=expected_close_on",
        unpriced=unpriced_words(found.total.sums.unpriced),
        actions=_actions(request, question),
        empty=None if found.total.sums != queries.Sums() or len(rows) > 1 else _nothing(),
        url=address(request),
    )
    return respond(request, "targets/call.html", page, fragments={"hw-call": "call"})


def _goals(question: Question) -> dict[Key, Goal]:
    """Targets count all pipelines, so they stand beside a forecast of all of them only."""
    if question.several and question.pipeline_id is not None:
        return {}
    team = queries.team_of(question.access)
    found = queries.sheet(question.access, team, Measure.WON_AMOUNT, [question.period.start.year])
    return found.goals(question.period)


def _pipeline_tabs(request: HttpRequest, question: Question) -> tuple[Tab, ...]:
    if not question.several:
        return ()
    each = [
        Tab(one.name, address(request, pipeline=one.id), current=one.id == question.pipeline_id)
        for one in pipelines()
    ]
    together = Tab(_("All pipelines"), address(request, pipeline="all"), current=question.pipeline_id is None)
    return (*each, together)


def _row(
    request: HttpRequest, question: Question, line: Line, found: Commitments, goals: dict[Key, Goal]
) -> CallRow:
    seat, currency = line.seat, found.currency
    goal = goals.get(seat.key)
    target = goal.amount if goal else None
    missing = None if target is None else target - line.commit.amount
    is_person = seat.holder == Holder.PERSON
    may_edit = question.may_edit and seat.holder != Holder.COMPANY
    return CallRow(
        key=seat.code,
        name=seat.name,
        depth=min(seat.depth, 6),
        is_person=is_person,
        closed=figure(line.sums.closed, currency),
        commit=figure(line.sums.commit, currency),
        best_case=figure(line.sums.best_case, currency),
        pipeline=figure(line.sums.pipeline, currency),
        calls=(
            _cell(request, line, Called.COMMIT, currency, may_edit=may_edit),
            _cell(request, line, Called.BEST_CASE, currency, may_edit=may_edit),
        ),
        target=figure(target, currency),
        gap=figure(None if missing is None else max(missing, Decimal(0)), currency),
        is_short=missing is not None and missing > 0,
        submitted=line.submitted.at if line.submitted else None,
        list_url=address(request, reverse("commitments_list", args=[seat.id])) if is_person else "",
        history_url=address(request, reverse("commitments_history", args=[seat.code]))
        if question.pipeline_id is not None and seat.holder != Holder.COMPANY
        else "",
    )


def _cell(request: HttpRequest, line: Line, called: Called, currency: str, *, may_edit: bool) -> CallCell:
    call = line.call(called)
    return CallCell(
        amount=figure(call.amount, currency),
        rolled=figure(call.rolled, currency) if call.word else Figure(""),
        words=_said(call),
        edit_url=address(request, reverse("commitments_adjust", args=[line.seat.code, called.value]))
        if may_edit
        else "",
        slot=adjust_slot(line.seat.key, called.value),
        is_higher=call.amount >= call.rolled,
    )


def adjust_slot(key: Key, called: str) -> str:
    """The id of the element in which the form to adjust this figure opens; it outlives the rows around it."""
    return f"hw-adjust-{key[0].value}-{key[1]}-{called}"


def _said(call: Call) -> str:
    """Who adjusted a forecast, the one that counts first."""
    return "; ".join(_quoted(word) for word in (call.manager, call.own) if word is not None)


def _quoted(word: Word) -> str:
    facts = {"by": word.by, "amount": formats.number(word.amount), "note": word.note}
    return _("%(by)s: %(amount)s, “%(note)s”") % facts if word.note else _("%(by)s: %(amount)s") % facts


def _tiles(found: Commitments, goal: Goal | None) -> tuple[Tile, ...]:
    currency, total = found.currency, found.total
    target = goal.amount if goal else None
    missing = None if target is None else target - total.commit.amount
    tiles = [
        Tile(
            Category.CLOSED.label,
            figure(total.sums.closed, currency).text,
            note=_("%(count)s won") % {"count": total.sums.closed_count},
            icon="circle-check-big",
        ),
        Tile(
            Called.COMMIT.label,
            figure(total.commit.amount, currency).text,
            note=_adjusted(total.commit, currency),
            icon="handshake",
        ),
        Tile(
            Called.BEST_CASE.label,
            figure(total.best_case.amount, currency).text,
            note=_adjusted(total.best_case, currency),
            icon="trending-up",
        ),
        Tile(
            _("Open pipeline"),
            figure(total.sums.open_pipeline, currency).text,
            note=_("%(count)s open") % {"count": total.sums.open_count},
            icon="filter",
        ),
    ]  # fmt: skip
    if target is not None and missing is not None:
        note = (
            _("%(amount)s short of it with what is committed") % {"amount": figure(missing, currency).text}
            if missing > 0
            else _("reached with what is committed")
        )
        tiles.append(
            Tile(pgettext("targets", "Target"), figure(target, currency).text, note=note, icon="target")
        )
    return tuple(tiles)


def _adjusted(call: Call, currency: str) -> str:
    if call.amount == call.rolled and call.word is None:
        return ""
    return _("%(amount)s before adjustment") % {"amount": figure(call.rolled, currency).text}


def _overdue_words(late: tuple[int, Decimal] | None, currency: str) -> str:
    if not late or not late[0]:
        return ""
    return _("%(count)s open opportunities worth %(amount)s are overdue and count in no period to come.") % {
        "count": late[0],
        "amount": figure(late[1], currency).text,
    }  # fmt: skip


def _actions(request: HttpRequest, question: Question) -> tuple[Action, ...]:
    if not question.may_edit:
        return ()
    mine = (Holder.PERSON, question.access.user_id or 0)
    if mine not in queries.team_of(question.access):
        return ()
    url = address(request, reverse("commitments_submit", args=[f"{mine[0].value}-{mine[1]}"]))
    return (Action(_("Hand in my forecast"), icon="send", dialog=url, kind="primary"),)


def _nothing() -> EmptyState:
    return EmptyState(
        _("Nothing is to close in this period"),
        _("Opportunities count in the period of their expected close, won ones in that of winning."),
        icon="calendar-clock",
    )
