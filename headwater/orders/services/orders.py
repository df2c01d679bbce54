"""Orders are made, changed, given to others, archived."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.currencies.queries import company_currency
from headwater.customization.services import fill_auto_numbers
from headwater.engagement.types import BulkResult
from headwater.kernel import clock, listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean, record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.money import MOST, rounded
from headwater.orders.errors import (
    AlreadyMade,
    AmountSettled,
    BelowReceived,
    CurrencyFixed,
    MoneyReceived,
    NothingToPay,
)
from headwater.orders.events import OrdersArchived, OrdersAssigned, OrdersMade, OrdersRestored
from headwater.orders.models import Order, OrderLine
from headwater.orders.queries.orders import order_id_of_quote
from headwater.orders.services.locking import check_day, lock_order, lock_orders, note_move, save
from headwater.orders.settings import PAYMENT_DAYS
from headwater.orders.types import MOST_LINES, OrderState
from headwater.organization.queries import active_ids
from headwater.platform import audit
from headwater.platform.events import emit

TOGETHER = 2000
_LINKS = ("account", "contact", "opportunity")


@transaction.atomic
def create_order(
    access: Access,
    values: Mapping[str, Any],
    *,
    quote_version_id: int | None = None,
    lines: Sequence[OrderLine] = (),
) -> int:
    """Make a draft from raw values; its id.

    Without a number it gets the next one, without a day today, without an owner who acts. With `lines` it
    costs what they cost. Refuses with `Invalid`, and with `AlreadyMade` for a second order of one quote.
    """
    cleaned = clean(record_type("order"), values, access)
    fields = cleaned.fields
    fields["ordered_on"] = fields.get("ordered_on") or clock.today()
    fields["due_on"] = fields.get("due_on") or first_due(fields["ordered_on"])
    fields["owner"] = fields.get("owner") or access.user_id
    fields["currency"] = fields.get("currency") or company_currency()
    fields |= {key: fields.get(key) or Decimal(0) for key in ("total", "discount")}
    fields["number"] = fields.get("number") or next_number(fields["ordered_on"])
    for key in ("ordered_on", "due_on"):
        check_day(key, fields[key])
    _check_owner(access, fields["owner"])
    _check_links(access, fields)
    fill_auto_numbers("order", [cleaned.custom])
    moment = clock.now()
    order = Order(
        **_columns(fields),
        quote_version_id=quote_version_id,
        custom={key: value for key, value in cleaned.custom.items() if value is not None},
        created_at=moment,
        updated_at=moment,
        created_by_id=access.user_id,
    )
    if lines:
        order.total = total_of(lines, order)
    with refusals(quote_version_id):
        order.save(force_insert=True)
    place_lines(order, lines)
    note_move(access, order, None)
    said = {key: [None, value] for key, value in fields.items() if value not in (None, "")}
    audit.record(access, "order", order.pk, "create", said | {"total": [None, order.total]})
    emit(OrdersMade(ids=[order.pk]), access)
    return order.pk


@transaction.atomic
def update_order(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change an order. Another owner needs the permission to assign.

    Refuses an amount that its lines say otherwise, another currency once money was recorded, and what
    `create_order` refuses.
    """
    order = lock_order(access, record_id, version=version)
    cleaned = clean(record_type("order"), values, access, partial=True)
    fields = cleaned.fields
    owner_id = fields.pop("owner", order.owner_id)
    for key in ("ordered_on", "due_on", "number", "total", "currency", "discount"):
        if key in fields and fields[key] is None:
            raise Invalid.one(key, "value.required", _("This is required."))
    for key in ("ordered_on", "due_on"):
        check_day(key, fields.get(key))
    _check_links(access, {key: fields.get(key) for key in _LINKS if key in fields}, held=order)
    _check_money(order, fields)
    changes: dict[str, list[Any]] = {}
    for name, value in _columns(fields).items():
        before = getattr(order, name)
        if before != value:
            changes[name.removesuffix("_id") if name != "external_id" else name] = [before, value]
            setattr(order, name, value)
    for name, value in cleaned.custom.items():
        if order.custom.get(name) != value:
            changes[f"custom.{name}"] = [order.custom.get(name), value]
            order.custom = order.custom | {name: value}
    with refusals(order.quote_version_id):
        save(access, order, changes)
    if owner_id is not None and owner_id != order.owner_id:
        (result,) = assign_orders(access.also("orders.assign"), [record_id], owner_id=owner_id)
        if not result.ok:
            raise NotFound(record="order", id=record_id)


def _check_money(order: Order, fields: dict[str, Any]) -> None:
    if fields.get("currency", order.currency) != order.currency and order.payments.exists():
        raise CurrencyFixed
    lines = list(order.lines.all()) if {"total", "discount"} & fields.keys() else []
    if not lines:
        check_total(order, fields.get("total", order.total))
        return
    order_total: Decimal = sum(
        (line.amount for line in lines), start=rounded(-fields.get("discount", order.discount))
    )
    if order_total < 0:
        raise Invalid.one("discount", "value.too_large", _("More than the lines cost."))
    if fields.get("total", order.total) not in (order.total, order_total):
        raise Invalid.one("total", "order.has_lines", _("It has lines: change those, or the discount."))
    check_total(order, order_total)
    fields["total"] = order_total


def check_total(order: Order, total: Decimal) -> None:
    """Refuse another amount where money or state say that it stays.

    Raises `AmountSettled` unless the order is a draft or active, `BelowReceived`, and `NothingToPay` for an
    active order.
    """
    if total == order.total:
        return
    if order.state not in (OrderState.DRAFT, OrderState.ACTIVE):
        raise AmountSettled(number=order.number, state=state_word(order))
    received = order.paid - order.refunded
    if total < received:
        raise BelowReceived(number=order.number, received=received, currency=order.currency)
    if total <= 0 and order.state == OrderState.ACTIVE:
        raise NothingToPay(number=order.number)


def total_of(lines: Sequence[OrderLine], order: Order) -> Decimal:
    """What lines cost, less the order's discount; refuses with `Invalid` what no order can cost."""
    total: Decimal = sum((line.amount for line in lines), start=-rounded(Decimal(order.discount)))
    if total < 0:
        raise Invalid.one("discount", "value.too_large", _("More than the lines cost."))
    if total >= MOST:
        raise Invalid.one("lines", "value.too_large", _("This number is too large."))
    return total


def place_lines(order: Order, lines: Sequence[OrderLine]) -> None:
    """Write lines of an order in their places."""
    if len(lines) > MOST_LINES:
        words = _("At most %(most)s lines.") % {"most": MOST_LINES}
        raise Invalid.one("lines", "order.too_many_lines", words)
    for position, line in enumerate(lines):
        line.order, line.position = order, position
    OrderLine.objects.bulk_create(lines)


def first_due(ordered_on: date) -> date:
    """When an order without a plan is due."""
    return ordered_on + timedelta(days=PAYMENT_DAYS.get())


def next_number(day: date) -> str:
    """The next number of an order."""
    return f"SO{day:%Y%m}-{sql.value('SELECT nextval(%s)', ('orders_order_number',)):05d}"


def _columns(fields: Mapping[str, Any]) -> dict[str, Any]:
    known = record_type("order").all_fields
    return {f"{key}_id" if known[key].type.is_relation else key: value for key, value in fields.items()}


@contextmanager
def refusals(quote_version_id: int | None) -> Iterator[None]:
    """What a unique constraint refuses, in words; what runs within stands in a savepoint of its own."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        raise _refusal(name, quote_version_id) or error from None


def _refusal(constraint: str, quote_version_id: int | None) -> Exception | None:
    if constraint == "order_of_quote_once" and quote_version_id is not None:
        made = order_id_of_quote(quote_version_id)
        number = sql.value("SELECT number FROM orders_order WHERE id = %s", (made,))
        return AlreadyMade(number=number or "—", order=made)
    if constraint == "order_number_once":
        words = _("Another order has this number already.")
        return Invalid.one("number", "order.number_taken", words)
    if constraint == "order_external_id_once":
        words = _("Another record has this external number already.")
        return Invalid.one("external_id", "external_id.taken", words)
    return None


def _check_owner(access: Access, owner_id: int | None) -> None:
    if owner_id is None:
        return
    if owner_id not in active_ids([owner_id]):
        raise Invalid.one("owner", "owner.inactive", _("This person is not active."))
    if owner_id != access.user_id and not access.reach.covers(owner_id):
        raise Invalid.one("owner", "owner.out_of_reach", _("You may not give records to this person."))


def _check_links(access: Access, fields: Mapping[str, Any], *, held: Order | None = None) -> None:
    """Account, contact and opportunity exist, may be seen, and are the same customer's."""
    complaints: dict[str, dict[str, str]] = {}
    for key in _LINKS:
        wanted = fields.get(key)
        if wanted is None or (held is not None and getattr(held, f"{key}_id") == wanted):
            continue
        kind = record_type(key)
        view = kind.permission("view")
        seen = listing.ids_within(access.also(view), kind, [wanted]) if access.may(view) else set()
        # Looked at again once locked: a merge that is under way takes along what points to it.
        alive = f"SELECT 1 FROM {kind.table} t WHERE t.id = %s AND t.archived_at IS NULL FOR KEY SHARE"
        if wanted not in seen or not sql.rows(alive, (wanted,)):
            words = _("This record does not exist, or you may not see it.")
            complaints[key] = {"code": "relation.not_found", "detail": words}
    account_id = fields.get("account") or (held.account_id if held is not None else None)
    opportunity_id = fields.get("opportunity")
    if not complaints and opportunity_id is not None:
        of = sql.value("SELECT account_id FROM sales_opportunity WHERE id = %s", (opportunity_id,))
        if of != account_id:
            words = _("This opportunity is another customer's.")
            complaints["opportunity"] = {"code": "order.other_account", "detail": words}
    if complaints:
        raise Invalid(fields=complaints)


# --- many at once


def _pieces(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), TOGETHER):
        yield list(ids[start : start + TOGETHER])


@transaction.atomic
def assign_orders(
    access: Access, ids: Sequence[int], *, owner_id: int, why: str = "assigned", note: str | None = None
) -> list[BulkResult]:
    """Give orders to somebody; repeating it does nothing. A result for every id, in the order asked.

    What was received before stays with whom it was received by (`Payment.owner`).
    """
    if not 0 < owner_id < 2**63 or owner_id not in active_ids([owner_id]):
        raise Invalid.one("owner", "owner.inactive", _("This person is not active."))
    if not access.reach.covers(owner_id):
        raise Invalid.one("owner", "owner.out_of_reach", _("You may not give records to this person."))
    wanted = list(dict.fromkeys(ids))
    found = lock_orders(access, wanted)
    give(access, {order.pk: owner_id for order in found if order.owner_id != owner_id}, why=why, note=note)
    here = {order.pk for order in found}
    missing = NotFound(record="order")
    return [
        BulkResult(one, True) if one in here else BulkResult(one, False, missing.code, missing.detail)
        for one in wanted
    ]


def give(access: Access, owners: Mapping[int, int], *, why: str, note: str | None = None) -> None:
    """Write new owners of locked orders, with audit and events. Nobody's reach is asked here."""
    if not owners:
        return
    ids = list(owners)
    before = {
        row["id"]: row["owner_id"]
        for row in sql.rows("SELECT id, owner_id FROM orders_order WHERE id = ANY(%s::bigint[])", (ids,))
    }
    sql.execute(
        "UPDATE orders_order o SET owner_id = x.owner_id, version = o.version + 1, updated_at = %s"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS x (id, owner_id) WHERE o.id = x.id",
        (clock.now(), ids, list(owners.values())),
    )
    said = {} if note is None else {"note": [None, note]}
    audit.record_many(
        access, "order", "assign", [(one, {"owner": [before[one], owners[one]]} | said) for one in ids]
    )
    by_owner: dict[int, list[int]] = {}
    for one, owner_id in owners.items():
        by_owner.setdefault(owner_id, []).append(one)
    for owner_id, mine in by_owner.items():
        for piece in _pieces(mine):
            emit(OrdersAssigned(ids=piece, owner_id=owner_id, why=why), access)


@transaction.atomic
def archive_orders(access: Access, ids: Sequence[int]) -> int:
    """Archive orders (restorable); how many. Refuses, with `MoneyReceived`, one that holds money."""
    found = lock_orders(access, ids)
    for order in found:
        if order.paid != order.refunded:
            received = order.paid - order.refunded
            raise MoneyReceived(number=order.number, received=received, currency=order.currency)
    return _set_archived(access, [order.pk for order in found], archive=True)


@transaction.atomic
def restore_orders(access: Access, ids: Sequence[int]) -> int:
    """Bring archived orders back; how many. Refuses where the number was taken since."""
    found = lock_orders(access, ids, archived=True)
    with refusals(found[0].quote_version_id if found else None):
        return _set_archived(access, [order.pk for order in found], archive=False)


def _set_archived(access: Access, ids: list[int], *, archive: bool) -> int:
    if not ids:
        return 0
    moment = clock.now()
    sql.execute(
        "UPDATE orders_order SET archived_at = %s::timestamptz, version = version + 1, updated_at = %s"
        " WHERE id = ANY(%s::bigint[])",
        (moment if archive else None, moment, ids),
    )
    act = "archive" if archive else "restore"
    audit.record_many(access, "order", act, audit.same_changes(ids, {"archived": [not archive, archive]}))
    for piece in _pieces(ids):
        emit(OrdersArchived(ids=piece) if archive else OrdersRestored(ids=piece), access)
    return len(ids)


def state_word(order: Order) -> str:
    """The order's state in the reader's language."""
    return str(OrderState(order.state).label)
