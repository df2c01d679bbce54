"""Several workers at once: one decision a lead, no cap exceeded, turns exact to less than one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from headwater.kernel.access import system_access
from headwater.leads.models import Lead, Transfer
from headwater.organization.models import User
from headwater.platform.events import drain
from headwater.routing.models import Decision, RoutingRule, Turn, WaitingLead
from headwater.routing.services import run_chunk
from headwater.routing.services.queueing import enqueue
from headwater.routing.types import Outcome, Trigger
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import make_user
from tests.routing.factories import make_rule, people

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 4


def work(_worker: int) -> int:
    """What a worker does, in small chunks so that they meet."""
    taken = 0
    try:
        while found := run_chunk(system_access("routing"), size=7):
            taken += found
    finally:
        connection.close()
    return taken


def run_workers() -> int:
    with ThreadPoolExecutor(WORKERS) as pool:
        return sum(pool.map(work, range(WORKERS)))


def shares(rule: RoutingRule) -> dict[int, int]:
    return dict(Turn.objects.filter(rule=rule).values_list("user", "given"))


def test_turns_are_exact_under_several_workers() -> None:
    reps = [make_user(private_cap=1000) for _ in range(3)]
    rule = make_rule(people(*reps, weights=[5, 2, 1]))
    leads = [make_lead() for _ in range(120)]
    drain()
    assert run_workers() == 120
    assert Decision.objects.filter(outcome=Outcome.DISPATCHED).count() == 120
    assert Transfer.objects.filter(lead__in=leads, why="dispatched").count() == 120
    given = shares(rule)
    for rep, weight in zip(reps, (5, 2, 1), strict=True):
        assert abs(given[rep.pk] - 120 * weight / 8) < 1
        assert Lead.objects.filter(owner=rep).count() == given[rep.pk]


def test_no_cap_is_exceeded_and_no_lead_is_lost() -> None:
    reps: list[User] = [make_user(private_cap=cap) for cap in (3, 7, 11)]
    pool = make_pool(private_cap=9)
    make_rule(people(*reps), "least_loaded")
    make_rule(people(*reversed(reps)), when={"field": "name", "op": "is_not_empty"})
    leads = [make_lead(pool=pool) for _ in range(60)]
    drain()
    ids = [lead.pk for lead in leads]
    enqueue(ids, 10_000_001, Trigger.ASKED)
    run_workers()
    held = [Lead.objects.filter(owner=rep).count() for rep in reps]
    assert held == [3, 7, 9]
    assert Lead.objects.filter(pool=pool).count() == 60 - sum(held)
    for lead in leads:
        given = Decision.objects.filter(lead=lead, outcome=Outcome.DISPATCHED)
        assert given.count() == Transfer.objects.filter(lead=lead, why="dispatched").count() <= 1
    assert not WaitingLead.objects.filter(due_at__isnull=False).exists()
