"""Tables of the room: orders, their lines and plans, the ledger of money."""

from headwater.orders.models.ledger import Payment
from headwater.orders.models.orders import Order, OrderLine, OrderMove
from headwater.orders.models.plans import Instalment

__all__ = ["Instalment", "Order", "OrderLine", "OrderMove", "Payment"]
