"""kill -9 of a real worker in the middle of an import of payments: every payment once, to the cent."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from headwater.kernel import sql
from headwater.orders.models import Order, Payment
from headwater.orders.queries import unreconciled
from headwater.platform.imports.models import ImportJob
from headwater.platform.imports.services.upload import create_import
from tests.faults.dead import bury_the_dead
from tests.orders.factories import make_order
from tests.organization.factories import access, make_user
from tests.processes import Product

pytestmark = [pytest.mark.faults, pytest.mark.slow]
ROWS = 24_000  # several chunks of 10,000
ORDERS = 8


def test_a_killed_workers_payments_are_finished_by_another(product: Product) -> None:
    who = access(make_user("管理员", role="admin"), "imports.view")
    first = make_order(total=ROWS)
    orders = [first, *(make_order(total=ROWS, account=first.account) for _ in range(ORDERS - 1))]
    numbers = [order.number for order in orders]
    text = "回款编号,订单编号,回款日期,回款金额\n" + "".join(
        f"H{row},{numbers[row % ORDERS]},2026-10-0{1 + row % 9},1.01\n" for row in range(ROWS)
    )
    upload = SimpleUploadedFile("回款.csv", text.encode())
    job = create_import(who, record="payment", upload=upload, options={"policy": "skip"}, then="run")
    progress = lambda: ImportJob.objects.get(pk=job.pk)  # noqa: E731

    worker = product.start_worker()
    product.wait_until(lambda: progress().created_count)
    worker.kill()
    assert progress().status == "running", "it was in the middle"
    assert 0 < Payment.objects.count() == progress().created_count < ROWS
    bury_the_dead()
    product.start_worker()  # nobody tells it anything: it finds the dead one's job by itself
    product.wait_until(lambda: progress().status == "done", within=60)
    assert progress().created_count == Payment.objects.count() == ROWS
    assert set(Order.objects.values_list("paid", flat=True)) == {Decimal("1.01") * (ROWS // ORDERS)}
    told = (
        "SELECT sum(jsonb_array_length(payload->'ids')) FROM platform_event WHERE name = 'payment.received'"
    )
    assert sql.value(told) == ROWS
    assert not unreconciled()
