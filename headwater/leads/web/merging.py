"""Leads side by side, to become one; see `sales.web.merging`."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from headwater.leads.services.merging import LEADS
from headwater.leads.types import OWNED
from headwater.sales.web.merging import Row, merging_view, undo_view


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """Choose who stays, and per field whose value."""
    return merging_view(request, LEADS, _rank)


@require_POST
def undo(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Take it apart again."""
    return undo_view(request, LEADS, merge_id)


def _rank(row: Row) -> tuple[object, ...]:
    """Who is worked on stays by default, then who came first."""
    return (row["status"] not in OWNED, row["created_at"], row["id"])
