"""Orders move between states, are assigned, archived and restored."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.orders import services
from headwater.orders.types import OrderState
from headwater.sales.selecting import matching_ids, selected_ids
from headwater.ui import records
from headwater.ui.pages import FieldControl, FieldGroup, FormPage
from headwater.ui.responses import done, respond


def _chosen(request: HttpRequest, access: Access) -> list[int]:
    """The orders meant: ticked ones, or all that match the list's query."""
    kind = record_type("order")
    given = request.POST.getlist("ids") or request.GET.getlist("ids")
    if given:
        ids = [int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 19]
        return selected_ids(access, kind, ids=ids)
    if request.GET.get("all"):
        view = access.also("orders.view")
        return matching_ids(
            view, kind, records.criteria_from(request, kind, view), q=request.GET.get("q", "")
        )
    raise Invalid.one("ids", "value.required", _("Choose at least one record."))


@require_POST
def move(request: HttpRequest, order_id: int) -> HttpResponse:
    """Bring an order to a state."""
    access = permit(request, "orders.edit")
    to = request.POST.get("to") or request.GET.get("to", "")
    services.move_order(access, order_id, to)
    return done(request, _("The order is now “%(state)s”.") % {"state": OrderState(to).label})


@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest) -> HttpResponse:
    """Give orders to a colleague."""
    access = permit(request, "orders.assign")
    ids = _chosen(request, access)
    if request.method == "POST":
        owner = request.POST.get("owner", "")
        if not (owner.isascii() and owner.isdigit() and len(owner) < 19):
            raise Invalid.one("owner", "value.required", _("Choose a colleague."))
        note = request.POST.get("note", "").strip()[:500] or None
        results = services.assign_orders(access, ids, owner_id=int(owner), note=note)
        given = sum(one.ok for one in results)
        if not given:
            raise NotFound(record="order", id=ids[0] if ids else None)
        words = ngettext("%(count)s order was given away", "%(count)s orders were given away", given)
        return done(request, words % {"count": given})
    controls = (
        FieldControl(
            "owner", _("New owner"), "user", options_url="/options/user.json", required=True, autofocus=True
        ),
        FieldControl("note", _("Remark"), max_length=500),
    )
    page = FormPage(
        title=_("Assign"),
        action="/orders/assign",
        groups=(FieldGroup(controls),),
        submit=_("Assign"),
        hidden={"ids": [str(one) for one in ids]},
        width="small",
        cancel_href="/orders",
    )
    return respond(request, "ui/records/form.html", page)


@require_POST
def archive(request: HttpRequest) -> HttpResponse:
    """Archive orders; the toast brings them back."""
    access = permit(request, "orders.delete")
    ids = _chosen(request, access)
    count = services.archive_orders(access, ids)
    undo = "/orders/restore?" + "&".join(f"ids={one}" for one in ids) if len(ids) <= 50 else None
    words = ngettext("%(count)s order was archived", "%(count)s orders were archived", count)
    go = "/orders" if request.GET.get("page") else None
    return done(request, words % {"count": count}, undo=undo, go=go)


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Bring archived orders back."""
    access = permit(request, "orders.delete")
    services.restore_orders(access, _chosen(request, access))
    return done(request, _("Restored"))
