"""Roles merged, scopes turned into people, field rules weighed, tokens narrowed."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.kernel.access import FieldRule, Scope, permissions, permit, system_access
from headwater.kernel.errors import Forbidden, NotSignedIn
from headwater.organization import services
from headwater.organization.models import Department, Role, User
from headwater.organization.queries import (
    actor_for,
    company_stamp,
    department_below,
    department_tree,
    holders_of,
    load_actor,
    people_in,
    person_remembered,
)
from tests.organization.factories import actor, make_department, make_role, make_user

SYSTEM = system_access("tests")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scoped_permissions")]


@dataclass(frozen=True)
class Token:
    id: int
    scopes: tuple[str, ...]

    def allows(self, code: str) -> bool:
        return code in self.scopes


def test_the_administrator_may_do_all_that_is_registered() -> None:
    boss = actor(make_user(role="admin"))
    assert boss.permissions == {permission.code: Scope.ALL for permission in permissions()}
    assert permit(boss, "users.edit").reach.everyone


def test_without_the_grant_the_answer_is_forbidden() -> None:
    with pytest.raises(Forbidden) as refusal:
        permit(actor(make_user(role="rep")), "users.edit")
    assert refusal.value.facts["permission"] == "users.edit"


def test_the_widest_scope_of_all_roles_counts() -> None:
    narrow = make_role(grants={"users.view": "all", "test.view": "own", "test.edit": "department"})
    wide = make_role(grants={"test.view": "department_below", "test.edit": "own"})
    granted = actor(make_user(role=(narrow, wide))).permissions
    assert granted["test.view"] == Scope.DEPARTMENT_BELOW
    assert granted["test.edit"] == Scope.DEPARTMENT


def test_a_token_never_has_more_than_its_person() -> None:
    role = make_role(grants={"test.view": "department", "users.view": "all"})
    user = make_user(role=role)
    token = Token(id=5, scopes=("test.view", "test.edit"))
    narrowed = actor_for(user, token)
    assert narrowed.permissions == {"test.view": Scope.DEPARTMENT}
    assert narrowed.token_id == 5
    assert narrowed.kind == "token"


def test_reach_follows_departments_and_the_reporting_line() -> None:
    company = make_department("公司")
    sales = make_department("销售部", parent=company)
    east = make_department("华东组", parent=sales)
    other = make_department("客服部", parent=company)
    role = make_role(grants={"test.view": "department_below"})
    head = make_user("主管", role=role, department=sales)
    peer = make_user("同事", department=sales)
    below = make_user("组员", department=east)
    direct = make_user("直属", department=other, manager=head)
    indirect = make_user("隔级", department=other, manager=direct)
    stranger = make_user("旁人", department=other)
    people = actor(head).people
    assert people[Scope.OWN] == {head.pk}
    assert people[Scope.DEPARTMENT] == {head.pk, peer.pk, direct.pk}
    assert people[Scope.DEPARTMENT_BELOW] == {head.pk, peer.pk, below.pk, direct.pk, indirect.pk}
    assert stranger.pk not in people[Scope.DEPARTMENT_BELOW]
    assert actor(below).department_ids == {company.pk, sales.pk, east.pk}


def test_who_leads_a_department_reaches_it_without_sitting_in_it() -> None:
    role = make_role(grants={"test.view": "department"})
    leader = make_user("负责人", role=role)
    department = make_department(leader=leader)
    member = make_user("成员", department=department)
    assert actor(leader).people[Scope.DEPARTMENT] == {leader.pk, member.pk}


def test_the_actor_costs_three_queries_and_one_while_nothing_changes() -> None:
    user = make_user(role=("manager", "pool_admin"), department=make_department())
    user = User.objects.get(pk=user.pk)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        first = actor_for(user)
    assert len(queries) == 3
    with CaptureQueriesContext(connection) as queries:
        again = actor_for(user)
    assert len(queries) == 1
    assert again == first


CHANGES: dict[str, Callable[[User, Role, Department], object]] = {
    "name": lambda user, role, place: services.update_user(SYSTEM, user.pk, name="新名"),
    "roles": lambda user, role, place: services.update_user(SYSTEM, user.pk, roles=[]),
    "grants": lambda user, role, place: services.update_role(SYSTEM, role.pk, grants={}),
    "rules": lambda user, role, place: services.update_role(
        SYSTEM, role.pk, rules={("user", "mobile"): "hidden"}
    ),
    "department": lambda user, role, place: services.update_user(SYSTEM, user.pk, department=None),
    "a colleague": lambda user, role, place: make_user(department=place),
    "a report": lambda user, role, place: make_user(manager=user),
    "the tree": lambda user, role, place: make_user(department=make_department(parent=place)),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_shows_in_the_very_next_actor(what: str) -> None:
    role = make_role(grants={"test.view": "department_below", "users.view": "all"})
    place = make_department()
    user = make_user(role=role, department=place)
    before = actor(user)
    CHANGES[what](user, role, place)
    assert actor(user) != before


def test_leaving_shows_at_once() -> None:
    make_user(role="admin")
    user = make_user()
    load_actor(user.pk)
    services.deactivate_user(SYSTEM, user.pk)
    with pytest.raises(NotSignedIn):
        load_actor(user.pk)


def test_what_was_seen_inside_a_rolled_back_change_is_forgotten() -> None:
    role = make_role(grants={"test.view": "own"})
    user = make_user(role=role)
    before = actor(user)
    with pytest.raises(RuntimeError), transaction.atomic():
        services.update_role(SYSTEM, role.pk, grants={"test.view": "all"})
        assert actor(user).permissions["test.view"] == Scope.ALL
        raise RuntimeError
    assert actor(user) == before


def test_requests_do_not_share_the_person_they_remember() -> None:
    user = make_user("张三")
    stamp = company_stamp()
    one, other = person_remembered(user.pk, stamp), person_remembered(user.pk, stamp)
    assert one is not None
    one.name = "李四"
    assert other is not None
    assert other.name == "张三"


def test_the_most_permissive_field_rule_wins_among_roles_that_know_the_record() -> None:
    hides = make_role(grants={"users.view": "all"}, rules={("user", "mobile"): "hidden"})
    masks = make_role(grants={"users.edit": "all"}, rules={("user", "mobile"): "masked"})
    shows = make_role(grants={"users.view": "all"})
    elsewhere = make_role(grants={"departments.view": "all"})

    def rule(*roles: object) -> FieldRule | None:
        return actor(make_user(role=roles)).field_rules.get(("user", "mobile"))  # type: ignore[arg-type]

    assert rule(hides) == FieldRule.HIDDEN
    assert rule(hides, masks) == FieldRule.MASKED
    assert rule(hides, shows) is None
    assert rule(hides, elsewhere) == FieldRule.HIDDEN
    assert rule(hides, "admin") is None


def test_holders_of_a_permission_include_administrators_and_leave_out_others() -> None:
    role = make_role(grants={"test.view": "own"})
    holder, boss, other = make_user(role=role), make_user(role="admin"), make_user(role="service")
    holders = holders_of("test.view")
    assert {holder.pk, boss.pk} <= holders
    assert other.pk not in holders


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_reach_equals_a_walk_through_the_tree_and_the_line(data: st.DataObject) -> None:
    departments = []
    for _ in range(data.draw(st.integers(1, 6))):
        departments.append(make_department(parent=data.draw(st.sampled_from([None, *departments]))))
    role = make_role(grants={"test.view": "department_below"})
    people: list[User] = []
    for _ in range(data.draw(st.integers(2, 7))):
        place = data.draw(st.sampled_from([None, *departments]))
        boss = data.draw(st.sampled_from([None, *people]))
        people.append(make_user(role=role, department=place, manager=boss))
    me = data.draw(st.sampled_from(people))

    parents = {department.pk: department.parent_id for department in departments}

    def above(department_id: int | None) -> set[int]:
        found = set()
        while department_id is not None:
            found.add(department_id)
            department_id = parents[department_id]
        return found

    managers = {person.pk: person.manager_id for person in people}

    def bosses(user_id: int | None) -> set[int]:
        found = set()
        while (user_id := managers[user_id] if user_id else None) is not None:
            found.add(user_id)
        return found

    expected = {
        person.pk
        for person in people
        if person.pk == me.pk
        or me.pk in bosses(person.pk)
        or (me.department_id in above(person.department_id))
    }
    assert actor(me).people[Scope.DEPARTMENT_BELOW] == expected
    for department in departments:
        inside = {d.pk for d in departments if department.pk in above(d.pk)}
        assert department_below(department.pk) == inside
        assert people_in(department.pk) == {p.pk for p in people if p.department_id in inside}
    nodes = {node.id: node for node in department_tree()}
    for department in departments:
        assert nodes[department.pk].depth == len(above(department.pk)) - 1
        assert nodes[department.pk].people_below == len(people_in(department.pk))
