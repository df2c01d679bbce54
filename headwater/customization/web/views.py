"""Saved views of lists: save what is shown, change, share, delete; the columns of one list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.customization import services
from headwater.customization.lists import list_url
from headwater.customization.models import SavedView
from headwater.customization.queries import ListView, find_view, list_setup, views_of
from headwater.customization.types import Sharing
from headwater.kernel import text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import RecordType, find_record_type, record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.organization.queries import department_tree, role_sheets
from headwater.ui import records
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option
from headwater.ui.records.lists import column_keys, quick_criteria
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A view among the others, with what may be done to it."""

    view: ListView
    href: str
    is_first: bool
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class ViewsPage:
    """The views of one list."""

    kind: RecordType
    lines: tuple[ViewLine, ...]
    back: str


def _seeing(request: HttpRequest, permission: str, record: str) -> tuple[Access, RecordType]:
    kind = find_record_type(record)
    return permit(request, permission).also(kind.permission("view")), kind


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, record: str) -> HttpResponse:
    """Save the list as it stands: the present view narrowed by what the address says."""
    access, kind = _seeing(request, "views.create", record)
    if request.method == "POST":
        row = services.save_view(access, record=kind.key, **_submitted(request))
        note = _("The view “%(name)s” is saved.") % {"name": row.name}
        return done(request, note, go=f"{list_url(kind)}?view=v{row.pk}")
    setup = list_setup(access, kind, request.GET.get("view") or None)
    page = _form(
        access,
        kind,
        title=_("Save as view"),
        action=reverse("view_new", args=[kind.key]),
        criteria=_shown_criteria(request, kind, access, setup.criteria),
        sort=request.GET.get("sort", "") or (setup.view.sort if setup.view else ""),
        columns=column_keys(request, kind, access, setup.columns),
        density=setup.density,
    )
    return respond(request, "ui/records/form.html", page)


def _shown_criteria(
    request: HttpRequest, kind: RecordType, access: Access, base: Mapping[str, Any]
) -> dict[str, Any]:
    """The tree that the list shows at the moment: view, builder and quick filters together."""
    records.criteria_from(request, kind, access)  # refuses what cannot be
    parts: list[Any] = list(_parts(base))
    if request.GET.get("filter"):
        parts += _parts(orjson.loads(request.GET["filter"]))
    parts += quick_criteria(request, kind)
    return {"all": parts} if parts else {}


def _parts(tree: Any) -> Sequence[Any]:
    if not tree:
        return []
    if isinstance(tree, Mapping) and set(tree) == {"all"} and isinstance(tree["all"], list):
        return tree["all"]
    return [tree]


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, view_id: int) -> HttpResponse:
    """Name, conditions, order and sharing of a view."""
    access, kind, view = _found(request, "views.edit", view_id)
    if request.method == "POST":
        services.update_view(
            access, view_id, version=text.whole(request.POST.get("version", "")), **_submitted(request)
        )
        return done(request, _("Saved"), go=f"{list_url(kind)}?view={view.key}")
    page = _form(
        access,
        kind,
        title=_("Edit view"),
        action=reverse("view_edit", args=[view_id]),
        name=str(view.label),
        criteria=dict(view.criteria),
        sort=view.sort,
        columns=list(view.columns),
        density=view.density,
        view=view,
    )
    return respond(request, "ui/records/form.html", page)


@require_POST
def delete(request: HttpRequest, view_id: int) -> HttpResponse:
    """Forget a view."""
    access, kind, view = _found(request, "views.delete", view_id)
    services.delete_view(access, view_id)
    return done(request, _("The view “%(name)s” is deleted.") % {"name": view.label}, go=list_url(kind))


@require_GET
def manage(request: HttpRequest, record: str) -> HttpResponse:
    """The views of a list, one's own and shared ones."""
    access, kind = _seeing(request, "views.view", record)
    first = list_setup(access, kind).view
    page = ViewsPage(
        kind=kind,
        lines=tuple(
            ViewLine(
                view,
                f"{list_url(kind)}?view={view.key}",
                first is not None and view.key == first.key,
                _tools(access, kind, view, is_first=first is not None and view.key == first.key),
            )
            for view in views_of(access, kind)
        ),
        back=list_url(kind),
    )
    return respond(request, "customization/views.html", page)


def _tools(access: Access, kind: RecordType, view: ListView, *, is_first: bool) -> tuple[Action, ...]:
    tools = []
    if not is_first:
        address = reverse("view_first", args=[kind.key]) + f"?view={view.key}"
        tools.append(Action(_("Open first"), icon="pin", post=address))
    if view.id is not None and (view.is_mine or access.may("views.share")):
        tools.append(Action(_("Edit"), icon="pencil", dialog=reverse("view_edit", args=[view.id])))
        tools.append(
            Action(
                _("Delete"),
                icon="trash-2",
                post=reverse("view_delete", args=[view.id]),
                confirm=_("Delete the view “%(name)s”?") % {"name": view.label},
                kind="danger",
            )
        )
    return tuple(tools)


@require_POST
def open_first(request: HttpRequest, record: str) -> HttpResponse:
    """Which view the list opens with for this person."""
    access, kind = _seeing(request, "views.view", record)
    key = request.GET.get("view", "")
    services.choose_first_view(access, kind, key)
    view = find_view(access, kind, key)
    return done(
        request,
        _("%(list)s now open with “%(view)s”.") % {"list": kind.label_plural, "view": view.label},
        go=list_url(kind),
    )


@require_POST
def columns(request: HttpRequest, record: str) -> HttpResponse:
    """Keep the columns that this person chose for a view; none: as the view has them."""
    access, kind = _seeing(request, "views.view", record)
    view = request.GET.get("view", "")
    chosen = [key.replace("custom-", "custom.") for key in request.POST.getlist("columns") if key]
    density = request.POST.get("density")
    services.choose_columns(access, kind, view=view, columns=chosen, density=density)
    return done(request, refresh=False)


def _found(request: HttpRequest, permission: str, view_id: int) -> tuple[Access, RecordType, ListView]:
    row = SavedView.objects.filter(pk=view_id).only("record").first()
    if row is None:
        raise NotFound(record="view", id=view_id)
    kind = record_type(row.record)
    access = permit(request, permission).also(kind.permission("view"))
    return access, kind, find_view(access, kind, f"v{view_id}")


def _form(
    access: Access,
    kind: RecordType,
    *,
    title: str,
    action: str,
    criteria: dict[str, Any],
    sort: str,
    columns: Sequence[str],
    density: str,
    name: str = "",
    view: ListView | None = None,
) -> FormPage:
    known = kind.all_fields
    shown = [*columns, *(key for key, field in known.items() if key not in columns and field.in_list)]
    options = [Option(key, known[key].label) for key in dict.fromkeys([*shown, *known]) if key in known]
    sorts = [item for key, field in known.items() if field.sortable for item in _both_ways(key, field.label)]
    controls = [
        FieldControl("name", _("Name"), value=name, required=True, max_length=60, autofocus=not name),
        FieldControl(
            "criteria",
            _("Conditions"),
            "criteria",
            orjson.dumps(criteria).decode() if criteria else "",
            fields_url=reverse("fields", args=[kind.key]),
        ),
        FieldControl(
            "sort",
            pgettext("list", "Order"),
            "select",
            sort,
            options=tuple(sorts),
            span=6,
            placeholder=_("As usual"),
        ),
        FieldControl("columns", _("Columns"), "multi", list(columns), options=tuple(options), span=6),
    ]
    groups = [FieldGroup(tuple(controls))]
    if access.may(services.SHARE):
        groups.append(FieldGroup(tuple(_sharing(access, view)), title=_("Who sees it")))
    return FormPage(
        title=title,
        action=action,
        groups=tuple(groups),
        submit=_("Save view"),
        cancel_href=list_url(kind),
        hidden={"density": density} | ({"version": view.version} if view is not None else {}),
        width="wide",
    )


def _both_ways(key: str, label: Any) -> list[Option]:
    return [Option(key, f"{label} ↑"), Option(f"-{key}", f"{label} ↓")]


def _sharing(access: Access, view: ListView | None) -> list[FieldControl]:
    nodes = department_tree()
    return [
        FieldControl(
            "sharing",
            _("Shared with"),
            "segments",
            view.sharing if view else Sharing.PRIVATE.value,
            options=tuple(Option(item.value, item.label) for item in Sharing),
            label_hidden=True,
        ),
        FieldControl(
            "department_ids",
            _("Departments"),
            "multi",
            [str(item) for item in view.department_ids] if view else [],
            options=tuple(Option(str(node.id), node.name, depth=node.depth) for node in nodes),
            span=6,
            placeholder=_("With those below them"),
        ),
        FieldControl(
            "role_ids",
            _("Roles"),
            "multi",
            [str(item) for item in view.role_ids] if view else [],
            options=tuple(Option(str(sheet.role.pk), sheet.role.label) for sheet in role_sheets()),
            span=6,
            placeholder=_("People with one of these roles"),
        ),
    ]


def _submitted(request: HttpRequest) -> dict[str, Any]:
    data = request.POST
    values: dict[str, Any] = {"name": data.get("name", ""), "sort": data.get("sort", "")}
    try:
        values["criteria"] = orjson.loads(data["criteria"]) if data.get("criteria") else {}
    except orjson.JSONDecodeError:
        raise Invalid.one("criteria", "criteria.json", _("The filter is not valid JSON.")) from None
    if "columns" in data:
        values["columns"] = [key for key in data.getlist("columns") if key]
    if "density" in data:
        values["density"] = data["density"]
    if "sharing" in data:
        values["sharing"] = data["sharing"]
        values["department_ids"] = [
            found for item in data.getlist("department_ids") if (found := text.whole(item))
        ]
        values["role_ids"] = [found for item in data.getlist("role_ids") if (found := text.whole(item))]
    return values
