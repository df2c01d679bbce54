"""Pieces that the room's screens share."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from headwater.kernel import clock, listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.orders.queries.parts import OrderPart, parts_of
from headwater.orders.types import OrderState
from headwater.ui.formats import money_full


@dataclass(frozen=True, slots=True)
class Seen:
    """An order being looked at, and what its reader may do with it."""

    access: Access
    row: Mapping[str, Any]
    parts: list[OrderPart]

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def url(self) -> str:
        return f"/orders/{self.id}"

    @property
    def state(self) -> OrderState:
        return OrderState(self.row["state"])

    @property
    def currency(self) -> str:
        return str(self.row["currency"])

    @property
    def overdue(self) -> Decimal:
        today = clock.today()
        late = (part.open for part in self.parts if part.due_on < today)
        return sum(late, Decimal(0)) if self.takes_money else Decimal(0)

    @property
    def takes_money(self) -> bool:
        return self.state in (OrderState.ACTIVE, OrderState.COMPLETED)

    @property
    def next_part(self) -> OrderPart | None:
        """What is to be paid next."""
        return next((part for part in self.parts if part.open > 0), None)

    def may(self, permission: str) -> bool:
        """Holds the permission, and its reach covers this order."""
        if not self.access.may(permission):
            return False
        own = self.access.also(permission)
        return own.reach.everyone or self.id in listing.ids_within(own, record_type("order"), [self.id])

    def money(self, amount: Decimal) -> str:
        return money_full(amount, self.currency)


def seen(request: HttpRequest, order_id: int, permission: str = "orders.view") -> Seen:
    """The order, for somebody with a permission that reaches it; refuses with `NotFound` otherwise."""
    access = permit(request, permission)
    row = listing.get(access, record_type("order"), order_id)
    return Seen(access, row, parts_of(order_id))


def version_of(request: HttpRequest) -> int | None:
    """The version that the form was made from."""
    raw = request.POST.get("version", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None
