"""What a list page of any room gets from saved views: `records.list_page(..., **view_options(...))`."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from headwater.customization.queries import ListSetup, list_setup
from headwater.kernel.access import Access
from headwater.kernel.catalogue import RecordType
from headwater.kernel.errors import NotFound
from headwater.ui.pages import Action, Tab
from headwater.ui.responses import is_htmx


def list_url(kind: RecordType) -> str:
    """The address of a record type's list."""
    return f"/{kind.plural}"


def present_setup(request: HttpRequest, access: Access, kind: RecordType) -> ListSetup:
    """The list under the view that the address names; where that is gone the first one, and it says so."""
    try:
        return list_setup(access, kind, request.GET.get("view") or None)
    except NotFound:
        if not is_htmx(request):
            messages.warning(request, _("That view is gone, or is not shared with you any more."))
        return list_setup(access, kind)


def view_options(request: HttpRequest, access: Access, kind: RecordType, *, url: str = "") -> dict[str, Any]:
    """Tabs, conditions, order, columns and tools of the view that the address names; one query."""
    setup = present_setup(request, access, kind)
    return {
        "criteria": setup.criteria or None,
        "sort": setup.sort,
        "columns": setup.columns,
        "tabs": view_tabs(setup, url or list_url(kind)),
        "tools": view_tools(access, kind),
        "columns_url": columns_url(kind, setup),
        "save_view_dialog": f"/views/new/{kind.key}" if access.may("views.create") else "",
        "export_dialog": export_dialog(access, kind),
    }


def export_dialog(access: Access, kind: RecordType) -> str:
    """Where a list is asked for as a file, if the reader may."""
    may = access.may(kind.permission("export")) and access.may("exports.view")
    return f"/exports/new/{kind.key}" if may else ""


def view_tabs(setup: ListSetup, url: str) -> list[Tab]:
    """The views of a list as tabs."""
    present = setup.view.key if setup.view is not None else ""
    return [
        Tab(view.label, f"{url}?{urlencode({'view': view.key})}", current=view.key == present, key=view.key)
        for view in setup.views
    ]


def view_tools(access: Access, kind: RecordType) -> list[Action]:
    """The icon by which views are changed, shared and deleted."""
    if not access.may("views.view"):
        return []
    return [Action(_("Manage views"), icon="bookmark", dialog=f"/views/of/{kind.key}")]


def columns_url(kind: RecordType, setup: ListSetup) -> str:
    """Where the chosen columns of the present view are kept."""
    view = setup.view.key if setup.view is not None else ""
    return f"/views/of/{kind.key}/columns?{urlencode({'view': view})}"
