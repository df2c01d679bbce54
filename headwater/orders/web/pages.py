"""The page of one order: its lines, its plan, its money."""

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.engagement import screens
from headwater.kernel import clock, listing
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import Fragment
from headwater.orders.queries.orders import order_lines
from headwater.orders.types import STATE_HUES, EntryKind, OrderState
from headwater.orders.web.parts import Seen, seen
from headwater.ui import records
from headwater.ui.formats import calendar_day, money_full, number
from headwater.ui.pages import Action, Cell, Column, Fact, RecordPage, RelatedList, Row, Tag
from headwater.ui.responses import respond

_DETAILS = (
    "account",
    "contact",
    "opportunity",
    "ordered_on",
    "due_on",
    "total",
    "discount",
    "currency",
    "note",
)
_MOST_ENTRIES = 200


@dataclass(frozen=True)
class OrderPage(RecordPage):
    """A record page with tables of its own beside the timeline."""

    tables: tuple[RelatedList, ...] = ()


@require_GET
def order_page(request: HttpRequest, order_id: int) -> HttpResponse:
    """Everything about an order."""
    order = seen(request, order_id)
    row, access = order.row, order.access
    kind = record_type("order")
    may_edit = order.may("orders.edit")
    may_see_money = access.may("payments.view")
    groups = records.fact_groups(
        kind,
        access.also("orders.edit") if may_edit else access,
        row,
        groups=[
            (_("Details"), [*_DETAILS, *(key for key, one in kind.all_fields.items() if one.is_custom)]),
            (pgettext("group of fields", "System"), ["external_id", "created_at", "created_by"]),
        ],
    )
    if not may_edit:
        groups = tuple(
            replace(group, facts=tuple(replace(fact, edit_url="") for fact in group.facts))
            for group in groups
        )
    tables = [_lines(order, may_edit), _plan(order, may_edit)]
    if may_see_money:
        tables.append(_payments(order))
    banner, tone = _banner(order)
    account = row["account"]
    page = OrderPage(
        title=row["number"],
        url=order.url,
        back_href="/orders",
        back_label=str(kind.label_plural),
        icon=kind.icon,
        note=account["name"],
        note_href=f"/accounts/{account['id']}" if access.may("accounts.view") else "",
        tags=(Tag(str(order.state.label), STATE_HUES[order.state], dot=True),),
        key_facts=_key_facts(order),
        actions=_actions(order, may_edit),
        more=_more(order, may_edit),
        groups=groups,
        tables=tuple(tables),
        composer=screens.composer("order", order_id) if access.may("activities.create") else None,
        timeline=screens.timeline_page(access, "order", order_id),
        phone_bar=_phone_bar(order, may_edit),
        banner=banner,
        banner_tone=tone,  # type: ignore[arg-type]
        side="details" if request.GET.get("side") == "details" else "activity",
        version=row["version"],
    )
    return respond(request, "orders/order.html", page)


def _key_facts(order: Seen) -> tuple[Fact, ...]:
    row, currency = order.row, order.currency

    def money(key: str) -> Cell:
        return Cell("text", text=order.money(row[key]))

    facts = [
        Fact(pgettext("order", "Amount"), money("total")),
        Fact(pgettext("order", "Received"), money("received")),
    ]
    if row["credit"]:
        facts.append(Fact(pgettext("order", "Credit"), money("credit")))
    else:
        facts.append(Fact(pgettext("order", "Still open"), money("open")))
    if order.overdue:
        late = Cell("tag", text=money_full(order.overdue, currency), hue="red")
        facts.append(Fact(pgettext("order", "Overdue"), late))
    owner = row["owner"]["name"] if row["owner"] else None
    facts += [
        Fact(_("Ordered on"), Cell("date", row["ordered_on"])),
        Fact(_("Owner"), Cell("person", owner)),
    ]
    return tuple(facts)


def _banner(order: Seen) -> tuple[str, str]:
    if order.state is OrderState.DRAFT:
        return _("A draft: it takes no payments until it is active."), ""
    if order.row["credit"]:
        words = _("%(amount)s more than the order costs were received. It is kept as credit.")
        return words % {"amount": order.money(order.row["credit"])}, "warn"
    if order.overdue:
        words = _("%(amount)s are overdue.")
        return words % {"amount": order.money(order.overdue)}, "danger"
    if order.state is OrderState.ACTIVE and not order.row["open"] and order.row["total"]:
        return _("All of it was received: the order can be completed."), "good"
    return "", ""


def _actions(order: Seen, may_edit: bool) -> tuple[Action, ...]:
    acts = []
    if may_edit and order.state is OrderState.DRAFT:
        acts.append(
            Action(
                pgettext("order act", "Activate"),
                icon="play",
                post=f"{order.url}/move?to=active",
                kind="primary",
            )
        )
    if may_edit and order.state is OrderState.ACTIVE and not order.row["open"]:
        acts.append(
            Action(
                pgettext("order act", "Complete"),
                icon="circle-check",
                post=f"{order.url}/move?to=completed",
                kind="primary" if order.row["total"] else "",
            )
        )
    if order.takes_money and order.row["open"] and order.may("payments.create"):
        acts.append(_pay(order, kind="primary"))
    return tuple(acts)


def _pay(order: Seen, kind: str) -> Action:
    return Action(
        _("Record payment"),
        icon="hand-coins",
        dialog=f"{order.url}/pay",
        kind=kind,  # type: ignore[arg-type]
    )


def _more(order: Seen, may_edit: bool) -> tuple[Action, ...]:
    acts = []
    if may_edit:
        acts.append(Action(_("Edit"), icon="pencil", dialog=f"{order.url}/edit"))
    if order.takes_money and not order.row["open"] and order.may("payments.create"):
        acts.append(_pay(order, kind=""))  # more than it costs, kept as credit
    if order.takes_money and order.row["received"] and order.may("payments.correct"):
        acts.append(Action(_("Record refund"), icon="undo-2", dialog=f"{order.url}/refund"))
    if may_edit and order.state is OrderState.COMPLETED:
        acts.append(Action(_("Reopen"), icon="rotate-ccw", post=f"{order.url}/move?to=active"))
    if may_edit and order.state in (OrderState.ACTIVE, OrderState.CANCELLED):
        acts.append(Action(_("Back to draft"), icon="undo-2", post=f"{order.url}/move?to=draft"))
    if order.may("orders.assign"):
        acts.append(Action(_("Assign"), icon="user-round-check", dialog=f"/orders/assign?ids={order.id}"))
    if may_edit and order.state in (OrderState.DRAFT, OrderState.ACTIVE):
        acts.append(
            Action(
                pgettext("order act", "Cancel order"),
                icon="ban",
                post=f"{order.url}/move?to=cancelled",
                confirm=_("Cancel this order?"),
                kind="danger",
            )
        )
    if order.may("orders.delete"):
        acts.append(
            Action(
                _("Archive"),
                icon="archive",
                post=f"/orders/archive?ids={order.id}&page=1",
                confirm=_("Archive this order?"),
                kind="danger",
            )
        )
    return tuple(acts)


def _phone_bar(order: Seen, may_edit: bool) -> tuple[Action, ...]:
    follow_up = Action(_("Write follow-up"), icon="square-pen", href="#hw-composer")
    return (*([follow_up] if order.access.may("activities.create") else []), *_actions(order, may_edit))


def _lines(order: Seen, may_edit: bool) -> RelatedList:
    """What was ordered."""
    may = may_edit and order.state in (OrderState.DRAFT, OrderState.ACTIVE)
    base = f"{order.url}/lines"
    rows = []
    for line in order_lines(order.id):
        note = f"−{number(line.discount)}%" if line.discount else ""
        quantity = f"{number(line.quantity)} {line.unit or ''}".strip()
        tools = (
            (
                Action(_("Edit line"), icon="pencil", dialog=f"{base}/{line.position}"),
                Action(_("Remove line"), icon="x", post=f"{base}/{line.position}/remove"),
            )
            if may
            else ()
        )
        rows.append(
            Row(
                line.pk,
                (
                    Cell("text", text=line.name),
                    Cell("text", text=quantity),
                    Cell("text", text=money_full(line.unit_price, order.currency), note=note),
                    Cell("text", text=f"{number(line.tax_rate)}%"),
                    Cell("text", text=money_full(line.amount, order.currency)),
                ),
                tools=tools,
            )
        )
    return RelatedList(
        title=_("Lines"),
        columns=(
            Column("name", _("Product or service")),
            Column("quantity", _("Quantity"), align="right"),
            Column("price", _("Unit price"), align="right"),
            Column("tax", _("Tax"), align="right"),
            Column("amount", pgettext("order", "Amount"), align="right"),
        ),
        rows=tuple(rows),
        add=Action(_("Add line"), icon="plus", dialog=f"{base}/new") if may else None,
        empty=_("No lines: the amount was typed."),
        key="lines",
    )


def _plan(order: Seen, may_edit: bool) -> RelatedList:
    """When what is to be paid."""
    today = clock.today()
    rows = []
    for place, part in enumerate(order.parts):
        late = order.takes_money and part.open > 0 and part.due_on < today
        if part.instalment_id is None:
            note = _("not in the plan") if len(order.parts) > 1 else _("No plan: due on one day")
        else:
            note = " · ".join(
                one
                for one in (f"{number(part.percent)}%" if part.percent is not None else "", part.note or "")
                if one
            )
        if not part.amount:
            state = Cell("tag", text=_("More than the order costs"), hue="amber")
        elif not part.open:
            state = Cell("tag", text=pgettext("instalment", "Paid"), hue="green")
        elif late:
            state = Cell("tag", text=pgettext("instalment", "Overdue"), hue="red")
        elif part.settled:
            state = Cell("tag", text=pgettext("instalment", "Partly paid"), hue="blue")
        else:
            state = Cell("tag", text=pgettext("instalment", "Open"), hue="gray")
        rows.append(
            Row(
                place + 1,
                (
                    Cell("date", part.due_on, overdue=late),
                    Cell("text", text=order.money(part.planned), note=note),
                    Cell("text", text=order.money(part.open)),
                    state,
                ),
            )
        )
    may = may_edit and order.state is not OrderState.CANCELLED
    return RelatedList(
        title=_("Payment plan"),
        columns=(
            Column("due", pgettext("order", "Due on")),
            Column("amount", pgettext("order", "Amount"), align="right"),
            Column("open", pgettext("order", "Still open"), align="right"),
            Column("state", pgettext("order", "State")),
        ),
        rows=tuple(rows),
        add=Action(_("Edit payment plan"), icon="pencil", dialog=f"{order.url}/plan") if may else None,
        empty=_("The order costs nothing yet."),
        key="plan",
    )


def _payments(order: Seen) -> RelatedList:
    """The ledger of the order, newest first."""
    kind = record_type("payment")
    access = order.access.also("payments.view")
    where = Fragment("t.order_id = %s", (order.id,))
    page = listing.fetch(access, kind, where=where, limit=_MOST_ENTRIES)
    may_correct = order.takes_money and order.may("payments.correct")
    rows = []
    for one in page.rows:
        entry = EntryKind(one["kind"])
        is_voided = one["is_voided"]
        can_void = may_correct and not is_voided and entry is not EntryKind.VOID
        void = Action(pgettext("payment act", "Void"), icon="ban", dialog=f"/payments/{one['id']}/void")
        word = pgettext("payment", "Voided") if is_voided else str(entry.label)
        hue = "gray" if is_voided else {"payment": "green", "refund": "amber"}.get(entry, "gray")
        note = ""
        if one["original_amount"] is not None:
            note = money_full(one["original_amount"], one["original_currency"])
        rows.append(
            Row(
                one["id"],
                (
                    Cell("text", text=calendar_day(one["paid_on"])),
                    Cell("tag", text=word, hue=hue),
                    Cell("text", text=order.money(one["amount"]), note=note),
                    Cell("text", text=kind.all_fields["method"].label_of(one["method"]) or "—"),
                    Cell("text", text=one["reference"] or "—"),
                ),
                href=f"/payments/{one['id']}",
                tools=(void,) if can_void else (),
            )
        )
    can_pay = order.takes_money and order.may("payments.create")
    return RelatedList(
        title=str(kind.label_plural),
        columns=(
            Column("paid_on", _("Paid on")),
            Column("kind", pgettext("payment", "Kind")),
            Column("amount", pgettext("order", "Amount"), align="right"),
            Column("method", _("Payment method")),
            Column("reference", pgettext("payment", "Reference")),
        ),
        rows=_with_tools(rows),
        add=Action(_("Record payment"), icon="plus", dialog=f"{order.url}/pay") if can_pay else None,
        empty=_("Nothing was paid yet."),
        key="payments",
    )


def _with_tools(rows: list[Row]) -> tuple[Row, ...]:
    """The first row decides whether the table has tools, so each row gets one."""
    if not any(row.tools for row in rows):
        return tuple(rows)
    look = _("Look at it")
    return tuple(
        row if row.tools else replace(row, tools=(Action(look, icon="eye", href=row.href),)) for row in rows
    )
