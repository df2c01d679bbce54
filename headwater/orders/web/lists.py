"""The lists of orders and payments."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.customization.lists import view_options
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.ui import records
from headwater.ui.pages import Action, Cell, EmptyState, Row
from headwater.ui.responses import respond


@require_GET
def order_list(request: HttpRequest) -> HttpResponse:
    """Orders within reach; the address holds search, filter, sort and page."""
    access = permit(request, "orders.view")
    kind = record_type("order")
    actions = _head(access, "order", _("New order"))
    page = records.list_page(
        request,
        access,
        kind,
        url="/orders",
        filters=("state", "owner", "ordered_on"),
        card=("account", "total", "open"),
        card_tag="state",
        needs=("currency",),
        name=lambda data: Cell("name", data["number"], avatar=False),
        actions=actions,
        batch=_batch(access),
        search_placeholder=_("Search order number, company or pinyin"),
        empty=EmptyState(
            _("No orders here"),
            _("Make one from a won opportunity or an accepted quote, or enter it by hand."),
            icon="shopping-cart",
            actions=tuple(actions),
        ),
        **view_options(request, access, kind),
    )
    return respond(request, "ui/records/list.html", page)


@require_GET
def payment_list(request: HttpRequest) -> HttpResponse:
    """Entries of the ledger within reach."""
    access = permit(request, "payments.view")
    kind = record_type("payment")
    page = records.list_page(
        request,
        access,
        kind,
        url="/payments",
        filters=("kind", "method", "paid_on"),
        card=("amount", "order", "account"),
        card_tag="kind",
        needs=("currency", "is_voided"),
        row=_payment_row,
        actions=_head(access, "payment", ""),
        search_placeholder=_("Search order, company or reference"),
        empty=EmptyState(
            _("No payments yet"),
            _("Payments are recorded on the page of their order, or imported."),
            icon="hand-coins",
        ),
        **view_options(request, access, kind),
    )
    return respond(request, "ui/records/list.html", page)


def _payment_row(data: Mapping[str, Any], row: Row) -> Row:
    """An entry that was voided counts no more, and looks so."""
    if not data.get("is_voided"):
        return row
    voided = Cell("tag", text=pgettext("payment", "Voided"), hue="gray")
    return replace(row, is_done=True, card_tag=voided)


def _head(access: Access, record: str, new: str) -> list[Action]:
    kind = record_type(record)
    actions = []
    if access.may(kind.permission("import")):
        actions.append(Action(_("Import"), icon="upload", href=f"/imports/new?record={record}"))
    if new and access.may(kind.permission("create")):
        actions.append(Action(new, icon="plus", dialog=f"/{kind.plural}/new", kind="primary"))
    return actions


def _batch(access: Access) -> list[Action]:
    acts = []
    if access.may("orders.assign"):
        acts.append(Action(_("Assign"), icon="user-plus", dialog="/orders/assign", key="assign"))
    if access.may("orders.delete"):
        acts.append(Action(_("Archive"), icon="archive", post="/orders/archive", key="archive"))
    return acts
