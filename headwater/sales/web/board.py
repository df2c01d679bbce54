"""The board: opportunities by stage, to be moved by mouse, keyboard or thumb."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from headwater.currencies.queries import company_currency
from headwater.customization.queries import views_of
from headwater.kernel import clock
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.sales import services
from headwater.sales.queries import PipelineView, StageView, find_pipeline, pipelines, stages_by_id
from headwater.sales.queries.board import (
    CLOSED_DAYS,
    SORTS,
    ColumnTotal,
    column_cards,
    column_totals,
    is_stuck,
)
from headwater.sales.types import Standing
from headwater.sales.web.lists import head_actions, layouts
from headwater.ui import formats, records
from headwater.ui.pages import EmptyState, FieldControl, ListPage, Option, Tab
from headwater.ui.responses import respond, toast

Data = Mapping[str, Any]
# The board has columns for what these views tell apart.
_VIEWS_OF_LISTS = frozenset({"open", "mine", "won", "lost", "all"})


@dataclass(frozen=True, slots=True)
class Card:
    """An opportunity on the board."""

    id: int
    title: str
    href: str
    note: str
    amount: str
    when: Any
    overdue: bool
    person: str
    is_stuck: bool
    days: int  # in its stage
    probability: int


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A stage with its totals and the first of its cards; `more_url` gives the next ones."""

    key: str
    label: str
    hue: str
    count: int
    stuck: int
    sum: str
    note: str  # below the sum: by its chance, or of which days
    warning: str  # what the sum leaves out
    ask: str  # where a card dropped here asks for more words
    cards: tuple[Card, ...]
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class BoardPage:
    """All of `sales/board.html`: the frame of a list, with columns in the place of the table."""

    list: ListPage
    columns: tuple[BoardColumn, ...]
    pipelines: tuple[Tab, ...]
    order: FieldControl
    heads_url: str
    may_move: bool
    stuck: int
    stuck_url: str
    only_stuck: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.list, name)


@dataclass(frozen=True, slots=True)
class CardsPage:
    """More cards of one column."""

    column: BoardColumn
    may_move: bool


class Asked:
    """What the address of a board asks for."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.access: Access = permit(request, "opportunities.view")
        self.kind = record_type("opportunity")
        raw = request.GET.get("pipeline", "")
        self.pipeline = find_pipeline(int(raw) if raw.isdecimal() else None)
        self.order = request.GET.get("order", "")
        if self.order not in SORTS:
            self.order = SORTS[0]
        self.q = request.GET.get("q", "").strip()[:100]
        self.only_stuck = request.GET.get("stuck") == "1"
        self.views = [one for one in views_of(self.access, self.kind) if one.key not in _VIEWS_OF_LISTS]
        self.view = request.GET.get("view", "all")
        extra: Any = next((one.criteria for one in self.views if one.key == self.view), None)
        if self.view == "mine":
            extra = {"field": "owner", "op": "eq", "value": "@me"}
        self.criteria = records.criteria_from(request, self.kind, self.access, extra)

    def address(self, path: str, **changes: Any) -> str:
        """A path with the same question, some of it changed (None takes it out)."""
        params = [
            (key, value) for key, values in self.request.GET.lists() if key not in changes for value in values
        ]
        params += [(key, str(value)) for key, value in changes.items() if value is not None]
        return f"{path}?{urlencode(params)}" if params else path

    def totals(self) -> dict[int, ColumnTotal]:
        return column_totals(
            self.access, self.pipeline, criteria=self.criteria, q=self.q, only_stuck=self.only_stuck
        )

    def cards(self, stage: StageView, cursor: str | None = None) -> tuple[tuple[Card, ...], str]:
        """A page of cards, and the address of the next one."""
        found = column_cards(
            self.access,
            stage,
            criteria=self.criteria,
            q=self.q,
            sort=self.order,
            only_stuck=self.only_stuck,
            cursor=cursor,
        )
        cards = tuple(_card(row, stage) for row in found.rows)
        if found.next is None:
            return cards, ""
        return cards, self.address("/opportunities/board/cards", stage=stage.id, cursor=found.next)


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The board of a pipeline; the address holds pipeline, filter, search and order."""
    asked = Asked(request)
    totals = asked.totals()
    currency = company_currency()
    columns = tuple(
        _column(stage, totals[stage.id], *asked.cards(stage), currency=currency)
        for stage in asked.pipeline.stages
    )
    frame = _frame(asked, sum(totals[stage.id].count for stage in asked.pipeline.open_stages))
    known = pipelines()
    page = BoardPage(
        list=frame,
        columns=columns,
        pipelines=tuple(
            Tab(
                one.name,
                asked.address("/opportunities/board", pipeline=one.id, cursor=None),
                current=one.id == asked.pipeline.id,
            )
            for one in (known if len(known) > 1 else [])
        ),
        order=_order_control(asked.order),
        heads_url=asked.address("/opportunities/board/heads"),
        may_move=asked.access.may("opportunities.edit"),
        stuck=sum(total.stuck for total in totals.values()),
        stuck_url=asked.address("/opportunities/board", stuck=None if asked.only_stuck else 1),
        only_stuck=asked.only_stuck,
    )
    return respond(request, "sales/board.html", page, fragments={"hw-board": "board"})


@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """The next cards of a column."""
    asked = Asked(request)
    stage = _stage(asked.pipeline, request.GET.get("stage", ""))
    found, more_url = asked.cards(stage, request.GET.get("cursor") or None)
    column = _column(stage, ColumnTotal(), found, more_url, currency="")  # its head stands there already
    page = CardsPage(column, asked.access.may("opportunities.edit"))
    return respond(request, "sales/cards.html", page, block="cards")


@require_GET
def heads(request: HttpRequest) -> HttpResponse:
    """Counts and sums of all columns after a move, for their heads."""
    asked = Asked(request)
    totals = asked.totals()
    currency = company_currency()
    columns = tuple(
        _column(stage, totals[stage.id], (), "", currency=currency) for stage in asked.pipeline.stages
    )
    return respond(request, "sales/heads.html", columns, block="heads")


@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """A card was dropped: POST id, column, and from which column it was taken."""
    access = permit(request, "opportunities.edit")
    given = {key: request.POST.get(key, "") for key in ("id", "column", "from")}
    if not (given["id"].isdecimal() and given["column"].isdecimal()):
        raise Invalid.one("column", "value.required", _("Choose a stage."))
    moved = services.move_stage(
        access,
        int(given["id"]),
        stage_id=int(given["column"]),
        from_stage_id=int(given["from"]) if given["from"].isdecimal() else None,
    )
    response = HttpResponse(status=204)
    stage = stages_by_id()[moved.stage_id]
    if stage.kind == Standing.WON and given["from"] != given["column"]:
        toast(
            response,
            _("Won: “%(name)s”. Congratulations!") % {"name": moved.name},
            undo=f"/opportunities/{moved.pk}/reopen",
        )
    return response


def _stage(pipeline: PipelineView, raw: str) -> StageView:
    stage = pipeline.by_id.get(int(raw)) if raw.isdecimal() else None
    if stage is None:
        raise NotFound(record="stage", id=raw[:20])
    return stage


def _card(row: Data, stage: StageView) -> Card:
    account, contact, owner = row["account"], row["contact"], row["owner"]
    named = [part["name"] for part in (account, contact) if part]
    note = " · ".join(name for name in named if name != row["name"])  # many are called like their account
    due = row["expected_close_on"]
    return Card(
        id=row["id"],
        title=row["name"],
        href=f"/opportunities/{row['id']}",
        note=note,
        amount="" if row["amount"] is None else formats.money(row["amount"], row["currency"]),
        when=due,
        overdue=stage.is_open and due is not None and due < clock.today(),
        person=owner["name"] if owner else "",
        is_stuck=is_stuck(row, stage),
        days=(clock.now() - row["stage_entered_at"]).days,
        probability=int(row["probability"]),
    )


def _column(
    stage: StageView, total: ColumnTotal, cards: tuple[Card, ...], more_url: str, *, currency: str
) -> BoardColumn:
    note = _("last %(days)s days") % {"days": CLOSED_DAYS}
    if stage.is_open:
        note = ""
        if total.weighted:
            note = _("weighted %(amount)s") % {"amount": formats.money(total.weighted, currency)}
    missing = ngettext(
        "%(count)s amount has no exchange rate and is left out",
        "%(count)s amounts have no exchange rate and are left out",
        total.left_out,
    )
    return BoardColumn(
        key=str(stage.id),
        label=stage.name,
        hue=stage.color,
        count=total.count,
        stuck=total.stuck,
        sum=formats.money(total.amount, currency) if total.amount else "",
        note=note,
        warning=missing % {"count": total.left_out} if total.left_out else "",
        ask="/opportunities/{id}/lose" if stage.kind == Standing.LOST else "",
        cards=cards,
        more_url=more_url,
    )


def _order_control(order: str) -> FieldControl:
    labels = {
        "expected_close_on": _("Closing first"),
        "-amount": _("Largest first"),
        "stage_entered_at": _("Longest in stage"),
        "-created_at": _("Newest first"),
    }
    options = tuple(Option(key, label) for key, label in labels.items())
    return FieldControl("order", _("Order"), kind="select", value=order, options=options, label_hidden=True)


def _frame(asked: Asked, count: int) -> ListPage:
    """The head and the filter bar of the list, without its table."""
    request, access, kind = asked.request, asked.access, asked.kind
    frame = records.list_page(
        request,
        access,
        kind,
        url="/opportunities/board",
        title=str(kind.label_plural),
        columns=("name",),
        tabs=_views(asked),
        layouts=layouts("board"),
        actions=head_actions(access, kind),
        filters=("owner", "expected_close_on"),
        search_placeholder=_("Search opportunity, company or pinyin"),
        limit=1,
        save_view_dialog=asked.address("/views/new/opportunity") if access.may("views.create") else "",
        empty=EmptyState(_("No opportunities here"), icon="circle-dollar-sign"),
    )
    hidden = {key: request.GET[key] for key in ("pipeline", "view", "stuck") if request.GET.get(key)}
    return ListPage(
        **{name: getattr(frame, name) for name in ListPage.__slots__}
        | {
            "rows": (),
            "count": count,
            "count_cap": 10**9,  # added up already, so it is known exactly
            "column_choices": (),
            "next_href": "",
            "previous_href": "",
            "hidden": hidden,
            "tools": (),
        }
    )


def _views(asked: Asked) -> list[Tab]:
    """Everybody's cards, one's own, and the saved views that narrow them further."""
    known = [("all", _("All")), ("mine", _("Mine")), *((one.key, str(one.label)) for one in asked.views)]
    present = asked.view if asked.view in {key for key, _label in known} else "all"
    return [
        Tab(
            label,
            asked.address("/opportunities/board", view=None if key == "all" else key),
            current=key == present,
            key=key,
        )
        for key, label in known
    ]
