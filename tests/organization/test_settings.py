"""The settings screens: who sees them, and what their forms do."""

from typing import Any

import pytest
from django.test import Client

from headwater.kernel.access import system_access
from headwater.organization import services
from headwater.organization.models import Department, Role, RoleGrant, User
from headwater.platform.notifications import switches_of
from tests.organization.factories import client_for, make_department, make_role, make_user

pytestmark = pytest.mark.django_db
SYSTEM = system_access("tests")
OWN_PAGES = [
    "/settings",
    "/settings/account",
    "/settings/security",
    "/settings/notifications",
    "/settings/tokens",
    "/settings/tokens/new",
    "/settings/people",
    "/settings/people/{user}",
    "/settings/departments",
]
COMPANY_PAGES = [
    "/settings/general",
    "/settings/people/invite",
    "/settings/people/{user}/edit",
    "/settings/people/{user}/renew",
    "/settings/people/{user}/deactivate",
    "/settings/departments/new",
    "/settings/departments/{department}/edit",
    "/settings/roles",
    "/settings/roles/new",
    "/settings/roles/{role}",
    "/settings/roles/{role}/fields",
    "/settings/roles/{role}/rename",
    "/settings/roles/{role}/copy",
    "/settings/audit",
]
ACTS = [
    "/settings/people/{user}/reactivate",
    "/settings/people/{user}/factors/remove",
    "/settings/people/{user}/sessions/end",
    "/settings/departments/{department}/archive",
    "/settings/departments/{department}/restore",
    "/settings/roles/{role}/delete",
]
DIALOG = {"HX-Request": "true", "HX-Target": "hw-dialog"}


@pytest.fixture
def admin() -> User:
    return make_user("管理员", role="admin", email="admin@example.com")


@pytest.fixture
def ids() -> dict[str, int]:
    department = make_department("销售部")
    user = make_user("张三", department=department)
    return {"user": user.pk, "department": department.pk, "role": make_role("财务").pk}


@pytest.mark.parametrize("page", OWN_PAGES)
def test_everybody_has_their_own_settings(page: str, ids: dict[str, int]) -> None:
    client = client_for(make_user(role="rep"))
    assert client.get(page.format(**ids)).status_code == 200
    assert Client().get(page.format(**ids)).status_code == 302


@pytest.mark.parametrize("page", COMPANY_PAGES)
def test_only_those_who_may_see_the_company_s(page: str, ids: dict[str, int], admin: User) -> None:
    path = page.format(**ids)
    assert client_for(make_user(role="rep")).get(path).status_code == 403
    assert client_for(admin).get(path).status_code == 200
    assert client_for(admin).get(path, headers=DIALOG).status_code == 200


@pytest.mark.parametrize("page", ACTS)
def test_acts_need_the_permission_and_a_post(page: str, ids: dict[str, int], admin: User) -> None:
    path = page.format(**ids)
    assert client_for(make_user(role="rep")).post(path).status_code == 403
    assert client_for(admin).get(path).status_code == 405


@pytest.mark.parametrize("page", [p for p in [*COMPANY_PAGES, "/settings/people/{user}"] if "{" in p])
def test_what_is_not_there_is_not_found(page: str, admin: User) -> None:
    path = page.format(user=10**9, department=10**9, role=10**9)
    assert client_for(admin).get(path).status_code == 404


def test_people_are_searched_and_filtered(admin: User, ids: dict[str, int]) -> None:
    client = client_for(admin)
    gone = make_user("李四")
    services.deactivate_user(SYSTEM, gone.pk)

    def names(query: str) -> str:
        return client.get(f"/settings/people{query}").content.decode()

    assert "张三" in names("?q=zhangs")
    assert "张三" not in names("?q=wangwu")
    assert "张三" in names(f"?department={ids['department']}")
    assert "李四" not in names("")
    assert "李四" in names("?standing=deactivated")
    assert client.get("/settings/people?department=x&from=-1&standing=odd").status_code == 200


def test_inviting_shows_the_link(admin: User, ids: dict[str, int]) -> None:
    role = Role.objects.get(key="rep")
    given = {"name": "新人", "email": "new@example.com", "department": ids["department"], "roles": [role.pk]}
    answer = client_for(admin).post("/settings/people/invite", given, headers=DIALOG)
    assert "/join/" in answer.content.decode()
    user = User.objects.get(email="new@example.com")
    assert not user.is_active
    assert list(user.roles.all()) == [role]


def test_a_refused_form_names_its_fields(admin: User) -> None:
    answer = client_for(admin).post("/settings/people/invite", {"name": "", "email": "x"}, headers=DIALOG)
    assert answer.status_code == 422
    assert answer.json()["facts"]["fields"].keys() == {"name", "email"}


def test_changing_a_person(admin: User, ids: dict[str, int]) -> None:
    client = client_for(admin)
    given = {
        "name": "张三丰",
        "email": "zsf@example.com",
        "private_cap": "80",
        "level": "3",
        "is_on_duty": "",
    }
    path = f"/settings/people/{ids['user']}/edit"
    assert client.post(path, {**given, "version": "1"}).status_code == 303
    user = User.objects.get(pk=ids["user"])
    assert (user.name, user.private_cap, user.level, user.is_on_duty) == ("张三丰", 80, 3, False)
    assert (user.department_id, user.roles.count()) == (None, 0)
    stale = client.post(path, {**given, "version": "1"}, headers=DIALOG)
    assert stale.status_code == 412
    odd = client.post(path, {**given, "private_cap": "many"}, headers=DIALOG)
    assert odd.json()["facts"]["fields"].keys() == {"private_cap"}


def test_deactivating_tells_what_stays_and_can_be_undone(admin: User, ids: dict[str, int]) -> None:
    client = client_for(admin)
    path = f"/settings/people/{ids['user']}"
    assert client.post(f"{path}/deactivate", headers={"HX-Request": "true"}).status_code == 204
    assert not User.objects.get(pk=ids["user"]).is_active
    assert client.post(f"{path}/reactivate", headers={"HX-Request": "true"}).status_code == 204
    assert User.objects.get(pk=ids["user"]).is_active


def test_the_tree_is_edited(admin: User, ids: dict[str, int]) -> None:
    client = client_for(admin)
    htmx = {"HX-Request": "true"}
    new = {"name": "华东组", "parent": ids["department"], "leader": ids["user"]}
    assert client.post("/settings/departments/new", new, headers=htmx).status_code == 204
    child = Department.objects.get(name="华东组")
    assert child.parent_id == ids["department"]
    circle = {"name": "销售部", "parent": child.pk, "leader": ""}
    refused = client.post(f"/settings/departments/{ids['department']}/edit", circle, headers=htmx)
    assert refused.json()["code"] == "department.cycle"
    assert client.post(f"/settings/departments/{child.pk}/archive", headers=htmx).status_code == 204
    assert "华东组" not in client.get("/settings/departments").content.decode()
    assert "华东组" in client.get("/settings/departments?archived=1").content.decode()


def test_the_matrix_is_saved_as_a_whole(admin: User, ids: dict[str, int]) -> None:
    client = client_for(admin)
    path = f"/settings/roles/{ids['role']}"
    given = {"grant.users.view": "all", "grant.users.edit": "", "version": "1"}
    assert client.post(path, given, headers={"HX-Request": "true"}).status_code == 204
    grants = RoleGrant.objects.filter(role_id=ids["role"]).values_list("permission", "scope")
    assert list(grants) == [("users.view", "all")]
    stale = client.post(path, given | {"grant.users.edit": "all"}, headers={"HX-Request": "true"})
    assert stale.status_code == 412


def test_field_rules_are_saved_per_record(admin: User, ids: dict[str, int]) -> None:
    client = client_for(admin)
    path = f"/settings/roles/{ids['role']}/fields"
    client.post(path, {"record": "user", "rule.mobile": "masked", "rule.email": "visible"})
    client.post(path, {"record": "department", "rule.leader": "hidden", "rule.no_such": "hidden"})
    rules = set(Role.objects.get(pk=ids["role"]).field_rules.values_list("record", "field", "rule"))
    assert rules == {("user", "mobile", "masked"), ("department", "leader", "hidden")}


def test_the_administrators_role_cannot_be_saved(admin: User) -> None:
    role = Role.objects.get(key="admin")
    answer = client_for(admin).post(f"/settings/roles/{role.pk}", {}, headers={"HX-Request": "true"})
    assert answer.json()["code"] == "role.administrator"


def test_my_profile_and_my_switches(admin: User) -> None:
    client = client_for(admin)
    given = {"name": "新名", "language": "en", "theme": "dark", "time_zone": "UTC", "is_on_duty": "true"}
    answer = client.post("/settings/account", given)
    assert answer.cookies["hw_theme"].value == "dark"
    admin.refresh_from_db()
    assert (admin.name, admin.language, admin.theme) == ("新名", "en", "dark")
    kinds = switches_of(admin.pk)
    if kinds:
        key = kinds[0].kind.key
        client.post("/settings/notifications/switch", {"kind": key, "channel": "in_app"})
        assert not switches_of(admin.pk)[0].in_app
    assert client.post("/settings/notifications/switch", {"kind": "no.such"}).status_code == 404


def test_a_token_shows_its_secret_once(admin: User) -> None:
    client = client_for(admin)
    given = {"name": "ERP", "days": "30", "reach": "some", "scopes": ["users.view"]}
    answer = client.post("/settings/tokens/new", given, headers=DIALOG)
    assert "hw_" in answer.content.decode()
    page = client.get("/settings/tokens").content.decode()
    assert "ERP" in page
    refused = client.post("/settings/tokens/new", {"name": ""}, headers=DIALOG)
    assert refused.status_code == 422


def test_the_audit_log_is_filtered(admin: User, ids: dict[str, int]) -> None:
    client = client_for(admin)
    services.update_user(SYSTEM, ids["user"], title="主管")

    def log(query: str) -> Any:
        return client.get(f"/settings/audit{query}")

    assert "主管" in log(f"?record=user&id={ids['user']}").content.decode()
    assert "主管" not in log("?record=role").content.decode()
    assert log("?who=abc&days=nonsense&before=x&record=<script>").status_code == 200
    assert "主管" not in log("?days=2001-01-01%20-%202001-01-02").content.decode()


def test_the_company_s_settings_are_saved_or_refused_as_a_whole(admin: User) -> None:
    from headwater.platform.settings import SettingType, settings_list

    numbers = [item.setting for item in settings_list() if item.setting.type == SettingType.NUMBER]
    if not numbers:
        pytest.skip("no room has registered a number")
    client = client_for(admin)
    key = numbers[0].key
    good = client.post("/settings/general", {key: str(numbers[0].default)})
    assert good.status_code == 303
    bad = client.post("/settings/general", {key: "many"}, headers={"HX-Request": "true"})
    assert bad.json()["facts"]["fields"].keys() == {key}


def test_every_place_of_the_settings_says_what_it_is_for() -> None:
    page = client_for(make_user(role="admin")).get("/settings").content.decode()
    assert page.count('class="hw-place"') > 15
    assert page.count('class="hw-place"') == page.count('class="hw-muted block text-sm"')
