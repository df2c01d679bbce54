"""Orders for tests of any room."""

from typing import Any

from headwater.kernel.access import Access, system_access
from headwater.orders import services
from headwater.orders.models import Order
from headwater.orders.services import InstalmentIn
from headwater.organization.models import User
from headwater.sales.models import Account
from tests.organization.factories import access
from tests.sales.factories import make_account


def by(owner: User | None, permission: str = "orders.create") -> Access:
    return system_access("tests") if owner is None else access(owner, permission)


def make_order(
    total: Any = 1000,
    *,
    owner: User | None = None,
    account: Account | None = None,
    state: str = "active",
    plan: tuple[tuple[str, Any], ...] = (),
    **values: Any,
) -> Order:
    """An order of `owner` (nobody's without one); `plan` are days and amounts."""
    account = account or make_account(owner=owner)
    given = {"account": account.pk, "total": total, "currency": "CNY"} | values
    made = services.create_order(by(owner), given)
    if plan:
        parts = [InstalmentIn(day, amount) for day, amount in plan]
        services.set_plan(by(owner, "orders.edit"), made, parts)
    if state != "draft":
        services.move_order(by(owner, "orders.edit"), made, state)
    return Order.objects.get(pk=made)
