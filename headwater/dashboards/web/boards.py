"""A board: shown at once with the figures that are known; each widget asks for its own newer ones."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.dashboards import queries
from headwater.dashboards.filters import Filters, narrowed, read_filters
from headwater.dashboards.queries.boards import SHARE
from headwater.dashboards.shapes import Board, Item
from headwater.dashboards.web.asking import filter_controls
from headwater.dashboards.web.frame import BoardPage, Card, card, query_of
from headwater.insight.engine import Definition
from headwater.insight.engine.overtaking import newest_only
from headwater.insight.web import behind
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import NotFound
from headwater.ui.pages import Action, EmptyState
from headwater.ui.responses import respond


@require_GET
def first(request: HttpRequest) -> HttpResponse:
    """What opens first for this person."""
    access = permit(request, "dashboards.view")
    return _page(request, access, queries.first_board(access))


@require_GET
def show(request: HttpRequest, key: str) -> HttpResponse:
    """One board."""
    access = permit(request, "dashboards.view")
    return _page(request, access, queries.find_board(access, key))


@require_GET
def widget(request: HttpRequest, key: str, item_key: str) -> HttpResponse:
    """The figures of one widget: those of the last minutes, or new ones with `again`."""
    access = permit(request, "dashboards.view")
    board, item, filters = _asked(request, access, key, item_key)
    # Who chooses other filters, or leaves, does not wait for these figures any more.
    with newest_only(access, request.headers.get("Report-Place", "")[:80]):
        found = queries.outcome(access, item, filters, again="again" in request.GET)
    return respond(request, "dashboards/widget.html", card(board, found, filters), block="card_body")


@require_GET
def records(request: HttpRequest, key: str, item_key: str) -> HttpResponse:
    """The records behind a number of a widget, under the board's filters."""
    access = permit(request, "dashboards.view").also("reports.view")
    board, item, filters = _asked(request, access, key, item_key)
    source = queries.source_of(access, item)
    definition = Definition.stored(narrowed(source.definition, filters, access).definition, access)
    path = reverse("dashboard_widget_records", args=[board.key, item.key])
    measure, keys = request.GET.get("m", ""), request.GET.get("k", "")
    page = behind.listed(request, access, definition, path, measure, keys)
    kept = filters.params | {"m": measure, "k": keys}
    page = replace(
        page,
        whole=f"{path}{query_of(kept)}",
        back=f"{reverse('dashboard', args=[board.key])}{query_of(filters.params)}",
        back_label=str(board.name),
    )
    if request.headers.get("HX-Target") == "hw-drawer":
        return respond(request, "insight/behind.html", page)
    return respond(request, "insight/behind_list.html", behind.whole(page, path, kept))


def _asked(request: HttpRequest, access: Access, key: str, item_key: str) -> tuple[Board, Item, Filters]:
    board = queries.find_board(access, key)
    item = board.item(item_key)
    if item is None:
        raise NotFound(record="widget", id=item_key)
    return board, item, read_filters(request.GET.dict(), period=board.period)


def _page(request: HttpRequest, access: Access, board: Board) -> HttpResponse:
    filters = read_filters(request.GET.dict(), period=board.period)
    cards = tuple(card(board, one, filters) for one in queries.first_sight(access, board, filters))
    url = reverse("dashboard", args=[board.key])
    # What a board opens with is no filter of the reader's.
    own = replace(filters, period="") if filters.period == board.period else filters
    page = BoardPage(
        key=board.key,
        name=board.name,
        version=board.version,
        may_edit=board.may_edit,
        cards=cards,
        filters=filter_controls(access, board, filters),
        is_filtered=bool(own),
        clear=url,
        self_url=f"{url}{query_of(filters.params)}",
        refresh_seconds=board.refresh_seconds,
        as_of=min((one.as_of for one in cards if one.as_of), default=None),
        layout=f"/api/v1/dashboards/{board.id}/layout" if board.may_edit and board.id else "",
        groups=_others(access, board),
        tools=_tools(access, board),
        edit_action=_copy_to_edit(access, board),
        add=reverse("dashboard_add", args=[board.id]) if board.may_edit and board.id else "",
        empty=_empty(board, cards),
    )
    return respond(request, "dashboards/board.html", page, fragments={"hw-dash": "grid"})


def _others(access: Access, board: Board) -> tuple[tuple[str, tuple[Action, ...]], ...]:
    listed = queries.boards_of(access)
    parts = (
        (pgettext("dashboards", "Mine"), [one for one in listed if one.is_mine]),
        (pgettext("dashboards", "Shared with me"), [one for one in listed if one.id and not one.is_mine]),
        (pgettext("dashboards", "Of the system"), [one for one in listed if one.id is None]),
    )
    return tuple(
        (
            label,
            tuple(
                Action(
                    one.name,
                    href=reverse("dashboard", args=[one.key]),
                    key="current" if one.key == board.key else "",
                )
                for one in found
            ),
        )
        for label, found in parts
        if found
    )


def _copy_to_edit(access: Access, board: Board) -> Action | None:
    if board.may_edit or not access.may("dashboards.create"):
        return None
    return Action(
        _("Adapt a copy"), icon="copy-plus", dialog=reverse("dashboard_copy", args=[board.key]), kind=""
    )


def _tools(access: Access, board: Board) -> tuple[Action, ...]:
    tools: list[Action] = []
    if board.may_edit and board.id is not None:
        tools.append(
            Action(
                _("Name, sharing, refreshing"),
                icon="settings-2",
                dialog=reverse("dashboard_settings", args=[board.id]),
            )
        )
    if access.may("dashboards.create"):
        if board.may_edit:
            copy = reverse("dashboard_copy", args=[board.key])
            tools.append(Action(_("Make a copy"), icon="copy-plus", dialog=copy))
        tools.append(Action(_("New dashboard"), icon="plus", dialog=reverse("dashboard_new")))
        if queries.archived_boards(access):
            gone = reverse("dashboard_archived")
            tools.append(Action(_("Archived dashboards"), icon="history", dialog=gone))
    chosen = queries.own_first(access)
    first_url = reverse("dashboard_first", args=[board.key])
    if chosen == board.key:
        tools.append(Action(_("No longer open first"), icon="pin", post=f"{first_url}?off=1"))
    else:
        tools.append(Action(_("Open this one first"), icon="pin", post=first_url))
    if access.may("dashboards.configure"):
        tools.append(Action(_("Dashboards of roles"), icon="users-round", dialog=reverse("dashboard_roles")))
    if board.may_edit and board.id is not None and (board.is_mine or access.may(SHARE)):
        tools.append(
            Action(
                _("Archive"),
                icon="archive",
                post=reverse("dashboard_archive", args=[board.id]),
                kind="danger",
                confirm=_("Archive the dashboard “%(name)s”? It can be brought back.") % {"name": board.name},
            )
        )
    return tuple(tools)


def _empty(board: Board, cards: tuple[Card, ...]) -> EmptyState | None:
    if cards:
        return None
    if not board.may_edit or board.id is None:
        return EmptyState(
            _("Nothing on this dashboard yet"),
            _("Its owner has not put anything on it."),
            icon="layout-dashboard",
        )
    add = reverse("dashboard_add", args=[board.id])
    return EmptyState(
        _("Nothing on this dashboard yet"),
        _("Add figures from the presets, from saved reports, or build new ones."),
        icon="layout-dashboard",
        actions=(Action(_("Add a widget"), icon="plus", dialog=add, kind="primary"),),
    )
