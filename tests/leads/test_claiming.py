"""Claim rules: each refusal says which rule, its limit, the present value, when it ends."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headwater.kernel import clock
from headwater.kernel.errors import NotFound
from headwater.leads import errors
from headwater.leads.models import Lead, Transfer
from headwater.leads.services import (
    assign_lead,
    claim_lead,
    claim_leads,
    return_leads,
)
from headwater.leads.types import Status, Why
from tests.leads.factories import lead_access, make_lead, make_pool
from tests.leads.invariants import broken_invariants
from tests.organization.factories import make_user

pytestmark = pytest.mark.django_db


def test_a_claim_gives_the_lead_and_writes_the_ledger() -> None:
    rep, lead = make_user(), make_lead()
    claim_lead(lead_access(rep, "claim"), lead.pk)
    lead.refresh_from_db()
    assert (lead.status, lead.owner_id, lead.pool_id) == (Status.ASSIGNED, rep.pk, None)
    assert lead.assigned_at is not None
    last = Transfer.objects.filter(lead=lead).latest("id")
    assert (last.why, last.to_owner_id, last.from_pool_id) == (Why.CLAIMED, rep.pk, lead.home_pool_id)
    assert broken_invariants() == []


def test_claiming_again_does_nothing() -> None:
    rep, lead = make_user(), make_lead()
    claim_lead(lead_access(rep, "claim"), lead.pk)
    claim_lead(lead_access(rep, "claim"), lead.pk)
    assert Transfer.objects.filter(lead=lead, why=Why.CLAIMED).count() == 1


def test_the_loser_learns_who_won_and_when() -> None:
    winner, loser, lead = make_user("王芳"), make_user(), make_lead()
    claim_lead(lead_access(winner, "claim"), lead.pk)
    lead.refresh_from_db()
    with pytest.raises(errors.AlreadyOwned) as refusal:
        claim_lead(lead_access(loser, "claim"), lead.pk)
    assert (refusal.value.facts["owner"], refusal.value.facts["since"]) == ("王芳", lead.assigned_at)
    with pytest.raises(NotFound):
        claim_lead(lead_access(loser, "claim"), lead.pk + 10_000)


def test_cool_down_names_the_day_it_ends() -> None:
    rep = make_user()
    pool = make_pool(cooldown_days=7)
    lead = make_lead(pool=pool)
    start = clock.now()
    with clock.freeze(start):
        claim_lead(lead_access(rep, "claim"), lead.pk)
        return_leads(lead_access(rep, "return"), [lead.pk], reason="no_need")
        with pytest.raises(errors.CoolingDown) as refusal:
            claim_lead(lead_access(rep, "claim"), lead.pk)
    assert refusal.value.facts["until"] == start + timedelta(days=7)
    with clock.freeze(start + timedelta(days=7, seconds=1)):
        claim_lead(lead_access(rep, "claim"), lead.pk)


def test_somebody_else_may_claim_at_once() -> None:
    rep, colleague, lead = make_user(), make_user(), make_lead()
    claim_lead(lead_access(rep, "claim"), lead.pk)
    return_leads(lead_access(rep, "return"), [lead.pk], reason="no_need")
    claim_lead(lead_access(colleague, "claim"), lead.pk)


def test_the_daily_limit_is_read_from_the_ledger() -> None:
    rep, admin = make_user(), make_user(role="admin")
    pool = make_pool(daily_claim_limit=2, cooldown_days=0)
    first, second, third, fourth = (make_lead(pool=pool) for _ in range(4))
    claim_lead(lead_access(rep, "claim"), first.pk)
    assign_lead(lead_access(admin, "assign"), second.pk, rep.pk)  # does not burn a claim
    claim_lead(lead_access(rep, "claim"), third.pk)
    return_leads(lead_access(rep, "return"), [third.pk], reason="no_need")  # does not refund one
    with pytest.raises(errors.DailyLimit) as refusal:
        claim_lead(lead_access(rep, "claim"), fourth.pk)
    assert (refusal.value.facts["limit"], refusal.value.facts["used"]) == (2, 2)
    with clock.freeze(clock.now() + timedelta(days=1)):
        claim_lead(lead_access(rep, "claim"), fourth.pk)


def test_the_cap_of_a_person_and_of_a_pool() -> None:
    rep = make_user(private_cap=2)
    tight = make_pool(private_cap=1)
    a, b, c, d = make_lead(pool=tight), make_lead(pool=tight), make_lead(), make_lead()
    outcomes = claim_leads(lead_access(rep, "claim"), [a.pk, b.pk, c.pk, d.pk])
    assert [outcome.refusal and outcome.refusal.code for outcome in outcomes] == [
        None,
        "lead.pool_cap_reached",
        None,
        "lead.cap_reached",
    ]
    assert outcomes[3].refusal is not None
    assert (outcomes[3].refusal.facts["cap"], outcomes[3].refusal.facts["held"]) == (2, 2)
    assert broken_invariants() == []


def test_closed_pools_and_held_back_leads() -> None:
    rep = make_user()
    assigned_only = make_lead(pool=make_pool(allows_claim=False))
    held = make_lead(pool=make_pool(hold_hours=4))
    codes = [
        o.refusal and o.refusal.code
        for o in claim_leads(lead_access(rep, "claim"), [assigned_only.pk, held.pk])
    ]
    assert codes == ["lead.claim_closed", "lead.held_back"]
    with clock.freeze(clock.now() + timedelta(hours=4, seconds=1)):
        claim_lead(lead_access(rep, "claim"), held.pk)


def test_a_pool_without_me_does_not_exist_for_me() -> None:
    insider, outsider = make_user(), make_user()
    pool = make_pool(members=[{"kind": "user", "id": insider.pk}])
    lead = make_lead(pool=pool)
    with pytest.raises(NotFound):
        claim_lead(lead_access(outsider, "claim"), lead.pk)
    claim_lead(lead_access(insider, "claim"), lead.pk)


def test_closed_leads_are_not_claimed() -> None:
    rep, lead = make_user(), make_lead()
    Lead.objects.filter(pk=lead.pk).update(status=Status.INVALID, pool=None)
    with pytest.raises(errors.Closed):
        claim_lead(lead_access(rep, "claim"), lead.pk)


def test_the_cost_does_not_grow_with_the_batch() -> None:
    rep = make_user()
    counts = []
    for size in (1, 2, 12):  # the first of a process also reads settings
        ids = [make_lead().pk for _ in range(size)]
        access = lead_access(rep, "claim")
        with CaptureQueriesContext(connection) as captured:
            assert all(outcome.ok for outcome in claim_leads(access, ids))
        counts.append(len(captured))
    assert counts[1] == counts[2]
