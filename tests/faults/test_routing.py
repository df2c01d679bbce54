"""kill -9 of a real worker while it runs the rules over a long queue; two workers at once."""

import pytest

from headwater.kernel import sql
from headwater.kernel.access import system_access
from headwater.leads.models import Lead
from headwater.platform.events import drain
from headwater.platform.jobs import defer
from headwater.routing.models import Turn, WaitingLead
from headwater.routing.services import ask_dispatch
from headwater.routing.services.running import CHUNK
from headwater.routing.tasks import run_rules
from tests.faults.dead import bury_the_dead
from tests.leads.crowd import copies_of
from tests.leads.factories import make_lead
from tests.leads.invariants import broken_invariants
from tests.organization.factories import make_user
from tests.processes import Product
from tests.routing.factories import make_rule, people

pytestmark = [pytest.mark.faults, pytest.mark.slow]
LEADS = 4 * CHUNK
WEIGHTS = (5, 3, 2)
DECIDED = "SELECT count(*) FROM routing_decision"


def test_a_killed_workers_queue_is_finished_by_two_others(product: Product) -> None:
    leads = copies_of(make_lead(), LEADS)
    drain()  # the rules are only asked about them below
    reps = [make_user(private_cap=LEADS) for _ in WEIGHTS]
    rule = make_rule(people(*reps, weights=WEIGHTS))
    ask_dispatch(system_access("leads.view"), leads)

    worker = product.start_worker()
    product.wait_until(lambda: sql.value(DECIDED))
    worker.kill()
    done = sql.value(DECIDED)
    assert 0 < done < LEADS
    assert done % CHUNK == 0, "a chunk is whole or not there"
    assert WaitingLead.objects.count() == LEADS - done, "the others still wait"

    bury_the_dead()
    defer(run_rules)  # beside the job of the dead one, so that both new ones have work
    for _ in range(2):
        product.start("worker")
    product.wait_until(lambda: not WaitingLead.objects.exists())

    once = (
        "SELECT count(*) AS n, count(DISTINCT lead_id) AS leads, count(DISTINCT event_id) AS events FROM {}"
    )
    assert sql.rows(once.format("routing_decision WHERE outcome = 'dispatched'")) == [
        {"n": LEADS, "leads": LEADS, "events": 1}
    ]
    assert sql.value(DECIDED) == LEADS
    moved = (
        "SELECT count(*) AS n, count(DISTINCT lead_id) AS leads FROM leads_transfer WHERE why = 'dispatched'"
    )
    assert sql.rows(moved) == [{"n": LEADS, "leads": LEADS}]
    told = (
        "SELECT sum(jsonb_array_length(payload->'lead_ids')) FROM platform_event"
        " WHERE name = 'routing.dispatched'"
    )
    assert sql.value(told) == LEADS
    given = dict(Turn.objects.filter(rule=rule).values_list("user", "given"))
    for rep, weight in zip(reps, WEIGHTS, strict=True):
        assert given[rep.pk] == Lead.objects.filter(owner=rep).count()
        assert abs(given[rep.pk] - LEADS * weight / sum(WEIGHTS)) < 1
    assert not broken_invariants()
