"""Through the real server: sixteen send the same delivery at once; a worker ends what a killed web began."""

from concurrent.futures import ThreadPoolExecutor
from urllib.request import Request, urlopen

import pytest

from headwater.hooks.models import Delivery, Hook
from headwater.kernel.sql import execute, value
from headwater.leads.models import Lead, Touch
from tests.hooks.sending import make_hook, person, signed
from tests.leads.invariants import broken_invariants
from tests.processes import Product

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def send(base: str, hook: Hook, number: str, mobile: int) -> bytes:
    address, raw, headers = signed(hook, person(mobile), number=number)
    asked = Request(f"{base}{address}", raw, headers | {"Content-Type": "application/json"})
    with urlopen(asked, timeout=60) as answer:
        return bytes(answer.read())


def test_at_once_and_cut_in_the_middle(product: Product) -> None:
    hook = make_hook(per_minute=0)
    web, base = product.start_web()
    with ThreadPoolExecutor(16) as pool:
        same = list(pool.map(lambda _place: send(base, hook, "same", 1), range(16)))
        assert len(set(same)) == 1
        # Sixteen deliveries about one person, and every one of them counts.
        list(pool.map(lambda place: send(base, hook, f"other-{place}", 2), range(16)))
    assert (Lead.objects.count(), Touch.objects.count(), Delivery.objects.count()) == (2, 17, 17)

    # The capture hangs on a lock; the delivery is kept by then, and its process dies.
    execute(
        "CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END'"
    )
    execute("CREATE TRIGGER hang BEFORE INSERT ON leads_lead FOR EACH ROW EXECUTE FUNCTION hang()")
    with ThreadPoolExecutor(1) as pool:
        cut = pool.submit(send, base, hook, "cut", 3)
        product.wait_until(lambda: Delivery.objects.filter(state="kept").exists())
        web.kill()
        with pytest.raises(OSError):
            cut.result()
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND query LIKE '%%leads_lead%%' AND pid <> pg_backend_pid()"
    )
    execute("DROP TRIGGER hang ON leads_lead")
    assert Lead.objects.count() == 2
    execute("UPDATE hooks_delivery SET at = at - interval '1 minute' WHERE state = 'kept'")
    product.start_worker()
    product.wait_until(lambda: value("SELECT count(*) FROM hooks_delivery WHERE state = 'kept'") == 0)
    assert (Lead.objects.count(), Touch.objects.count(), Delivery.objects.count()) == (3, 18, 18)
    assert broken_invariants() == []
