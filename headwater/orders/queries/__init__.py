"""Reads of the room: what came in, what is owed and since when."""

from headwater.orders.queries.ageing import Ageing, AgeingRow, ageing, owed_parts
from headwater.orders.queries.orders import (
    instalments_of,
    order_id_of_quote,
    order_lines,
    order_of,
    unreconciled,
)
from headwater.orders.queries.parts import OrderPart, parts_of, parts_sql
from headwater.orders.queries.received import RECEIVED_COLUMNS, received_entries

__all__ = [
    "RECEIVED_COLUMNS",
    "Ageing",
    "AgeingRow",
    "OrderPart",
    "ageing",
    "instalments_of",
    "order_id_of_quote",
    "order_lines",
    "order_of",
    "owed_parts",
    "parts_of",
    "parts_sql",
    "received_entries",
    "unreconciled",
]
