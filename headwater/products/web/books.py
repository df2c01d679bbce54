"""Price books: the list, the page with its prices, for whom they are."""

from dataclasses import dataclass

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.customization.lists import view_options
from headwater.kernel import clock, listing, text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.products import services
from headwater.products.queries import prices_in, products_by_id
from headwater.products.queries.books import BookView, find_book, find_entry
from headwater.products.web.parts import price_cell, quantity_text, version_of
from headwater.products.web.products import price_columns
from headwater.ui import records
from headwater.ui.pages import (
    Action,
    Cell,
    EmptyState,
    Fact,
    FieldControl,
    FieldGroup,
    FormPage,
    Option,
    RecordPage,
    RelatedList,
    Row,
    Tag,
)
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class BookPage(RecordPage):
    """A price book with the prices in it."""

    prices: RelatedList | None = None


@require_GET
def book_list(request: HttpRequest) -> HttpResponse:
    """All price books."""
    access = permit(request, "price_books.view")
    kind = record_type("price_book")
    new = Action(_("New price book"), icon="plus", dialog="/price_books/new", kind="primary")
    actions = (new,) if access.may("price_books.create") else ()
    archive_many = Action(_("Archive"), icon="archive", post="/price_books/archive", key="archive")
    page = records.list_page(
        request,
        access,
        kind,
        url="/price_books",
        filters=("currency",),
        card=("valid_from", "valid_to"),
        actions=actions,
        batch=(archive_many,) if access.may("price_books.delete") else (),
        empty=EmptyState(
            _("No price books yet"),
            _("A price book holds prices for a time, a quantity, a kind of customer."),
            icon="book-open",
            actions=actions,
        ),
        **view_options(request, access, kind),
    )
    return respond(request, "ui/records/list.html", page)


@require_GET
def book_page(request: HttpRequest, record_id: int) -> HttpResponse:
    """One book and what things cost in it."""
    access = permit(request, "price_books.view")
    kind = record_type("price_book")
    row = listing.get(access, kind, record_id, archived=True)
    archived = not listing.ids_within(access, kind, [record_id])
    book = find_book(record_id)
    may_edit = access.may("price_books.edit") and not archived
    add = Action(_("Set price"), icon="plus", dialog=f"{kind.link(record_id)}/price", kind="primary")
    whom = _("Accounts that meet conditions") if book.criteria else _("Everybody")
    page = BookPage(
        title=row["name"],
        url=kind.link(record_id),
        back_href="/price_books",
        back_label=_("Price books"),
        icon="book-open",
        tags=_tags(book, is_archived=archived),
        key_facts=(
            Fact(_("Currency"), Cell("text", row["currency"])),
            Fact(kind.all_fields["valid_from"].label, Cell("date", row["valid_from"])),
            Fact(kind.all_fields["valid_to"].label, Cell("date", row["valid_to"])),
            Fact(_("For whom"), Cell("text", whom)),
        ),
        actions=(add,) if may_edit else (),
        phone_bar=(add,) if may_edit else (),
        more=_more(access, record_id, may_edit=may_edit, is_archived=archived),
        groups=records.fact_groups(kind, access, row, skip=("name", "created_at", "updated_at")),
        version=row["version"],
        banner=_("This price book is archived.") if archived else "",
        prices=_prices(book, may_edit=may_edit),
    )
    return respond(request, "products/product.html", page)


def _tags(book: BookView, *, is_archived: bool) -> tuple[Tag, ...]:
    today = clock.today()
    if is_archived:
        return (Tag(_("Archived"), "gray"),)
    if book.valid_to is not None and book.valid_to < today:
        return (Tag(_("Ended"), "gray", dot=True),)
    if book.valid_from is not None and book.valid_from > today:
        return (Tag(_("To come"), "blue", dot=True),)
    return (Tag(pgettext("price book", "In force"), "green", dot=True),)


def _more(access: Access, record_id: int, *, may_edit: bool, is_archived: bool) -> tuple[Action, ...]:
    acts = []
    if may_edit:
        acts.append(Action(_("Edit"), icon="pencil", dialog=f"/price_books/{record_id}/edit"))
        acts.append(Action(_("For whom"), icon="list-filter", dialog=f"/price_books/{record_id}/audience"))
    if access.may("price_books.delete"):
        act = "restore" if is_archived else "archive"
        post = f"/price_books/{act}?ids={record_id}"
        if is_archived:
            acts.append(Action(_("Restore"), icon="undo-2", post=post))
        else:
            acts.append(Action(_("Archive"), icon="archive", post=post, kind="danger"))
    return tuple(acts)


def _prices(book: BookView, *, may_edit: bool) -> RelatedList:
    base = f"/price_books/{book.id}/price"
    rows = tuple(
        Row(
            id=one["id"],
            cells=(
                Cell("text", one["name"], note=one["code"]),
                Cell("text", quantity_text(one["from_quantity"])),
                price_cell(one["unit_price"], book.currency),
                Cell("date", one["valid_from"]),
                Cell("date", one["valid_to"]),
            ),
            href=f"/products/{one['product_id']}",
            tools=(
                Action(_("Change"), icon="pencil", dialog=f"{base}?entry={one['id']}"),
                Action(_("Remove"), icon="x", post=f"{base}/{one['id']}/remove"),
            )
            if may_edit
            else (),
        )
        for one in prices_in(book.id)
    )
    return RelatedList(
        title=_("Prices"),
        columns=price_columns(str(record_type("product").label)),
        rows=rows,
        count=len(rows),
        empty=_("No prices yet: the list prices hold."),
        key="prices",
    )


@require_http_methods(["GET", "POST"])
def set_price(request: HttpRequest, record_id: int) -> HttpResponse:
    """What a product costs in the book."""
    access = permit(request, "price_books.edit")
    if request.method == "POST":
        product = text.whole(request.POST.get("product", ""))
        if product is None:
            raise Invalid.one("product", "value.required", _("Choose a product."))
        services.set_price(access, record_id, product, request.POST.dict())
        return done(request, _("Saved"))
    kind = record_type("price_book")
    book = listing.get(access.also("price_books.view"), kind, record_id, fields=["name", "currency"])
    form = FormPage(
        title=_("Set price"),
        action=f"/price_books/{record_id}/price",
        groups=(FieldGroup(_price_controls(record_id, request.GET.get("entry", ""), book["currency"])),),
        submit=_("Save"),
        cancel_href=kind.link(record_id),
        width="small",
    )
    return respond(request, "ui/records/form.html", form)


def _price_controls(book_id: int, raw_entry: str, currency: str) -> tuple[FieldControl, ...]:
    entry_id = text.whole(raw_entry)
    entry = None if entry_id is None else find_entry(book_id, entry_id)
    product = products_by_id([entry.product_id])[entry.product_id] if entry else None
    fields = record_type("price_book").all_fields
    chosen = (Option(str(product.id), product.name),) if product else ()
    return (
        FieldControl(
            "product",
            record_type("product").label,
            "link",
            str(product.id) if product else "",
            chosen,
            "/options/product.json",
            required=True,
            autofocus=product is None,
        ),
        FieldControl(
            "unit_price",
            _("Unit price"),
            "money",
            quantity_text(entry.unit_price) if entry else "",
            required=True,
            span=6,
            currency=currency,
            autofocus=product is not None,
        ),
        FieldControl(
            "from_quantity",
            _("From quantity"),
            "number",
            quantity_text(entry.from_quantity) if entry else "1",
            span=6,
        ),
        FieldControl(
            "valid_from",
            fields["valid_from"].label,
            "date",
            entry.valid_from.isoformat() if entry and entry.valid_from else "",
            span=6,
        ),
        FieldControl(
            "valid_to",
            fields["valid_to"].label,
            "date",
            entry.valid_to.isoformat() if entry and entry.valid_to else "",
            span=6,
        ),
    )


@require_POST
def remove_price(request: HttpRequest, record_id: int, entry_id: int) -> HttpResponse:
    """A price leaves the book; the list price holds again."""
    services.remove_price(permit(request, "price_books.edit"), record_id, entry_id)
    return done(request, _("Removed"))


@require_http_methods(["GET", "POST"])
def audience(request: HttpRequest, record_id: int) -> HttpResponse:
    """For whom the book is: criteria over accounts."""
    access = permit(request, "price_books.edit")
    if request.method == "POST":
        try:
            wanted = orjson.loads(request.POST.get("criteria") or "{}")
        except orjson.JSONDecodeError:
            raise Invalid.one("criteria", "criteria.json", _("The filter is not valid JSON.")) from None
        services.set_audience(access, record_id, wanted, version=version_of(request))
        return done(request, _("Saved"))
    kind = record_type("price_book")
    row = listing.get(access.also("price_books.view"), kind, record_id)
    held = find_book(record_id).criteria
    form = FormPage(
        title=_("For whom"),
        action=f"/price_books/{record_id}/audience",
        groups=(
            FieldGroup(
                (
                    FieldControl(
                        "criteria",
                        _("Accounts for which all this is true"),
                        "criteria",
                        orjson.dumps(held).decode() if held else "",
                        fields_url="/fields/account.json",
                        help=_("Without a condition the book is for everybody."),
                    ),
                ),
            ),
        ),
        submit=_("Save"),
        cancel_href=kind.link(record_id),
        hidden={"version": row["version"]},
    )
    return respond(request, "ui/records/form.html", form)
