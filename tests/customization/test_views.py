"""Views: one's own, shared ones, and the columns each person likes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headwater.customization import builtin, services
from headwater.customization.builtin import register_view
from headwater.customization.errors import NotYourView
from headwater.customization.models import SavedView
from headwater.customization.queries import find_view, list_setup, views_of
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Forbidden, Invalid, NotFound, Stale
from headwater.organization.models import Department, User
from tests.customization.factories import ADMIN, make_field
from tests.organization.factories import access, make_department, make_role, make_user

pytestmark = pytest.mark.django_db
ACTIVE = {"all": [{"field": "status", "op": "eq", "value": "active"}]}


@pytest.fixture(autouse=True)
def _own_builtin_views(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtin, "_views", {})
    register_view("campaign", "all", "All", sort="-starts_on")
    register_view("campaign", "active", "Running", ACTIVE, columns=("name", "budget"))
    register_view("campaign", "secret", "Secret", permission="campaigns.export")


@pytest.fixture
def team() -> Department:
    return make_department()


@pytest.fixture
def manager(team: Department) -> User:
    return make_user("经理", role="manager", department=team)


@pytest.fixture
def rep(team: Department) -> User:
    return make_user("销售", role="rep", department=team)


def sight(user: User) -> Access:
    return access(user, "campaigns.view")


def save(user: User, name: str = "进行中", **settings: object) -> SavedView:
    return services.save_view(sight(user), record="campaign", name=name, **settings)


def keys(user: User) -> list[str]:
    return [view.key for view in views_of(sight(user), record_type("campaign"))]


def test_everybody_has_the_builtin_views_they_may_use(rep: User) -> None:
    assert keys(rep) == ["all", "active"]
    assert keys(make_user(role="marketing")) == ["all", "active", "secret"]


def test_a_private_view_is_seen_by_its_owner_alone(rep: User, manager: User) -> None:
    view = save(rep, criteria=ACTIVE, sort="-budget", columns=["name", "cost"], density="compact")
    assert keys(rep)[-1] == f"v{view.pk}"
    assert keys(manager) == ["all", "active"]
    kind = record_type("campaign")
    with pytest.raises(NotFound):
        find_view(sight(manager), kind, f"v{view.pk}")
    setup = list_setup(sight(rep), kind, f"v{view.pk}")
    assert (setup.criteria, setup.sort, setup.columns, setup.density) == (
        ACTIVE,
        "-budget",
        ["name", "cost"],
        "compact",
    )


def test_a_view_is_shared_with_all_with_a_department_or_with_a_role(
    rep: User, manager: User, team: Department
) -> None:
    everyone = save(manager, "全员", sharing="everyone")
    below = make_department(parent=team)
    colleague = make_user(role="rep", department=below)
    elsewhere = make_user(role="mdr", department=make_department())
    for_team = save(manager, "部门", sharing="selected", department_ids=[team.pk])
    role = make_role(grants={"campaigns.view": "all"})
    for_role = save(manager, "角色", sharing="selected", role_ids=[role.pk])
    holder = make_user(role=role)
    assert set(keys(rep)) == {"all", "active", f"v{everyone.pk}", f"v{for_team.pk}"}
    assert f"v{for_team.pk}" in keys(colleague), "a department's views reach those below it"
    assert set(keys(elsewhere)) == {"all", "active", f"v{everyone.pk}"}
    assert f"v{for_role.pk}" in keys(holder)


def test_sharing_needs_the_permission(rep: User, manager: User) -> None:
    with pytest.raises(Forbidden):
        save(rep, sharing="everyone")
    view = save(rep)
    with pytest.raises(Forbidden):
        services.update_view(sight(rep), view.pk, sharing="everyone")
    shared = save(manager, "共享", sharing="everyone")
    with pytest.raises(NotYourView):
        services.update_view(sight(rep), shared.pk, name="我的")
    with pytest.raises(NotYourView):
        services.delete_view(sight(rep), shared.pk)
    other = make_user(role="manager")
    services.update_view(sight(other), shared.pk, name="大家的")


def test_changes_say_when_they_are_late_or_wrong(rep: User) -> None:
    view = save(rep)
    services.update_view(sight(rep), view.pk, name="新", version=1)
    with pytest.raises(Stale):
        services.update_view(sight(rep), view.pk, name="旧", version=1)
    wrong: list[tuple[dict[str, object], str]] = [
        ({"name": " "}, "name"),
        ({"criteria": {"all": [{"field": "nothing", "op": "eq", "value": 1}]}}, "filter"),
        ({"criteria": [1]}, "filter"),
        ({"sort": "nothing"}, "sort"),
        ({"columns": ["nothing"]}, "fields"),
        ({"columns": "name"}, "columns"),
        ({"density": "huge"}, "density"),
        ({"sharing": "selected"}, "sharing"),
        ({"sharing": "world"}, "sharing"),
        ({"role_ids": ["x"]}, "role_ids"),
        ({"colour": 1}, "colour"),
    ]
    everyone = make_user(role="admin")
    own = save(everyone)
    for changes, complaint in wrong:
        with pytest.raises(Invalid) as refusal:
            services.update_view(sight(everyone), own.pk, **changes)
        assert complaint in refusal.value.fields, changes


def test_a_name_is_used_once_per_person(rep: User, manager: User) -> None:
    save(rep, "重点")
    save(manager, "重点")
    with pytest.raises(Invalid):
        save(rep, "重点")


def test_columns_are_each_persons_own_choice(rep: User, manager: User) -> None:
    kind = record_type("campaign")
    usual = list_setup(sight(rep), kind, "all").columns
    services.choose_columns(sight(rep), kind, view="active", columns=["name", "owner"], density="compact")
    assert list_setup(sight(rep), kind, "active").columns == ["name", "owner"]
    assert list_setup(sight(rep), kind, "active").density == "compact"
    assert list_setup(sight(rep), kind, "all").columns == usual
    assert list_setup(sight(manager), kind, "active").columns == ["name", "budget"]
    services.choose_columns(sight(rep), kind, view="active", columns=[])
    assert list_setup(sight(rep), kind, "active").columns == ["name", "budget"]
    services.choose_columns(sight(rep), kind, columns=["status"])
    assert list_setup(sight(rep), kind, "all").columns == ["name", "status"]


def test_a_person_may_open_with_another_view(rep: User) -> None:
    kind = record_type("campaign")
    assert list_setup(sight(rep), kind).view is not None
    assert list_setup(sight(rep), kind).view.key == "all"  # type: ignore[union-attr]
    view = save(rep, criteria=ACTIVE)
    services.choose_first_view(sight(rep), kind, f"v{view.pk}")
    assert list_setup(sight(rep), kind).criteria == ACTIVE
    services.delete_view(sight(rep), view.pk)
    assert list_setup(sight(rep), kind).view.key == "all"  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        services.choose_first_view(sight(rep), kind, "nothing")


def test_retired_fields_drop_out_of_columns(rep: User) -> None:
    field = make_field("主题")
    view = save(rep, columns=["name", field.key])
    services.retire_field(ADMIN, field.pk)
    assert list_setup(sight(rep), record_type("campaign"), f"v{view.pk}").columns == ["name"]


def test_opening_a_list_costs_one_query_however_many_views(rep: User) -> None:
    kind, seen = record_type("campaign"), sight(rep)
    for number in range(8):
        save(rep, f"视图{number}")
    with CaptureQueriesContext(connection) as queries:
        list_setup(seen, kind)
    assert len([query for query in queries if "customization_savedview" in query["sql"]]) == 1
    assert len([query for query in queries if "stamp" not in query["sql"]]) == 1
