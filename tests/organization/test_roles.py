"""Roles, built-in and own."""

import pytest

from headwater.kernel.access import system_access
from headwater.kernel.errors import Invalid, Stale
from headwater.organization import errors, services
from headwater.organization.models import Role, RoleGrant
from tests.organization.factories import access, actor, make_role, make_user

pytestmark = pytest.mark.django_db
SYSTEM = system_access("tests")


def test_builtin_roles_are_written_once_and_a_grant_taken_away_stays_away() -> None:
    roles = services.ensure_builtin_roles()
    assert set(roles) == {"rep", "mdr", "pool_admin", "manager", "marketing", "service", "admin"}
    rep = roles["rep"]
    RoleGrant.objects.get(role=rep, permission="departments.view").delete()
    services.ensure_builtin_roles()
    assert not RoleGrant.objects.filter(role=rep, permission="departments.view").exists()


def test_a_new_room_s_permission_reaches_existing_roles() -> None:
    rep = services.ensure_builtin_roles()["rep"]
    RoleGrant.objects.get(role=rep, permission="users.view").delete()
    rep.offered = [code for code in rep.offered if code != "users.view"]
    rep.save()
    services.ensure_builtin_roles()
    assert RoleGrant.objects.filter(role=rep, permission="users.view").exists()


def test_grants_are_replaced_as_a_whole_and_told_apart() -> None:
    role = make_role(grants={"users.view": "all", "audit.view": "own"})
    assert RoleGrant.objects.get(role=role, permission="audit.view").scope == "all"  # it has no scope
    services.update_role(SYSTEM, role.pk, grants={"users.view": "all", "users.edit": "all"}, version=1)
    codes = set(RoleGrant.objects.filter(role=role).values_list("permission", flat=True))
    assert codes == {"users.view", "users.edit"}
    with pytest.raises(Stale):
        services.update_role(SYSTEM, role.pk, name="x", version=1)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"grants": {"nothing.real": "all"}}, "permission.unknown"),
        ({"grants": {"users.view": "galaxy"}}, "scope.unknown"),
        ({"rules": {("user", "mobile"): "loud"}}, "rule.unknown"),
        ({"name": "  "}, "value.required"),
    ],
)
def test_nonsense_is_refused(wanted: dict[str, object], code: str) -> None:
    role = make_role()
    with pytest.raises(Invalid) as refusal:
        services.update_role(SYSTEM, role.pk, **wanted)  # type: ignore[arg-type]
    assert [complaint["code"] for complaint in refusal.value.fields.values()] == [code]


def test_a_copy_has_the_same_grants_and_rules() -> None:
    role = make_role(grants={"users.view": "all"}, rules={("user", "mobile"): "masked"})
    copy = services.copy_role(SYSTEM, role.pk, name="副本")
    assert actor(make_user(role=copy)).permissions == actor(make_user(role=role)).permissions
    assert copy.field_rules.get().rule == "masked"


def test_a_role_in_use_or_built_in_stays() -> None:
    role = make_role()
    user = make_user(role=role)
    with pytest.raises(errors.RoleInUse):
        services.delete_role(SYSTEM, role.pk)
    with pytest.raises(errors.BuiltinRoleKept):
        services.delete_role(SYSTEM, Role.objects.get(key="rep").pk)
    services.update_user(SYSTEM, user.pk, roles=["rep"])
    services.delete_role(SYSTEM, role.pk)
    assert not Role.objects.filter(pk=role.pk).exists()


def test_the_administrators_role_is_fixed() -> None:
    with pytest.raises(errors.AdministratorRoleFixed):
        services.update_role(SYSTEM, Role.objects.get(key="admin").pk, grants={})


def test_nobody_widens_a_role_beyond_their_own() -> None:
    keeper = make_role(grants={"roles.configure": "all", "users.view": "all"})
    user = make_user(role=keeper)
    with pytest.raises(errors.MoreThanYourOwn):
        services.update_role(
            access(user, "roles.configure"),
            keeper.pk,
            grants={"roles.configure": "all", "users.view": "all", "users.edit": "all"},
        )


def test_a_name_is_taken_once() -> None:
    make_role("财务")
    with pytest.raises(Invalid) as refusal:
        make_role("财务")
    assert refusal.value.fields["name"]["code"] == "role.name_taken"
