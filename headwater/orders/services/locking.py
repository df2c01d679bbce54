"""Orders locked within reach, and what every change of one leaves behind."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.kernel.sql import Fragment, all_of
from headwater.orders.events import OrdersChanged
from headwater.orders.models import Order, OrderMove
from headwater.orders.types import EARLIEST_YEAR, LATEST_YEAR
from headwater.platform import audit
from headwater.platform.events import emit

MOST_ID = 2**63


def lock_orders(access: Access, ids: Sequence[int], *, archived: bool = False) -> list[Order]:
    """Those of `ids` within reach, locked in the order of their ids; living ones, or `archived` ones."""
    condition = all_of(
        [
            Fragment("t.id = ANY(%s::bigint[])", ([one for one in ids if 0 < one < MOST_ID],)),
            Fragment(f"t.archived_at IS {'NOT ' if archived else ''}NULL"),
            record_type("order").scope(access, "t"),
        ]
    )
    text = f"SELECT t.* FROM orders_order t WHERE {condition.text} ORDER BY t.id FOR NO KEY UPDATE OF t"
    return list(Order.objects.raw(text, condition.params))


def lock_order(access: Access, order_id: int, *, version: int | None = None) -> Order:
    """The living order, locked; refuses with `NotFound` out of reach and `Stale` for another version."""
    found = lock_orders(access, [order_id])
    if not found:
        raise NotFound(record="order", id=order_id)
    if version is not None and version != found[0].version:
        raise Stale(version=found[0].version)
    return found[0]


def save(access: Access, order: Order, changes: Mapping[str, list[Any]], *, act: str = "update") -> None:
    """Write the changed columns of a locked order, with audit and event; nothing for none."""
    if not changes:
        return
    known = {field.name: field.attname for field in Order._meta.concrete_fields}
    order.version += 1
    order.updated_at = clock.now()
    columns = [known.get(name, name) for name in changes if name in known]
    extra = ["custom"] if any(name.startswith("custom.") for name in changes) else []
    order.save(update_fields=[*columns, *extra, "version", "updated_at"])
    audit.record(access, "order", order.pk, act, dict(changes))
    emit(OrdersChanged(ids=[order.pk], fields=sorted(changes), changes=dict(changes)), access)


def note_move(access: Access, order: Order, before: str | None, *, note: str | None = None) -> None:
    """Keep a step of an order in its history."""
    OrderMove.objects.create(
        order=order,
        from_state=before,
        to_state=order.state,
        total=order.total,
        note=note,
        by_id=access.user_id,
        at=clock.now(),
    )


def check_day(key: str, day: date | None, *, latest: date | None = None) -> None:
    """Refuse, with `Invalid`, a day that can only be a slip of the pen."""
    if day is None:
        return
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise Invalid.one(key, "value.date_out_of_range", _("This day lies too far away."))
    if latest is not None and day > latest:
        raise Invalid.one(key, "value.date_ahead", _("This day lies ahead."))
