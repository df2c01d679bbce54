"""The list of quotes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from headwater.customization.lists import view_options
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.quotes.types import QuoteState
from headwater.ui import records
from headwater.ui.pages import Action, Cell, EmptyState, Row
from headwater.ui.responses import respond

_ENDED = frozenset({QuoteState.DECLINED, QuoteState.EXPIRED, QuoteState.WITHDRAWN, QuoteState.REPLACED})


def _new(access: Access) -> list[Action]:
    if not access.may("quotes.create"):
        return []
    return [Action(_("New quote"), icon="plus", dialog="/quotes/new", kind="primary")]


@require_GET
def quote_list(request: HttpRequest) -> HttpResponse:
    """Quotes within reach; the address holds search, filter, sort and page."""
    access = permit(request, "quotes.view")
    kind = record_type("quote")
    batch = []
    if access.may("quotes.delete"):
        batch.append(Action(_("Archive"), icon="archive", dialog="/quotes/archive", key="archive"))
    page = records.list_page(
        request,
        access,
        kind,
        url="/quotes",
        actions=_new(access),
        batch=batch,
        filters=("state", "owner", "valid_until"),
        card=("account", "total", "valid_until"),
        card_tag="state",
        needs=("name", "account", "state", "currency", "latest"),
        name=_name,
        row=_row,
        overdue=("valid_until",),
        search_placeholder=_("Search number, subject, company or pinyin"),
        empty=EmptyState(
            _("No quotes yet"),
            _("Begin one on the page of an opportunity, or here."),
            icon="file-text",
            actions=tuple(_new(access)),
        ),
        **view_options(request, access, kind),
    )
    return respond(request, "ui/records/list.html", page)


def _name(data: Mapping[str, Any]) -> Cell:
    mark = f" · V{int(data['latest'])}" if data.get("latest", 1) > 1 else ""
    return Cell("name", f"{data['number']}{mark}", note=str(data.get("name") or ""), avatar=False)


def _row(data: Mapping[str, Any], row: Row) -> Row:
    """Only what the customer still has can run out of time."""
    if data["state"] == QuoteState.SENT:
        return row
    cells = tuple(replace(cell, overdue=False) if cell.overdue else cell for cell in row.cells)
    return replace(row, cells=cells, is_done=data["state"] in _ENDED)
