"""Products: the list and the page."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from headwater.customization.lists import view_options
from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.products.queries.books import prices_of
from headwater.products.web.parts import price_cell, quantity_text
from headwater.ui import records
from headwater.ui.pages import Action, Cell, Column, EmptyState, Fact, RecordPage, RelatedList, Row, Tag
from headwater.ui.responses import respond


@dataclass(frozen=True, slots=True)
class ProductPage(RecordPage):
    """A product with its prices in the books."""

    prices: RelatedList | None = None


def _head(access: Access) -> list[Action]:
    acts = []
    if access.may("products.import"):
        acts.append(Action(_("Import"), icon="upload", href="/imports/new?record=product"))
    if access.may("products.create"):
        acts.append(Action(_("New product"), icon="plus", dialog="/products/new", kind="primary"))
    return acts


@require_GET
def product_list(request: HttpRequest) -> HttpResponse:
    """All products; the address holds view, search, filter, sort and page."""
    access = permit(request, "products.view")
    kind = record_type("product")
    archive = Action(_("Archive"), icon="archive", post="/products/archive", key="archive")
    page = records.list_page(
        request,
        access,
        kind,
        url="/products",
        filters=("category",),
        card=("code", "list_price"),
        card_tag="category",
        needs=("currency",),
        actions=_head(access),
        batch=(archive,) if access.may("products.delete") else (),
        search_placeholder=_("Search name, code or pinyin"),
        empty=EmptyState(
            _("No products yet"),
            _("What you sell, with its price: opportunities, quotes and orders choose from here."),
            icon="package",
            actions=tuple(_head(access)),
        ),
        **view_options(request, access, kind),
    )
    return respond(request, "ui/records/list.html", page)


@require_GET
def product_page(request: HttpRequest, record_id: int) -> HttpResponse:
    """One product: facts, and its prices in the books."""
    access = permit(request, "products.view")
    kind = record_type("product")
    row = listing.get(access, kind, record_id, archived=True)
    archived = not listing.ids_within(access, kind, [record_id])
    category = kind.all_fields["category"].label_of(row.get("category"))
    page = ProductPage(
        title=row["name"],
        url=kind.link(record_id),
        back_href="/products",
        back_label=_("Products"),
        icon="package",
        note=row["code"],
        tags=(Tag(category, "gray"),) if category else (),
        key_facts=(
            Fact(_("List price"), price_cell(row["list_price"], row["currency"])),
            Fact(kind.all_fields["unit"].label, Cell("text", row["unit"])),
            Fact(_("Tax rate"), Cell("percent", row["tax_rate"])),
        ),
        actions=_actions(access, record_id),
        more=_more(access, record_id, is_archived=archived),
        groups=records.fact_groups(kind, access, row, skip=("name", "created_at", "updated_at")),
        version=row["version"],
        banner=_("This product is archived: it is not offered any more.") if archived else "",
        side="details",
        prices=_prices(record_id) if access.may("price_books.view") else None,
    )
    return respond(request, "products/product.html", page)


def _actions(access: Access, record_id: int) -> tuple[Action, ...]:
    if not access.may("opportunities.view"):
        return ()
    href = f"/opportunities?view=all&f.product={record_id}"
    return (Action(_("Opportunities"), icon="circle-dollar-sign", href=href),)


def _more(access: Access, record_id: int, *, is_archived: bool) -> tuple[Action, ...]:
    acts = []
    if access.may("products.edit") and not is_archived:
        acts.append(Action(_("Edit"), icon="pencil", dialog=f"/products/{record_id}/edit"))
    if access.may("products.delete"):
        if is_archived:
            acts.append(Action(_("Restore"), icon="undo-2", post=f"/products/restore?ids={record_id}"))
        else:
            post = f"/products/archive?ids={record_id}"
            acts.append(Action(_("Archive"), icon="archive", post=post, kind="danger"))
    return tuple(acts)


def _prices(product_id: int) -> RelatedList:
    rows = tuple(
        Row(
            id=one["id"],
            cells=(
                Cell("text", one["name"]),
                Cell("text", quantity_text(one["from_quantity"])),
                price_cell(one["unit_price"], one["currency"]),
                Cell("date", one["valid_from"]),
                Cell("date", one["valid_to"]),
            ),
            href=f"/price_books/{one['book_id']}",
        )
        for one in prices_of(product_id)
    )
    return RelatedList(
        title=_("Prices in price books"),
        columns=price_columns(_("Price book")),
        rows=rows,
        count=len(rows),
        empty=_("Only the list price so far."),
        key="prices",
    )


def price_columns(first: str) -> tuple[Column, ...]:
    """The columns of a table of prices."""
    kind = record_type("price_book")
    return (
        Column("first", first),
        Column("from_quantity", _("From quantity")),
        Column("unit_price", _("Unit price"), align="right"),
        Column("valid_from", kind.all_fields["valid_from"].label),
        Column("valid_to", kind.all_fields["valid_to"].label),
    )
