"""Rules: versions, order, and everything that cannot be saved or switched on."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from headwater.kernel.access import system_access
from headwater.kernel.errors import DomainError, Invalid, NotFound, Stale
from headwater.organization.services import deactivate_user
from headwater.platform import audit
from headwater.platform.versions import versions_of
from headwater.pools import recycling
from headwater.pools.services import archive_pools
from headwater.routing.content import flaws, read_content, unreached
from headwater.routing.errors import Circular, RuleBroken
from headwater.routing.models import VERSIONS
from headwater.routing.queries.rules import active_rules, all_rules
from headwater.routing.services import (
    archive_rule,
    create_rule,
    order_rules,
    restore_version,
    switch_rule,
    update_rule,
)
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import client_for, make_department, make_user
from tests.routing.factories import fresh, last, make_rule, people, route, when

pytestmark = pytest.mark.django_db

SYSTEM = system_access("tests")


def test_two_administrators_and_an_old_version() -> None:
    one, two = make_user(), make_user()
    rule = make_rule(people(one), name="默认")
    changed = {**rule.content, "target": people(two)}
    assert update_rule(SYSTEM, rule.pk, content=changed, expected=1, note="换人").number == 2
    with pytest.raises(Stale) as stale:
        update_rule(SYSTEM, rule.pk, name="别的", expected=1)
    assert stale.value.facts == {"version": 2}
    assert update_rule(SYSTEM, rule.pk, content=changed, expected=2).number == 2
    back = restore_version(SYSTEM, rule.pk, 1, expected=2)
    assert (back.number, back.content["target"]) == (3, people(one))
    assert [item.number for item in versions_of(VERSIONS, rule.pk)] == [3, 2, 1]
    assert [entry.action for entry in audit.history("routing_rule", rule.pk).items] == [
        "update",
        "update",
        "switch",
        "create",
    ]


def test_the_order_decides() -> None:
    one, two = make_user(), make_user()
    first, second = make_rule(people(one)), make_rule(people(two))
    order_rules(SYSTEM, [second.pk])
    assert [rule.pk for rule in all_rules(SYSTEM)] == [second.pk, first.pk]
    lead = make_lead()
    route()
    assert fresh(lead).owner_id == two.pk
    archive_rule(SYSTEM, second.pk)
    other = make_lead()
    route()
    assert fresh(other).owner_id == one.pk
    with pytest.raises(NotFound):
        switch_rule(SYSTEM, second.pk, on=True)


REP = [{"user": 1, "weight": 1}]


@pytest.mark.parametrize(
    ("content", "field", "code"),
    [
        ({}, "target", "value.choice"),
        ({"target": {"kind": "people"}}, "target", "target.nobody"),
        ({"target": {"kind": "people", "people": [{"user": 1, "weight": 0}]}}, "target", "weights.zero"),
        ({"target": {"kind": "people", "people": [{"user": 1, "weight": -1}]}}, "target", "weights.invalid"),
        ({"target": {"kind": "people", "people": [{"user": "x"}]}}, "target", "value.record"),
        ({"target": {"kind": "pool", "pool": True}}, "target", "value.record"),
        ({"target": {"kind": "people", "people": REP}, "more": 1}, "rule", "value.unknown"),
        (
            {"target": {"kind": "people", "people": REP}, "when": when("nothing", "eq", 1)},
            "when",
            "criteria.unknown_field",
        ),
        (
            {"target": {"kind": "people", "people": REP}, "when": when("owner", "eq", "@me")},
            "when",
            "routing.no_reader",
        ),
        (
            {"target": {"kind": "people", "people": REP}, "gate": {"required": ["nothing"]}},
            "gate",
            "gate.unknown_field",
        ),
        ({"target": {"kind": "people", "people": REP}, "gate": {"score": 50}}, "gate", "gate.no_score"),
        (
            {
                "target": {"kind": "people", "people": REP},
                "when": when("company", "is_empty"),
                "gate": {"required": ["company"]},
            },
            "gate",
            "gate.contradiction",
        ),
        ({"target": {"kind": "people", "people": REP}, "triggers": ["x"]}, "triggers", "value.choice"),
        ({"target": {"kind": "people", "people": REP}, "triggers": []}, "triggers", "value.required"),
        (
            {"target": {"kind": "people", "people": REP}, "strategies": ["round_robin", "random"]},
            "strategies",
            "strategies.unreachable",
        ),
        (
            {"target": {"kind": "people", "people": REP}, "strategies": ["territory", "territory"]},
            "strategies",
            "strategies.twice",
        ),
        (
            {
                "target": {"kind": "people", "people": REP},
                "strategies": [{"key": "grade_match", "levels": {"high": 9}}],
            },
            "strategies",
            "grades.level",
        ),
        ({"target": {"kind": "people", "people": REP}, "window": {"when": "x"}}, "window", "value.choice"),
    ],
)
def test_what_cannot_be_read(content: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_content(content)
    assert refused.value.fields[field]["code"] == code
    assert refused.value.fields[field]["detail"]


@pytest.mark.parametrize(
    "junk", [None, 3, [], "x", {"target": 3}, {"target": {"kind": []}}, {"strategies": [3]}, {"gate": []}]
)
def test_junk_is_refused(junk: Any) -> None:
    with pytest.raises(Invalid):
        read_content(junk)


def test_a_target_must_be_there() -> None:
    pool = make_pool()
    archive_pools(SYSTEM, [pool.pk])
    department = make_department()
    for target in (
        {"kind": "pool", "pool": pool.pk},
        {"kind": "department", "department": department.pk},
        {"kind": "department", "department": 999_999},
        {"kind": "people", "people": [{"user": 999_999}]},
    ):
        with pytest.raises(DomainError):
            create_rule(SYSTEM, name="规则", content={"target": target})
    with pytest.raises(Invalid):
        create_rule(SYSTEM, name="  ", content={"target": people(make_user())})


def test_rules_that_go_round_cannot_both_be_on() -> None:
    one, two, three = make_pool(), make_pool(), make_pool()

    def way(source: Any, target: Any) -> Any:
        content = {"target": {"kind": "pool", "pool": target.pk}, "when": when("pool", "eq", source.pk)}
        return create_rule(SYSTEM, name=f"{source.name}到{target.name}", content=content)

    rules = [way(one, two), way(two, three), way(three, one)]
    switch_rule(SYSTEM, rules[0].pk, on=True)
    switch_rule(SYSTEM, rules[1].pk, on=True)
    with pytest.raises(Circular) as refused:
        switch_rule(SYSTEM, rules[2].pk, on=True)
    assert refused.value.detail.count("→") == 3
    switch_rule(SYSTEM, rules[0].pk, on=False)
    switch_rule(SYSTEM, rules[2].pk, on=True)


def test_rules_without_a_pool_in_their_condition_move_a_lead_once() -> None:
    one, two = make_pool(), make_pool()
    make_rule({"kind": "pool", "pool": one.pk})
    make_rule({"kind": "pool", "pool": two.pk})
    lead = make_lead()
    route()
    assert fresh(lead).pool_id == two.pk
    assert last(lead).outcome == "unmatched"


def test_what_a_rule_points_to_may_go_later() -> None:
    make_user(role="admin")
    rep, pool = make_user(), make_pool()
    to_person, to_pool = make_rule(people(rep)), make_rule({"kind": "pool", "pool": pool.pk})
    deactivate_user(SYSTEM, rep.pk)
    archive_pools(SYSTEM, [pool.pk])
    assert [flaw.code for flaw in flaws(read_content(to_person.content))] == [
        "routing.gone",
        "routing.nobody",
    ]
    (flaw,) = flaws(read_content(to_pool.content))
    assert flaw.stops
    assert [rule.pk for rule, _content in active_rules()] == [to_person.pk]
    lead = make_lead()
    route()
    assert last(lead).outcome == "nobody"
    for rule in (to_person, to_pool):
        switch_rule(SYSTEM, rule.pk, on=False)
        with pytest.raises(RuleBroken):
            switch_rule(SYSTEM, rule.pk, on=True)


def test_a_rule_below_one_that_takes_all_its_leads_is_told_so() -> None:
    finance, pool = when("industry", "eq", "finance"), make_pool()
    to_pool = make_rule({"kind": "pool", "pool": pool.pk})
    first = make_rule(people(make_user()), when=finance)
    same = make_rule(people(make_user()), when=finance, triggers=["captured"])
    everything = make_rule(people(make_user()), triggers=["captured", "recycled"])
    below = make_rule(people(make_user()), when=when("industry", "eq", "retail"), triggers=["recycled"])
    wider = make_rule(people(make_user()))
    running = [(rule.pk, content) for rule, content in active_rules()]
    assert unreached(running) == {same.pk: first.pk, below.pk: everything.pk}
    assert {to_pool.pk, wider.pk} <= {rule_id for rule_id, _content in running}
    page = client_for(make_user(role="admin")).get("/settings/routing").content.decode()
    assert page.count("取走了它的全部线索") == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_saving_at_once_one_is_told() -> None:
    rep = make_user()
    rule, recycle = make_rule(people(rep)), recycling.save_rule(SYSTEM, {"name": "回收"})
    kept = {"target": people(rep), "when": when("industry", "eq", "finance")}

    def save(number: int) -> list[str]:
        access, refused = system_access(f"tests.{number}"), []
        saves = (
            lambda: update_rule(access, rule.pk, name=f"规则{number}", content=kept, expected=1),
            lambda: recycling.save_rule(access, {"overdue_days": 20 + number}, rule_id=recycle.pk, version=1),
        )
        try:
            for one in saves:
                try:
                    one()
                except Stale as late:
                    refused.append(late.code)
        finally:
            connection.close()
        return refused

    with ThreadPoolExecutor(2) as pool:
        refusals = [code for told in pool.map(save, range(2)) for code in told]
    assert len(refusals) == 2
    assert [item.number for item in versions_of(VERSIONS, rule.pk)] == [2, 1]
    assert [item.number for item in versions_of(recycling.KIND, recycle.pk)] == [2, 1]
