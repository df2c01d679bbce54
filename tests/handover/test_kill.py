"""kill -9 of real workers in the middle of a handover and of taking it back; two workers at one."""

import threading

import pytest
from django.db import connection

from headwater.handover import services
from headwater.handover.models import Handover
from headwater.handover.types import Account, Order, Part
from headwater.kernel import sql
from headwater.leads.models import Lead
from tests.conftest import OwnDatabase
from tests.faults.dead import bury_the_dead
from tests.handover.crowd import many_leads
from tests.leads.invariants import broken_invariants
from tests.organization.factories import access, make_user
from tests.processes import Product

LEADS = 10_000


@pytest.mark.faults
@pytest.mark.slow
def test_killed_workers_lose_and_double_nothing(product: Product) -> None:
    admin = access(make_user("管理员", role="admin"), "handover.run")
    leaver, heirs = make_user("王离职"), [make_user() for _ in range(3)]
    leads = many_leads(leaver, LEADS)
    shared = zip(heirs, (5, 3, 2), strict=True)
    part = Part("leads", people=tuple((heir.pk, weight) for heir, weight in shared))
    made = services.start_handover(admin, Order(leaver.pk, (part,), Account.NOW))
    now = lambda: Handover.objects.get(pk=made)  # noqa: E731

    worker = product.start_worker()
    product.wait_until(lambda: now().done_count > 0)
    worker.kill()
    assert now().status == "running", "it was in the middle"
    bury_the_dead()
    product.start_worker()  # nobody tells it anything: it finds the dead one's work by itself
    product.wait_until(lambda: now().status == "done", within=240)
    assert (now().done_count, now().kept_count) == (LEADS, 0)
    shares = [Lead.objects.filter(pk__in=leads, owner=heir).count() for heir in heirs]
    assert shares == [LEADS // 10 * weight for weight in (5, 3, 2)]
    once = "SELECT count(*) AS n, count(DISTINCT lead_id) AS leads FROM leads_transfer WHERE why = %s"
    assert sql.rows(once, ("handover",)) == [{"n": LEADS, "leads": LEADS}]
    told = (
        "SELECT sum(jsonb_array_length(payload->'lead_ids')) FROM platform_event"
        " WHERE name = 'lead.moved' AND payload->>'why' = 'handover'"
    )
    assert sql.value(told) == LEADS

    services.undo_handover(admin, made)
    product.wait_until(lambda: now().back_count > 0)
    for process in product.started:
        if process.is_alive:
            process.kill()
    bury_the_dead()
    product.start_worker()
    product.wait_until(lambda: now().status == "undone", within=240)
    assert (now().back_count, now().left_count) == (LEADS, 0)
    assert Lead.objects.filter(owner=leaver).count() == LEADS
    assert sql.rows(once, ("handed_back",)) == [{"n": LEADS, "leads": LEADS}]
    assert not broken_invariants(caps_hold=False)


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_handover_share_the_work(own_database: OwnDatabase) -> None:
    admin = access(make_user("管理员", role="admin"), "handover.run")
    leaver, heir = make_user("王离职"), make_user()
    many_leads(leaver, 40)
    order = Order(leaver.pk, (Part("leads", people=((heir.pk, 1),)),), Account.KEEP)
    made = services.start_handover(admin, order)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            services.work_on(made)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert Handover.objects.get(pk=made).done_count == 40
    assert sql.value("SELECT count(*) FROM leads_transfer WHERE why = 'handover'") == 40
    assert not broken_invariants(caps_hold=False)
