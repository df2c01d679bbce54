"""The one door: nobody acts without a permission, and a reach is as wide as the scope."""

from types import SimpleNamespace

import pytest

from headwater.kernel.access import (
    Access,
    Actor,
    ActorKind,
    FieldRule,
    Reach,
    Scope,
    permit,
    register_permission,
    system_access,
)
from headwater.kernel.catalogue import clean
from headwater.kernel.errors import Forbidden, Invalid, NotSignedIn
from tests.kernel import toy


def test_an_access_is_made_only_by_the_door() -> None:
    with pytest.raises(TypeError):
        Access(toy.actor(), "toy_things.view", Reach(everyone=True), object())


def test_nobody_is_asked_to_sign_in() -> None:
    for nobody in (SimpleNamespace(actor=None), SimpleNamespace(), None):
        with pytest.raises(NotSignedIn):
            permit(nobody, "toy_things.view")


def test_a_missing_grant_is_forbidden_and_says_which() -> None:
    actor = Actor(id=1, kind=ActorKind.PERSON, name="x")
    with pytest.raises(Forbidden) as refusal:
        permit(SimpleNamespace(actor=actor), "toy_things.view")
    assert refusal.value.facts["permission"] == "toy_things.view"


def test_an_unknown_permission_is_a_mistake_of_the_code() -> None:
    with pytest.raises(LookupError):
        permit(toy.actor(), "toy_things.vieew")


@pytest.mark.parametrize(
    ("scope", "everyone", "people"),
    [
        (Scope.OWN, False, {1}),
        (Scope.DEPARTMENT, False, {1, 2}),
        (Scope.DEPARTMENT_BELOW, False, set()),  # nobody given: nobody reached, never everybody
        (Scope.ALL, True, set()),
    ],
)
def test_reach_follows_the_scope(scope: Scope, everyone: bool, people: set[int]) -> None:
    reach = toy.access(scope=scope).reach
    assert (reach.everyone, set(reach.people)) == (everyone, people)
    assert reach.covers(1) == (everyone or 1 in people)
    assert reach.covers(99) == everyone
    assert reach.covers(None) == everyone


def test_permissions_without_scope_reach_everything() -> None:
    register_permission("toy_things.configure", "x", scoped=False)
    actor = Actor(id=1, kind=ActorKind.PERSON, name="x", permissions={"toy_things.configure": Scope.OWN})
    assert permit(actor, "toy_things.configure").reach.everyone


def test_the_system_acts_under_the_name_of_its_work() -> None:
    access = system_access("imports.run")
    assert (access.actor.name, access.user_id, access.reach.everyone) == ("imports.run", None, True)
    assert access.may("anything.at_all")
    assert access.also("toy_makers.view").reach.everyone


def test_scopes_widen_in_order() -> None:
    assert [scope.width for scope in Scope] == [0, 1, 2, 3]


RULES = {
    ("toy_thing", "amount"): FieldRule.HIDDEN,
    ("toy_thing", "phone"): FieldRule.MASKED,
    ("toy_thing", "email"): FieldRule.READ_ONLY,
    ("toy_thing", "custom.c_code"): FieldRule.HIDDEN,
}


def test_what_a_role_may_not_change_is_refused_field_by_field() -> None:
    values = {"name": "a", "score": 1, "amount": 5, "phone": "13800138000", "email": "a@b.com", "nothing": 1}
    with pytest.raises(Invalid) as refusal:
        clean(toy.THING, values | {"custom": {"c_code": "x", "none": 1}}, toy.access(rules=RULES))
    codes = {key: complaint["code"] for key, complaint in refusal.value.fields.items()}
    assert codes == {
        "amount": "field.unknown",
        "phone": "field.read_only",
        "email": "field.read_only",
        "nothing": "field.unknown",
        "custom.c_code": "field.unknown",
        "custom.none": "field.unknown",
    }


def test_every_complaint_comes_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        clean(toy.THING, {"name": "", "score": "x", "day": "?", "custom": {"c_amount": "y"}}, toy.access())
    assert set(refusal.value.fields) == {"name", "score", "day", "custom.c_amount"}


def test_a_part_is_checked_as_a_part() -> None:
    cleaned = clean(toy.THING, {"code": " x ", "custom": {"c_amount": "6.8万"}}, toy.access(), partial=True)
    assert (cleaned.fields, cleaned.custom) == ({"code": "x"}, {"c_amount": 68000})
    with pytest.raises(Invalid):
        clean(toy.THING, {"name": None}, toy.access(), partial=True)
    for strange in ([1], "x", 5):
        with pytest.raises(Invalid):
            clean(toy.THING, {"custom": strange}, toy.access(), partial=True)


def test_a_required_field_does_not_stop_those_who_may_not_fill_it_in() -> None:
    rules = {("toy_thing", "name"): FieldRule.HIDDEN}
    assert clean(toy.THING, {"code": "x"}, toy.access(rules=rules)).fields == {"code": "x"}
    with pytest.raises(Invalid):
        clean(toy.THING, {"code": "x"}, toy.access())
