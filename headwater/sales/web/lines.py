"""Products on the page of an opportunity: the card, and the dialog behind it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from headwater.kernel import listing, text
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.kernel.money import plain
from headwater.sales import services
from headwater.sales.queries.lines import LineView, lines_of
from headwater.ui.formats import money_full
from headwater.ui.pages import (
    Action,
    Cell,
    Column,
    FieldControl,
    FieldGroup,
    FormPage,
    Option,
    RelatedList,
    Row,
)
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class LinesCard:
    """The products of an opportunity, what they come to, and whether the amount follows them."""

    table: RelatedList
    total: str
    note: str
    follow: Action | None


def lines_card(row: dict[str, Any] | Any, *, may_edit: bool) -> LinesCard | None:
    """The card of an opportunity as listed; None where there is nothing to show or to do."""
    found = lines_of(int(row["id"]))
    if not found and not may_edit:
        return None
    base = f"/opportunities/{row['id']}/lines"
    currency = str(row["currency"])
    total = sum((line.amount for line in found), Decimal(0))
    by_hand = bool(row.get("amount_by_hand"))
    table = RelatedList(
        title=record_type("product").label_plural,
        columns=(
            Column("product", record_type("product").label),
            Column("quantity", _("Quantity"), align="right"),
            Column("unit_price", _("Unit price"), align="right"),
            Column("discount", _("Discount"), align="right"),
            Column("amount", pgettext("line", "Amount"), align="right"),
        ),
        rows=tuple(_row(line, base, currency, may_edit=may_edit) for line in found),
        count=len(found),
        add=Action(_("Add product"), icon="plus", dialog=base) if may_edit else None,
        empty=_("Nothing named yet. With products the amount follows them."),
        key="lines",
    )
    note = ""
    if found and by_hand:
        note = _("The amount was set by hand; it does not follow the products.")
    elif found:
        note = _("The amount follows the products until somebody types another one.")
    follow = None
    if found and by_hand and may_edit:
        follow = Action(_("Let the amount follow"), icon="refresh-cw", post=f"{base}/follow")
    return LinesCard(table, money_full(total, currency) if found else "", note, follow)


def _row(line: LineView, base: str, currency: str, *, may_edit: bool) -> Row:
    tools = (
        Action(_("Change"), icon="pencil", dialog=f"{base}?line={line.id}"),
        Action(_("Remove"), icon="x", post=f"{base}/{line.id}/remove"),
    )
    quantity = f"{plain(line.quantity)} {line.unit or ''}".strip()
    return Row(
        id=line.id,
        cells=(
            Cell("text", line.name, note=line.code),
            Cell("text", quantity),
            Cell("text", line.unit_price, text=_price(line.unit_price, currency)),
            Cell("text", plain(line.discount), text=f"{plain(line.discount)}%") if line.discount else Cell(),
            Cell("text", line.amount, text=money_full(line.amount, currency)),
        ),
        href=f"/products/{line.product_id}",
        tools=tools if may_edit else (),
    )


def _price(price: Decimal, currency: str) -> str:
    """A unit price to the last digit."""
    exact = Decimal(price).normalize()
    finer = -int(exact.as_tuple().exponent) > 2
    return f"{currency} {exact:f}" if finer else money_full(price, currency)


@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, record_id: int) -> HttpResponse:
    """Add a product, or change the line that the address names."""
    access = permit(request, "opportunities.edit")
    line_id = text.whole(request.GET.get("line", "") or request.POST.get("line", ""))
    if request.method == "POST":
        values = {key: request.POST[key] for key in request.POST if key != "line"}
        values["discount"] = values.get("discount") or "0"  # an emptied field is no discount
        if line_id is None:
            services.add_line(access, record_id, values)
        else:
            services.update_line(access, record_id, line_id, values)
        return done(request, _("Saved"))
    seen = access.also("opportunities.view")
    row = listing.get(seen, record_type("opportunity"), record_id, fields=["name", "currency"])
    held = next((one for one in lines_of(record_id) if one.id == line_id), None)
    if line_id is not None and held is None:
        raise NotFound(record="line", id=line_id)
    form = FormPage(
        title=_("Change product") if held else _("Add product"),
        action=f"/opportunities/{record_id}/lines",
        groups=(FieldGroup(_controls(held, str(row["currency"]))),),
        submit=_("Save"),
        cancel_href=f"/opportunities/{record_id}",
        hidden={"line": line_id} if held else {},
        width="small",
    )
    return respond(request, "ui/records/form.html", form)


def _controls(held: LineView | None, currency: str) -> tuple[FieldControl, ...]:
    chosen = (Option(str(held.product_id), held.name),) if held else ()
    return (
        FieldControl(
            "product",
            record_type("product").label,
            "link",
            str(held.product_id) if held else "",
            chosen,
            "/options/product.json",
            required=True,
            autofocus=held is None,
        ),
        FieldControl(
            "quantity", _("Quantity"), "number", plain(held.quantity) if held else "1", required=True, span=4
        ),
        FieldControl(
            "unit_price",
            _("Unit price"),
            "money",
            plain(held.unit_price) if held else "",
            span=4,
            currency=currency,
            placeholder="" if held else _("As in the price book"),
        ),
        FieldControl(
            "discount",
            _("Discount"),
            "percent",
            plain(held.discount) if held and held.discount else "",
            span=4,
        ),
    )


@require_POST
def remove(request: HttpRequest, record_id: int, line_id: int) -> HttpResponse:
    """Take a line out."""
    services.remove_line(permit(request, "opportunities.edit"), record_id, line_id)
    return done(request, _("Removed"))


@require_POST
def follow(request: HttpRequest, record_id: int) -> HttpResponse:
    """Have the amount follow the lines again."""
    services.follow_lines(permit(request, "opportunities.edit"), record_id)
    return done(request, _("The amount follows the products again."))
