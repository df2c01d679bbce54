"""Steps of orders and entries of the ledger, on the timelines of order, opportunity and account."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.engagement.timeline import Entry, Found, log
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.orders.types import EntryKind, OrderState
from headwater.ui.formats import money_full

_NUMBER = "LEFT JOIN orders_order no ON no.id = e.order_id"


@log(
    "orders_movetold",
    actor="by_id",
    facts={
        "order": "e.order_id",
        "number": "no.number",
        "from": "e.from_state",
        "to": "e.to_state",
        "total": "e.total::text",
        "currency": "no.currency",
        "note": "e.note",
    },
    joins=_NUMBER,
)
def moves(access: Access, found: Sequence[Found]) -> list[Entry]:
    """How an order went from state to state."""
    if not access.may("orders.view"):
        return []
    return [row.entry(kind=row.facts["to"], data={"text": _move(row.facts)} | row.facts) for row in found]


def _move(facts: dict[str, Any]) -> str:
    names = {"number": facts["number"], "total": money_full(Decimal(facts["total"]), facts["currency"])}
    to = str(OrderState(facts["to"]).label)
    if facts["from"] is None:
        words = _("Order %(number)s was made: %(total)s") % names
    else:
        before = str(OrderState(facts["from"]).label)
        words = _("Order %(number)s: %(before)s → %(after)s") % {**names, "before": before, "after": to}
    return f"{words}\n{facts['note']}" if facts["note"] else words


@log(
    "orders_paymenttold",
    actor="by_id",
    facts={
        "order": "e.order_id",
        "number": "no.number",
        "kind": "e.kind",
        "amount": "e.amount::text",
        "currency": "e.currency",
        "paid_on": "e.paid_on::text",
        "method": "e.method",
        "reference": "e.reference",
        "note": "e.note",
    },
    joins=_NUMBER,
)
def entries(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Money that came in and went back."""
    if not access.may("payments.view"):
        return []
    method = record_type("payment").all_fields["method"]
    told = []
    for row in found:
        parts = [_entry(row.facts), method.label_of(row.facts["method"]), row.facts["reference"] or ""]
        text = " · ".join(part for part in parts if part)
        note = row.facts["note"]
        told.append(
            row.entry(kind=row.facts["kind"], data={"text": f"{text}\n{note}" if note else text} | row.facts)
        )
    return told


def _entry(facts: dict[str, Any]) -> str:
    names = {
        "number": facts["number"],
        "amount": money_full(abs(Decimal(facts["amount"])), facts["currency"]),
    }
    words = {
        EntryKind.PAYMENT: pgettext("timeline", "%(amount)s received for order %(number)s"),
        EntryKind.REFUND: pgettext("timeline", "%(amount)s refunded for order %(number)s"),
        EntryKind.VOID: pgettext("timeline", "An entry of %(amount)s of order %(number)s was voided"),
    }
    return words[EntryKind(facts["kind"])] % names
