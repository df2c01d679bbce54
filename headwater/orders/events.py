"""What happened to orders and their money."""

from dataclasses import field
from typing import Any

from headwater.platform.events import Event


class OrdersMade(Event):
    name = "order.created"
    ids: list[int]


class OrdersChanged(Event):
    """`changes` holds {field: [before, after]} when one order changed by hand."""

    name = "order.changed"
    ids: list[int]
    fields: list[str]
    changes: dict[str, Any] = field(default_factory=dict)


class OrdersAssigned(Event):
    name = "order.assigned"
    ids: list[int]
    owner_id: int | None
    why: str


class OrdersArchived(Event):
    name = "order.archived"
    ids: list[int]


class OrdersRestored(Event):
    name = "order.restored"
    ids: list[int]


class OrderMoved(Event):
    """An order went from one state to another."""

    name = "order.moved"
    id: int
    from_state: str
    to_state: str


class PaymentsReceived(Event):
    """Money came in; `ids` are entries of the ledger, `order_ids` their orders in the same order."""

    name = "payment.received"
    ids: list[int]
    order_ids: list[int]


class PaymentsRefunded(Event):
    name = "payment.refunded"
    ids: list[int]
    order_ids: list[int]


class PaymentsVoided(Event):
    """Entries were taken back by correcting ones (`ids`); `voided_ids` are those that count no more."""

    name = "payment.voided"
    ids: list[int]
    order_ids: list[int]
    voided_ids: list[int]
