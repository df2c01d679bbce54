"""Web and worker are killed: what was written is counted once, and a withdrawal that was answered holds."""

import urllib.request
from uuid import UUID

import orjson
import pytest
from django.db.models import Sum

from headwater.kernel import clock
from headwater.platform.jobs import defer
from headwater.tracking import services
from headwater.tracking.models import Batch, Day, Hit, Visit, Visitor
from headwater.tracking.tasks import put_in_order
from tests.processes import Product, wait_until
from tests.tracking.factories import CHROME, make_site, page, visitor

pytestmark = [pytest.mark.slow, pytest.mark.faults]
HEADERS = {"Origin": "https://example.com", "User-Agent": CHROME, "Content-Type": "text/plain"}


@pytest.mark.django_db(transaction=True)
def test_killed_processes_count_once(product: Product) -> None:
    site, keys = make_site(), [visitor() for _ in range(20)]
    web, address = product.start_web()

    def tell(body: object) -> int:
        request = urllib.request.Request(f"{address}/t/{site.key}", orjson.dumps(body), HEADERS)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)

    assert {tell({"v": key, "e": [page("/"), page("/a")]}) for key in keys} == {204}
    wait_until(lambda: sum(len(one.events) for one in Batch.objects.all()) == 40, within=20)
    assert tell({"v": keys[0], "x": True}) == 204
    web.kill()
    rest = [
        {"s": site.pk, "v": visitor(), "t": clock.now().timestamp(), "k": "page", "p": f"/{number}"}
        for number in range(3000)
    ]
    Batch.objects.bulk_create(
        Batch(at=clock.now(), events=rest[start : start + 50]) for start in range(0, 3000, 50)
    )
    defer(put_in_order, queueing_lock="tracking.put_in_order")
    worker = product.start_worker()
    wait_until(Visit.objects.exists)
    worker.kill()
    while services.take_arrived():
        pass
    assert (Hit.objects.count(), Visit.objects.count()) == (3038, 3019)
    assert Day.objects.aggregate(all=Sum("visits"))["all"] == 3020
    assert Visitor.objects.get(key=UUID(hex=keys[0])).forgotten_at is not None
