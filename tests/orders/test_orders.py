"""Orders: made, moved, paid, owed; the ledger in the small."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from headwater.currencies.services import create_rate
from headwater.kernel import clock, sql
from headwater.kernel.access import system_access
from headwater.kernel.errors import DomainError, Invalid, NotFound
from headwater.orders import services
from headwater.orders.errors import (
    AlreadyMade,
    BelowReceived,
    CurrencyFixed,
    InstalmentPaid,
    MoneyReceived,
    NoMoneyNow,
    NoRate,
    NotAccepted,
    NothingToPay,
    NotPaidYet,
    NotWon,
    Overpaid,
    PlanHeld,
    RefundTooMuch,
    VoidedAlready,
    VoidTooMuch,
    WrongState,
)
from headwater.orders.models import Instalment, Order, OrderMove, Payment
from headwater.orders.queries import ageing, owed_parts, parts_of, received_entries, unreconciled
from headwater.orders.services import InstalmentIn, LineIn
from headwater.orders.types import Bucket
from headwater.platform.events import drain
from headwater.quotes import services as quotes
from headwater.sales import services as sales
from tests.orders.factories import by, make_order
from tests.organization.factories import access, client_for, make_user
from tests.quotes.factories import make_sent_quote
from tests.sales.factories import make_account, make_opportunity

pytestmark = pytest.mark.django_db
SYSTEM = system_access("tests")


def shown(order: Order) -> tuple[Decimal, Decimal]:
    order.refresh_from_db()
    return order.paid - order.refunded, order.total


def test_lines_cost_to_the_cent_and_the_database_holds_it() -> None:
    order = make_order(0, state="draft")
    with pytest.raises(NothingToPay):
        services.move_order(SYSTEM, order.pk, "active")
    lines = [
        LineIn("3", "33.335", name="甲", discount="10", tax_rate="13"),
        LineIn("1", "0.005", name="乙"),
    ]
    services.set_lines(SYSTEM, order.pk, lines)
    first, second = order.lines.order_by("position")
    assert (first.net, first.tax, first.amount) == (Decimal("90.00"), Decimal("11.70"), Decimal("101.70"))
    assert second.amount == Decimal("0.01"), "half a cent goes up"
    services.update_order(SYSTEM, order.pk, {"discount": "1.71"})
    assert shown(order)[1] == Decimal("100.00")
    with pytest.raises(Invalid):
        services.update_order(SYSTEM, order.pk, {"total": "5"})
    with pytest.raises(DatabaseError), transaction.atomic():
        sql.execute("UPDATE orders_order SET total = 7 WHERE id = %s", (order.pk,))
        sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not unreconciled()


def test_what_cannot_be_is_refused_in_words() -> None:
    account = make_account()

    def refused(values: dict[str, Any], lines: tuple[LineIn, ...] = ()) -> set[str]:
        with pytest.raises(Invalid) as told:
            made = services.create_order(SYSTEM, {"account": account.pk, "total": 100} | values)
            services.set_lines(SYSTEM, made, lines or [LineIn("x", 1, name="x")])
        return set(told.value.fields)

    assert refused({"total": "99999999999999999999"}) == {"total"}
    assert refused({"total": "-1"}) == {"total"}
    assert refused({"ordered_on": "9999-12-31"}) == {"ordered_on"}
    assert refused({"currency": "XXX"}) == {"currency"}
    assert refused({"account": 2**62}) == {"account"}
    assert refused({"opportunity": make_opportunity().pk}) == {"opportunity"}
    assert refused({}, (LineIn("99999999999", "99999999999999", name="x"),)) == {"lines.0.quantity"}
    assert refused({}, (LineIn("9999999999", "9999999999999", name="x"),)) == {"lines.0.unit_price"}
    assert refused({}, (LineIn("NaN", "-1", name=""),)) == {
        "lines.0.name",
        "lines.0.quantity",
        "lines.0.unit_price",
    }
    order = make_order()
    for values in ({"amount": "-5"}, {"amount": "0"}, {"amount": "1e20"}, {"amount": "NaN"}, {}):
        with pytest.raises(Invalid):
            services.pay(SYSTEM, order.pk, values)
    with pytest.raises(Invalid):
        services.pay(SYSTEM, order.pk, {"amount": 1, "paid_on": "9999-01-01"})
    with pytest.raises(Invalid):
        services.pay(SYSTEM, order.pk, {"amount": 1, "instalment": 12345})
    for parts in ([InstalmentIn("9999-01-01", 5)], [InstalmentIn("2026-12-01", -5)], [InstalmentIn("x", 5)],
                  [InstalmentIn("2026-12-01")], [InstalmentIn("2026-12-01", percent=101)]):  # fmt: skip
        with pytest.raises(Invalid):
            services.set_plan(SYSTEM, order.pk, parts)


def test_states_are_guarded() -> None:
    order = make_order(100, state="draft")
    with pytest.raises(NoMoneyNow):
        services.pay(SYSTEM, order.pk, {"amount": 1})
    with pytest.raises(WrongState):
        services.move_order(SYSTEM, order.pk, "completed")
    services.move_order(SYSTEM, order.pk, "active")
    with pytest.raises(NotPaidYet):
        services.move_order(SYSTEM, order.pk, "completed")
    services.pay(SYSTEM, order.pk, {"amount": 100})
    for refused in ("cancelled", "draft"):
        with pytest.raises(MoneyReceived):
            services.move_order(SYSTEM, order.pk, refused)
    with pytest.raises(MoneyReceived):
        services.archive_orders(SYSTEM, [order.pk])
    with pytest.raises(BelowReceived):
        services.update_order(SYSTEM, order.pk, {"total": 50})
    with pytest.raises(CurrencyFixed):
        services.update_order(SYSTEM, order.pk, {"currency": "USD"})
    services.move_order(SYSTEM, order.pk, "completed")
    services.refund(SYSTEM, order.pk, {"amount": 100})
    order.refresh_from_db()
    assert order.state == "active", "money went back: something is open again"
    services.move_order(SYSTEM, order.pk, "cancelled")
    with pytest.raises(NoMoneyNow):
        services.pay(SYSTEM, order.pk, {"amount": 1})
    with pytest.raises(NoMoneyNow):
        services.void(SYSTEM, Payment.objects.filter(kind="refund").get().pk)
    assert [one.to_state for one in OrderMove.objects.filter(order=order).order_by("pk")] == [
        "draft", "active", "completed", "active", "cancelled"
    ]  # fmt: skip


def test_money_comes_in_goes_back_and_is_voided() -> None:
    order = make_order(100)
    with pytest.raises(Overpaid):
        services.pay(SYSTEM, order.pk, {"amount": "100.01"})
    first = services.pay(SYSTEM, order.pk, {"amount": "60"})
    services.pay(SYSTEM, order.pk, {"amount": "60"}, confirm=True)
    assert shown(order)[0] == 120, "what is too much is credit"
    with pytest.raises(RefundTooMuch):
        services.refund(SYSTEM, order.pk, {"amount": "120.01"})
    services.refund(SYSTEM, order.pk, {"amount": "100"})
    with pytest.raises(VoidTooMuch):
        services.void(SYSTEM, first)
    back = Payment.objects.get(kind="refund")
    correcting = services.void(SYSTEM, back.pk, note="记错了")
    services.void(SYSTEM, first)
    with pytest.raises(VoidedAlready):
        services.void(SYSTEM, first)
    with pytest.raises(DomainError):
        services.void(SYSTEM, correcting)
    assert shown(order)[0] == 60
    query = received_entries()
    assert sum(row["amount"] for row in sql.rows(query.text, query.params)) == 60
    assert not unreconciled()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE orders_payment SET amount = 1",
        "DELETE FROM orders_payment",
        "TRUNCATE orders_payment CASCADE",
        "UPDATE orders_order SET paid = 0",
        "UPDATE orders_order SET currency = 'USD'",
        "DELETE FROM orders_order",
        "DELETE FROM orders_ordermove",
        "UPDATE orders_order SET state = 'cancelled'",
        (
            "INSERT INTO orders_payment (order_id, kind, amount, currency, paid_on, created_at)"
            " SELECT id, 'refund', -1000000, currency, now(), now() FROM orders_order"
        ),
        (
            "INSERT INTO orders_payment (order_id, kind, amount, currency, paid_on, created_at)"
            " SELECT id, 'payment', 1, 'JPY', now(), now() FROM orders_order"
        ),
        (
            "INSERT INTO orders_payment (order_id, kind, amount, currency, paid_on, created_at, corrects_id)"
            " SELECT order_id, 'void', -1, currency, paid_on, now(), id FROM orders_payment"
        ),
    ],
)
def test_the_database_itself_refuses(statement: str) -> None:
    order = make_order(100)
    services.pay(SYSTEM, order.pk, {"amount": "60"})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_parts_follow_the_ledger() -> None:
    plan = (("2026-01-10", 300), ("2026-03-10", 300), ("2026-02-10", 200))
    order = make_order(1000, plan=plan, due_on="2026-04-10")

    def settled() -> list[tuple[int, int]]:
        parts = parts_of(order.pk)
        assert sum(part.amount for part in parts) == order.total
        return [(int(part.settled), int(part.amount)) for part in parts]

    assert settled() == [(0, 300), (0, 200), (0, 300), (0, 200)], "by day, then what the plan leaves"
    services.pay(SYSTEM, order.pk, {"amount": 350})
    assert settled() == [(300, 300), (50, 200), (0, 300), (0, 200)], "the oldest first"
    march = Instalment.objects.get(due_on="2026-03-10")
    booked = services.pay(SYSTEM, order.pk, {"amount": 300, "instalment": march.pk})
    assert settled() == [(300, 300), (50, 200), (300, 300), (0, 200)], "as chosen"
    with pytest.raises(InstalmentPaid):
        services.pay(SYSTEM, order.pk, {"amount": 1, "instalment": march.pk})
    with pytest.raises(PlanHeld):
        services.set_plan(SYSTEM, order.pk, [])
    services.pay(SYSTEM, order.pk, {"amount": 400}, confirm=True)
    assert settled() == [(300, 300), (200, 200), (300, 300), (200, 200)], "50 are credit"
    services.refund(SYSTEM, order.pk, {"amount": 450})
    assert [part[0] for part in settled()] == [300, 0, 300, 0], "what was chosen stays where it was booked"
    services.void(SYSTEM, booked)
    assert [part[0] for part in settled()] == [300, 0, 0, 0]
    services.set_plan(SYSTEM, order.pk, [InstalmentIn("2026-05-01", 1500, id=march.pk)])
    assert settled() == [(300, 1000)], "a plan of more than the total is cut"


def test_equal_parts_and_percentages_are_the_whole() -> None:
    order = make_order("100.00")
    services.split_plan(SYSTEM, order.pk, count=3, first_on=date(2026, 1, 31))
    parts = [(str(part.due_on), str(part.amount)) for part in parts_of(order.pk)]
    assert parts == [("2026-01-31", "33.33"), ("2026-02-28", "33.33"), ("2026-03-31", "33.34")]
    third = "33.3333"
    thirds = [InstalmentIn(f"2026-0{month}-01", percent=third) for month in (1, 2)]
    services.set_plan(SYSTEM, order.pk, [*thirds, InstalmentIn("2026-03-01", percent="33.3334")])
    assert [str(part.amount) for part in parts_of(order.pk)] == ["33.33", "33.33", "33.34"]


def test_another_currency_needs_a_rate() -> None:
    order = make_order(1000)
    today = clock.today()
    with pytest.raises(NoRate):
        services.pay(SYSTEM, order.pk, {"amount": 100, "currency": "USD"})
    create_rate(SYSTEM, {"currency": "USD", "rate": "7.1234", "on_date": today.isoformat()})
    services.pay(SYSTEM, order.pk, {"amount": 100, "currency": "USD"})
    entry = Payment.objects.get()
    assert (entry.amount, entry.currency) == (Decimal("712.34"), "CNY")
    assert (entry.original_amount, entry.original_currency, entry.rate) == (100, "USD", Decimal("7.1234"))


def test_who_owes_since_when() -> None:
    today = clock.today()
    days = (("0", -5), ("1", 1), ("30", 30), ("31", 31), ("90", 90), ("91", 91))
    rep, other = make_user(), make_user("李四")
    order = make_order(
        600, owner=rep, plan=tuple(((today - timedelta(days=late)).isoformat(), 100) for _name, late in days)
    )
    make_order(50, owner=other, due_on=(today + timedelta(days=3)).isoformat())
    make_order(70, owner=other, currency="EUR", due_on=(today - timedelta(days=3)).isoformat())
    make_order(80, owner=rep, state="draft")
    found = ageing(SYSTEM, by="owner")
    (first, second) = found.rows
    assert (first.id, second.id) == (rep.pk, other.pk)
    assert [int(first.amounts[one]) for one in Bucket] == [100, 200, 100, 100, 100]
    assert (second.amounts[Bucket.NOT_DUE], second.left_out) == (50, {"EUR": Decimal(70)})
    assert found.total.left_out == {"EUR": Decimal(70)}, "named, never added"
    assert len(owed_parts(SYSTEM, bucket=Bucket.D30, owner_id=rep.pk)) == 2
    services.pay(SYSTEM, order.pk, {"amount": 150})
    assert int(ageing(SYSTEM, owner_id=rep.pk).total.amounts[Bucket.D90]) == 50, "over 90 first, then 61-90"
    mine = ageing(access(rep, "orders.view"))
    assert [row.total for row in mine.rows] == [450], "within reach only"


def test_owners_are_reminded_once() -> None:
    today = clock.today()
    rep = make_user()
    order = make_order(
        400,
        owner=rep,
        plan=(
            ((today - timedelta(days=100)).isoformat(), 100),
            ((today - timedelta(days=2)).isoformat(), 100),
            (today.isoformat(), 100),
            ((today + timedelta(days=30)).isoformat(), 100),
        ),
    )
    assert services.remind() == 2, "one overdue, one due; not what is long overdue or far away"
    assert services.remind() == 0
    told = sql.values("SELECT kind FROM platform_notification WHERE recipient_id = %s", (rep.pk,))
    assert set(told) == {"order.due", "order.overdue"}
    services.pay(SYSTEM, order.pk, {"amount": 300})
    with clock.freeze(clock.now() + timedelta(days=1)):
        assert services.remind() == 0, "all that is due is paid"


def test_from_what_was_won() -> None:
    rep = make_user()
    deal = make_opportunity("年度采购", owner=rep, amount="68000")
    with pytest.raises(NotWon):
        services.order_from_opportunity(by(rep), deal.pk)
    sales.win(access(rep, "opportunities.edit"), deal.pk)
    made = Order.objects.get(pk=services.order_from_opportunity(by(rep), deal.pk))
    assert (made.total, made.account_id, made.owner_id) == (68000, deal.account_id, rep.pk)
    assert made.number.startswith("SO")
    with pytest.raises(NotFound):
        services.order_from_opportunity(by(make_user("外人")), deal.pk)


def test_from_what_the_customer_accepted() -> None:
    rep = make_user()
    quote = make_sent_quote(rep, discount_percent="3.33")
    version = quote.versions.get()
    with pytest.raises(NotAccepted):
        services.order_from_quote(by(rep), version.pk)
    quotes.accept(access(rep, "quotes.edit"), quote.pk)
    client = client_for(rep)
    assert f"/orders/from-quote/{version.pk}" in client.get(f"/quotes/{quote.pk}").content.decode()
    answer = client.post(f"/orders/from-quote/{version.pk}", headers={"HX-Request": "true"})
    order = Order.objects.get()
    assert answer["HX-Redirect"] == f"/orders/{order.pk}"
    version.refresh_from_db()
    assert (order.total, order.opportunity_id) == (version.total, quote.opportunity_id)
    assert [line.amount for line in order.lines.all()] == [line.total for line in version.lines.all()]
    with pytest.raises(AlreadyMade):
        services.order_from_quote(by(rep), version.pk)
    client.post(f"/orders/{order.pk}/lines/new", {"name": "培训", "quantity": "1", "unit_price": "100"})
    order.refresh_from_db()
    assert order.total == version.total + 100, "what was taken over stays to the cent"
    services.move_order(by(rep, "orders.edit"), order.pk, "cancelled")
    services.order_from_quote(by(rep), version.pk)
    with pytest.raises(AlreadyMade):
        services.move_order(by(rep, "orders.edit"), order.pk, "draft")


def test_the_screens_and_the_api() -> None:
    manager = make_user(role="manager")
    client = client_for(manager)
    account = make_account("华东机械有限公司", owner=manager)
    htmx = {"HX-Request": "true"}
    client.post("/orders/new", {"account": account.pk, "total": "1000"}, headers=htmx)
    (row,) = client.get("/api/v1/orders").json()["items"]
    url = f"/orders/{row['id']}"
    drain()
    assert client.get("/api/v1/orders?q=华东").json()["items"][0]["id"] == row["id"]
    assert client.post(f"{url}/move?to=active", headers=htmx).status_code == 204
    today = clock.today().isoformat()
    typed = {"due_on-0": today, "percent-0": "30", "due_on-2": today, "amount-2": "500"}
    assert client.post(f"{url}/plan", typed, headers=htmx).status_code == 204
    assert client.get(f"/api/v1{url}/plan").json()["difference"] == "200.00"
    refused = client.post(f"{url}/pay", {"amount": "1001"}, headers=htmx)
    assert refused.status_code == 409
    assert client.post(f"{url}/pay", {"amount": "400", "method": "transfer"}, headers=htmx).status_code == 204
    body = {"amount": "100"}
    key = {"Idempotency-Key": "abc"}
    for _ in range(2):
        paid = client.post(f"/api/v1{url}/payments", body, content_type="application/json", headers=key)
        assert paid.status_code == 201
    assert Payment.objects.count() == 2
    assert client.post(f"/payments/{paid.json()['id']}/void", {"note": "错"}, headers=htmx).status_code == 204
    shown = client.get(f"/api/v1{url}").json()
    assert (shown["received"], shown["open"], shown["state"]) == (400, 600, "active")
    for page in (url, "/orders", "/payments", f"/payments/{paid.json()['id']}", "/receivables",
                 "/receivables?by=owner", "/receivables/parts?bucket=not_due", f"{url}/pay", f"{url}/plan",
                 f"{url}/plan/split", f"{url}/edit",
                 f"{url}/lines/new", "/orders/new", f"{url}/refund", f"/accounts/{account.pk}"):  # fmt: skip
        answer = client.get(page)
        assert answer.status_code == 200, page
    assert "¥400.00" in client.get(url).content.decode()
    assert client_for(make_user(role="service")).get("/orders").status_code == 403
    outsider = client_for(make_user("外人"))
    assert outsider.get(url).status_code == 404
    assert outsider.get("/api/v1/receivables/parts").json()["items"] == []
    assert client.get("/api/v1/receivables/ageing").json()["total"]["total"] == "600.00"
