"""The whole journey of a lead over the JSON API, as an integrator with a token walks it."""

import json
from typing import Any

import pytest
from django.test import Client

from headwater.kernel.access import system_access
from headwater.organization.models import User
from headwater.platform.tokens.services import create_token
from tests.leads.factories import make_lead, make_pool, mobile
from tests.leads.invariants import broken_invariants
from tests.organization.factories import make_user

pytestmark = pytest.mark.django_db


class Api:
    """A client with a bearer token."""

    def __init__(self, user: User) -> None:
        _token, self.secret = create_token(
            system_access("tests"), user_id=user.pk, name="test", scopes=["*"], expires_at=None
        )
        self.client = Client()

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        response = self.client.generic(
            method,
            f"/api/v1{path}",
            b"" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}", **headers},
        )
        response.data = json.loads(response.content) if response.content else None
        return response


def test_the_whole_journey() -> None:
    make_pool()
    rep, admin = make_user("王芳"), make_user(role="admin")
    api, boss = Api(rep), Api(admin)
    assert api("GET", "/me").data["name"] == "王芳"

    made = api("POST", "/leads", {"name": "张三", "mobile": "13800138000", "company": "活水科技"})
    assert made.status_code == 201
    lead_id = made.data["id"]
    assert api("POST", "/leads", {"name": "李四", "phone": "138 0013 8000"}).data["code"] == "lead.duplicate"
    assert api("POST", "/leads", {"name": "李四"}).status_code == 422

    pooled = json.dumps({"all": [{"field": "status", "op": "in", "value": ["pooled"]}]})
    found = api("GET", f"/leads?filter={pooled}&sort=-created_at&limit=50").data
    assert [item["id"] for item in found["items"]] == [lead_id]
    assert found["items"][0]["mobile"] == "138****8000"

    claimed = api("POST", f"/leads/{lead_id}/claim")
    assert (claimed.status_code, claimed.data["status"], claimed.data["mobile"]) == (
        200,
        "assigned",
        "+8613800138000",
    )
    etag = claimed.headers["ETag"]
    changed = api("PATCH", f"/leads/{lead_id}", {"intent": "high"}, **{"If-Match": etag})
    assert changed.data["intent"] == "high"
    stale = api("PATCH", f"/leads/{lead_id}", {"intent": "low"}, **{"If-Match": etag})
    assert (stale.status_code, stale.data["code"]) == (412, "record.stale")

    told = api(
        "POST", f"/leads/{lead_id}/activities", {"kind": "call", "outcome": "connected", "content": "谈妥"}
    )
    assert told.status_code == 201
    assert api("GET", f"/leads/{lead_id}").data["status"] == "following"
    line = api("GET", f"/leads/{lead_id}/timeline").data["items"]
    assert {item["source"] for item in line} >= {"activity", "transfer", "touch"}

    back = api("POST", f"/leads/{lead_id}/return", {"reason": "no_need", "note": "明年"})
    assert back.data["status"] == "pooled"
    cooling = api("POST", f"/leads/{lead_id}/claim")
    assert (cooling.status_code, cooling.data["code"]) == (409, "lead.cooling_down")
    assert "until" in cooling.data["facts"]
    assert boss("POST", f"/leads/{lead_id}/assign", {"owner": rep.pk}).status_code == 200

    body = {"account": {"name": "活水科技"}, "opportunity": {"name": "首单", "amount": 10000}}
    first = api("POST", f"/leads/{lead_id}/convert", body, **{"Idempotency-Key": "k1"})
    again = api("POST", f"/leads/{lead_id}/convert", body, **{"Idempotency-Key": "k1"})
    assert first.status_code == 200
    assert first.data == again.data
    account = api("GET", f"/accounts/{first.data['account_id']}")
    assert account.data["name"] == "活水科技"
    history = api("GET", f"/accounts/{first.data['account_id']}/timeline").data["items"]
    assert any(item["record_type"] == "lead" for item in history)
    assert broken_invariants() == []


def test_bulk_acts_answer_row_by_row() -> None:
    admin, rep = make_user(role="admin"), make_user()
    boss = Api(admin)
    leads = [make_lead().pk for _ in range(3)]
    result = boss("POST", "/leads/bulk/assign", {"ids": [*leads, 10**9], "owners": [rep.pk]}).data["results"]
    assert [row["ok"] for row in result] == [True, True, True, False]
    assert result[3]["code"] == "record.not_found"
    mine = {"all": [{"field": "owner", "op": "eq", "value": rep.pk}]}
    result = boss("POST", "/leads/bulk/return", {"filter": mine, "reason": "other"}).data["results"]
    assert len(result) == 3
    assert all(row["ok"] for row in result)
    assert boss("POST", "/leads/bulk/move", {"ids": leads}).status_code == 422
    assert boss("POST", "/leads/bulk/claim", {"pool": 1}).status_code == 422


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/leads?filter=%7Bbad", 422),
        ('/leads?filter={"all":[{"field":"nope","op":"eq","value":1}]}', 422),
        ('/leads?filter={"all":[{"field":"name","op":"lt","value":1}]}', 422),
        ("/leads?sort=nope", 422),
        ("/leads?cursor=%00%ff", 422),
        ("/leads?fields=nope", 422),
        ("/leads?limit=100000", 422),
        ("/leads/999999999999999999999999", 404),
        ("/leads/0", 404),
        ("/nothing", 404),
    ],
)
def test_bad_questions_are_refused_in_words(path: str, status: int) -> None:
    answer = Api(make_user(role="admin"))("GET", path)
    assert answer.status_code in (status, 422)
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.data["code"]
    assert answer.data["detail"]


def test_nobody_gets_in_without_a_token() -> None:
    answer = Client().get("/api/v1/leads")
    assert answer.status_code == 401
    assert json.loads(answer.content)["code"] == "access.not_signed_in"


def test_duplicates_are_told_before_saving() -> None:
    lead = make_lead(mobile=mobile())
    api = Api(make_user(role="admin"))
    matches = api("POST", "/leads/duplicates/find", {"phone": lead.mobile}).data["matches"]
    assert [match["id"] for match in matches] == [lead.pk]
