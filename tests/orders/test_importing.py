"""Orders and payments from files: linked by their numbers, held against what is owed, taken back."""

from decimal import Decimal

import pytest

from headwater.kernel.access import Access
from headwater.orders.models import Order, Payment
from headwater.orders.queries import unreconciled
from headwater.organization.models import User
from headwater.platform.events import drain
from headwater.platform.imports.models import ImportJob
from headwater.sales.models import Account
from tests.imports.test_moving_in import codes, counts, finish, revert, run, upload
from tests.orders.factories import make_order
from tests.organization.factories import access, client_for, make_user
from tests.sales.factories import make_account

pytestmark = pytest.mark.django_db

ORDERS = (
    "订单编号,外部编号,客户编号,客户名称,下单日期,订单金额,负责人,订单状态\n"
    "DD-1,D1,A1,华东机械有限公司,2026-10-01,6.8万,王芳,已确认\n"
    'DD-2,D2,,华东机械有限公司,2026-10-02,"1,000.50",,\n'
    "DD-3,D3,A1,,2026-10-03,500,,草稿\n"
)
PAYMENTS = (
    "回款编号,订单id,回款日期,回款金额,回款方式,流水号\n"
    "H1,D1,2026-10-05,20400,银行转账,ICBC1\n"
    "H2,D1,2026-10-06,-400,银行转账,ICBC2\n"
    "H3,DD-2,2026-10-07,1000.50,微信支付,\n"
)


@pytest.fixture
def rep() -> User:
    return make_user("王芳", email="wang@example.com")


@pytest.fixture
def account(rep: User) -> Account:
    return make_account("华东机械有限公司", owner=rep, external_id="A1")


@pytest.fixture
def who(rep: User) -> Access:
    return access(make_user("管理员", role="admin"), "imports.view")


def test_orders_and_payments_move_in(who: Access, rep: User, account: Account) -> None:
    orders = run(who, "order", ORDERS)
    assert counts(orders) == (3, 0, 0, 0), codes(orders)
    first, second, third = Order.objects.order_by("number")
    assert (first.total, first.owner_id, first.state, first.account_id) == (
        68000,
        rep.pk,
        "active",
        account.pk,
    )
    assert (second.total, second.owner_id, second.state) == (Decimal("1000.50"), who.user_id, "active")
    assert third.state == "draft"
    paid = run(who, "payment", PAYMENTS)
    assert counts(paid) == (3, 0, 0, 0), codes(paid)
    first.refresh_from_db()
    assert (first.paid, first.refunded) == (20400, 400)
    assert not unreconciled()
    again = [run(who, "order", ORDERS), run(who, "payment", PAYMENTS)]
    assert [counts(job) for job in again] == [(0, 0, 3, 0), (0, 0, 3, 0)]
    drain()
    client = client_for(User.objects.get(pk=who.user_id))
    assert client.get("/imports/move-in").status_code == 200
    assert client.get("/api/v1/orders?q=DD-1").json()["total"] == 1

    held = revert(who, orders)
    assert held.kept_count == 2, "an order that money came in for stays"
    gone = revert(who, paid)
    assert gone.kept_count == 0, codes(gone)
    first.refresh_from_db()
    assert first.paid - first.refunded == 0
    assert Payment.objects.count() == 6, "nothing is deleted: each entry has one that takes it back"
    assert not unreconciled()


def test_rows_that_cannot_be(who: Access, account: Account) -> None:
    text = (
        "订单编号,客户编号,下单日期,订单金额,币种\n"
        "E1,A9,2026-10-01,1,\nE2,A1,9999-12-31,1,\nE3,A1,2026-10-01,99999999999999999999,\n"
        "E4,A1,2026-10-01,-5,\nE5,A1,2026-10-01,,\nE6,A1,2026-10-01,5,XXX\nE1,A1,2026-10-01,7,\n"
    )
    mapping = {"订单编号": "number", "客户编号": "account.external_id", "下单日期": "ordered_on",
               "订单金额": "total", "币种": "currency"}  # fmt: skip
    job: ImportJob = upload(who, "order", text, mapping=mapping, then="run")
    assert [code for _number, _outcome, code in codes(finish(job))] == [
        "link.unknown", "value.date", "value.too_large", "value.too_small", "import.missing",
        "value.choice",
    ]  # fmt: skip
    order = make_order(100, account=account, number="DD-9", external_id="D9")
    make_order(50, account=account, number="DD-8", state="draft")
    rows = (
        "订单编号,回款日期,回款金额,币种\n"
        "DD-9,2026-10-01,60,\nDD-9,2026-10-01,60,\nDD-9,2026-10-02,60,\nDD-9,2026-10-02,-61,\n"
        "DD-8,2026-10-01,1,\nDD-7,2026-10-01,1,\nDD-9,9999-01-01,1,\nDD-9,2026-10-01,1e30,\nDD-9,2026-10-03,1,USD\n"
    )
    expected = [
        (2, "skipped", "import.duplicate_in_file"), (3, "failed", "payment.over"),
        (4, "failed", "payment.refund_too_much"), (5, "failed", "payment.order_state"),
        (6, "failed", "link.unknown"), (7, "failed", "value.date"), (8, "failed", "value.too_large"),
        (9, "failed", "payment.no_rate"),
    ]  # fmt: skip
    mapping = {"订单编号": "order", "回款日期": "paid_on", "回款金额": "amount", "币种": "currency"}
    job = finish(upload(who, "payment", rows, mapping=mapping, then="run"))
    assert codes(job) == expected
    order.refresh_from_db()
    assert order.paid == 60
    over = run(who, "payment", "订单编号,回款日期,回款金额\nDD-9,2026-10-02,60\n", over="credit")
    assert counts(over) == (1, 0, 0, 0)


def test_fill_update_and_back(who: Access, account: Account) -> None:
    order = make_order(100, account=account, number="DD-1")
    text = "订单编号,客户编号,订单金额,备注,订单状态\nDD-1,A1,250,改过,已完成\n"
    job = run(who, "order", text, policy="update")
    assert counts(job) == (0, 1, 0, 0), codes(job)
    order.refresh_from_db()
    assert (order.total, order.note, order.state) == (250, "改过", "completed")
    revert(who, job)
    order.refresh_from_db()
    assert (order.total, order.note, order.state) == (100, None, "active")
