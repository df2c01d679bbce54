"""What can be done with orders and their money."""

from headwater.orders.services.ledger import pay, refund, void
from headwater.orders.services.lines import LineIn, set_lines
from headwater.orders.services.making import order_from_opportunity, order_from_quote
from headwater.orders.services.orders import (
    archive_orders,
    assign_orders,
    create_order,
    restore_orders,
    update_order,
)
from headwater.orders.services.plans import InstalmentIn, set_plan, split_plan
from headwater.orders.services.states import move_order
from headwater.orders.services.sweeping import remind

__all__ = [
    "InstalmentIn",
    "LineIn",
    "archive_orders",
    "assign_orders",
    "create_order",
    "move_order",
    "order_from_opportunity",
    "order_from_quote",
    "pay",
    "refund",
    "remind",
    "restore_orders",
    "set_lines",
    "set_plan",
    "split_plan",
    "update_order",
    "void",
]
