"""Orders are entered, made from what was won, edited; lines and plans too."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from headwater.currencies.queries import company_currency
from headwater.kernel import clock, listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.money import plain
from headwater.orders import services
from headwater.orders.queries.orders import order_id_of_quote
from headwater.orders.services import LineIn
from headwater.orders.services.lines import as_typed
from headwater.orders.services.orders import first_due
from headwater.orders.web.parts import Seen, seen, version_of
from headwater.quotes.queries import accepted_version
from headwater.ui import records
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, respond

_NEW = (
    "account",
    "contact",
    "opportunity",
    "number",
    "total",
    "currency",
    "ordered_on",
    "due_on",
    "owner",
    "note",
)
_WHOLE_ROW = frozenset({"note"})


def _keys(access: Access, keys: tuple[str, ...]) -> list[str]:
    custom = [key for key, one in record_type("order").all_fields.items() if one.is_custom]
    left_out = set() if access.may("orders.assign") else {"owner"}
    return [key for key in [*keys, *custom] if key not in left_out]


@require_http_methods(["GET", "POST"])
def new_order(request: HttpRequest) -> HttpResponse:
    """Enter an order. Values of the address fill the form: /orders/new?opportunity=7."""
    access = permit(request, "orders.create")
    kind = record_type("order")
    keys = _keys(access, _NEW)
    if request.method == "POST":
        made = services.create_order(access, records.submitted(request, kind, access, keys))
        return done(request, _("Saved"), go=kind.link(made))
    row, won = _prefilled(access, request.GET)
    page = records.form_page(
        kind,
        access,
        title=_("New order"),
        action="/orders/new",
        keys=keys,
        row=row,
        submit=_("Save"),
        cancel_href="/orders",
    )
    flat = _in_one_group(page, keys)
    quoted = _accepted(access, won) if won is not None else None
    if quoted is not None:
        words = _("The customer accepted a quote: make the order from it, with its lines.")
        flat = replace(
            flat,
            intro=words,
            extra=(
                Action(_("From the accepted quote"), icon="file-check", post=f"/orders/from-quote/{quoted}"),
            ),
        )
    return respond(request, "ui/records/form.html", flat)


def _in_one_group(page: FormPage, keys: list[str]) -> FormPage:
    controls = {one.name: one for group in page.groups for one in group.controls}
    asked = [
        replace(controls[key], span=12 if key in _WHOLE_ROW or key.startswith("custom.") else 6)
        for key in keys
        if key in controls
    ]
    return replace(page, groups=(FieldGroup(tuple(asked)),), width="")


def _prefilled(access: Access, given: Mapping[str, str]) -> tuple[dict[str, Any], int | None]:
    """The first values of a new order, and the opportunity that it is made from."""
    today = clock.today()
    row: dict[str, Any] = {
        "custom": {},
        "currency": company_currency(),
        "ordered_on": today,
        "due_on": first_due(today),
    }
    if access.user_id is not None:
        row["owner"] = {"id": access.user_id, "name": access.actor.name}
    opportunity = _linked(access, "opportunity", given.get("opportunity", ""))
    if opportunity is not None:
        row["opportunity"] = {"id": opportunity["id"], "name": opportunity["name"]}
        row |= {key: opportunity[key] for key in ("account", "contact", "currency")}
        row["total"] = opportunity["amount"]
    for key in ("account", "contact"):
        found = _linked(access, key, given.get(key, ""))
        if found is not None:
            row[key] = {"id": found["id"], "name": found["name"]}
    contact = row.get("contact")
    if contact is not None and _linked(access, "contact", str(contact["id"])) is None:
        row["contact"] = None
    return row, opportunity["id"] if opportunity is not None else None


def _linked(access: Access, key: str, raw: str) -> dict[str, Any] | None:
    kind = record_type(key)
    view = kind.permission("view")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 19) or not access.may(view):
        return None
    try:
        return listing.get(access.also(view), kind, int(raw))
    except NotFound:
        return None


def _accepted(access: Access, opportunity_id: int) -> int | None:
    """The accepted version of an opportunity's quotes that no order was made from yet."""
    version = accepted_version(opportunity_id)
    return version.pk if version is not None and order_id_of_quote(version.pk) is None else None


@require_POST
def from_quote(request: HttpRequest, version_id: int) -> HttpResponse:
    """One tap: an order of what the customer accepted."""
    access = permit(request, "orders.create")
    made = services.order_from_quote(access, version_id)
    return done(request, _("The order was made from the quote."), go=f"/orders/{made}")


@require_POST
def from_opportunity(request: HttpRequest, opportunity_id: int) -> HttpResponse:
    """One tap: an order of a won opportunity."""
    access = permit(request, "orders.create")
    made = services.order_from_opportunity(access, opportunity_id)
    return done(request, _("The order was made."), go=f"/orders/{made}")


@require_http_methods(["GET", "POST"])
def edit_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Change an order; somebody else's change in between is told, not overwritten."""
    access = permit(request, "orders.edit")
    kind = record_type("order")
    keys = _keys(access, (*_NEW[:-1], "discount", "external_id", "note"))
    if request.method == "POST":
        values = records.submitted(request, kind, access, keys)
        services.update_order(access, order_id, values, version=version_of(request))
        return done(request, _("Saved"))
    row = listing.get(access, kind, order_id)
    page = records.form_page(
        kind,
        access,
        title=_("Edit order"),
        action=f"/orders/{order_id}/edit",
        row=row,
        keys=keys,
        submit=_("Save"),
        cancel_href=kind.link(order_id),
    )
    return respond(request, "ui/records/form.html", _in_one_group(page, keys))


# --- lines


def _typed(request: HttpRequest) -> LineIn:
    product = request.POST.get("product", "")
    return LineIn(
        quantity=request.POST.get("quantity", ""),
        unit_price=request.POST.get("unit_price", ""),
        product_id=int(product) if product.isascii() and product.isdigit() and len(product) < 19 else None,
        name=request.POST.get("name", ""),
        unit=request.POST.get("unit", "")[:20] or None,
        discount=request.POST.get("discount", ""),
        tax_rate=request.POST.get("tax_rate", "") or None,
    )


@require_http_methods(["GET", "POST"])
def new_line(request: HttpRequest, order_id: int) -> HttpResponse:
    """Add a line."""
    order = seen(request, order_id, "orders.edit")
    if request.method == "POST":
        lines = [*as_typed(order_id), _typed(request)]
        with _beside_fields(len(lines) - 1):
            services.set_lines(order.access, order_id, lines, version=version_of(request))
        return done(request, _("Saved"))
    return _line_form(request, order, None, f"{order.url}/lines/new")


@require_http_methods(["GET", "POST"])
def edit_line(request: HttpRequest, order_id: int, position: int) -> HttpResponse:
    """Change a line."""
    order = seen(request, order_id, "orders.edit")
    lines = as_typed(order_id)
    if position >= len(lines):
        raise NotFound(record="order_line", id=position)
    if request.method == "POST":
        lines[position] = _typed(request)
        with _beside_fields(position):
            services.set_lines(order.access, order_id, lines, version=version_of(request))
        return done(request, _("Saved"))
    return _line_form(request, order, lines[position], f"{order.url}/lines/{position}")


@require_POST
def remove_line(request: HttpRequest, order_id: int, position: int) -> HttpResponse:
    """Take a line out."""
    order = seen(request, order_id, "orders.edit")
    lines = as_typed(order_id)
    if position >= len(lines):
        raise NotFound(record="order_line", id=position)
    del lines[position]
    services.set_lines(order.access, order_id, lines)
    return done(request, _("Removed"))


@contextmanager
def _beside_fields(place: int) -> Iterator[None]:
    """Complaints about the line being typed (`lines.2.quantity`) stand beside its controls (`quantity`)."""
    try:
        yield
    except Invalid as refused:
        named = {key.removeprefix(f"lines.{place}."): told for key, told in refused.fields.items()}
        raise Invalid(fields=named) from None


def _line_form(request: HttpRequest, order: Seen, line: LineIn | None, action: str) -> HttpResponse:
    def text(raw: Any) -> str:
        return "" if raw in (None, "") else plain(raw)

    product: tuple[Option, ...] = ()
    if line is not None and line.product_id is not None:
        product = (Option(str(line.product_id), line.name),)
    controls = (
        FieldControl(
            "product",
            pgettext("record", "Product"),
            "link",
            str(line.product_id or "") if line else "",
            product,
            "/options/product.json",
        ),
        FieldControl(
            "name",
            _("Name on the order"),
            value=line.name if line else "",
            max_length=200,
            help=_("Left empty: the product's."),
        ),
        FieldControl(
            "quantity", _("Quantity"), "number", text(line.quantity) if line else "1", required=True, span=4
        ),
        FieldControl(
            "unit_price",
            _("Unit price"),
            "money",
            text(line.unit_price) if line else "",
            required=True,
            span=4,
            currency=order.currency,
        ),
        FieldControl("unit", _("Unit"), value=(line.unit or "") if line else "", max_length=20, span=4),
        FieldControl("discount", _("Discount"), "percent", text(line.discount) if line else "", span=6),
        FieldControl(
            "tax_rate",
            _("Tax rate"),
            "percent",
            text(line.tax_rate) if line else "",
            span=6,
            help=_("Left empty: the product's."),
        ),
    )
    page = FormPage(
        title=_("Edit line") if line else _("Add line"),
        action=action,
        groups=(FieldGroup(controls),),
        submit=_("Save"),
        cancel_href=order.url,
        hidden={"version": order.row["version"]},
    )
    return respond(request, "ui/records/form.html", page)
