"""Every endpoint of the house, from its own schema: whatever is sent, the answer is no failure.

Each operation gets ids that cannot be, bodies that are none, and every property and parameter a few values
of every wrong kind. What answers 200 keeps to its documented shape.
"""

import json
import random
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from headwater.entry.api import api
from headwater.kernel.access import system_access
from headwater.organization.services.setup import create_administrator
from headwater.platform.settings import set_setting
from headwater.platform.tokens.services import create_token

SCHEMA: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str))
TAGS = sorted({operation["tags"][0] for item in SCHEMA["paths"].values() for operation in item.values()})
# These end the caller's own door, or somebody's.
NOT_HERE = re.compile(r"sessions|deactivate|leave|(?:tokens|users)/\{")

IDS = ["1", "0", "-1", "abc", "9223372036854775807", "99999999999999999999", "%00", "a" * 300]
BODIES = [b"", b"[]", b"null", b'"x"', b"{", b"[" * 3000, b'{"a":1}', b"\xff"]
VALUES: list[Any] = [
    None, True, -1, 10**15, 10**30, 1.5, "", "x", "\x00", "a" * 5000, "张三", "2026-13-45", "2026-11-21",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", [], [1], [None], [[1]], ["x"], {}, {"id": 1}, {"id": "x"},
    {"a": {"b": [1]}}, "13800138000", "%s %(x)s", "😀", 2**31, 2**63 - 1, -(2**63), [10**20], "9" * 23,
]  # fmt: skip
WORDS = [
    "", "x", "%00", "-1", "0", "99999999999999999999", "a" * 3000, "[]", "{}", "null", '{"all":[]}',
    '{"all":[{"field":"name","op":"eq","value":null}]}', "2026-13-01", "0001-01-01", "张", "-name,,",
    "%F0%28",
]  # fmt: skip
FEW = 2


def operations(tag: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in SCHEMA["paths"].items():
        for method, operation in item.items():
            if operation["tags"][0] == tag and not (method != "get" and NOT_HERE.search(path)):
                yield path, method.upper(), operation


def resolve(part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        part = SCHEMA["components"]["schemas"][part["$ref"].rsplit("/", 1)[-1]]
    return part


@pytest.fixture
def client(db: None) -> Client:
    system = system_access("tests")
    boss = create_administrator(email="boss@example.com", name="管理员", password="correct horse battery")
    set_setting(system, "api.requests_per_minute", 0)
    _, secret = create_token(system, user_id=boss.pk, name="t")
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})


def send(client: Client, method: str, path: str, body: Any = None, *, kind: str = "application/json") -> None:
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    answer = client.generic(method, path, raw, content_type=kind)
    said = f"{method} {path[:200]} {raw[:200]!r} -> {answer.status_code} {answer.content[:300]!r}"
    assert answer.status_code < 500, said
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json", said


@pytest.mark.parametrize("tag", TAGS)
def test_no_input_makes_it_fail(client: Client, tag: str) -> None:
    chance = random.Random(tag)
    for path, method, operation in operations(tag):
        writes = method in ("POST", "PATCH", "PUT")
        place = re.sub(r"\{[^}]+\}", "1", path)
        for identity in IDS if "{" in path else ["1"]:
            send(client, method, re.sub(r"\{[^}]+\}", identity, path), {} if writes else None)
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                for word in chance.sample(WORDS, FEW):
                    send(client, method, f"{place}?{parameter['name']}={word}", {} if writes else None)
        if writes:
            for raw in BODIES:
                send(client, method, place, raw)
            send(client, method, place, b"--x", kind="multipart/form-data; boundary=x")
            send_properties(client, method, place, operation, chance)


def send_properties(
    client: Client, method: str, place: str, operation: dict[str, Any], chance: random.Random
) -> None:
    content = operation.get("requestBody", {}).get("content", {})
    described = resolve(content.get("application/json", {}).get("schema", {}))
    for name in described.get("properties", {}):
        for value in chance.sample(VALUES, FEW):
            body = {needed: chance.choice(["x", 1, [1]]) for needed in described.get("required", [])}
            send(client, method, place, body | {name: value})


@pytest.mark.parametrize("tag", TAGS)
def test_what_is_read_has_the_documented_shape(client: Client, tag: str) -> None:
    for path, method, operation in operations(tag):
        content = operation["responses"].get("200", {}).get("content", {})
        described = content.get("application/json", {}).get("schema")
        if method != "GET" or not described:
            continue
        answer = client.get(re.sub(r"\{[^}]+\}", "1", path))
        if answer.status_code == 200 and answer["Content-Type"] == "application/json":
            checker = jsonschema_rs.validator_for(described | {"components": SCHEMA["components"]})
            assert list(checker.iter_errors(answer.json())) == [], path
