"""The API's door: everything that comes gets an answer that a program can read."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils.translation import gettext_lazy

from headwater.kernel import access as kernel_access
from headwater.kernel import sql
from headwater.kernel.access import Actor, ActorKind, Scope, system_access
from headwater.kernel.errors import NotFound, NotSignedIn
from headwater.platform.api import problem_response
from headwater.platform.api.authentication import CsrfFailed, SessionAuth
from headwater.platform.api.limits import RateLimited, limit_rate
from headwater.platform.settings import set_setting
from headwater.platform.tokens.services import create_token
from tests.platform.stones import TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.platform.urls")]

ALL = {f"stones.{act}": Scope.ALL for act in ("view", "create", "edit", "delete")}
PEOPLE: dict[int, dict[str, Scope]] = {7: ALL, 8: {"stones.view": Scope.OWN}, 9: {}}
Call = Callable[..., Any]


def load(user_id: int, token: Any) -> Actor:
    granted = {code: scope for code, scope in PEOPLE[user_id].items() if token.allows(code)}
    return Actor(
        user_id,
        ActorKind.TOKEN,
        f"u{user_id}",
        permissions=granted,
        people={Scope.OWN: frozenset({user_id})},
        token_id=token.pk,
        language="en",
    )


@pytest.fixture(autouse=True)
def _own_loader() -> Iterator[None]:
    before = list(kernel_access._loader)
    kernel_access.register_actor_loader(load)
    sql.execute(TABLE)
    yield
    kernel_access._loader[:] = before


@pytest.fixture
def call() -> Call:
    """Send a request as a person (by token) and get the response."""
    secrets = {user: create_token(system_access("tests"), user_id=user, name="t")[1] for user in PEOPLE}

    def send(
        method: str,
        path: str,
        body: Any = None,
        *,
        user: int | None = 7,
        raw: bytes | None = None,
        **headers: str,
    ) -> Any:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if user is not None:
            headers["Authorization"] = f"Bearer {secrets[user]}"
        kind = headers.pop("content-type", "application/json")
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        client = Client(raise_request_exception=False)
        return client.generic(method, f"/api/v1{path}", data, content_type=kind, headers=headers)

    return send


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["detail"]
    assert set(body) == {"type", "title", "status", "code", "detail", "remedy", "facts", "request_id"}
    return dict(body)


def test_a_record_lives(call: Call) -> None:
    made = call("POST", "/stones", {"name": "granite", "weight": "1.5"})
    assert made.status_code == 201
    assert made["ETag"] == '"1"'
    place = made["Location"].removeprefix("/api/v1")
    assert made.json() == {
        "id": made.json()["id"],
        "version": 1,
        "name": "granite",
        "weight": 1.5,
        "found_on": None,
    }
    assert call("GET", place)["ETag"] == '"1"'
    changed = call("PATCH", place, {"name": "marble"}, If_Match='"1"')
    assert (changed.status_code, changed.json()["name"], changed["ETag"]) == (200, "marble", '"2"')
    assert problem(call("PATCH", place, {"name": "x"}, If_Match='"1"'), 412, "record.stale")["facts"] == {
        "version": 2
    }
    problem(call("PATCH", place, {"name": "x"}, If_Match='"other"'), 412, "record.stale")
    assert call("PATCH", place, {"name": "basalt"}, If_Match="*").status_code == 200
    gone = call("DELETE", place)
    assert (gone.status_code, gone.content) == (204, b"")
    problem(call("GET", place), 404, "record.not_found")


def test_lists_page_count_search_and_choose(call: Call) -> None:
    for number in range(5):
        call("POST", "/stones", {"name": f"s{number}"})
    first = call("GET", "/stones?limit=2&sort=name&fields=name").json()
    assert first["items"][0] == {"id": first["items"][0]["id"], "version": 1, "name": "s0"}
    assert (first["total"], first["total_is_capped"]) == (5, False)
    second = call("GET", f"/stones?limit=2&sort=name&cursor={first['next']}").json()
    assert [row["name"] for row in second["items"]] == ["s2", "s3"]
    assert second["total"] is None
    last = call("GET", f"/stones?limit=2&sort=name&total=true&cursor={second['next']}").json()
    assert (last["next"], last["total"]) == (None, 5)
    found = call("GET", '/stones?filter={"all":[{"field":"name","op":"contains","value":"3"}]}').json()
    assert [row["name"] for row in found["items"]] == ["s3"]
    assert call("GET", "/stones?q=s4").json()["total"] == 1


def test_scope_and_permission(call: Call) -> None:
    place = call("POST", "/stones", {"name": "mine"})["Location"].removeprefix("/api/v1")
    problem(call("GET", place, user=8), 404, "record.not_found")
    assert call("GET", "/stones", user=8).json()["items"] == []
    problem(call("GET", "/stones", user=9), 403, "access.forbidden")
    problem(call("DELETE", place, user=8), 403, "access.forbidden")
    refused = call("GET", "/stones", user=None)
    problem(refused, 401, "access.not_signed_in")
    assert refused["WWW-Authenticate"] == "Bearer"
    problem(call("GET", "/stones", user=None, Authorization="Bearer hw_wrong"), 401, "token.invalid")
    problem(call("GET", "/stones", user=None, Authorization="Bearer 坏"), 401, "token.invalid")


def test_refusals_speak_the_callers_language(call: Call) -> None:
    call("POST", "/stones", {"name": "a"})
    body = problem(call("POST", "/stones", {"name": "a"}), 409, "stone.taken")
    assert (body["detail"], body["facts"]) == ("There is a stone named a.", {"name": "a"})
    english = problem(call("GET", "/stones/999"), 404, "record.not_found")["detail"]
    assert english == "This does not exist, or you may not see it."
    chinese = call("GET", "/stones/999", Accept_Language="zh-hans")
    assert chinese["Content-Language"] == "zh-hans"


def test_an_idempotency_key_makes_repeating_safe(call: Call) -> None:
    first = call("POST", "/stones", {"name": "a"}, Idempotency_Key="k1")
    again = call("POST", "/stones", {"name": "a"}, Idempotency_Key="k1")
    assert (again.status_code, again.content, again["ETag"]) == (201, first.content, first["ETag"])
    assert again["Idempotency-Replayed"] == "true"
    assert sql.value("SELECT count(*) FROM test_stone") == 1
    problem(call("POST", "/stones", {"name": "b"}, Idempotency_Key="k1"), 422, "idempotency.mismatch")
    problem(call("POST", "/stones", {"name": "a"}, Idempotency_Key="k2"), 409, "stone.taken")
    problem(call("POST", "/stones", {"name": "c"}, Idempotency_Key="x" * 300), 422, "input.invalid")
    assert call("POST", "/stones", {"name": "c"}, Idempotency_Key="k2").status_code == 201


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{", 400, "request.malformed"),
        (b"\xff\xfe", 400, "request.malformed"),
        (b"[" * 100_000, 400, "request.malformed"),
        (b'{"name": NaN}', 400, "request.malformed"),
        (b'{"name": "\\ud800"}', 400, "request.malformed"),
        (b"[]", 422, "input.invalid"),
        (b"null", 422, "input.invalid"),
        (b'{"name": "a\\u0000b"}', 422, "input.invalid"),
        (b'{"a\\u0000b": 1}', 422, "input.invalid"),
        (b'{"name": {"a": 1}}', 422, "input.invalid"),
        (b'{"name": []}', 422, "input.invalid"),
        (b"{}", 422, "input.invalid"),
        (b'{"name": "a", "weight": 1e400}', 400, "request.malformed"),
        (b'{"name": "a", "weight": ' + b"9" * 400 + b"}", 400, "request.malformed"),
        (b'{"name": "a", "unknown": 1}', 422, "input.invalid"),
        (b'{"name": "' + b"x" * 1000 + b'"}', 422, "input.invalid"),
        (b'{"name": "' + b"x" * (2 * 1024 * 1024) + b'"}', 413, "request.too_large"),
    ],
)
def test_bad_bodies(call: Call, raw: bytes, status: int, code: str) -> None:
    problem(call("POST", "/stones", raw=raw), status, code)
    assert sql.value("SELECT count(*) FROM test_stone") == 0


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/stones/0", 404, "record.not_found"),
        ("/stones/-1", 404, "record.not_found"),
        ("/stones/abc", 404, "record.not_found"),
        ("/stones/99999999999999999999999", 404, "record.not_found"),
        ("/stones/9223372036854775807", 404, "record.not_found"),
        ("/nothing", 404, "record.not_found"),
        ("/stones/1/2/3", 404, "record.not_found"),
        ("/stones?limit=0", 422, "input.invalid"),
        ("/stones?limit=many", 422, "input.invalid"),
        ("/stones?limit=" + "9" * 5000, 422, "input.invalid"),
        ("/stones?q=%00", 422, "input.invalid"),
        ("/stones?q=" + "x" * 300, 422, "input.invalid"),
        ("/stones?sort=unknown", 422, "input.invalid"),
        ("/stones?sort=%F0%9F", 422, "input.invalid"),
        ("/stones?fields=unknown", 422, "input.invalid"),
        ("/stones?cursor=rubbish", 422, "input.invalid"),
        ("/stones?filter={", 422, "input.invalid"),
        ("/stones?filter=" + "[" * 2000, 422, "input.invalid"),
        ("/stones?filter=5", 422, None),
        ('/stones?filter={"all":[{"field":"nothing","op":"eq","value":1}]}', 422, None),
        ('/stones?filter={"all":[{"field":"weight","op":"eq","value":"x"}]}', 422, None),
        ('/stones?filter={"all":[{"field":"name","op":"eq","value":"\\u0000"}]}', None, None),
    ],
)
def test_bad_addresses(call: Call, path: str, status: int | None, code: str | None) -> None:
    response = call("GET", path)
    assert response.status_code < 500
    if status:
        assert response.status_code == status
        problem(response, status, code or response.json()["code"])


def test_bad_methods_types_and_arguments(call: Call) -> None:
    refused = call("PUT", "/stones")
    problem(refused, 405, "request.method_not_allowed")
    assert set(refused["Allow"].split(", ")) == {"GET", "POST"}
    for kind in ("text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"):
        problem(
            call("POST", "/stones", raw=b'{"name": "a"}', **{"content-type": kind}),
            415,
            "request.unsupported_media_type",
        )
    problem(
        call("POST", "/stones/1/throw", raw=b"x=1", **{"content-type": "text/plain"}),
        415,
        "request.unsupported_media_type",
    )
    problem(call("POST", "/stones/1/throw", raw=b"{"), 400, "request.malformed")
    fields = problem(call("POST", "/stones/1/throw", {"how_far": "x"}), 422, "input.invalid")["facts"][
        "fields"
    ]
    assert fields["how_far"]["code"] == "value.int_parsing"
    fields = problem(call("POST", "/stones/1/throw", {}), 422, "input.invalid")["facts"]["fields"]
    assert fields == {"how_far": {"code": "value.missing", "detail": "This is required."}}
    thrown = call("POST", "/stones/1/throw", {"how_far": 10**30})
    assert thrown.status_code < 500
    assert call("POST", "/stones/1/throw", {"how_far": 3}).content == b'{"id":1,"how_far":3,"weight":1.50}'


def test_failures_tell_nothing_and_limits_tell_when(call: Call) -> None:
    assert "secret" not in str(problem(call("GET", "/stones/odd/crash"), 500, "server.error"))
    limited = call("GET", "/stones/odd/limit")
    problem(limited, 429, "rate.limited")
    assert limited["Retry-After"] == "7"
    tag = call("GET", "/stones/odd/same")
    again = call("GET", "/stones/odd/same", If_None_Match='W/"x"')
    assert (tag.status_code, again.status_code) == (200, 200)


def test_what_only_the_database_refuses_is_still_the_callers_value(call: Call) -> None:
    body = problem(call("GET", "/stones/odd/null"), 422, "input.invalid")
    assert list(body["facts"]["fields"]) == ["name"]
    problem(call("GET", "/stones/odd/twice"), 409, "record.clash")
    problem(call("GET", "/stones/odd/check"), 422, "input.out_of_range")
    problem(call("GET", "/stones/odd/data"), 422, "input.out_of_range")


def test_a_refusal_may_quote_anything() -> None:
    refusal = NotFound(record="stone", id=10**30, words="\ud800", label=gettext_lazy("Files"))
    body = json.loads(problem_response(refusal).content)
    assert body["facts"]["id"] == 10**30
    assert body["facts"]["words"] == "\ud800"


def test_rates_are_limited_per_caller(call: Call) -> None:
    set_setting(system_access("tests"), "api.requests_per_minute", 3)
    assert [call("GET", "/stones").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert call("GET", "/stones", user=8).status_code == 200
    limit_rate("door", "me", 1)
    with pytest.raises(RateLimited) as refusal:
        limit_rate("door", "me", 1)
    assert 0 < refusal.value.facts["retry_after"] <= 61
    limit_rate("door", "other", 1)
    limit_rate("door", "me", 0)


def test_the_documentation_is_complete_and_readable() -> None:
    schema = Client().get("/api/v1/openapi.json").json()
    for item in schema["paths"].values():
        for operation in item.values():
            assert operation["operationId"]
            assert operation["summary"]
    listed = schema["paths"]["/api/v1/stones"]["get"]
    assert {"filter", "sort", "q", "fields", "limit", "cursor", "total"} == {
        parameter["name"] for parameter in listed["parameters"]
    }
    for answer in (listed["responses"]["422"], listed["responses"]["default"]):
        assert answer["content"] == {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        }
    assert "code" in schema["components"]["schemas"]["Problem"]["properties"]
    body = schema["paths"]["/api/v1/stones"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["name"]
    assert {"BearerAuth", "SessionAuth"} <= set(schema["components"]["securitySchemes"])
    page = Client().get("/api/v1/docs")
    assert page.status_code == 200
    assert b"stone_list" in page.content
    assert b"<script" not in page.content
    assert Client().get("/api/v1/docs.css")["Content-Type"].startswith("text/css")


def test_a_browser_must_show_its_csrf_token() -> None:
    factory = RequestFactory(enforce_csrf_checks=True)
    actor = Actor(7, ActorKind.PERSON, "u7")
    request: Any = factory.get("/")
    request.actor = actor
    assert SessionAuth()(request) is actor
    request = factory.post("/")
    request.actor = actor
    with pytest.raises(CsrfFailed):
        SessionAuth()(request)
    request.actor = None
    with pytest.raises(NotSignedIn):
        SessionAuth()(request)
