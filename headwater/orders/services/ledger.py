"""Money: payments, refunds, and entries that void others. Entries are added, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.currencies.queries import convert
from headwater.kernel import clock, sql, text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean, record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.money import CENT, MOST, rounded
from headwater.orders.errors import (
    InstalmentPaid,
    NoMoneyNow,
    NoRate,
    NotVoidable,
    Overpaid,
    RefundTooMuch,
    VoidedAlready,
    VoidTooMuch,
)
from headwater.orders.events import PaymentsReceived, PaymentsRefunded, PaymentsVoided
from headwater.orders.models import Order, Payment
from headwater.orders.queries.parts import parts_of
from headwater.orders.services.locking import check_day, lock_order
from headwater.orders.services.orders import state_word
from headwater.orders.services.states import move_locked
from headwater.orders.types import EntryKind, OrderState
from headwater.platform import audit
from headwater.platform.events import emit

TAKES_MONEY = (OrderState.ACTIVE, OrderState.COMPLETED)
_MANY = Decimal(10) ** 12  # so that a rate between two currencies keeps its digits


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in the order's currency, with what came in where that was another one."""

    amount: Decimal
    original: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def pay(access: Access, order_id: int, values: Mapping[str, Any], *, confirm: bool = False) -> int:
    """Record a payment from raw values (`amount`, `currency`, `paid_on`, `method`, `reference`, `note`,
    `instalment`, `external_id`); the entry's id.

    Without an instalment it settles what is due first. What is more than is open is refused (`Overpaid`,
    `InstalmentPaid`) unless confirmed: then it is kept as credit. Refuses with `NoMoneyNow`, `NoRate`,
    `Invalid`, `NotFound` too.
    """
    order = _order(access, order_id)
    given = _read(access, values)
    money = _in_order_currency(order, given)
    instalment_id = given.pop("instalment", None)
    if not confirm:
        _check_open(order, money.amount, instalment_id)
    elif instalment_id is not None:
        _part(order, instalment_id)
    entry = _write(access, order, EntryKind.PAYMENT, money, given, instalment_id=instalment_id)
    emit(PaymentsReceived(ids=[entry.pk], order_ids=[order.pk]), access)
    return entry.pk


@transaction.atomic
def refund(access: Access, order_id: int, values: Mapping[str, Any]) -> int:
    """Record that money went back; the entry's id. The amount is given as a positive number.

    Refuses with `RefundTooMuch` more than was received, and what `pay` refuses.
    """
    order = _order(access, order_id)
    given = _read(access, values)
    given.pop("instalment", None)
    money = _in_order_currency(order, given)
    received = order.paid - order.refunded
    if money.amount > received:
        raise RefundTooMuch(received=received, currency=order.currency)
    entry = _write(access, order, EntryKind.REFUND, money, given)
    emit(PaymentsRefunded(ids=[entry.pk], order_ids=[order.pk]), access)
    _reopen(access, order)
    return entry.pk


@transaction.atomic
def void(access: Access, payment_id: int, *, note: str | None = None) -> int:
    """Take an entry back by one that corrects it; the id of that one.

    Refuses with `NotFound`, `NotVoidable`, `VoidedAlready`, `VoidTooMuch`.
    """
    order_id = sql.value(
        "SELECT order_id FROM orders_payment WHERE id = %s", (payment_id if 0 < payment_id < 2**63 else 0,)
    )
    if order_id is None:
        raise NotFound(record="payment", id=payment_id)
    order = _order(access, order_id)
    wrong = Payment.objects.get(pk=payment_id)
    if wrong.kind == EntryKind.VOID:
        raise NotVoidable
    if Payment.objects.filter(corrects=wrong).exists():
        raise VoidedAlready(id=payment_id)
    received = order.paid - order.refunded
    if wrong.kind == EntryKind.PAYMENT and wrong.amount > received:
        raise VoidTooMuch(received=received, currency=order.currency)
    entry = mirror(access, wrong, note=note)
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as error:
        if _constraint(error) == "payment_voided_once":
            raise VoidedAlready(id=payment_id) from None
        raise
    _told(access, entry, act="void")
    emit(PaymentsVoided(ids=[entry.pk], order_ids=[order.pk], voided_ids=[payment_id]), access)
    _reopen(access, order)
    return entry.pk


def mirror(access: Access, wrong: Payment, *, note: str | None = None) -> Payment:
    """The entry that takes another back; not yet saved."""
    return Payment(
        order_id=wrong.order_id,
        kind=EntryKind.VOID,
        amount=-wrong.amount,
        currency=wrong.currency,
        paid_on=wrong.paid_on,
        owner_id=wrong.owner_id,
        instalment_id=wrong.instalment_id,
        corrects=wrong,
        method=wrong.method,
        note=text.tidy(note or "")[:500] or None,
        created_at=clock.now(),
        created_by_id=access.user_id,
    )


# --- parts


def _order(access: Access, order_id: int) -> Order:
    order = lock_order(access, order_id)
    if order.state not in TAKES_MONEY:
        raise NoMoneyNow(number=order.number, state=state_word(order))
    return order


def _read(access: Access, values: Mapping[str, Any]) -> dict[str, Any]:
    """Checked values. The amount is positive; the day is not ahead."""
    instalment_id = values.get("instalment")
    rest = {key: value for key, value in values.items() if key not in ("instalment", "order", "kind")}
    given = clean(record_type("payment"), rest, access).fields
    amount = given.get("amount")
    if amount is None:
        raise Invalid.one("amount", "value.required", _("This is required."))
    given["amount"] = rounded(Decimal(amount))
    if given["amount"] < CENT:
        raise Invalid.one("amount", "value.too_small", _("This must be more than nothing."))
    given["paid_on"] = given.get("paid_on") or clock.today()
    check_day("paid_on", given["paid_on"], latest=clock.today())
    if instalment_id not in (None, ""):
        if not str(instalment_id).isdecimal() or not 0 < int(instalment_id) < 2**63:
            raise Invalid.one("instalment", "value.record", _("This must be the id of a record."))
        given["instalment"] = int(instalment_id)
    return given


def _in_order_currency(order: Order, given: dict[str, Any]) -> Amount:
    """The amount in the order's currency; another one at the rate of the day, or refused without one."""
    amount: Decimal = given.pop("amount")
    currency = given.pop("currency", None) or order.currency
    if currency == order.currency:
        return Amount(amount)
    rate = rate_between(currency, order.currency, given["paid_on"])
    if rate is None:
        raise NoRate(currency=currency, to=order.currency, on=given["paid_on"].isoformat())
    worth = rounded(amount * rate)
    if not CENT <= worth < MOST:
        raise Invalid.one("amount", "value.too_large", _("This number is too large."))
    return Amount(worth, {"original_amount": amount, "original_currency": currency, "rate": rate})


def rate_between(currency: str, to: str, on: date) -> Decimal | None:
    """What one unit is worth in another currency on a day; None where a rate is missing."""
    one, other = convert(_MANY, currency, on), convert(_MANY, to, on)
    if one is None or not other:
        return None
    return (one / other).quantize(Decimal("0.0000000001"))


def _part(order: Order, instalment_id: int) -> Any:
    for part in parts_of(order.pk):
        if part.instalment_id == instalment_id:
            return part
    raise Invalid.one("instalment", "relation.not_found", _("This instalment is not of this order."))


def _check_open(order: Order, amount: Decimal, instalment_id: int | None) -> None:
    if instalment_id is not None:
        part = _part(order, instalment_id)
        if amount > part.open:
            raise InstalmentPaid(open=part.open, currency=order.currency, due_on=part.due_on.isoformat())
    still_open = max(order.total - order.paid + order.refunded, Decimal(0))
    if amount > still_open:
        raise Overpaid(
            number=order.number,
            open=still_open,
            amount=amount,
            over=amount - still_open,
            currency=order.currency,
        )


def _write(
    access: Access,
    order: Order,
    kind: EntryKind,
    money: Amount,
    given: Mapping[str, Any],
    *,
    instalment_id: int | None = None,
) -> Payment:
    if order.paid + money.amount >= MOST:
        raise Invalid.one("amount", "value.too_large", _("This number is too large."))
    entry = Payment(
        order=order,
        kind=kind,
        amount=money.amount if kind is EntryKind.PAYMENT else -money.amount,
        currency=order.currency,
        owner_id=order.owner_id,
        instalment_id=instalment_id,
        **money.original,
        **given,
        created_at=clock.now(),
        created_by_id=access.user_id,
    )
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as error:
        if _constraint(error) == "payment_external_id_once":
            words = _("Another record has this external number already.")
            raise Invalid.one("external_id", "external_id.taken", words) from None
        raise
    _told(access, entry, act="create")
    return entry


def _constraint(error: IntegrityError) -> str:
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", ""))


def _told(access: Access, entry: Payment, *, act: str) -> None:
    changes: dict[str, list[Any]] = {
        "order": [None, entry.order_id],
        "kind": [None, str(entry.kind)],
        "amount": [None, entry.amount],
        "currency": [None, entry.currency],
        "paid_on": [None, entry.paid_on],
    }
    for key in ("corrects_id", "instalment_id", "original_amount", "original_currency", "note"):
        if getattr(entry, key) is not None:
            changes[key.removesuffix("_id")] = [None, getattr(entry, key)]
    audit.record(access, "payment", entry.pk, act, changes)


def _reopen(access: Access, order: Order) -> None:
    """A completed order of which something is open again is active again."""
    order.refresh_from_db()
    if order.state == OrderState.COMPLETED and order.paid - order.refunded < order.total:
        move_locked(access, order, OrderState.ACTIVE, note=_("Money went back"))
