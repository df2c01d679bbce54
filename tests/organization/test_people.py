"""Inviting, changing, leaving and coming back."""

import pytest

from headwater.kernel.access import Scope, permit, system_access
from headwater.kernel.errors import Invalid, NotSignedIn, Stale
from headwater.organization import errors, queries, services
from headwater.organization.belongings import register_belongings
from headwater.organization.models import User
from tests.organization.factories import PASSWORD, access, actor, make_department, make_role, make_user

pytestmark = pytest.mark.django_db
SYSTEM = system_access("tests")


def test_an_address_belongs_to_one_person_whatever_its_case() -> None:
    make_user(email="li@example.com")
    with pytest.raises(Invalid) as refusal:
        make_user(email="LI@Example.com")
    assert refusal.value.fields["email"]["code"] == "user.email_taken"


def test_every_bad_value_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        services.create_user(
            SYSTEM, name=" ", email="nobody", mobile="12", time_zone="Mars/Olympus", level=9, private_cap=-1
        )
    assert refusal.value.fields.keys() == {"name", "email", "mobile", "time_zone", "level", "private_cap"}


def test_a_weak_password_is_refused_with_reasons() -> None:
    with pytest.raises(Invalid) as refusal:
        make_user(password="12345")
    assert refusal.value.fields["password"]["code"] == "password.weak"


def test_saving_the_same_changes_nothing_and_a_stale_version_is_refused() -> None:
    user = make_user("李四", title="销售")
    same = services.update_user(SYSTEM, user.pk, title="销售", version=1)
    assert same.version == 1
    changed = services.update_user(SYSTEM, user.pk, title="高级销售", version=1)
    assert changed.version == 2
    with pytest.raises(Stale):
        services.update_user(SYSTEM, user.pk, title="总监", version=1)


def test_a_changed_address_no_longer_opens_the_account() -> None:
    from allauth.account.models import EmailAddress

    user = make_user(email="old@example.com")
    services.update_user(SYSTEM, user.pk, email="new@example.com")
    assert list(EmailAddress.objects.filter(user_id=user.pk).values_list("email", flat=True)) == [
        "new@example.com"
    ]


@pytest.mark.parametrize("typed", ["张", "张三", "zhangsan", "zs", "Zhang San", "ZHANG", "zhang3@"])
def test_people_are_found_by_name_pinyin_initials_and_address(typed: str) -> None:
    found = make_user("张三", email="zhang3@example.com")
    make_user("王五", email="wang@example.com")
    assert [person.id for person in queries.people_choices(typed)] == [found.pk]


def test_family_names_are_read_as_family_names() -> None:
    found = make_user("曾单")
    assert [person.id for person in queries.people_choices("zengdan")] == [found.pk]


def test_choices_leave_out_those_who_left() -> None:
    make_user(role="admin")
    gone = make_user("离职")
    services.deactivate_user(SYSTEM, gone.pk)
    assert queries.people_choices("离职") == []
    assert [p.id for p in queries.people_choices("离职", include_inactive=True)] == [gone.pk]


def test_an_invited_person_joins_once_by_the_link() -> None:
    user, link = services.invite_user(SYSTEM, name="新人", email="new@example.com", roles=["rep"])
    token = link.rsplit("/", 1)[1]
    assert not user.is_active
    with pytest.raises(NotSignedIn):
        queries.actor_for(user)
    with pytest.raises(Invalid):
        services.accept_invitation(token, password="short")
    joined = services.accept_invitation(token, password=PASSWORD)
    assert joined.is_active
    assert joined.check_password(PASSWORD)
    with pytest.raises(errors.InvitationInvalid):
        services.accept_invitation(token, password=PASSWORD)


def test_only_the_newest_link_works_and_not_for_ever() -> None:
    from datetime import timedelta

    from headwater.kernel import clock

    user, first = services.invite_user(SYSTEM, name="新人", email="new@example.com")
    _, second = services.renew_invitation(SYSTEM, user.pk)
    with pytest.raises(errors.InvitationInvalid):
        services.find_invitation(first.rsplit("/", 1)[1])
    token = second.rsplit("/", 1)[1]
    assert services.find_invitation(token).user_id == user.pk
    with clock.freeze(clock.now() + timedelta(days=8)), pytest.raises(errors.InvitationInvalid):
        services.find_invitation(token)


def test_leaving_ends_the_way_in_and_tells_what_is_left_behind() -> None:
    make_user(role="admin")
    user = make_user()
    register_belongings("test", "Tests", count=lambda ids: dict.fromkeys(ids, 3))
    leaving = services.deactivate_user(SYSTEM, user.pk)
    assert leaving.still_owns["test"] == 3
    with pytest.raises(NotSignedIn):
        queries.load_actor(user.pk)
    assert services.reactivate_user(SYSTEM, user.pk).is_active


def test_the_last_administrator_stays() -> None:
    admin = make_user("管理员", role="admin")
    with pytest.raises(errors.LastAdministrator):
        services.deactivate_user(SYSTEM, admin.pk)
    with pytest.raises(errors.LastAdministrator):
        services.update_user(SYSTEM, admin.pk, roles=["rep"])
    make_user(role="admin")
    services.update_user(SYSTEM, admin.pk, roles=["rep"])
    assert permit(actor(admin), "users.view")


def test_nobody_deactivates_themselves() -> None:
    make_user(role="admin")
    admin = make_user(role="admin")
    with pytest.raises(errors.NotYourself):
        services.deactivate_user(access(admin, "users.delete"), admin.pk)


def test_nobody_hands_out_more_than_they_hold() -> None:
    office = make_role(grants={"users.view": "all", "users.create": "all", "users.edit": "all"})
    clerk = make_user("文员", role=office)
    admin = make_user("管理员", role="admin")
    edit = access(clerk, "users.edit")
    with pytest.raises(errors.MoreThanYourOwn):
        services.create_user(access(clerk, "users.create"), name="x", email="x@example.com", roles=["admin"])
    with pytest.raises(errors.MoreThanYourOwn):
        services.update_user(edit, admin.pk, email="mine@example.com")
    with pytest.raises(errors.MoreThanYourOwn):
        services.update_user(edit, clerk.pk, roles=["admin", office.pk])
    colleague = services.create_user(
        access(clerk, "users.create"), name="x", email="x@example.com", roles=[office.pk]
    )
    assert actor(colleague).permissions == {
        "users.view": Scope.ALL,
        "users.create": Scope.ALL,
        "users.edit": Scope.ALL,
    }


def test_reporting_lines_have_no_circles() -> None:
    a = make_user("甲")
    b = make_user("乙", manager=a)
    c = make_user("丙", manager=b)
    for below in (b, c):
        with pytest.raises(errors.ReportingCycle):
            services.update_user(SYSTEM, a.pk, manager=below.pk)
    services.update_user(SYSTEM, c.pk, manager=a.pk)
    assert User.objects.get(pk=c.pk).manager_id == a.pk


def test_an_archived_department_takes_nobody() -> None:
    department = make_department()
    services.archive_department(SYSTEM, department.pk)
    with pytest.raises(Invalid) as refusal:
        make_user(department=department)
    assert refusal.value.fields["department"]["code"] == "department.unknown"
