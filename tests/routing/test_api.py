"""The API of routing: twins of the screens."""

from typing import Any

import pytest
from django.test import Client

from headwater.kernel.access import system_access
from tests.leads.factories import make_lead
from tests.organization.factories import client_for, make_user
from tests.routing.factories import fresh, people, route

pytestmark = pytest.mark.django_db

SYSTEM = system_access("tests")
API = "/api/v1"


def send(client: Client, address: str, body: Any, method: str = "post", **headers: str) -> Any:
    return getattr(client, method)(
        f"{API}{address}", body, content_type="application/json", headers=headers or None
    )


def test_a_rule_through_the_api() -> None:
    client, rep = client_for(make_user(role="admin")), make_user()
    content = {"target": people(rep), "strategies": ["designated_rep", {"key": "grade_match"}]}
    made = send(client, "/routing-rules", {"name": "默认", "content": content, "is_active": True})
    assert made.status_code == 201
    rule = made.json()
    assert (rule["version"], rule["is_active"], rule["warnings"]) == (1, True, [])
    assert [step["key"] for step in rule["content"]["strategies"]][-1] == "round_robin"
    address = f"/routing-rules/{rule['id']}"
    changed = send(client, address, {"name": "全部"}, "patch", **{"If-Match": made.headers["ETag"]})
    assert changed.json()["version"] == 2
    assert send(client, address, {"name": "x"}, "patch", **{"If-Match": '"1"'}).status_code == 412
    assert [item["number"] for item in client.get(f"{API}{address}/versions").json()["items"]] == [2, 1]
    assert send(client, f"{address}/restore", {"version": 1}).json()["name"] == "默认"
    assert send(client, "/routing-rules/order", {"ids": [rule["id"]]}).status_code == 204
    bad = send(client, "/routing-rules", {"name": "x", "content": {"target": {"kind": "people"}}})
    assert bad.json()["facts"]["fields"]["target"]["code"] == "target.nobody"
    assert client.delete(f"{API}{address}").status_code == 204
    assert client.get(f"{API}{address}").status_code == 404


def test_asking_deciding_and_reading() -> None:
    client, rep = client_for(make_user(role="admin")), make_user("李雷")
    lead = make_lead(intent="high")
    content = {"target": people(rep), "triggers": ["recycled"]}
    seen = send(client, "/routing/preview", {"content": content}).json()
    assert (seen["passing_now"], seen["people"][0]["now"]) == (1, 1)
    send(client, "/routing-rules", {"name": "默认", "content": content, "is_active": True})
    assert send(client, "/routing/dispatch", {"ids": [lead.pk]}).json() == {"asked": 1}
    route()
    assert fresh(lead).owner_id == rep.pk
    (decision,) = client.get(f"{API}/decisions?lead={lead.pk}").json()["items"]
    assert decision["outcome"] == "dispatched"
    assert "李雷" in decision["sentence"]
    assert client.get(f"{API}/decisions/{decision['id']}").json()["detail"]["candidates"]["in"] == [rep.pk]
    assert client.get(f"{API}/routing/fairness").json()["items"][0]["high"] == 1
    assert client.get(f"{API}/routing/waiting").json() == {"items": []}


def test_territories_and_suggestions() -> None:
    client, rep = client_for(make_user(role="admin")), make_user("李雷")
    given = send(client, f"/routing/territories/{rep.pk}", {"fields": {"industry": ["finance"]}}, "put")
    assert given.json() == {"user_id": rep.pk, "fields": {"industry": ["finance"]}}
    assert len(client.get(f"{API}/routing/territories").json()["items"]) == 1
    bad = send(client, f"/routing/territories/{rep.pk}", {"fields": {"mobile": ["1"]}}, "put")
    assert bad.status_code == 422
    lead = make_lead(industry="finance")
    best = send(client, "/routing/suggestions", {"ids": [lead.pk]}).json()["items"]
    assert best[0]["id"] == rep.pk
    assert len(best[0]["reasons"]) == 2


def test_who_may_not() -> None:
    client = client_for(make_user())
    for address in ("/routing-rules", "/routing/territories", "/routing/fairness", "/routing/waiting"):
        assert client.get(f"{API}{address}").status_code == 403
    assert send(client, "/routing/suggestions", {"ids": [1]}).status_code == 403
