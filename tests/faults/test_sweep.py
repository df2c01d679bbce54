"""kill -9 of real workers, and cut connections, in the middle of a sweep that takes many leads back."""

import time
from datetime import timedelta

import pytest
from procrastinate.contrib.django import app

from headwater.kernel import clock, sql
from headwater.leads.services import recycling
from headwater.platform.database.backend.base import RESTED_SECONDS
from tests.conftest import OwnDatabase
from tests.faults.dead import bury_the_dead
from tests.leads.crowd import copies_of
from tests.leads.factories import make_lead
from tests.leads.invariants import broken_invariants
from tests.leads.rules import only_rule
from tests.organization.factories import make_user
from tests.processes import Process, Product

pytestmark = [pytest.mark.faults, pytest.mark.slow]
DUE = 3 * recycling.CHUNK  # so that there is a middle
TAKEN = "SELECT count(*) FROM leads_transfer WHERE why = 'recycled'"
OWNED = "SELECT count(*) FROM leads_lead WHERE owner_id IS NOT NULL"
_IDLE_SINCE = (
    "UPDATE leads_lead SET assigned_at = %s, placed_at = %s, warned_until = %s WHERE id = ANY(%s::bigint[])"
)


class Floor:
    """Reps with leads that nobody worked on in time, and others that stay for one reason each."""

    def __init__(self, product: Product) -> None:
        self.product = product
        only_rule(name="公海规则", response_hours=24, overdue_days=15)
        now = clock.now()
        self.due: list[int] = []
        for rep in (make_user("赵明轩"), make_user("郭梦琪")):
            self.due += copies_of(make_lead(owner=rep), DUE // 2)
        self.kept = [make_lead(owner=make_user()).pk for _ in range(4)]
        idle = now - timedelta(hours=30)
        # Told of it already: this is about the taking.
        sql.execute(_IDLE_SINCE, (idle, idle, now, [*self.due, *self.kept[:2]]))
        protected, followed_up, *_fresh = self.kept
        sql.execute(
            "UPDATE leads_lead SET protected_until = %s WHERE id = %s", (now + timedelta(days=3), protected)
        )
        self.follow_up([followed_up])

    def follow_up(self, ids: list[int]) -> None:
        """What a follow-up leaves on the leads."""
        sql.execute(
            "UPDATE leads_lead SET status = 'following', last_activity_at = %s WHERE id = ANY(%s::bigint[])",
            (clock.now(), ids),
        )

    def worker_in_the_middle(self) -> Process:
        """A new worker that has taken leads back, and has some before it."""
        before = sql.value(TAKEN)
        worker = self.product.start_worker()
        self.product.wait_until(lambda: sql.value(TAKEN) > before)
        return worker

    def next_minute(self) -> None:
        """What the clock defers every minute."""
        app.configure_task("leads.recycle").defer(timestamp=int(clock.now().timestamp()))

    def is_still_in_the_middle(self) -> bool:
        taken = sql.value(TAKEN)
        assert taken % recycling.CHUNK == 0, "a chunk is whole or not there"
        return 0 < taken < DUE

    def finish(self, stays: int) -> None:
        self.product.wait_until(lambda: sql.value(OWNED) == stays)
        once = "SELECT count(*) AS n, count(DISTINCT lead_id) AS leads FROM leads_transfer WHERE why = %s"
        taken = DUE + len(self.kept) - stays
        assert sql.rows(once, ("recycled",)) == [{"n": taken, "leads": taken}]
        told = (
            "SELECT sum(jsonb_array_length(payload->'lead_ids')) FROM platform_event"
            " WHERE name = 'lead.moved' AND payload->>'why' = 'recycled'"
        )
        assert sql.value(told) == taken
        assert (
            sql.value(
                "SELECT count(*) FROM leads_transfer WHERE why = 'recycled'"
                " AND (rule, reason) IS DISTINCT FROM ('公海规则 v1', 'response')"
            )
            == 0
        )
        assert sql.value(f"{OWNED} AND id = ANY(%s::bigint[])", (self.kept,)) == len(self.kept)
        assert not broken_invariants(caps_hold=False)


def test_a_killed_workers_sweep_is_finished_by_others(product: Product) -> None:
    floor = Floor(product)
    floor.worker_in_the_middle().kill()
    assert floor.is_still_in_the_middle()
    # Whoever is followed up before the next sweep comes by keeps the lead, although the last one meant it.
    left = "SELECT id FROM leads_lead WHERE recycle_due_at <= %s ORDER BY recycle_due_at, id DESC LIMIT 3"
    floor.follow_up(sql.values(left, (clock.now(),)))
    bury_the_dead()
    floor.next_minute()  # beside the job of the dead one, so that both new ones sweep
    for _ in range(2):
        product.start("worker")
    floor.finish(stays=len(floor.kept) + 3)


def test_a_sweep_survives_cut_connections(product: Product, own_database: OwnDatabase) -> None:
    floor = Floor(product)
    worker = floor.worker_in_the_middle()
    own_database.cut_connections()
    assert floor.is_still_in_the_middle()
    time.sleep(2 * RESTED_SECONDS)  # what the cut left in the worker's hands is looked at from now on
    floor.next_minute()
    floor.finish(stays=len(floor.kept))
    assert worker.is_alive
