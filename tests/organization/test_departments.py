"""The tree keeps its shape, whatever is asked of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.kernel.access import system_access
from headwater.kernel.errors import DomainError, Invalid, Stale
from headwater.organization import errors, services
from headwater.organization.models import Department, User
from tests.organization.factories import make_department, make_user

SYSTEM = system_access("tests")


def assert_the_tree_is_whole() -> None:
    """Every path is that of the parent and the own id, and leads up to a root."""
    paths = {department.pk: department for department in Department.objects.all()}
    for department in paths.values():
        above = paths[department.parent_id].path if department.parent_id else ""
        assert department.path == f"{above}{department.pk}/"


@pytest.mark.django_db
def test_moving_takes_everything_below_along() -> None:
    a, b = make_department("甲"), make_department("乙")
    child = make_department("丙", parent=a)
    grandchild = make_department("丁", parent=child)
    services.move_department(SYSTEM, child.pk, parent=b.pk)
    grandchild.refresh_from_db()
    assert grandchild.path == f"{b.pk}/{child.pk}/{grandchild.pk}/"
    assert_the_tree_is_whole()


@pytest.mark.django_db
def test_a_department_never_goes_below_itself() -> None:
    a = make_department("甲")
    child = make_department("乙", parent=a)
    for target in (a, child):
        with pytest.raises(errors.DepartmentCycle) as refusal:
            services.move_department(SYSTEM, a.pk, parent=target.pk)
        assert refusal.value.facts == {"name": "甲", "under": target.name}


@pytest.mark.django_db
def test_names_are_unique_among_siblings_only() -> None:
    a, b = make_department("甲"), make_department("乙")
    make_department("一组", parent=a)
    make_department("一组", parent=b)
    with pytest.raises(Invalid) as refusal:
        make_department("一组", parent=a)
    assert refusal.value.fields["name"]["code"] == "department.name_taken"
    with pytest.raises(Invalid):
        make_department("甲")


@pytest.mark.django_db
def test_only_an_empty_department_is_archived() -> None:
    department = make_department("甲")
    make_department("乙", parent=department)
    make_user(department=department)
    with pytest.raises(errors.DepartmentInUse) as refusal:
        services.archive_department(SYSTEM, department.pk)
    assert refusal.value.facts == {"name": "甲", "people": 1, "departments": 1}


@pytest.mark.django_db
def test_a_stale_version_and_too_many_levels_are_refused() -> None:
    department = make_department()
    services.update_department(SYSTEM, department.pk, name="新名", version=1)
    with pytest.raises(Stale):
        services.update_department(SYSTEM, department.pk, name="又新", version=1)
    deepest = department
    for _ in range(11):
        deepest = make_department(parent=deepest)
    with pytest.raises(Invalid) as refusal:
        make_department(parent=deepest)
    assert refusal.value.fields["parent"]["code"] == "department.too_deep"


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_sequence_of_moves_leaves_a_tree(data: st.DataObject) -> None:
    ids: list[int | None] = [None, *[make_department().pk for _ in range(5)]]
    for _ in range(data.draw(st.integers(1, 12))):
        moved = data.draw(st.sampled_from(ids[1:]))
        target = data.draw(st.sampled_from(ids))
        try:
            services.move_department(SYSTEM, moved or 0, parent=target)
        except errors.DepartmentCycle:
            pass
        assert_the_tree_is_whole()


def in_parallel(*works: object) -> list[BaseException | None]:
    """Run the works at the same moment, each on a connection of its own; what each raised."""
    barrier = Barrier(len(works))

    def run(work: object) -> BaseException | None:
        barrier.wait()
        try:
            work()  # type: ignore[operator]
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_circle() -> None:
    for _ in range(5):
        a, b = make_department(), make_department()
        outcomes = in_parallel(
            lambda a=a, b=b: services.move_department(SYSTEM, a.pk, parent=b.pk),
            lambda a=a, b=b: services.move_department(SYSTEM, b.pk, parent=a.pk),
        )
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DepartmentCycle", "NoneType"]
    assert_the_tree_is_whole()


@pytest.mark.django_db(transaction=True)
def test_two_reporting_lines_at_once_make_no_circle() -> None:
    for _ in range(5):
        a, b = make_user(), make_user()
        outcomes = in_parallel(
            lambda a=a, b=b: services.update_user(SYSTEM, a.pk, manager=b.pk),
            lambda a=a, b=b: services.update_user(SYSTEM, b.pk, manager=a.pk),
        )
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "ReportingCycle"]


@pytest.mark.django_db(transaction=True)
def test_two_administrators_leaving_at_once_leave_one() -> None:
    admins = [make_user(role="admin"), make_user(role="admin")]
    outcomes = in_parallel(
        *[lambda admin=admin: services.deactivate_user(SYSTEM, admin.pk) for admin in admins]
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastAdministrator", "NoneType"]
    assert User.objects.filter(is_active=True, roles__key="admin").count() == 1


@pytest.mark.django_db(transaction=True)
def test_only_one_first_administrator_is_made() -> None:
    outcomes = in_parallel(
        *[
            lambda n=n: services.set_up_first_administrator(
                email=f"boss{n}@example.com", name="老板", password="correct horse 42"
            )
            for n in range(4)
        ]
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadySetUp"] * 3 + ["NoneType"]
    assert User.objects.count() == 1
