"""The room through HTTP, as programs meet it."""

from typing import Any

import pytest
from django.test import Client

from headwater.kernel.access import system_access
from headwater.organization.models import Department, User
from headwater.platform.tokens.services import create_token
from tests.organization.factories import PASSWORD, client_for, make_department, make_role, make_user

pytestmark = pytest.mark.django_db
API = "/api/v1"


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """A JSON request; the response."""
    return client.generic(
        method,
        f"{API}{path}",
        data="" if body is None else _dump(body),
        content_type="application/json",
        headers=headers,
    )


def _dump(body: Any) -> str:
    import json

    return json.dumps(body)


@pytest.fixture
def admin() -> User:
    return make_user("管理员", role="admin", email="admin@example.com")


def test_me_tells_who_what_and_how_far(admin: User) -> None:
    department = make_department("销售部", leader=None)
    user = make_user("张三", role="manager", department=department, email="zs@example.com")
    told = client_for(user).get(f"{API}/me").json()
    assert told["name"] == "张三"
    assert told["department"] == {"id": department.pk, "name": "销售部"}
    assert told["permissions"]["users.view"] == "all"
    assert told["people"]["own"] == [user.pk]
    assert [role["key"] for role in told["roles"]] == ["manager"]
    assert told["token"] is None


def test_a_token_says_so_and_is_held_to_its_scopes(admin: User) -> None:
    token, secret = create_token(
        system_access("tests"), user_id=admin.pk, name="ERP", scopes=["users.view"], expires_at=None
    )
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    told = client.get(f"{API}/me").json()
    assert told["permissions"] == {"users.view": "all"}
    assert told["token"]["id"] == token.pk
    refused = client.get(f"{API}/roles")
    assert refused.status_code == 403
    assert refused.json()["facts"]["permission"] == "roles.view"


def test_nobody_gets_in_without_signing_in() -> None:
    for path in (
        "/me",
        "/users",
        "/departments",
        "/departments/tree",
        "/roles",
        "/tokens",
        "/audit",
        "/settings",
    ):
        assert Client().get(f"{API}{path}").status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/users"),
        ("PATCH", "/users/1"),
        ("POST", "/users/1/deactivate"),
        ("POST", "/users/1/reactivate"),
        ("POST", "/users/1/invitation"),
        ("POST", "/departments"),
        ("PATCH", "/departments/1"),
        ("DELETE", "/departments/1"),
        ("POST", "/departments/1/restore"),
        ("GET", "/roles"),
        ("GET", "/roles/1"),
        ("GET", "/roles/permissions"),
        ("POST", "/roles"),
        ("PATCH", "/roles/1"),
        ("POST", "/roles/1/copy"),
        ("DELETE", "/roles/1"),
        ("GET", "/audit"),
        ("GET", "/settings"),
        ("PATCH", "/settings"),
    ],
)
def test_a_representative_may_not_change_the_company(method: str, path: str) -> None:
    client = client_for(make_user(role="rep"))
    body = {"name": "x"} if method in ("POST", "PATCH") else None
    assert send(client, method, path, body).status_code == 403


def test_a_person_is_invited_changed_deactivated_and_let_back_in(admin: User) -> None:
    client = client_for(admin)
    department = make_department("销售部")
    made = send(
        client,
        "POST",
        "/users",
        {
            "name": "李四",
            "email": "Li@Example.com",
            "department": department.pk,
            "roles": ["rep"],
            "mobile": "13800138000",
        },
    )
    assert made.status_code == 201, made.content
    body = made.json()
    assert "/join/" in body["invitation"]
    assert body["standing"] == "invited"
    assert body["department"] == {"id": department.pk, "name": "销售部"}
    assert [role["key"] for role in body["roles"]] == ["rep"]

    path = f"/users/{body['id']}"
    assert client.get(f"{API}{path}")["ETag"] == made["ETag"]
    changed = send(
        client, "PATCH", path, {"title": "主管", "roles": ["rep", "manager"]}, **{"If-Match": made["ETag"]}
    )
    assert changed.status_code == 200, changed.content
    assert client.get(f"{API}{path}")["ETag"] == changed["ETag"] != made["ETag"]
    stale = send(client, "PATCH", path, {"title": "经理"}, **{"If-Match": made["ETag"]})
    assert stale.status_code == 412

    again = send(client, "POST", f"{path}/invitation")
    assert again.status_code == 201
    gone = send(client, "POST", f"{path}/deactivate")
    assert gone.json()["still_owns"] == {}
    assert send(client, "POST", f"{path}/reactivate").json()["standing"] == "invited"


def test_with_a_password_a_person_may_sign_in_at_once(admin: User) -> None:
    made = send(
        client_for(admin), "POST", "/users", {"name": "李四", "email": "li@example.com", "password": PASSWORD}
    )
    assert made.json()["standing"] == "active"
    assert "invitation" not in made.json()
    assert User.objects.get(email="li@example.com").check_password(PASSWORD)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x"}, "email"),
        ({"name": "x", "email": "nonsense"}, "email"),
        ({"name": "x", "email": "admin@example.com"}, "email"),
        ({"name": "x", "email": "x@example.com", "roles": "rep"}, "roles"),
        ({"name": "x", "email": "x@example.com", "roles": ["king"]}, "roles"),
        ({"name": "x", "email": "x@example.com", "roles": [10**30]}, "roles"),
        ({"name": "x", "email": "x@example.com", "department": 999999}, "department"),
        ({"name": "x", "email": "x@example.com", "manager": 999999}, "manager"),
        ({"name": "x", "email": "x@example.com", "level": 7}, "level"),
        ({"name": "x", "email": "x@example.com", "password": "short"}, "password"),
        ({"name": "x", "email": "x@example.com", "password": 5}, "password"),
        ({"name": "x", "email": "x@example.com", "is_active": True}, "is_active"),
        ({"name": "x" * 61, "email": "x@example.com"}, "name"),
    ],
)
def test_bad_input_names_the_field(admin: User, body: dict[str, Any], field: str) -> None:
    refused = send(client_for(admin), "POST", "/users", body)
    assert refused.status_code == 422
    assert field in refused.json()["facts"]["fields"]
    assert User.objects.count() == 1


def test_people_are_listed_with_filter_search_and_constant_queries(
    admin: User, django_assert_num_queries: Any
) -> None:
    client = client_for(admin)
    make_user("张三")
    client.get(f"{API}/users")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        client.get(f"{API}/users")
    for number in range(8):
        make_user(f"同事{number}", role=("rep", "mdr"))
    client.get(f"{API}/users")
    with CaptureQueriesContext(connection) as many:
        listed = client.get(f"{API}/users").json()
    assert len(listed["items"]) == 10
    assert _reads(many) == _reads(few)
    assert [item["name"] for item in client.get(f"{API}/users?q=zs").json()["items"]] == ["张三"]


def _reads(queries: Any) -> list[str]:
    """What was asked, without the company's settings, which are read again every few seconds."""
    return [query["sql"][:60] for query in queries.captured_queries if "platform_setting" not in query["sql"]]


def test_departments_are_kept_through_the_api(admin: User) -> None:
    client = client_for(admin)
    made = send(client, "POST", "/departments", {"name": "公司"}, **{"Idempotency-Key": "k1"})
    again = send(client, "POST", "/departments", {"name": "公司"}, **{"Idempotency-Key": "k1"})
    assert made.status_code == again.status_code == 201
    assert Department.objects.count() == 1
    top = made.json()["id"]
    child = send(client, "POST", "/departments", {"name": "销售", "parent": top}).json()["id"]
    circle = send(client, "PATCH", f"/departments/{top}", {"parent": child})
    assert circle.status_code == 409
    assert circle.json()["code"] == "department.cycle"
    tree = client.get(f"{API}/departments/tree").json()["items"]
    assert [(node["name"], node["depth"]) for node in tree] == [("公司", 0), ("销售", 1)]
    assert send(client, "DELETE", f"/departments/{top}").status_code == 409
    assert send(client, "DELETE", f"/departments/{child}").status_code == 204
    assert send(client, "POST", f"/departments/{child}/restore").status_code == 200


def test_roles_are_kept_through_the_api(admin: User) -> None:
    client = client_for(admin)
    rules = [{"record": "user", "field": "mobile", "rule": "masked"}]
    made = send(
        client, "POST", "/roles", {"name": "财务", "grants": {"users.view": "all"}, "field_rules": rules}
    )
    assert made.status_code == 201, made.content
    path = f"/roles/{made.json()['id']}"
    changed = send(client, "PATCH", path, {"grants": {}}, **{"If-Match": made["ETag"]})
    assert changed.json()["grants"] == {}
    assert changed.json()["field_rules"] == rules
    assert send(client, "PATCH", path, {"grants": {"no.such": "all"}}).status_code == 422
    assert send(client, "PATCH", path, {"colour": "red"}).status_code == 422
    assert send(client, "POST", f"{path}/copy", {"name": "财务二"}).status_code == 201
    assert send(client, "DELETE", path).status_code == 204
    assert client.get(f"{API}{path}").status_code == 404
    codes = {item["code"] for item in client.get(f"{API}/roles/permissions").json()["items"]}
    assert "users.view" in codes


def test_my_tokens_show_their_secret_once(admin: User) -> None:
    client = client_for(admin)
    made = send(client, "POST", "/tokens", {"name": "ERP"}).json()
    assert made["secret"].startswith("hw_")
    assert "secret" not in client.get(f"{API}/tokens").json()["items"][0]
    bearer = Client(headers={"Authorization": f"Bearer {made['secret']}"})
    assert bearer.get(f"{API}/me").json()["id"] == admin.pk
    assert send(bearer, "POST", "/tokens", {"name": "another"}).status_code == 403
    assert send(client, "DELETE", f"/tokens/{made['id']}").status_code == 204
    assert bearer.get(f"{API}/me").status_code == 401


def test_others_tokens_are_not_mine(admin: User) -> None:
    rep = make_user(role="rep")
    token, _secret = create_token(system_access("tests"), user_id=rep.pk, name="mine")
    other = client_for(make_user(role="rep"))
    assert send(other, "DELETE", f"/tokens/{token.pk}").status_code == 404
    assert other.get(f"{API}/tokens?user={rep.pk}").status_code == 403
    assert len(client_for(admin).get(f"{API}/tokens?user={rep.pk}").json()["items"]) == 1


def test_leaving_ends_tokens_and_sessions(admin: User) -> None:
    rep = make_user(role="rep")
    _token, secret = create_token(system_access("tests"), user_id=rep.pk, name="mine")
    browser, bearer = client_for(rep), Client(headers={"Authorization": f"Bearer {secret}"})
    assert browser.get(f"{API}/me").status_code == bearer.get(f"{API}/me").status_code == 200
    told = send(client_for(admin), "POST", f"/users/{rep.pk}/deactivate").json()
    assert told["tokens"] == 1
    assert browser.get(f"{API}/me").status_code == bearer.get(f"{API}/me").status_code == 401


def test_the_audit_tells_what_was_before(admin: User) -> None:
    user = make_user("张三", title="销售")
    client = client_for(admin)
    send(client, "PATCH", f"/users/{user.pk}", {"title": "主管"})
    entry = client.get(f"{API}/audit?record=user&id={user.pk}").json()["items"][0]
    assert entry["action"] == "update"
    assert entry["changes"] == {"title": ["销售", "主管"]}
    assert entry["by"]["id"] == admin.pk


def test_changing_my_profile(admin: User) -> None:
    client = client_for(make_user("张三", role="rep"))
    changed = send(client, "PATCH", "/me", {"language": "en", "time_zone": "Asia/Tokyo"}).json()
    assert (changed["language"], changed["time_zone"]) == ("en", "Asia/Tokyo")
    assert send(client, "PATCH", "/me", {"email": "other@example.com"}).status_code == 422
    assert send(client, "PATCH", "/me", {"language": "xx"}).status_code == 422


def test_a_role_of_the_office_invites_only_up_to_itself(admin: User) -> None:
    office = make_role(grants={"users.view": "all", "users.create": "all", "users.edit": "all"})
    client = client_for(make_user(role=office))
    refused = send(client, "POST", "/users", {"name": "x", "email": "x@example.com", "roles": ["admin"]})
    assert refused.status_code == 403
    assert refused.json()["code"] == "role.more_than_your_own"
    takeover = send(client, "PATCH", f"/users/{admin.pk}", {"email": "mine@example.com"})
    assert takeover.status_code == 403
