"""Payments and refunds are recorded, entries voided; the page of one entry."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from headwater.kernel import clock, listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.orders import services
from headwater.orders.types import KIND_HUES, EntryKind
from headwater.orders.web.parts import Seen, seen
from headwater.platform.files.services import files_of, store_file
from headwater.ui import records
from headwater.ui.formats import calendar_day, money_full
from headwater.ui.pages import (
    Action,
    Cell,
    Column,
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

_TYPED = ("amount", "currency", "paid_on", "method", "reference", "note", "instalment")
_MOST_FILES = 10


@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, order_id: int) -> HttpResponse:
    """Record a payment; what is due next stands in the form already."""
    order = seen(request, order_id, "payments.create")
    if request.method == "POST":
        with transaction.atomic():
            made = services.pay(
                order.access, order_id, _values(request), confirm=request.POST.get("confirm") == "true"
            )
            _keep_files(request, order.access, made)
        return done(request, _("The payment was recorded."))
    still_open = order.row["open"]
    part = order.next_part
    amount = part.open if part is not None and 0 < part.open <= still_open else still_open
    confirm = FieldControl(
        "confirm",
        _("Keep what is too much as credit"),
        "switch",
        False,
        help=_("Otherwise more than is open is refused."),
    )
    return _form(
        request,
        order,
        title=_("Record payment"),
        action=f"{order.url}/pay",
        amount=amount,
        more=(_parts(order), confirm),
        intro=_("%(amount)s are open.") % {"amount": order.money(still_open)},
    )


@require_http_methods(["GET", "POST"])
def refund(request: HttpRequest, order_id: int) -> HttpResponse:
    """Record that money went back."""
    order = seen(request, order_id, "payments.correct")
    if request.method == "POST":
        with transaction.atomic():
            made = services.refund(order.access, order_id, _values(request))
            _keep_files(request, order.access, made)
        return done(request, _("The refund was recorded."))
    return _form(
        request,
        order,
        title=_("Record refund"),
        action=f"{order.url}/refund",
        amount=order.row["credit"] or Decimal(0),
        more=(),
        intro=_("%(amount)s were received.") % {"amount": order.money(order.row["received"])},
    )


@require_http_methods(["GET", "POST"])
def void(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Take an entry back by one that corrects it."""
    access = permit(request, "payments.correct")
    row = listing.get(access, record_type("payment"), payment_id)
    if request.method == "POST":
        services.void(access, payment_id, note=request.POST.get("note", ""))
        return done(request, _("The entry is void."))
    amount = money_full(row["amount"], row["currency"])
    words = _("%(amount)s of %(day)s stay in the ledger and count no more.")
    page = FormPage(
        title=_("Void this entry"),
        action=f"/payments/{payment_id}/void",
        groups=(FieldGroup((FieldControl("note", _("Why"), max_length=500, autofocus=True),)),),
        submit=pgettext("payment act", "Void"),
        cancel_href=f"/payments/{payment_id}",
        width="small",
        danger=True,
        intro=words % {"amount": amount, "day": calendar_day(row["paid_on"])},
    )
    return respond(request, "ui/records/form.html", page)


@require_GET
def payment_page(request: HttpRequest, payment_id: int) -> HttpResponse:
    """One entry of the ledger, with its files."""
    access = permit(request, "payments.view")
    kind = record_type("payment")
    row = listing.get(access, kind, payment_id)
    entry = EntryKind(row["kind"])
    tags = [Tag(str(entry.label), KIND_HUES[entry])]
    if row["is_voided"]:
        tags.append(Tag(pgettext("payment", "Voided"), "gray", icon="ban"))
    page = RecordPage(
        title=money_full(row["amount"], row["currency"]),
        url=kind.link(payment_id),
        back_href="/payments",
        back_label=str(kind.label_plural),
        icon=kind.icon,
        note=row["order"]["name"],
        note_href=f"/orders/{row['order']['id']}" if access.may("orders.view") else "",
        tags=tuple(tags),
        key_facts=(
            Fact(_("Paid on"), Cell("date", row["paid_on"])),
            Fact(_("Account"), Cell("text", text=row["account"]["name"])),
            Fact(_("Owner"), Cell("person", row["owner"]["name"] if row["owner"] else None)),
        ),
        groups=records.fact_groups(kind, access, row, skip=("is_voided", "kind")),
        related=(_files(payment_id),),
        actions=_void_action(access, row, entry),
        side="details",
    )
    return respond(request, "ui/records/page.html", page)


def _void_action(access: Access, row: Mapping[str, Any], entry: EntryKind) -> tuple[Action, ...]:
    may = access.may("payments.correct") and not row["is_voided"] and entry is not EntryKind.VOID
    label = pgettext("payment act", "Void")
    return (Action(label, icon="ban", dialog=f"/payments/{row['id']}/void"),) if may else ()


def _files(payment_id: int) -> RelatedList:
    kept = files_of("payment", payment_id)
    rows = tuple(Row(one.pk, (Cell("text", text=one.name),), href=f"/files/{one.pk}") for one in kept)
    return RelatedList(
        title=_("Files"), columns=(Column("name", _("Files")),), rows=rows, empty=_("No file"), key="files"
    )


def check_file(access: Access, record_id: int, *, write: bool) -> None:
    """Whoever may see an entry sees its files; whoever records money adds some."""
    wanted = "payments.create" if write else "payments.view"
    if not access.may(wanted):
        raise NotFound(record="payment", id=record_id)
    listing.get(access.also(wanted), record_type("payment"), record_id, fields=["kind"])


def _values(request: HttpRequest) -> dict[str, Any]:
    return {key: request.POST[key] for key in _TYPED if request.POST.get(key, "") != ""}


def _keep_files(request: HttpRequest, access: Access, payment_id: int) -> None:
    for upload in request.FILES.getlist("files")[:_MOST_FILES]:
        store_file(access.also("payments.view"), upload, record_type="payment", record_id=payment_id)


def _parts(order: Seen) -> FieldControl:
    options = tuple(
        Option(
            str(part.instalment_id),
            f"{calendar_day(part.due_on)} · {order.money(part.open)}",
            note=part.note or "",
        )
        for part in order.parts
        if part.instalment_id is not None and part.open > 0
    )
    return FieldControl(
        "instalment",
        pgettext("payment", "For the instalment"),
        "select" if options else "hidden",
        "",
        options,
        placeholder=_("What is due first"),
        span=6,
    )


def _form(
    request: HttpRequest,
    order: Seen,
    *,
    title: str,
    action: str,
    amount: Decimal,
    more: tuple[FieldControl, ...],
    intro: str,
) -> HttpResponse:
    kind, access = record_type("payment"), order.access
    known = kind.all_fields
    values = {
        "amount": amount or None,
        "currency": order.currency,
        "paid_on": clock.today(),
        "method": None,
        "reference": None,
        "note": None,
    }
    controls = [
        made
        for key, value in values.items()
        if (
            made := records.control(
                known[key],
                kind,
                access,
                value,
                span=12 if key == "note" else 6,
                currency=order.currency,
            )
        )
        is not None
    ]
    upload = FieldControl("files", _("Receipt or statement"), "file")
    page = FormPage(
        title=title,
        action=action,
        groups=(FieldGroup((*controls[:-1], *more[:1], *controls[-1:], *more[1:], upload)),),
        submit=_("Save"),
        cancel_href=order.url,
        multipart=True,
        intro=intro,
    )
    return respond(request, "ui/records/form.html", page)
