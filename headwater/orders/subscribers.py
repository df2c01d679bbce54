"""What follows when orders change: the search index, word to new owners."""

from typing import Any

from headwater.kernel import sql
from headwater.orders import search_index
from headwater.orders.events import OrdersAssigned, OrdersChanged, OrdersMade, PaymentsReceived
from headwater.organization.queries import names_of
from headwater.platform.events import StoredEvent, subscriber
from headwater.platform.notifications import Notice, notify, notify_each
from headwater.sales.events import AccountsChanged, AccountsMerged, AccountsUnmerged

SINGLY = 5  # so many at once are told one by one; more as a count


@subscriber("orders.index", OrdersMade, OrdersChanged, from_start=True)
def index_orders(events: list[StoredEvent[Any]]) -> None:
    """Orders are found by their number and their company."""
    search_index.index_orders(sorted({one for stored in events for one in stored.event.ids}))


@subscriber("orders.index-accounts", AccountsChanged, AccountsMerged, AccountsUnmerged)
def index_of_accounts(events: list[StoredEvent[Any]]) -> None:
    """A renamed or merged account is found by its new name with its orders too."""
    touched: set[int] = set()
    for stored in events:
        event = stored.event
        if isinstance(event, AccountsChanged):
            touched |= set(event.ids) if "name" in event.fields else set()
        else:
            touched |= {event.survivor_id, *event.ids}
    search_index.index_of_accounts(sorted(touched))


@subscriber("orders.tell-owners", OrdersAssigned)
def tell_owners(events: list[StoredEvent[OrdersAssigned]]) -> None:
    """Who is given orders by somebody else hears of it."""
    for stored in events:
        event = stored.event
        if event.owner_id is None or event.owner_id == stored.actor_id or event.why == "handover":
            continue  # a handover tells each receiver once, with counts
        by = names_of([stored.actor_id or 0]).get(stored.actor_id or 0, "")
        if len(event.ids) > SINGLY:
            notify(
                [event.owner_id],
                "order.assigned_many",
                params={"by": by, "count": len(event.ids)},
                record_type="order",
                url="/orders?view=mine",
                dedupe_key=f"order.assigned:{stored.id}:{event.owner_id}",
            )
            continue
        rows = sql.rows("SELECT id, number FROM orders_order WHERE id = ANY(%s::bigint[])", (event.ids,))
        notify_each(
            [
                Notice(
                    event.owner_id,
                    {"by": by, "number": row["number"]},
                    "order",
                    row["id"],
                    f"/orders/{row['id']}",
                    f"order.assigned:{stored.id}:{row['id']}",
                )
                for row in rows
            ],
            "order.assigned",
        )


@subscriber("orders.tell-received", PaymentsReceived)
def tell_received(events: list[StoredEvent[PaymentsReceived]]) -> None:
    """The owner of an order hears that money came in, where somebody else recorded it."""
    by_actor = {one: stored.actor_id for stored in events for one in stored.event.ids}
    if any(len(stored.event.ids) > SINGLY for stored in events):
        by_actor = {  # an import is no news of the day
            one: stored.actor_id
            for stored in events
            if len(stored.event.ids) <= SINGLY
            for one in stored.event.ids
        }
    rows = sql.rows(
        "SELECT p.id, p.order_id, p.amount, p.currency, o.number, o.owner_id, a.name FROM orders_payment p"
        " JOIN orders_order o ON o.id = p.order_id JOIN sales_account a ON a.id = o.account_id"
        " JOIN organization_user u ON u.id = o.owner_id AND u.is_active WHERE p.id = ANY(%s::bigint[])",
        (list(by_actor),),
    )
    notify_each(
        [
            Notice(
                row["owner_id"],
                {
                    "number": row["number"],
                    "account": row["name"],
                    "amount": f"{row['amount']:,.2f}",
                    "currency": row["currency"],
                },
                "order",
                row["order_id"],
                f"/orders/{row['order_id']}",
                f"payment.received:{row['id']}",
            )
            for row in rows
            if row["owner_id"] != by_actor[row["id"]]
        ],
        "payment.received",
    )
