"""The API of reports as a program uses it: what there is, a definition, its figures, the records behind."""

from typing import Any

import pytest
from django.test import Client

from headwater.platform.events import drain
from tests.insight.saved.factories import LEADS, make_report
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db
BASE = "/api/v1/reports"


def post(client: Client, path: str, body: Any, status: int = 200, **headers: str) -> Any:
    answer = client.post(f"{BASE}{path}", body, content_type="application/json", headers=headers)
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def test_a_program_builds_runs_saves_and_drills_a_report() -> None:
    anna = make_user(role="marketing")
    client = client_for(anna)
    pool = make_pool()
    leads = [make_lead(pool=pool) for _ in range(3)]
    drain()
    offered = {one["key"]: one for one in client.get(f"{BASE}/datasets").json()["items"]}
    fields = {one["key"]: one for one in offered["leads"]["fields"]}
    assert "month" in fields["lead.created_at"]["buckets"]
    assert "eq" in fields["lead.status"]["operators"]
    assert "lead" in [node["key"] for node in offered["leads"]["nodes"]]

    ran = post(client, "/run", {"definition": LEADS})
    assert ran["total"] == [3]
    status = ran["rows"][0]["keys"][0]
    page = post(client, "/drill", {"definition": LEADS, "measure": "m1", "keys": [status], "limit": 2})
    rest = post(client, "/drill", {"definition": LEADS, "keys": [status], "limit": 2, "cursor": page["next"]})
    assert page["record"] == "lead"
    assert {one["id"] for one in page["items"] + rest["items"]} == {one.pk for one in leads}

    body = {"name": "线索按状态", "definition": LEADS}
    made = post(client, "", body, 201, **{"Idempotency-Key": "once"})
    again = post(client, "", body, 201, **{"Idempotency-Key": "once"})
    assert made["id"] == again["id"]
    assert post(client, "", body, 422)["facts"]["fields"]["name"]["code"] == "name.taken"
    path = f"{BASE}/{made['id']}"
    assert post(client, f"/{made['id']}/run?max_age=60", {})["rows"] == ran["rows"]
    changed = client.patch(
        path, {"name": "改名"}, content_type="application/json", headers={"If-Match": '"1"'}
    )
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    stale = client.patch(path, {"name": "再改"}, content_type="application/json", headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    exported = client.get(f"{path}/export?format=csv")
    assert exported.headers["Content-Disposition"].startswith("attachment")
    assert exported.content.startswith(b"\xef\xbb\xbf")
    assert client.put(f"{path}/pin").status_code == 204
    assert [one["id"] for one in client.get(f"{BASE}?kind=pinned").json()["pinned"]] == [made["id"]]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert post(client, f"/{made['id']}/restore", {})["name"] == "改名"


def test_presets_sharing_and_schedules_over_the_api() -> None:
    anna, ben = make_user(role="marketing"), make_user(role="rep")
    client, other = client_for(anna), client_for(ben)
    preset = client.get(BASE).json()["presets"][0]["preset_key"]
    assert client.get(f"{BASE}/presets/{preset}").json()["id"] is None
    assert post(client, f"/presets/{preset}/copy", {}, 201)["preset_key"] == preset
    assert client.get(f"{BASE}/presets/1").status_code == 404
    report = make_report(anna)
    everyone = {"sharing": "everyone"}
    assert other.get(f"{BASE}/{report}").status_code == 404
    share = f"{BASE}/{report}/share"
    assert client.put(share, everyone, content_type="application/json").json()["sharing"] == "everyone"
    assert other.get(f"{BASE}/{report}").json()["may_edit"] is False
    assert other.put(share, everyone, content_type="application/json").status_code == 409
    body = {"rhythm": "week", "day": 1, "hour": 9, "person_ids": [ben.pk]}
    (made,) = post(client, f"/{report}/schedules", body, 201)["items"]
    path = f"/{report}/schedules/{made['id']}"
    assert post(other, f"/{report}/schedules", body, 403)["code"] == "access.forbidden"
    assert post(client, f"{path}/pause", {})["items"][0]["next_at"] is None
    assert post(client, f"{path}/resume", {})["items"][0]["next_at"]
    post(client, f"{path}/send", {"only_me": True}, 202)
    (sent,) = client.get(f"{BASE}{path}/sent").json()["items"]
    assert (sent["user_id"], sent["state"]) == (anna.pk, "waiting")
    assert client.delete(f"{BASE}{path}").status_code == 204


REFUSED: list[dict[str, Any]] = [
    {},
    {"dataset": "nothing"},
    {"dataset": "leads", "measures": [{"agg": 1}]},
    LEADS | {"filters": {"all": [{"field": "lead.nothing", "op": "eq", "value": 1}]}},
]


def test_definitions_that_cannot_be_are_refused_by_their_place() -> None:
    client = client_for(make_user(role="marketing"))
    for definition in REFUSED:
        for path in ("/run", "/drill", "/export"):
            assert post(client, path, {"definition": definition}, 422)["facts"]["fields"]
    odd: list[dict[str, Any]] = [
        {"measure": "m9"},
        {"keys": [{"a": 1}]},
        {"keys": ["x", "y", "z"]},
        {"cursor": "zzz"},
        {"sort": "nothing"},
    ]
    for one in odd:
        answer = client.post(f"{BASE}/drill", {"definition": LEADS} | one, content_type="application/json")
        assert answer.status_code in (200, 404, 409, 422), (one, answer.content)
