"""The API of fields, picklists and views."""

from typing import Any

import orjson
import pytest
from django.test import Client

from headwater.organization.models import User
from tests.customization.factories import make_field
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    return client_for(make_user("管理员", role="admin"))


@pytest.fixture
def rep_user() -> User:
    return make_user("销售", role="rep")


@pytest.fixture
def rep(rep_user: User) -> Client:
    return client_for(rep_user)


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    response = client.generic(
        method,
        f"/api/v1{path}",
        b"" if body is None else orjson.dumps(body),
        content_type="application/json",
        headers=headers,
    )
    return response.status_code, orjson.loads(response.content) if response.content else None


def test_fields_are_listed_with_operators_and_choices(rep: Client) -> None:
    make_field("档位", "picklist", choices=["甲", "乙"])
    status, page = send(rep, "GET", "/fields?record=campaign")
    assert status == 200
    fields = {item["key"]: item for item in page["items"]}
    assert fields["name"]["is_required"]
    assert [item["key"] for item in fields["custom.dang_wei"]["operators"]][:2] == ["eq", "ne"]
    assert [item["value"] for item in fields["custom.dang_wei"]["choices"]] == ["甲", "乙"]
    assert fields["custom.dang_wei"]["id"]
    assert send(rep, "GET", "/fields?record=nothing")[0] == 404
    assert send(rep, "GET", "/fields")[0] == 422


def test_an_administrator_makes_changes_and_retires_a_field(admin: Client) -> None:
    status, field = send(admin, "POST", "/fields?record=campaign", {"label": "主题", "type": "text"})
    assert (status, field["name"], field["key"]) == (201, "zhu_ti", "custom.zhu_ti")
    path = f"/fields/{field['id']}"
    status, changed = send(admin, "PATCH", path, {"label": "活动主题"}, **{"If-Match": '"1"'})
    assert (status, changed["label"], changed["version"]) == (200, "活动主题", 2)
    assert send(admin, "PATCH", path, {"label": "x"}, **{"If-Match": '"1"'})[0] == 412
    assert send(admin, "PATCH", path, {"type": "number"})[0] == 422
    assert (
        send(admin, "PATCH", path, {"pattern": "("})[1]["facts"]["fields"]["pattern"]["code"]
        == "field.pattern"
    )
    assert send(admin, "POST", "/campaigns", {"name": "一", "custom": {"zhu_ti": "云"}})[0] == 201
    assert send(admin, "POST", f"{path}/retire")[1]["is_retired"] is True
    assert send(admin, "POST", "/campaigns", {"name": "二", "custom": {"zhu_ti": "云"}})[0] == 422
    assert send(admin, "POST", f"{path}/restore")[1]["is_retired"] is False
    assert send(admin, "GET", path)[1]["label"] == "活动主题"
    assert send(admin, "POST", "/fields/order", {"record": "campaign", "ids": [field["id"]]})[0] == 204
    assert send(admin, "GET", "/fields/999999")[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/fields", {"record": "campaign", "label": "x", "type": "text"}),
        ("PATCH", "/fields/1", {"label": "x"}),
        ("POST", "/fields/1/retire", None),
        ("POST", "/fields/1/restore", None),
        ("POST", "/fields/order", {"record": "campaign", "ids": []}),
        ("POST", "/picklists", {"label": "x"}),
        ("PATCH", "/picklists/campaign_type", {"label": "x"}),
        ("POST", "/picklists/campaign_type/choices", {"choices": ["x"]}),
        ("PATCH", "/picklists/campaign_type/choices", {"value": "email"}),
        ("PUT", "/picklists/campaign_type/order", {"values": []}),
    ],
)
def test_only_administrators_change_definitions(rep: Client, method: str, path: str, body: Any) -> None:
    status, problem = send(rep, method, path, body)
    assert (status, problem["code"]) == (403, "access.forbidden")
    assert send(Client(), method, path, body)[0] == 401


def test_picklists(admin: Client, rep: Client) -> None:
    status, made = send(
        admin,
        "POST",
        "/picklists",
        {"label": "颜色", "key": "colour", "choices": ["红", {"value": "b", "label": "蓝"}]},
    )
    assert (status, [item["label"] for item in made["choices"]]) == (201, ["红", "蓝"])
    assert send(admin, "POST", "/picklists/colour/choices", {"choices": ["绿", "蓝"]})[0] == 200
    assert send(admin, "PUT", "/picklists/colour/order", {"values": ["绿"]})[1]["choices"][0]["value"] == "绿"
    change = {"value": "b", "label": "深蓝", "color": "blue", "is_retired": True}
    status, changed = send(admin, "PATCH", "/picklists/colour/choices", change)
    assert {"value": "b", "label": "深蓝", "color": "blue", "parent": None, "is_retired": True} in changed[
        "choices"
    ]
    assert [item["value"] for item in send(rep, "GET", "/picklists/colour/choices")[1]["items"]] == [
        "绿",
        "红",
    ]
    assert send(admin, "PATCH", "/picklists/colour", {"label": "色彩"})[1]["label"] == "色彩"
    assert "colour" in [item["key"] for item in send(rep, "GET", "/picklists")[1]["items"]]
    assert send(rep, "GET", "/picklists/nothing")[0] == 404
    assert send(admin, "PATCH", "/picklists/colour/choices", {"value": "x"})[0] == 404


def test_regions_come_a_branch_at_a_time(rep: Client) -> None:
    provinces = send(rep, "GET", "/picklists/region/choices")[1]["items"]
    assert len(provinces) == 34
    cities = send(rep, "GET", "/picklists/region/choices?parent=44")[1]["items"]
    assert {"value": "44/4403", "label": "深圳市", "color": "", "parent": "44", "is_retired": False} in cities


def test_views(rep: Client, admin: Client) -> None:
    criteria = {"all": [{"field": "status", "op": "eq", "value": "active"}]}
    body = {"record": "campaign", "name": "进行中", "criteria": criteria, "columns": ["name"]}
    status, view = send(rep, "POST", "/views", body)
    assert (status, view["criteria"], view["is_mine"], view["sharing"]) == (201, criteria, True, "private")
    path = f"/views/{view['id']}"
    assert send(rep, "PATCH", path, {"name": "正在进行"}, **{"If-Match": '"1"'})[1]["name"] == "正在进行"
    assert send(rep, "PATCH", path, {"sharing": "everyone"})[0] == 403
    assert send(admin, "GET", path)[0] == 404
    assert f"v{view['id']}" in [
        item["key"] for item in send(rep, "GET", "/views?record=campaign")[1]["items"]
    ]
    assert send(rep, "PATCH", path, {"criteria": {"all": [{"field": "x", "op": "eq"}]}})[0] == 422
    assert send(rep, "DELETE", path)[0] == 204
    assert send(rep, "GET", path)[0] == 404


HUGE = 2**63


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/fields", {"record": "campaign", "label": "x", "type": "link"}),
        ("POST", "/fields", {"record": "campaign", "label": "x", "type": "text", "pattern": "a{4294967296}"}),
        ("POST", "/fields", {"record": "campaign", "label": "x", "type": "text", "pattern": "(" * 200}),
        ("POST", "/fields", {"record": "campaign", "label": "x", "type": "text", "default": {"a": [1]}}),
        ("POST", "/fields", {"record": "campaign", "label": "x", "type": "number", "minimum": "1e400"}),
        ("POST", "/fields", {"record": "campaign", "label": "x", "type": "number", "decimals": HUGE}),
        ("POST", "/fields", {"record": "campaign", "label": "x", "type": "picklist", "choices": [""]}),
        (
            "POST",
            "/fields",
            {"record": "campaign", "label": "x", "type": "picklist", "choices": ["a"], "default": ["a"]},
        ),
        (
            "POST",
            "/fields",
            {
                "record": "campaign",
                "label": "x",
                "type": "cascade",
                "choices": [{"value": "a/b", "parent": "a"}],
            },
        ),
        ("POST", "/fields", {"label": "x", "type": "text"}),
        ("POST", "/fields", {"record": "campaign", "label": "x\u0000", "type": "text"}),
        ("POST", "/fields/order", {"record": "campaign", "ids": [HUGE]}),
        ("POST", "/views", {"record": "campaign", "name": "x", "sharing": "selected", "role_ids": [HUGE]}),
        ("POST", "/views", {"record": "campaign", "name": "x", "columns": ["a" * 5000]}),
        ("POST", "/views", {"record": "campaign", "name": "x", "sort": "-" * 900}),
        ("POST", "/views", {"record": "campaign", "name": "x", "criteria": {"not": []}}),
        ("POST", "/picklists", {"label": "x", "key": "Ä"}),
        ("POST", "/picklists", {"label": "x" * 500}),
        ("POST", "/sources/bulk/order", {"ids": [HUGE]}),
    ],
)
def test_bad_input_is_refused_in_words(admin: Client, method: str, path: str, body: Any) -> None:
    status, problem = send(admin, method, path, body)
    assert status == 422, problem
    assert problem["code"]


@pytest.mark.parametrize(
    "path", [f"/fields/{HUGE}", f"/views/{HUGE}", "/fields/0", "/picklists/" + "x" * 5000]
)
def test_impossible_ids_are_not_found(admin: Client, path: str) -> None:
    assert send(admin, "GET", path)[0] in (404, 422)
