"""The demo company's orders: of what was won, some paid, some owed, some overdue."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from itertools import cycle

from headwater.kernel import clock, sql
from headwater.kernel.access import system_access
from headwater.orders.services import (
    InstalmentIn,
    LineIn,
    create_order,
    move_order,
    pay,
    refund,
    set_lines,
    set_plan,
)

_MOST = 60
_METHODS = ("transfer", "transfer", "transfer", "acceptance", "wechat", "cheque")
# Days between order and instalments with their percentages, and how many of them were paid.
_WAYS: tuple[tuple[tuple[tuple[int, int], ...], int], ...] = (
    (((0, 100),), 1),
    (((0, 30), (30, 60), (90, 10)), 2),
    (((15, 50), (45, 50)), 1),
    (((0, 30), (30, 40), (60, 30)), 3),
    (((7, 100),), 0),
    ((), 0),
    (((0, 40), (60, 60)), 1),
)


def set_up_orders(people: Mapping[str, int], pools: Mapping[str, int]) -> None:
    """Orders of won opportunities of the last months, as their owners would have made them."""
    access = system_access("demo")
    won = sql.rows(
        "SELECT id, name, account_id, contact_id, owner_id, amount, currency, closed_at::date AS day"
        " FROM sales_opportunity WHERE status = 'won' AND amount > 0 AND archived_at IS NULL"
        " AND owner_id IS NOT NULL ORDER BY closed_at DESC, id LIMIT %s",
        (_MOST,),
    )
    today = clock.today()
    methods = cycle(_METHODS)
    for number, (deal, way) in enumerate(zip(reversed(won), cycle(_WAYS), strict=False)):
        parts, paid = way
        made = create_order(
            access,
            {
                "account": deal["account_id"],
                "contact": deal["contact_id"],
                "opportunity": deal["id"],
                "owner": deal["owner_id"],
                "currency": deal["currency"],
                "ordered_on": deal["day"],
                "due_on": deal["day"] + timedelta(days=30),
            },
        )
        service = (deal["amount"] * Decimal("0.2")).quantize(Decimal("0.01"))
        set_lines(
            access,
            made,
            [
                LineIn(1, deal["amount"] - service, name="软件订阅（一年）", unit="套"),
                LineIn(1, service, name="实施与培训", unit="项"),
            ],
        )
        set_plan(
            access,
            made,
            [InstalmentIn(deal["day"] + timedelta(days=after), percent=share) for after, share in parts],
        )
        if number % 9 == 8:
            continue  # stays a draft
        move_order(access, made, "active")
        settled = Decimal(0)
        for place, (after, share) in enumerate(parts[:paid]):
            on = deal["day"] + timedelta(days=after + number % 6)
            if on > today:
                break
            is_last = place == len(parts) - 1
            amount = (deal["amount"] * share / 100).quantize(Decimal("0.01"))
            amount = deal["amount"] - settled if is_last else amount
            pay(
                access,
                made,
                {
                    "amount": amount,
                    "paid_on": on,
                    "method": next(methods),
                    "reference": f"HK{made:05d}{place + 1}",
                },
            )
            settled += amount
        if settled == deal["amount"] and number % 4:
            move_order(access, made, "completed")
        elif settled and number % 11 == 1:
            refund(access, made, {"amount": (settled / 10).quantize(Decimal("0.01")), "method": "transfer",
                                  "note": "减少一个模块"})  # fmt: skip
