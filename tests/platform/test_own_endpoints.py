"""The platform's own endpoints: files, notifications, background work."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from headwater.kernel import access as kernel_access
from headwater.kernel import sql
from headwater.kernel.access import Actor, ActorKind, Scope, system_access
from headwater.platform.notifications import kinds as registry
from headwater.platform.notifications import notify, register_kind
from headwater.platform.tokens.services import create_token

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.platform.urls")]

GRANTS = {
    7: {"files.view": Scope.ALL, "files.create": Scope.ALL},
    8: {"files.view": Scope.ALL, "jobs.configure": Scope.ALL},
}
Caller = Callable[[int], Client]


def load(user_id: int, token: Any) -> Actor:
    return Actor(user_id, ActorKind.TOKEN, "u", permissions=GRANTS[user_id], token_id=token.pk, language="en")


@pytest.fixture(autouse=True)
def _own_house(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.FILES_ROOT = tmp_path
    loader, kinds = list(kernel_access._loader), dict(registry._kinds)
    kernel_access.register_actor_loader(load)
    register_kind("test.hello", label="Hello", text="Hello %(name)s")
    yield
    kernel_access._loader[:] = loader
    registry._kinds.clear()
    registry._kinds.update(kinds)


@pytest.fixture
def client_of() -> Caller:
    def make(user: int) -> Client:
        _, secret = create_token(system_access("tests"), user_id=user, name="t")
        return Client(headers={"Authorization": f"Bearer {secret}"})

    return make


def post(client: Client, path: str, body: Any) -> Any:
    return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")


def test_a_file_goes_up_and_comes_down(client_of: Caller) -> None:
    mine, other = client_of(7), client_of(8)
    made = mine.post("/api/v1/files", {"file": SimpleUploadedFile("报价.txt", "你好".encode())})
    assert made.status_code == 201, made.content
    assert (made.json()["name"], made.json()["content_type"]) == ("报价.txt", "text/plain")
    content = mine.get(made.json()["content_url"])
    assert b"".join(content.streaming_content).decode() == "你好"  # type: ignore[arg-type]
    assert content["Content-Disposition"].startswith("attachment")
    assert other.get(made["Location"]).status_code == 404
    assert other.post("/api/v1/files", {"file": SimpleUploadedFile("a.txt", b"a")}).status_code == 403
    refused = mine.post("/api/v1/files", {"file": SimpleUploadedFile("a.exe", b"MZ")})
    assert (refused.status_code, refused.json()["code"]) == (422, "file.type_refused")
    assert mine.post("/api/v1/files", {"record_type": "lead"}).status_code == 422
    elsewhere = {"file": SimpleUploadedFile("a.txt", b"a"), "record_type": "nothing", "record_id": "5"}
    assert mine.post("/api/v1/files", elsewhere).status_code == 404
    broken = mine.post("/api/v1/files", b"--x\r\nrubbish", content_type="multipart/form-data; boundary=x")
    assert 400 <= broken.status_code < 500
    assert broken["Content-Type"] == "application/problem+json"
    assert mine.delete(made["Location"]).status_code == 204
    assert mine.get(made["Location"]).status_code == 404


def test_an_upload_beyond_all_limits_is_refused_unread(client_of: Caller) -> None:
    refused = client_of(7).generic(
        "POST",
        "/api/v1/files",
        b"--x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(400 * 1024 * 1024),
    )
    assert (refused.status_code, refused.json()["code"]) == (413, "request.too_large")


def test_polling_for_notifications_is_cheap(client_of: Caller) -> None:
    mine = client_of(7)
    notify([7, 8], "test.hello", params={"name": "张三"})
    first = mine.get("/api/v1/notifications")
    assert [item["text"] for item in first.json()["items"]] == ["Hello 张三"]
    assert first.json()["unread"] == 1
    again = mine.get("/api/v1/notifications", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert post(mine, "/notifications/read", {"ids": [10**18, -1]}).json() == {"unread": 1}
    assert post(mine, "/notifications/read", {}).json() == {"unread": 0}
    assert mine.get("/api/v1/notifications", headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert client_of(8).get("/api/v1/notifications").json()["unread"] == 1
    for cursor in ("x", "-1", "9" * 40, "٣"):
        assert mine.get("/api/v1/notifications", {"cursor": cursor}).status_code == 200


def test_failed_work_is_seen_and_retried_by_who_may(client_of: Caller) -> None:
    keeper = client_of(8)
    sql.execute(
        "INSERT INTO platform_event_set_aside (subscriber, event_id, event_name, attempts, error,"
        " set_aside_at)"
        " VALUES ('gone', 1, 'test.gone', 5, 'ValueError: x', now())"
    )
    state = keeper.get("/api/v1/background").json()
    (aside,) = state["set_aside_events"]
    assert (aside["subscriber"], aside["next_try_at"]) == ("gone", None)
    refused = post(keeper, f"/background/events/{aside['id']}/retry", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "events.still_failing")
    assert post(keeper, "/background/events/999/retry", {}).status_code == 404
    assert post(keeper, "/background/jobs/999/retry", {}).status_code == 404
    assert client_of(7).get("/api/v1/background").status_code == 403
