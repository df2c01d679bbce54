"""Leads through the rules: which applies, who gets them, and what is left when nobody can."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.sql import execute
from headwater.leads.models import Lead, Transfer
from headwater.leads.services import change_stage, reopen_leads, return_leads, update_lead
from headwater.leads.services.moving import move
from headwater.leads.types import Place, Status, Why
from headwater.organization.models import User
from headwater.organization.services import create_absence, deactivate_user, set_duty
from headwater.organization.tasks import say_who_is_back
from headwater.platform.notifications.models import Notification
from headwater.routing.models import WaitingLead
from headwater.routing.services import ask_dispatch, run_waiting, switch_rule
from headwater.routing.services.choosing import by_lot
from headwater.routing.types import Outcome, Strategy
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import make_department, make_user
from tests.routing.factories import decisions, fresh, last, make_rule, people, route, when

pytestmark = pytest.mark.django_db

CHINA = ZoneInfo("Asia/Shanghai")
SYSTEM = system_access("tests")


def test_the_first_rule_that_applies_gives_the_lead_away() -> None:
    one, two = make_user(), make_user()
    make_rule(people(one), when=when("industry", "eq", "finance"), name="金融")
    rest = make_rule(people(two))
    bank, shop = make_lead(industry="finance"), make_lead(industry="retail")
    route()
    assert (fresh(bank).owner_id, fresh(shop).owner_id) == (one.pk, two.pk)
    transfer = Transfer.objects.get(lead=bank, why=Why.DISPATCHED)
    assert (transfer.rule, transfer.actor_id) == ("金融 v1", None)
    decision = last(shop)
    assert (decision.outcome, decision.rule_id, decision.rule_version) == (Outcome.DISPATCHED, rest.pk, 1)
    assert decision.detail["candidates"]["in"] == [two.pk]
    told = Notification.objects.get(recipient_id=one.pk)
    assert (told.kind, told.params["rule"]) == ("routing.dispatched", "金融")


def test_an_owner_named_at_capture_stays() -> None:
    one, two = make_user(), make_user()
    make_rule(people(one))
    lead = make_lead(owner=two)
    route()
    assert fresh(lead).owner_id == two.pk
    assert not decisions(lead)


def test_each_lead_is_decided_once_for_an_event() -> None:
    make_rule(people(make_user()))
    lead = make_lead()
    route()
    execute("UPDATE platform_event_cursor SET xid = '0', event_id = 0 WHERE subscriber = 'routing.hear'")
    route()
    assert len(decisions(lead)) == 1
    assert not WaitingLead.objects.exists()


def test_triggers_choose_what_sets_a_rule_off() -> None:
    rep = make_user()
    make_rule(people(rep), triggers=["stage_changed"], when=when("stage", "eq", "MQL"))
    lead = make_lead()
    route()
    assert last(lead).outcome == Outcome.UNMATCHED
    change_stage(SYSTEM, lead.pk, "MQL")
    route()
    assert fresh(lead).owner_id == rep.pk


def test_whom_the_customer_asked_for_goes_first_then_the_customers_owner() -> None:
    one, two, three = make_user(), make_user(), make_user()
    from headwater.sales.services import create_contact

    create_contact(SYSTEM, {"name": "王总", "mobile": "13900001111", "owner": two.pk})
    make_rule(people(three), "designated_rep", "customer_owner", "round_robin")
    asked = make_lead(designated_rep=one.pk)
    known = make_lead(mobile="13900001111")
    new = make_lead()
    route()
    assert [fresh(lead).owner_id for lead in (asked, known, new)] == [one.pk, two.pk, three.pk]
    strategies = [last(lead).strategy for lead in (asked, known, new)]
    assert strategies == [Strategy.DESIGNATED_REP, Strategy.CUSTOMER_OWNER, Strategy.ROUND_ROBIN]


def test_who_cannot_take_it_is_passed_over_and_the_decision_says_why() -> None:
    make_user(role="admin")
    away, gone, full, fit = make_user(), make_user(), make_user(private_cap=0), make_user()
    make_rule(people(away, gone, full, fit), "designated_rep", "round_robin")
    User.objects.filter(pk=away.pk).update(is_on_duty=False)
    deactivate_user(SYSTEM, gone.pk)
    lead = make_lead(designated_rep=full.pk)
    route()
    assert fresh(lead).owner_id == fit.pk
    kept = last(lead).detail["candidates"]
    assert kept["out"] == {"off_duty": [away.pk], "full": [full.pk]}
    assert kept["steps"] == [{"key": "designated_rep", "user": full.pk, "unfit": "full"}]


def test_the_cap_of_the_pool_holds_too() -> None:
    rep = make_user()
    pool = make_pool(private_cap=1)
    make_rule(people(rep))
    leads = [make_lead(pool=pool) for _ in range(3)]
    route()
    assert sorted(fresh(lead).owner_id or 0 for lead in leads) == [0, 0, rep.pk]
    assert last(leads[-1]).detail["candidates"]["out"] == {"pool_full": [rep.pk]}


def test_territory_and_grade_narrow_and_give_way_when_nobody_is_left() -> None:
    from headwater.routing.services import set_territory

    north, south, senior = make_user(level=1), make_user(level=1), make_user(level=3)
    set_territory(SYSTEM, north.pk, {"industry": ["finance"]})
    set_territory(SYSTEM, south.pk, {"industry": ["retail"]})
    make_rule(people(north, south, senior), "territory", "grade_match")
    bank, shop, other = make_lead(industry="finance"), make_lead(industry="retail"), make_lead()
    hot = make_lead(intent="high", industry="energy")
    route()
    assert (fresh(bank).owner_id, fresh(shop).owner_id) == (north.pk, south.pk)
    assert fresh(other).owner_id is not None
    assert fresh(hot).owner_id == senior.pk
    assert {"key": "territory", "nobody": True} in last(hot).detail["candidates"]["steps"]


def test_regions_count_with_all_below() -> None:
    from headwater.routing.services.facts import Territories, record_type

    region = record_type("lead").all_fields["region"]
    served = Territories({1: {"region": frozenset({"440000"})}}, {"region": region})
    assert served.serves(1, {"region": "440000/440300"})
    assert not served.serves(1, {"region": "110000"})
    assert not served.serves(1, {"region": ""})
    assert not served.serves(2, {"region": "440000"})


def test_least_loaded_counts_against_the_cap() -> None:
    small, large = make_user(private_cap=2), make_user(private_cap=10)
    make_lead(owner=small)
    make_lead(owner=large)
    make_lead(owner=large)
    make_rule(people(small, large), "least_loaded")
    lead = make_lead()
    route()
    assert fresh(lead).owner_id == large.pk


def test_a_lot_can_be_drawn_again() -> None:
    reps = [make_user() for _ in range(3)]
    make_rule(people(*reps, weights=[1, 2, 3]), "random")
    leads = [make_lead() for _ in range(5)]
    route()
    for lead in leads:
        decision = last(lead)
        weights = dict(zip((rep.pk for rep in reps), (1, 2, 3), strict=True))
        assert by_lot(decision.detail["candidates"]["seed"], weights) == fresh(lead).owner_id


def test_a_lead_that_fails_the_gate_waits_and_goes_on_when_completed() -> None:
    rep = make_user()
    make_rule(people(rep), gate={"required": ["company"], "consent": True})
    lead = make_lead()
    route()
    assert fresh(lead).status == Status.POOLED
    assert (last(lead).outcome, last(lead).detail["gate"]) == (Outcome.HELD, ["required:company", "consent"])
    update_lead(SYSTEM, lead.pk, {"company": "某云"})
    route()
    assert last(lead).detail["gate"] == ["consent"]
    update_lead(SYSTEM, lead.pk, {"consent_basis": "form"})
    route()
    assert fresh(lead).owner_id == rep.pk
    assert not WaitingLead.objects.exists()


def test_a_lead_of_the_night_leaves_at_opening() -> None:
    rep = make_user()
    make_rule(people(rep), window={"when": "working"})
    night = datetime(2026, 11, 24, 2, 0, tzinfo=CHINA)  # a Tuesday
    with clock.freeze(night):
        lead = make_lead()
        route()
        assert last(lead).outcome == Outcome.CLOSED
        opening = WaitingLead.objects.get().due_at
        assert opening is not None
        assert opening > night
    with clock.freeze(opening - timedelta(seconds=1)):
        assert run_waiting() == 0
    with clock.freeze(opening):
        assert run_waiting() == 1
        assert fresh(lead).assigned_at == opening
    assert [decision.outcome for decision in decisions(lead)] == [Outcome.CLOSED, Outcome.DISPATCHED]


def test_rules_send_leads_from_pool_to_pool_and_then_to_people() -> None:
    rep = make_user()
    entry, finance = make_pool(), make_pool()
    make_rule({"kind": "pool", "pool": finance.pk}, when=when("industry", "eq", "finance"))
    make_rule(people(rep), when=when("pool", "eq", finance.pk))
    lead = make_lead(pool=entry, industry="finance")
    route()
    assert fresh(lead).owner_id == rep.pk
    assert [decision.outcome for decision in decisions(lead)] == [Outcome.MOVED, Outcome.DISPATCHED]
    assert [t.why for t in Transfer.objects.filter(lead=lead).order_by("id")] == [
        "created",
        "moved",
        "dispatched",
    ]


def test_a_recycled_lead_goes_to_somebody_else_until_it_stays() -> None:
    make_rule(people(make_user(), make_user(), make_user()))
    lead = make_lead()
    route()
    held_by = [fresh(lead).owner_id]
    for stays in ([], [], [lead.pk]):
        home = Place.in_pool(fresh(lead).home_pool_id or 0)
        move({lead.pk: home}, SYSTEM, why=Why.RECYCLED, stays=stays)
        route()
        held_by.append(fresh(lead).owner_id)
    assert held_by[-1] is None
    assert len(set(held_by[:-1])) == 3


def test_a_returned_lead_does_not_come_back_at_once_but_prefers_its_former_owner_later() -> None:
    one, two = make_user(), make_user()
    make_rule(people(one, two), "former_owner", "round_robin", triggers=["woken"])
    lead = make_lead(owner=one)
    return_leads(SYSTEM, [lead.pk], reason="no_answer")
    from headwater.leads.services import invalidate_leads

    invalidate_leads(SYSTEM, [lead.pk], reason="test")
    reopen_leads(SYSTEM, [lead.pk])
    route()
    assert fresh(lead).owner_id == two.pk
    assert last(lead).detail["candidates"]["out"] == {"cooling": [one.pk]}


def test_when_nobody_can_the_default_assignee_gets_it_else_the_administrators_hear_of_it() -> None:
    full, keeper, administrator = make_user(private_cap=0), make_user(private_cap=1), make_user()
    members = [{"kind": "user", "id": administrator.pk, "is_admin": True}]
    pool = make_pool(default_assignee=keeper.pk, members=members)
    make_rule(people(full))
    first, second = make_lead(pool=pool), make_lead(pool=pool)
    assert fresh(first).owner_id is None  # rules look first
    route()
    assert fresh(first).owner_id == keeper.pk
    assert (last(first).outcome, last(second).outcome) == (Outcome.FALLBACK, Outcome.NOBODY)
    assert last(second).detail["default"] == {"user": keeper.pk, "unfit": "full"}
    assert Notification.objects.get(recipient_id=administrator.pk).kind == "routing.stranded"
    assert WaitingLead.objects.get().lead_id == second.pk


def test_without_a_rule_that_applies_the_default_assignee_gets_it() -> None:
    keeper = make_user()
    pool = make_pool(default_assignee=keeper.pk)
    make_rule(people(make_user()), when=when("industry", "eq", "finance"))
    lead = make_lead(pool=pool)
    route()
    assert fresh(lead).owner_id == keeper.pk
    assert last(lead).outcome == Outcome.FALLBACK


def test_asking_by_hand_asks_every_rule() -> None:
    lead = make_lead()
    route()
    assert not decisions(lead)
    rep = make_user()
    make_rule(people(rep), triggers=["recycled"])
    assert ask_dispatch(SYSTEM, [lead.pk]) == 1
    route()
    assert fresh(lead).owner_id == rep.pk


def test_a_team_gives_to_those_who_may_follow_up() -> None:
    department = make_department()
    rep = make_user(department=department)
    make_user(department=department, role="service")
    left_out = make_user(department=department)
    make_rule({"kind": "department", "department": department.pk, "without": [left_out.pk]})
    leads = [make_lead() for _ in range(3)]
    route()
    assert {fresh(lead).owner_id for lead in leads} == {rep.pk}


def test_who_comes_back_from_leave_gets_what_waited() -> None:
    rep, pool, now = make_user(), make_pool(), clock.now()
    make_rule(people(rep))
    create_absence(SYSTEM, rep.pk, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=2))
    lead = make_lead(pool=pool)
    say_who_is_back(now)
    route()
    assert (fresh(lead).owner_id, last(lead).outcome) == (None, Outcome.NOBODY)
    with clock.freeze(now + timedelta(hours=2)):
        say_who_is_back(clock.now())
        route()
    assert fresh(lead).owner_id == rep.pk


def test_switched_off_nothing_runs() -> None:
    rule = make_rule(people(make_user()))
    switch_rule(SYSTEM, rule.pk, on=False)
    lead = make_lead()
    route()
    assert fresh(lead).owner_id is None
    assert not decisions(lead)
    assert Lead.objects.filter(pk=lead.pk, status=Status.POOLED).exists()


def test_a_rule_whose_people_are_all_off_duty_waits_for_them_where_nobody_stands_in() -> None:
    reps, administrator = [make_user(), make_user()], make_user()
    pool = make_pool(members=[{"kind": "user", "id": administrator.pk, "is_admin": True}])
    make_rule(people(*reps))
    set_duty(SYSTEM, [rep.pk for rep in reps], is_on_duty=False)
    lead = make_lead(pool=pool)
    route()
    assert (fresh(lead).pool_id, last(lead).outcome) == (pool.pk, Outcome.NOBODY)
    assert last(lead).detail["candidates"]["out"] == {"off_duty": [rep.pk for rep in reps]}
    assert Notification.objects.get(recipient_id=administrator.pk).kind == "routing.stranded"
    set_duty(SYSTEM, [administrator.pk], is_on_duty=False)
    route()
    assert len(decisions(lead)) == 1, "whoever else comes and goes is no news for it"
    set_duty(SYSTEM, [reps[1].pk], is_on_duty=True)
    route()
    assert fresh(lead).owner_id == reps[1].pk
    assert not WaitingLead.objects.exists()
