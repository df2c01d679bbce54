"""An order goes from state to state, guarded."""

from django.db import transaction

from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.orders.errors import MoneyReceived, NothingToPay, NotPaidYet, WrongState
from headwater.orders.events import OrderMoved
from headwater.orders.models import Order
from headwater.orders.services.locking import lock_order, note_move, save
from headwater.orders.services.orders import refusals, state_word
from headwater.orders.types import WAYS, OrderState
from headwater.platform.events import emit


@transaction.atomic
def move_order(
    access: Access, order_id: int, to: str, *, version: int | None = None, note: str | None = None
) -> None:
    """Bring an order to a state; being there already does nothing.

    An order becomes active once it costs something; it is completed once all of it was received; it is
    cancelled, or a draft again, only while no money of it is held. Refuses with `WrongState`,
    `NothingToPay`, `NotPaidYet`, `MoneyReceived`.
    """
    if to not in OrderState.values:
        raise NotFound(record="state", id=None)
    wanted = OrderState(to)
    order = lock_order(access, order_id, version=version)
    if order.state != wanted:
        check_move(order, wanted)
        move_locked(access, order, wanted, note=note)


def check_move(order: Order, to: OrderState) -> None:
    """Refuse what the guard of a state refuses."""
    if to not in WAYS[OrderState(order.state)]:
        raise WrongState(number=order.number, state=state_word(order), to=str(to.label))
    received = order.paid - order.refunded
    if to in (OrderState.CANCELLED, OrderState.DRAFT) and received:
        raise MoneyReceived(number=order.number, received=received, currency=order.currency)
    if to is OrderState.ACTIVE and order.total <= 0:
        raise NothingToPay(number=order.number)
    if to is OrderState.COMPLETED and received < order.total:
        raise NotPaidYet(number=order.number, open=order.total - received, currency=order.currency)


def move_locked(access: Access, order: Order, to: OrderState, *, note: str | None = None) -> None:
    """Write the step of a locked order."""
    before = order.state
    order.state = to
    with refusals(order.quote_version_id):  # a second order of one quote comes back from the cancelled ones
        save(access, order, {"state": [before, str(to)]}, act="move")
    note_move(access, order, before, note=note)
    emit(OrderMoved(id=order.pk, from_state=before, to_state=str(to)), access)
