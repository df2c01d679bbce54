"""Dialogs of a board: new, copy, name and sharing, which opens first; and the boards of roles."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.dashboards import queries, services
from headwater.dashboards.filters import PERIODS, period_label
from headwater.dashboards.queries.boards import SHARE
from headwater.dashboards.shapes import Board
from headwater.dashboards.types import NAME_LENGTH, Refresh, Visibility
from headwater.kernel import text
from headwater.kernel.access import Access, permit
from headwater.organization.queries import role_sheets
from headwater.ui.pages import FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, respond


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """An empty board of one's own."""
    access = permit(request, "dashboards.create")
    if request.method == "POST":
        row = services.create_board(access, **_submitted(request))
        return done(request, _("Made. Add what you want to see."), go=reverse("dashboard", args=[row.pk]))
    return _form(request, access, None, title=_("New dashboard"), action=reverse("dashboard_new"))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, board_id: int) -> HttpResponse:
    """Name, who sees it, what it opens with, how often it refreshes."""
    access = permit(request, "dashboards.create")
    if request.method == "POST":
        version = text.whole(request.POST.get("version", ""))
        services.update_board(access, board_id, version=version, **_submitted(request))
        return done(request, _("Saved"), go=reverse("dashboard", args=[board_id]))
    board = queries.find_board(access, str(board_id))
    action = reverse("dashboard_settings", args=[board_id])
    return _form(request, access, board, title=_("Name, sharing, refreshing"), action=action)


@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, key: str) -> HttpResponse:
    """A copy of one's own, to be adapted."""
    access = permit(request, "dashboards.create")
    board = queries.find_board(access, key)
    if request.method == "POST":
        row = services.duplicate_board(access, key, name=request.POST.get("name", ""))
        address = f"{reverse('dashboard', args=[row.pk])}?arrange=1"
        return done(request, _("This copy is yours: arrange it as you like."), go=address)
    suggested = _("%(name)s (copy)") % {"name": board.name}
    name = FieldControl(
        "name", _("Name"), value=suggested, required=True, max_length=NAME_LENGTH, autofocus=True
    )
    page = FormPage(
        title=_("Make a copy"),
        action=reverse("dashboard_copy", args=[key]),
        groups=(FieldGroup((name,)),),
        submit=_("Make a copy"),
        intro=_("The copy is yours alone until you share it; the original stays as it is."),
        width="small",
    )
    return respond(request, "ui/records/form.html", page)


@require_POST
def archive(request: HttpRequest, board_id: int) -> HttpResponse:
    """Take it away."""
    access = permit(request, "dashboards.create")
    services.archive_board(access, board_id)
    return done(request, _("Archived. It can be brought back."), go=reverse("dashboards"))


@require_GET
def archived(request: HttpRequest) -> HttpResponse:
    """Those that were taken away, to bring one back."""
    access = permit(request, "dashboards.create")
    return respond(request, "dashboards/archived.html", queries.archived_boards(access))


@require_POST
def restore(request: HttpRequest, board_id: int) -> HttpResponse:
    """Bring it back."""
    access = permit(request, "dashboards.create")
    services.restore_board(access, board_id)
    return done(request, _("Brought back"), go=reverse("dashboard", args=[board_id]))


@require_POST
def choose_first(request: HttpRequest, key: str) -> HttpResponse:
    """What opens first for this person."""
    access = permit(request, "dashboards.view")
    services.choose_first(access, "" if "off" in request.GET else key)
    return done(request, _("Saved"), go=reverse("dashboard", args=[key]))


@require_http_methods(["GET", "POST"])
def roles(request: HttpRequest) -> HttpResponse:
    """Which board each role opens with."""
    access = permit(request, "dashboards.configure")
    sheets = [sheet for sheet in role_sheets() if sheet.is_administrator or "dashboards.view" in sheet.grants]
    if request.method == "POST":
        for sheet in sheets:
            given = request.POST.get(f"role-{sheet.role.pk}")
            if given is not None:
                services.set_role_first(access, sheet.role.pk, given)
        return done(request, _("Saved"))
    chosen = queries.role_defaults()
    boards = queries.boards_of(access)
    controls = tuple(
        FieldControl(
            f"role-{sheet.role.pk}",
            sheet.role.label,
            "select",
            chosen.get(sheet.role.pk, ""),
            tuple(Option(one.key, one.name) for one in boards if _is_open_to(one, sheet.role.pk)),
            placeholder=_("As the system has it"),
            span=6,
        )
        for sheet in sheets
    )
    page = FormPage(
        title=_("Dashboards of roles"),
        action=reverse("dashboard_roles"),
        groups=(FieldGroup(controls),),
        intro=_(
            "What opens for people who chose nothing themselves. Only boards that a role sees are offered."
        ),
    )
    return respond(request, "ui/records/form.html", page)


def _is_open_to(board: queries.Listed, role_id: int) -> bool:
    return board.visibility == Visibility.EVERYONE or (
        board.visibility == Visibility.ROLES and role_id in board.role_ids
    )


def _form(
    request: HttpRequest, access: Access, board: Board | None, *, title: str, action: str
) -> HttpResponse:
    period = board.period if board else ""
    periods = [Option(key, label) for key, label in PERIODS.items()]
    if period and period not in PERIODS:
        periods.append(Option(period, period_label(period)))
    general = (
        FieldControl(
            "name",
            _("Name"),
            value=str(board.name) if board else "",
            required=True,
            max_length=NAME_LENGTH,
            autofocus=board is None,
        ),
        FieldControl(
            "period",
            _("Opens with the period"),
            "select",
            period,
            tuple(periods),
            placeholder=_("As each widget has it"),
            span=6,
        ),
        FieldControl(
            "refresh_seconds",
            _("Refresh by itself"),
            "select",
            str(board.refresh_seconds if board else Refresh.FIVE_MINUTES.value),
            tuple(Option(str(one.value), one.label) for one in Refresh),
            required=True,
            span=6,
        ),
    )
    groups = [FieldGroup(general)]
    if access.may(SHARE):
        groups.append(FieldGroup(_sharing(board), title=_("Who sees it")))
    page = FormPage(
        title=title,
        action=action,
        groups=tuple(groups),
        submit=_("Save") if board else pgettext("dashboard", "Make it"),
        hidden={"version": board.version} if board else {},
    )
    return respond(request, "ui/records/form.html", page)


def _sharing(board: Board | None) -> tuple[FieldControl, ...]:
    return (
        FieldControl(
            "visibility",
            _("Who sees it"),
            "segments",
            board.visibility if board else Visibility.PRIVATE.value,
            tuple(Option(one.value, one.label) for one in Visibility),
            label_hidden=True,
            help=_("Everybody sees the figures of what is within their own reach."),
        ),
        FieldControl(
            "role_ids",
            _("Roles"),
            "multi",
            [str(one) for one in board.role_ids] if board else [],
            tuple(Option(str(sheet.role.pk), sheet.role.label) for sheet in role_sheets()),
            placeholder=_("People with one of these roles"),
        ),
    )


def _submitted(request: HttpRequest) -> dict[str, Any]:
    data = request.POST
    values: dict[str, Any] = {"name": data.get("name", ""), "period": data.get("period", "")}
    values["refresh_seconds"] = text.whole(data.get("refresh_seconds", "")) or 0
    if "visibility" in data:
        values["visibility"] = data["visibility"]
        values["role_ids"] = [found for one in data.getlist("role_ids") if (found := text.whole(one))]
    return values
