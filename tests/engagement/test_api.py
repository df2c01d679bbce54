"""The JSON API of the room, through HTTP: the journey, the permissions, bad input."""

from typing import Any

import orjson
import pytest
from django.test import Client

from headwater.engagement.models import Activity, Task
from headwater.engagement.services import comment_on_activity, comment_on_record
from headwater.platform.events import drain
from headwater.platform.notifications import unread_count
from tests.engagement.things import access, make_activity, make_rep, make_thing
from tests.organization.factories import client_for, make_department, make_role, make_user

pytestmark = pytest.mark.django_db
API = "/api/v1"


def call(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    content = b"" if body is None else orjson.dumps(body)
    return client.generic(method, API + path, content, content_type="application/json", headers=headers)


@pytest.fixture
def team():
    class Team:
        def __init__(self) -> None:
            self.sales = make_department()
            self.boss = make_user("王经理", role="manager", department=self.sales)
            self.rep = make_rep("张三", department=self.sales)
            self.outsider = make_rep("外人", department=make_department())
            self.thing = make_thing(self.rep, "小米科技")
            self.activity = make_activity(self.rep, self.thing, content="谈了价格")
            self.comment = comment_on_activity(
                access(self.rep, "comments.create"), self.activity, content="记一笔"
            ).pk
            self.task = Task.objects.create(
                title="回电",
                owner=self.rep,
                created_at=self.rep.created_at,
                updated_at=self.rep.created_at,
            ).pk

        def path(self, template: str) -> str:
            return template.format(
                activity=self.activity,
                comment=self.comment,
                task=self.task,
                thing=self.thing.record_id,
                nobody=10**12,
            )

        def body(self, body: Any) -> Any:
            if not isinstance(body, dict):
                return body
            return {key: self.thing.record_id if value == "{thing}" else value for key, value in body.items()}

    return Team()


# method, path, body, permission, 2xx of its owner, answer to somebody out of reach
ACTS = [
    ("GET", "/activities", None, "activities.view", 200, 200),
    (
        "POST",
        "/activities",
        {"record_type": "thing", "record_id": "{thing}", "kind": "call", "content": "x"},
        "activities.create",
        201,
        404,
    ),
    ("GET", "/activities/{activity}", None, "activities.view", 200, 404),
    ("PATCH", "/activities/{activity}", {"content": "改"}, "activities.edit", 200, 404),
    ("GET", "/activities/{activity}/versions", None, "activities.view", 200, 404),
    ("GET", "/activities/{activity}/comments", None, "comments.view", 200, 404),
    ("POST", "/activities/{activity}/comments", {"content": "x"}, "comments.create", 201, 404),
    ("POST", "/activities/{activity}/likes", None, "activities.view", 200, 404),
    ("DELETE", "/activities/{activity}/likes", None, "activities.view", 200, 404),
    ("GET", "/comments?record_type=thing&record_id={thing}", None, "comments.view", 200, 404),
    (
        "POST",
        "/comments",
        {"record_type": "thing", "record_id": "{thing}", "content": "x"},
        "comments.create",
        201,
        404,
    ),
    ("GET", "/comments/{comment}", None, "comments.view", 200, 404),
    ("PATCH", "/comments/{comment}", {"content": "改"}, "comments.edit", 200, 404),
    ("POST", "/comments/{comment}/resolve", {}, "comments.create", 200, 404),
    ("DELETE", "/comments/{comment}", None, "comments.delete", 204, 404),
    ("GET", "/feed", None, "activities.view", 200, 200),
    ("GET", "/feed/news?after=0", None, "activities.view", 200, 200),
    ("GET", "/timeline?record_type=thing&record_id={thing}", None, "things.view", 200, 404),
    ("GET", "/tasks", None, "tasks.view", 200, 200),
    ("POST", "/tasks", {"title": "x"}, "tasks.create", 201, 201),
    ("GET", "/tasks/{task}", None, "tasks.view", 200, 404),
    ("PATCH", "/tasks/{task}", {"title": "改"}, "tasks.edit", 200, 404),
    ("GET", "/tasks/counts/mine", None, "tasks.view", 200, 200),
    ("POST", "/tasks/{task}/postpone", {"days": 1}, "tasks.edit", 200, 404),
    ("POST", "/tasks/{task}/complete", None, "tasks.edit", 200, 404),
    ("POST", "/tasks/{task}/reopen", None, "tasks.edit", 200, 404),
    ("POST", "/tasks/bulk/complete", {"ids": [1]}, "tasks.edit", 200, 200),
    ("POST", "/tasks/bulk/reopen", {"ids": [1]}, "tasks.edit", 200, 200),
    ("POST", "/tasks/bulk/postpone", {"ids": [1], "days": 1}, "tasks.edit", 200, 200),
    ("DELETE", "/tasks/{task}", None, "tasks.delete", 204, 404),
    ("POST", "/calendar", None, "tasks.view", 200, 200),
    ("DELETE", "/calendar", None, "tasks.view", 204, 204),
]


@pytest.mark.parametrize(("method", "path", "body", "permission", "mine", "theirs"), ACTS)
def test_each_endpoint_knows_the_guest_the_grant_and_the_reach(
    team, method, path, body, permission, mine, theirs
):
    address, content = team.path(path), team.body(body)
    assert call(Client(), method, address, content).status_code == 401
    powerless = client_for(make_user("无权", role=make_role(grants={"users.view": "all"})))
    refusal = call(powerless, method, address, content)
    assert refusal.status_code == 403
    assert refusal.json()["code"] == "access.forbidden"
    assert call(client_for(team.outsider), method, address, content).status_code == theirs
    answer = call(client_for(team.rep), method, address, content)
    assert answer.status_code == mine, answer.content


MANAGERS_ACTS = [
    ("DELETE", "/activities/{activity}", None, 204),
    ("POST", "/activities/{activity}/restore", None, 404),  # nothing to restore
    ("PATCH", "/activities/{activity}", {"content": "更正"}, 200),
    ("PATCH", "/comments/{comment}", {"content": "替他改"}, 403),
    ("DELETE", "/comments/{comment}", None, 204),
    ("POST", "/tasks/{task}/complete", None, 200),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), MANAGERS_ACTS)
def test_what_a_manager_may_do_with_a_reps(team, method, path, body, status):
    assert call(client_for(team.boss), method, team.path(path), body).status_code == status


def test_a_rep_may_not_delete_follow_ups(team):
    assert call(client_for(team.rep), "DELETE", f"/activities/{team.activity}").status_code == 403


def test_a_follow_up_is_recorded_listed_filtered_and_edited_with_its_etag(team):
    client = client_for(team.rep)
    body = {
        "record_type": "thing",
        "record_id": team.thing.record_id,
        "kind": "visit",
        "outcome": "interested",
        "content": "上门拜访",
        "next_at": "2099-01-05T09:30:00+08:00",
        "next_title": "寄合同",
    }
    answer = call(client, "POST", "/activities", body)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["kind"], made["outcome"], made["record"]) == ("visit", "interested", "小米科技")
    assert made["author"] == {"id": team.rep.pk, "name": "张三"}
    assert answer["Location"].endswith(f"/activities/{made['id']}")
    found = call(client, "GET", '/activities?filter={"field":"kind","op":"in","value":["visit"]}').json()
    assert [row["id"] for row in found["items"]] == [made["id"]]
    (task,) = call(client, "GET", '/tasks?filter={"field":"title","op":"eq","value":"寄合同"}').json()[
        "items"
    ]
    assert task["record"] == "小米科技"
    edited = call(
        client, "PATCH", f"/activities/{made['id']}", {"content": "再改"}, **{"If-Match": answer["ETag"]}
    )
    assert edited.status_code == 200
    stale = call(
        client, "PATCH", f"/activities/{made['id']}", {"content": "x"}, **{"If-Match": answer["ETag"]}
    )
    assert stale.status_code == 412
    (version,) = call(client, "GET", f"/activities/{made['id']}/versions").json()["items"]
    assert version["content"] == "上门拜访"


def test_a_repeated_request_records_once(team):
    client = client_for(team.rep)
    body = {"record_type": "thing", "record_id": team.thing.record_id, "kind": "call", "content": "一次"}
    first = call(client, "POST", "/activities", body, **{"Idempotency-Key": "k1"})
    again = call(client, "POST", "/activities", body, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert Activity.objects.filter(content="一次").count() == 1


def test_who_is_mentioned_may_read_the_follow_up_and_is_told(team):
    body = {"content": "帮忙", "mentions": [team.outsider.pk]}
    call(client_for(team.rep), "POST", f"/activities/{team.activity}/comments", body)
    drain()
    assert unread_count(team.outsider.pk) == 1
    answer = call(client_for(team.outsider), "GET", f"/activities/{team.activity}")
    assert answer.status_code == 200
    assert answer.json()["content"] == "谈了价格"


BAD = [
    ("POST", "/activities", b"{", 400),
    ("POST", "/activities", {"record_type": "nonsense", "record_id": 1, "kind": "call", "content": "x"}, 404),
    (
        "POST",
        "/activities",
        {"record_type": "thing", "record_id": -5, "kind": "call", "content": "x"},
        404,
    ),
    (
        "POST",
        "/activities",
        {"record_type": "thing", "record_id": "{thing}", "kind": "zap", "content": "x"},
        422,
    ),
    ("POST", "/activities", {"record_type": "thing", "record_id": "{thing}", "kind": "call"}, 422),
    (
        "POST",
        "/activities",
        {"record_type": "thing", "record_id": "{thing}", "kind": "call", "content": "x", "file_ids": [999]},
        404,
    ),
    ("GET", "/activities/999999999999", None, 404),
    ("GET", "/activities?sort=content", None, 422),
    ("GET", "/activities?cursor=zz", None, 422),
    ("GET", '/activities?filter={{"field":"nope","op":"eq","value":1}}', None, 422),
    ("GET", "/feed?cursor=zz", None, 422),
    ("GET", "/feed?limit=0", None, 422),
    ("GET", "/timeline?record_type=user&record_id=1", None, 404),
    ("GET", "/timeline?record_type=thing&record_id=abc", None, 422),
    ("PATCH", "/activities/{activity}", {"author": 1}, 422),
    ("PATCH", "/activities/{activity}", {"occurred_at": "2999-01-01"}, 422),
    ("POST", "/activities/{activity}/comments", {"content": " "}, 422),
    ("POST", "/activities/{activity}/comments", {}, 422),
    ("POST", "/tasks", {}, 422),
    ("POST", "/tasks", {"title": "x", "due_at": "soon"}, 422),
    ("POST", "/tasks", {"title": "x", "owner": 10**12}, 403),
    ("POST", "/tasks/{task}/postpone", {}, 422),
    ("POST", "/tasks/{task}/postpone", {"to": "2001-01-01T00:00:00Z"}, 422),
    ("POST", "/tasks/{task}/postpone", {"days": 1e9}, 422),
    ("POST", "/tasks/bulk/complete", {"ids": "all"}, 422),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), BAD)
def test_bad_input_is_refused_in_words(team, method, path, body, status):
    client = client_for(team.rep)
    if isinstance(body, bytes):
        answer = client.generic(method, API + path, body, content_type="application/json")
    else:
        answer = call(client, method, team.path(path), team.body(body))
    assert answer.status_code == status or (status == 400 and answer.status_code == 422), answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["code"]


def test_the_calendar_is_read_by_its_secret_alone(team):
    call(
        client_for(team.rep), "POST", "/tasks", {"title": "拜访，上午", "due_at": "2099-01-05T09:30:00+08:00"}
    )
    url = call(client_for(team.rep), "POST", "/calendar").json()["url"]
    path = url[url.index("/calendar/") :]
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode()
    assert "SUMMARY:拜访，上午" in text
    assert "BEGIN:VALARM" in text
    assert "回电" not in text
    call(client_for(team.rep), "POST", "/calendar")
    assert Client().get(path).status_code == 404


def test_comments_of_a_record_are_listed_newest_first(team):
    for content in ("一", "二"):
        comment_on_record(access(team.boss, "comments.create"), team.thing, content=content)
    found = call(
        client_for(team.rep), "GET", f"/comments?record_type=thing&record_id={team.thing.record_id}"
    ).json()
    assert [item["content"] for item in found["items"]] == ["二", "一"]
