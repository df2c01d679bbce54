"""The list of leads."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.customization.lists import columns_url, export_dialog, present_setup, view_tools
from headwater.customization.queries.views import ListSetup
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.leads.web.going import deadline_cell, reason_of
from headwater.ui import records
from headwater.ui.pages import Action, Cell, EmptyState, ListPage, Row, Tab
from headwater.ui.responses import respond

COLUMNS = (
    "name",
    "mobile",
    "stage",
    "status",
    "intent",
    "source",
    "owner",
    "recycle_due_at",
    "next_follow_at",
    "last_activity_at",
)
GOING_VIEW = "going"
# What is counted down to, and the field that says why.
DEADLINES = {"recycle_due_at": "recycle_rule", "first_response_due_at": "", "follow_due_at": ""}


@require_GET
def lead_list(request: HttpRequest) -> HttpResponse:
    """Leads within reach, by saved view, filter, search and sort; the URL holds all of it."""
    access = permit(request, "leads.view")
    kind = record_type("lead")
    setup = present_setup(request, access, kind)
    page = records.list_page(
        request,
        access,
        kind,
        url="/leads",
        criteria=setup.criteria,
        sort=setup.sort,
        columns=setup.columns if setup.has_own_columns or (setup.view and setup.view.columns) else COLUMNS,
        tabs=view_tabs(setup, "/leads"),
        actions=_actions(access),
        batch=batch_actions(access),
        filters=("status", "stage", "source", "owner"),
        card=("stage", "owner", "recycle_due_at", "next_follow_at"),
        card_tag="status",
        needs=("title", "company", "recycle_rule", "protected_until", "recycle_due_at", "owner"),
        overdue=("next_follow_at",),
        deadlines=DEADLINES,
        drawn={"recycle_due_at": deadline_cell},
        name=name_cell,
        empty=_empty(access),
        search_placeholder=_("Name, company, number, pinyin"),
        save_view_dialog="/views/new/lead" if access.may("views.create") else "",
        export_dialog=export_dialog(access, kind),
        columns_url=columns_url(kind, setup),
        tools=view_tools(access, kind),
    )
    if setup.view is not None and setup.view.key == GOING_VIEW:
        page = _with_reasons(page)
    return respond(request, "leads/list.html", page)


def _with_reasons(page: ListPage) -> ListPage:
    """Under each name why the lead goes, before whose it is."""
    reasons = reason_of([row.id for row in page.rows])

    def told(row: Row) -> Row:
        name, reason = row.cells[0], reasons.get(row.id)
        note = " · ".join(str(part) for part in (reason, name.note) if part)
        return replace(row, cells=(replace(name, note=note), *row.cells[1:]))

    return replace(page, rows=tuple(map(told, page.rows)))


def view_tabs(setup: ListSetup, url: str) -> list[Tab]:
    """The views of a list as tabs."""
    now = setup.view.key if setup.view else ""
    return [Tab(view.label, f"{url}?view={view.key}", current=view.key == now) for view in setup.views]


def name_cell(row: Mapping[str, Any]) -> Cell:
    """Name over company, the way people call a lead."""
    note = " · ".join(part for part in (row.get("title"), row.get("company")) if part)
    return Cell("name", row["name"], note=note, href=f"/leads/{row['id']}")


def _actions(access: Access) -> list[Action]:
    actions = []
    if access.may("leads.import"):
        actions.append(Action(_("Import"), icon="upload", href="/leads/import"))
    if access.may("leads.create"):
        actions.append(Action(_("Scan cards"), icon="scan-text", href="/leads/scan"))
        actions.append(Action(pgettext("leads", "Paste"), icon="clipboard-paste", href="/leads/paste"))
        actions.append(Action(_("New lead"), icon="plus", dialog="/leads/new", kind="primary"))
    return actions


def batch_actions(access: Access, *, pooled: bool = False) -> list[Action]:
    """What may be done with chosen leads, as far as the role allows it."""
    offered = [
        ("leads.claim", Action(_("Claim"), icon="hand", post="/leads/claim", key="claim")),
        ("leads.assign", Action(_("Assign"), icon="user-plus", dialog="/leads/assign", key="assign")),
        ("leads.return", Action(_("Return"), icon="undo-2", dialog="/leads/return", key="return")),
        ("leads.move", Action(_("Move"), icon="move-right", dialog="/leads/move", key="move")),
        ("leads.edit", Action(_("Stage"), icon="flag", dialog="/leads/stage", key="stage")),
        ("leads.invalidate", Action(_("Invalid"), icon="ban", dialog="/leads/invalidate", key="invalidate")),
        ("leads.delete", Action(_("Archive"), icon="archive", dialog="/leads/archive", key="archive")),
    ]
    left_out = {"return", "stage"} if pooled else set()
    return [action for code, action in offered if access.may(code) and action.key not in left_out]


def _empty(access: Access) -> EmptyState:
    return EmptyState(
        title=_("No leads here"),
        text=_("Claim some from a pool, import a list, or enter the first one."),
        icon="users-round",
        actions=tuple(
            action
            for code, action in (
                ("pools.view", Action(_("Look into the pools"), href="/pools")),
                ("leads.import", Action(_("Import a list"), href="/leads/import")),
            )
            if access.may(code)
        ),
    )
