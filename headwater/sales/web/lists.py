"""The lists of accounts, contacts and opportunities."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from headwater.customization.lists import columns_url, export_dialog, present_setup, view_tools
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import RecordType, record_type
from headwater.products.queries import product_choices
from headwater.sales.types import Standing
from headwater.ui import records
from headwater.ui.pages import Action, Cell, EmptyState, ListPage, Row, Tab
from headwater.ui.responses import respond

Data = Mapping[str, Any]
PRODUCTS_AT_A_GLANCE = 200


def tabs_of(setup: Any, url: str) -> list[Tab]:
    """The saved views of a list as tabs."""
    present = setup.view.key if setup.view else ""
    return [Tab(view.label, f"{url}?view={view.key}", current=view.key == present) for view in setup.views]


def list_of(
    request: HttpRequest, access: Access, kind: RecordType, *, empty: EmptyState, **options: Any
) -> ListPage:
    """A list with the reader's views, columns and batch acts."""
    setup = present_setup(request, access, kind)
    url = f"/{kind.plural}"
    return records.list_page(
        request,
        access,
        kind,
        url=url,
        columns=setup.columns or None,
        criteria=setup.criteria or None,
        sort=setup.sort,
        tabs=tabs_of(setup, url),
        actions=head_actions(access, kind),
        batch=batch_actions(access, kind),
        save_view_dialog=f"/views/new/{kind.key}" if access.may("views.create") else "",
        export_dialog=export_dialog(access, kind),
        columns_url=columns_url(kind, setup),
        tools=view_tools(access, kind),
        empty=empty,
        **options,
    )


def head_actions(access: Access, kind: RecordType) -> list[Action]:
    """Import and new, as far as the role allows it."""
    new = {
        "account": _("New account"),
        "contact": _("New contact"),
        "opportunity": _("New opportunity"),
    }[kind.key]
    actions = []
    if access.may(kind.permission("import")):
        actions.append(Action(_("Import"), icon="upload", href=f"/imports/new?record={kind.key}"))
    if access.may(kind.permission("create")):
        actions.append(Action(new, icon="plus", dialog=f"/{kind.plural}/new", kind="primary"))
    return actions


def batch_actions(access: Access, kind: RecordType) -> list[Action]:
    """What may be done with chosen records, as far as the role allows it."""
    url = f"/{kind.plural}"
    offered = [
        ("assign", Action(_("Assign"), icon="user-plus", dialog=f"{url}/assign", key="assign")),
        ("delete", Action(_("Archive"), icon="archive", dialog=f"{url}/archive", key="archive")),
    ]
    if kind.key == "opportunity":
        offered.insert(
            1, ("edit", Action(_("Move to stage"), icon="flag", dialog=f"{url}/stage", key="stage"))
        )
    return [action for act, action in offered if access.may(kind.permission(act))]


@require_GET
def account_list(request: HttpRequest) -> HttpResponse:
    """Accounts within reach; the address holds search, filter, sort and page."""
    access = permit(request, "accounts.view")
    kind = record_type("account")
    page = list_of(
        request,
        access,
        kind,
        filters=("level", "industry", "owner"),
        card=("owner", "last_activity_at"),
        card_tag="level",
        search_placeholder=_("Search company, phone or pinyin"),
        empty=EmptyState(
            _("No accounts yet"),
            _("Convert a lead, or enter the first customer."),
            icon="building-2",
            actions=tuple(head_actions(access, kind)),
        ),
    )
    return respond(request, "ui/records/list.html", page)


@require_GET
def contact_list(request: HttpRequest) -> HttpResponse:
    """Contacts within reach."""
    access = permit(request, "contacts.view")
    kind = record_type("contact")
    page = list_of(
        request,
        access,
        kind,
        filters=("account", "owner"),
        card=("mobile", "last_activity_at"),
        needs=("title", "account"),
        row=_contact_row,
        search_placeholder=_("Search name, company, phone or pinyin"),
        empty=EmptyState(
            _("No contacts yet"),
            _("Convert a lead, or enter the first person."),
            icon="contact",
            actions=tuple(head_actions(access, kind)),
        ),
    )
    return respond(request, "ui/records/list.html", page)


def _contact_row(data: Data, row: Row) -> Row:
    """The phone card says where the person works."""
    account = data.get("account")
    if not account:
        return row
    return replace(row, card=(("", Cell("text", account["name"])), *row.card))


@require_GET
def opportunity_list(request: HttpRequest) -> HttpResponse:
    """Opportunities within reach, as a list; the board is the other face."""
    access = permit(request, "opportunities.view")
    kind = record_type("opportunity")
    page = list_of(
        request,
        access,
        kind,
        filters=("stage", "owner", "expected_close_on", *_product_filter()),
        card=("amount", "expected_close_on", "owner"),
        card_tag="stage",
        overdue=("expected_close_on",),
        needs=("account", "status", "currency"),
        row=_opportunity_row,
        layouts=layouts("list"),
        search_placeholder=_("Search opportunity, company or pinyin"),
        empty=EmptyState(
            _("No opportunities here"),
            _("Convert a lead into one, or enter the first."),
            icon="circle-dollar-sign",
            actions=tuple(head_actions(access, kind)),
        ),
    )
    return respond(request, "ui/records/list.html", page)


def _product_filter() -> tuple[str, ...]:
    """Products to choose from at a glance; of very many the filter builder alone offers them."""
    return ("product",) if len(product_choices()) <= PRODUCTS_AT_A_GLANCE else ()


def layouts(present: str) -> tuple[Tab, ...]:
    """List or board."""
    return (
        Tab(_("Board"), "/opportunities/board", current=present == "board", icon="square-kanban"),
        Tab(_("List"), "/opportunities", current=present == "list", icon="list"),
    )


def _opportunity_row(data: Data, row: Row) -> Row:
    is_closed = data["status"] != Standing.OPEN
    cells = tuple(_settled(cell) if is_closed else cell for cell in row.cells)
    return replace(row, cells=cells, is_done=data["status"] == Standing.LOST)


def _settled(cell: Cell) -> Cell:
    """A closed opportunity has no overdue date."""
    return replace(cell, overdue=False) if cell.overdue else cell


def related_columns(names: Sequence[str], kind: RecordType) -> list[str]:
    """The columns of a related list, those that exist."""
    return [name for name in names if kind.field(name) is not None] or ["name"]
