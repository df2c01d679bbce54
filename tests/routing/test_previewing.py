"""What a rule would do, before it is saved."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headwater.kernel.access import system_access
from headwater.routing.queries.decisions import candidates_of, decisions, get_decision, waiting_leads
from headwater.routing.queries.fairness import fairness
from headwater.routing.services import preview, set_territory
from headwater.routing.services.suggesting import suggest
from headwater.routing.types import Waits
from tests.leads.factories import make_lead
from tests.organization.factories import make_user
from tests.routing.factories import last, make_rule, people, route, when

pytestmark = pytest.mark.django_db

SYSTEM = system_access("tests")


def test_who_would_get_how_much_and_what_is_left() -> None:
    one, two = make_user(private_cap=2), make_user(private_cap=50)
    for number in range(9):
        make_lead(industry="finance", company="某云" if number else "")
    make_lead(industry="retail")
    make_lead(industry="finance", company="某云", owner=two)
    content = {
        "when": when("industry", "eq", "finance"),
        "gate": {"required": ["company"]},
        "target": people(one, two, weights=[2, 1]),
    }
    found = preview(SYSTEM, content)
    assert (found.considered, found.matched, found.unmatched, found.taken_before) == (11, 10, 1, 0)
    assert (found.passing, found.passing_now, found.held) == (9, 8, {"required:company": 1})
    assert found.missed == [("行业 等于 金融", 1)]
    assert {row.user_id: (row.recent, row.now) for row in found.people} == {one.pk: (6, 2), two.pk: (3, 6)}
    assert found.nobody_now == 0
    make_rule(people(two), when=when("industry", "eq", "finance"))
    assert preview(SYSTEM, content).taken_before == 10
    assert found.as_json()["people"][0]["name"]


def test_named_people_and_territories_count() -> None:
    from headwater.sales.services import create_contact

    asked, owner, north, south = (make_user() for _ in range(4))
    create_contact(SYSTEM, {"name": "王总", "mobile": "13900001111", "owner": owner.pk})
    set_territory(SYSTEM, north.pk, {"industry": ["finance"]})
    make_lead(designated_rep=asked.pk)
    make_lead(mobile="13900001111")
    for _ in range(3):
        make_lead(industry="finance")
    steps = ["designated_rep", "customer_owner", "territory", "round_robin"]
    found = preview(SYSTEM, {"target": people(north, south), "strategies": steps})
    assert {row.user_id: row.now for row in found.people if row.now} == {
        asked.pk: 1,
        owner.pk: 1,
        north.pk: 3,
    }


def test_many_people_cost_no_more_queries_than_few() -> None:
    make_lead()
    asked = []
    for number in (2, 9):
        content = {"target": people(*(make_user() for _ in range(number))), "strategies": ["least_loaded"]}
        with CaptureQueriesContext(connection) as queries:
            assert len(preview(SYSTEM, content).people) == number
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_nobody_with_room_shows() -> None:
    make_lead()
    found = preview(SYSTEM, {"target": people(make_user(private_cap=0))})
    assert (found.passing_now, found.nobody_now) == (1, 1)
    assert preview(SYSTEM, {"target": {"kind": "pool", "pool": 1}}).people == []


def test_the_fairness_report() -> None:
    one, two = make_user(), make_user()
    rule = make_rule(people(one, two, weights=[3, 1]))
    for number in range(8):
        make_lead(intent="high" if number % 2 else "low")
    route()
    from datetime import timedelta

    from headwater.kernel import clock

    rows = fairness(SYSTEM, clock.now() - timedelta(days=1), clock.now() + timedelta(days=1))
    assert [(row.rule_id, row.user_id, row.leads, row.share) for row in rows] == [
        (rule.pk, one.pk, 6, 0.75),
        (rule.pk, two.pk, 2, 0.25),
    ]
    assert sum(row.high for row in rows) == 4
    assert rows[0].response_minutes is None


def test_the_best_three_with_reasons() -> None:
    asked, local, busy, _idle = (make_user(private_cap=4) for _ in range(4))
    set_territory(SYSTEM, local.pk, {"industry": ["finance"]})
    make_lead(owner=busy)
    lead = make_lead(designated_rep=asked.pk, industry="finance")
    found = suggest(SYSTEM, [lead.pk])
    assert [one.user_id for one in found] == [asked.pk, local.pk, busy.pk]
    assert len(found[0].reasons) == 2
    assert suggest(SYSTEM, []) == []


def test_reading_decisions_and_what_waits() -> None:
    full, fit = make_user(private_cap=0), make_user()
    rule = make_rule(people(full, fit), gate={"required": ["company"]})
    held, given = make_lead(), make_lead(company="某云")
    route()
    (row,) = decisions(SYSTEM, lead_id=given.pk)
    assert get_decision(SYSTEM, row["id"])["rule_id"] == rule.pk
    first, second = candidates_of(row)
    assert (first.user_id, first.is_chosen) == (fit.pk, True)
    assert (second.user_id, len(second.reasons)) == (full.pk, 1)
    (waiting,) = waiting_leads(SYSTEM)
    assert (waiting.lead_id, waiting.waits_for, waiting.reasons) == (
        held.pk,
        Waits.GATE,
        ("required:company",),
    )
    assert last(held).detail == {"gate": ["required:company"]}
