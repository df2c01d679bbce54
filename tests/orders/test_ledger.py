"""The ledger under any sequence of entries, and under several connections at once."""

import random
import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.kernel import sql
from headwater.kernel.access import system_access
from headwater.kernel.errors import DomainError
from headwater.orders import services
from headwater.orders.models import Order, Payment
from headwater.orders.queries import parts_of, unreconciled
from tests.conftest import OwnDatabase
from tests.orders.factories import make_order

SYSTEM = system_access("tests")
PLAN = (("2026-01-01", 300), ("2026-02-01", "333.33"), ("2026-03-01", 500))
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["pay", "book", "refund", "void"]),
        st.integers(1, 60_000),  # cents
        st.integers(0, 30),
        st.booleans(),
    ),
    max_size=25,
)


def play(order: Order, act: str, cents: int, which: int, confirm: bool) -> None:
    """One act; what the room refuses changes nothing."""
    amount = Decimal(cents) / 100
    try:
        if act == "pay":
            services.pay(SYSTEM, order.pk, {"amount": amount}, confirm=confirm)
        elif act == "book":
            parts = [part.instalment_id for part in parts_of(order.pk) if part.instalment_id]
            values = {"amount": amount, "instalment": parts[which % len(parts)]}
            services.pay(SYSTEM, order.pk, values, confirm=confirm)
        elif act == "refund":
            services.refund(SYSTEM, order.pk, {"amount": amount})
        else:
            entries = list(Payment.objects.filter(order=order).values_list("pk", flat=True))
            if entries:
                services.void(SYSTEM, entries[which % len(entries)])
    except DomainError:
        pass


def reconciles(order: Order) -> None:
    """What the order says is what its entries say, and its parts add up."""
    order.refresh_from_db()
    received = sql.value(
        "SELECT coalesce(sum(amount), 0) FROM orders_payment WHERE order_id = %s", (order.pk,)
    )
    assert order.paid - order.refunded == received >= 0
    assert 0 <= order.refunded <= order.paid
    parts = parts_of(order.pk)
    assert sum(part.amount for part in parts) == order.total
    assert all(0 <= part.settled <= part.amount for part in parts)
    assert sum(part.settled for part in parts) == min(received, order.total)
    assert not unreconciled()


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_any_sequence_reconciles(acts: list[tuple[str, int, int, bool]]) -> None:
    order = make_order(1200, plan=PLAN)
    for act in acts:
        play(order, *act)
    reconciles(order)


def together(*acts: Callable[[], None]) -> None:
    """Run acts on connections of their own, at once."""
    gate = threading.Barrier(len(acts))
    failures: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        try:
            gate.wait()
            act()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


@pytest.mark.django_db(transaction=True)
def test_several_connections_keep_the_ledger_whole(own_database: OwnDatabase) -> None:
    order = make_order(1200, plan=PLAN)

    def hand(seed: int) -> Callable[[], None]:
        chance = random.Random(seed)

        def acts() -> None:
            for _ in range(15):
                act = chance.choice(("pay", "book", "refund", "void"))
                play(order, act, chance.randint(1, 40_000), chance.randint(0, 30), chance.random() < 0.2)

        return acts

    together(*(hand(seed) for seed in range(6)))
    reconciles(order)

    # Two people record the same instalment at once: one of them is told, nothing is paid twice.
    other = make_order(500, plan=(("2026-01-01", 200), ("2026-02-01", 300)))
    first = parts_of(other.pk)[0].instalment_id
    told: list[str] = []

    def record() -> None:
        try:
            services.pay(SYSTEM, other.pk, {"amount": 200, "instalment": first})
        except DomainError as refused:
            told.append(refused.code)

    together(record, record, record)
    assert told == ["payment.instalment_paid"] * 2
    other.refresh_from_db()
    assert other.paid == 200
    reconciles(other)
