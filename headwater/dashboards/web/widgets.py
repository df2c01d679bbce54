"""Dialogs of widgets: choose what to add, put a report on a board, words and chart, take off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from headwater.dashboards import queries, services
from headwater.dashboards.errors import ReportGone
from headwater.insight.queries import ReportView, reports_for
from headwater.insight.web.asked import ICONS, chart_words, fitting
from headwater.kernel import text
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import Invalid, NotFound
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, respond, toast, trigger

NEW_REPORT = "/reports/new"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be put on the board."""

    name: str
    note: str
    icon: str
    post: str
    is_there: bool


@dataclass(frozen=True, slots=True)
class AddPage:
    """All of `dashboards/add.html`."""

    groups: tuple[tuple[str, tuple[Offer, ...]], ...]
    q: str
    url: str
    build: str


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, board_id: int) -> HttpResponse:
    """Choose among presets and saved reports; POST puts one on the board."""
    access = permit(request, "dashboards.create")
    if request.method == "POST":
        widget = services.add_widget(access, board_id, **_chosen(request.GET))
        undo = reverse("dashboard_widget_remove", args=[board_id, widget.pk])
        # The dialog stays open: several are added in a row.
        return toast(trigger(HttpResponse(status=204), "hw-refresh"), _("Added, below the others"), undo=undo)
    board = queries.find_board(access, str(board_id))
    url = reverse("dashboard_add", args=[board_id])
    q = request.GET.get("q", "")[:80]
    reports = reports_for(access.also("reports.view"), q)
    there = {one.preset for one in board.items if one.preset} | {one.report_id for one in board.items}
    groups = (
        (_("My reports"), reports.mine),
        (_("Shared with me"), reports.shared),
        (_("Presets"), reports.presets),
    )
    page = AddPage(
        groups=tuple((label, _offers(url, found, there)) for label, found in groups if found),
        q=q,
        url=url,
        build=NEW_REPORT if access.may("reports.view") else "",
    )
    return respond(request, "dashboards/add.html", page, fragments={"hw-dash-offers": "offers"})


def _offers(url: str, found: Sequence[ReportView], there: set[Any]) -> tuple[Offer, ...]:
    offers = []
    for one in found:
        if one.problem:
            continue
        key = {"preset": one.preset_key} if one.id is None else {"report": one.id}
        offers.append(
            Offer(
                name=one.name,
                note=one.description or one.owner_name,
                icon=ICONS.get(one.chart, "chart-column"),
                post=f"{url}?{urlencode(key)}",
                is_there=(one.preset_key if one.id is None else one.id) in there,
            )
        )
    return tuple(offers)


def _chosen(given: Mapping[str, str]) -> dict[str, Any]:
    """What the address names: a report's id or the key of a preset."""
    report_id = text.whole(given.get("report", ""))
    if report_id:
        return {"report_id": report_id}
    return {"preset": given.get("preset", "")[:60]}


def offer_to_put(access: Access, report: ReportView) -> Action | None:
    """On the page of a report: put it on a board."""
    if not access.may("dashboards.create"):
        return None
    key = {"preset": report.preset_key} if report.id is None else {"report": report.id}
    dialog = f"{reverse('dashboard_put')}?{urlencode(key)}"
    return Action(_("Put on a dashboard"), icon="layout-dashboard", dialog=dialog)


@require_http_methods(["GET", "POST"])
def put(request: HttpRequest) -> HttpResponse:
    """From a report: onto which board? One of those that may be changed, or a new one."""
    access = permit(request, "dashboards.create")
    chosen = _chosen(request.GET)
    if request.method == "POST":
        board_id = text.whole(request.POST.get("board", "")) or _new_board(
            access, request.POST.get("name", "")
        )
        services.add_widget(access, board_id, **chosen)
        return done(request, _("It is on the dashboard"), go=reverse("dashboard", args=[board_id]))
    boards = [
        Option(one.key, one.name)
        for one in queries.boards_of(access)
        if one.id is not None and (one.is_mine or access.may(queries.SHARE))
    ]
    query = urlencode({key: str(value) for key, value in request.GET.items() if key in ("report", "preset")})
    controls = [
        FieldControl("name", _("Name of the new dashboard"), max_length=60, required=not boards),
    ]
    if boards:
        new = _("A new dashboard")
        controls.insert(
            0,
            FieldControl("board", _("Dashboard"), "select", boards[0].value, tuple(boards), placeholder=new),
        )
    page = FormPage(
        title=_("Put on a dashboard"),
        action=f"{reverse('dashboard_put')}?{query}",
        groups=(FieldGroup(tuple(controls)),),
        submit=_("Put there"),
        width="small",
    )
    return respond(request, "ui/records/form.html", page)


def _new_board(access: Access, name: str) -> int:
    if not text.tidy(name):
        raise Invalid.one("name", "value.required", _("Choose a dashboard, or name a new one."))
    return services.create_board(access, name=name).pk


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, board_id: int, widget_id: int) -> HttpResponse:
    """Title, subtitle and kind of chart."""
    access = permit(request, "dashboards.create")
    if request.method == "POST":
        values = {key: request.POST.get(key, "") for key in ("title", "note", "chart")}
        services.update_widget(access, board_id, widget_id, **values)
        return done(request, _("Saved"))
    board = queries.find_board(access, str(board_id))
    item = board.item(str(widget_id))
    if item is None:
        raise NotFound(record="widget", id=widget_id)
    try:
        source = queries.source_of(access.also("reports.view"), item)
        usual, question, definition = source.title, source.question, source.definition
    except ReportGone:
        usual, question, definition = "", "", {}
    words = chart_words()
    kinds = fitting(len(definition.get("groupings") or ()), len(definition.get("measures") or ()))
    if item.chart and item.chart not in kinds:
        kinds = (*kinds, item.chart)
    controls = (
        FieldControl(
            "title",
            _("Title"),
            value=str(item.title),
            max_length=80,
            placeholder=usual if not item.title else "",
        ),
        FieldControl(
            "note",
            _("Subtitle"),
            value=str(item.note),
            max_length=200,
            placeholder=question or _("The question that these figures answer"),
        ),
        FieldControl(
            "chart",
            pgettext("widget", "Drawn as"),
            "select",
            item.chart,
            tuple(Option(kind, words[kind]) for kind in kinds),
            placeholder=_("As the report has it"),
        ),
    )
    remove = reverse("dashboard_widget_remove", args=[board_id, widget_id])
    page = FormPage(
        title=_("Widget"),
        action=reverse("dashboard_widget_edit", args=[board_id, widget_id]),
        groups=(FieldGroup(controls),),
        width="small",
        extra=(Action(_("Take off"), icon="trash-2", post=remove, kind="plain"),),
    )
    return respond(request, "ui/records/form.html", page)


@require_POST
def remove(request: HttpRequest, board_id: int, widget_id: int) -> HttpResponse:
    """Take it off; the toast offers to put it back."""
    access = permit(request, "dashboards.create")
    services.remove_widget(access, board_id, widget_id)
    undo = reverse("dashboard_widget_restore", args=[board_id, widget_id])
    return done(request, _("Taken off the dashboard"), undo=undo)


@require_POST
def restore(request: HttpRequest, board_id: int, widget_id: int) -> HttpResponse:
    """Put it back."""
    access = permit(request, "dashboards.create")
    services.restore_widget(access, board_id, widget_id)
    return done(request, _("It is back"))
