"""What every record type promises: scope, audit, versions, masks and a constant number of queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headwater.kernel.access import system_access
from headwater.kernel.catalogue import RecordType, record_types
from headwater.kernel.sql import value
from headwater.organization.models import User
from headwater.pools.services import ensure_default_pool
from tests.contract.conftest import Api
from tests.contract.endpoints import endpoints
from tests.leads.factories import mobile
from tests.organization.factories import make_user

pytestmark = pytest.mark.django_db

_number = iter(range(10**6))


def _values(kind: RecordType, owner: User) -> dict[str, Any]:
    """Enough to make a record of the type, owned where it has an owner."""
    unique = next(_number)
    values: dict[str, Any] = {"name": f"记录{unique}"}
    if kind.key == "lead":
        ensure_default_pool()
        values |= {"mobile": mobile()}
    if kind.key == "contact":
        values |= {"mobile": mobile()}
    if kind.key == "opportunity":
        values |= {"account": _make_key("account", owner)}
    if kind.key == "order":
        values = {"number": f"D{unique}", "account": _make_key("account", owner)}
    if kind.key == "task":
        values = {"title": f"任务{unique}"}
    if kind.has_owner:
        values["owner"] = owner.pk
    return values


def _name(kind: RecordType) -> str:
    return {"task": "title", "order": "number"}.get(kind.key, "name")


def _make_key(key: str, owner: User) -> int:
    kind = next(item for item in record_types() if item.key == key)
    return _make(kind, owner)


def _make(kind: RecordType, owner: User) -> int:
    assert kind.verbs.create is not None
    return kind.verbs.create(system_access("tests"), _values(kind, owner))


def _with(method: str, needs: Callable[[RecordType], bool]) -> list[Any]:
    paths = {(item.method, item.path) for item in endpoints()}
    return [
        pytest.param(kind, id=kind.key)
        for kind in record_types()
        if needs(kind)
        and any((method, f"/api/v1/{kind.plural}{end}") in paths for end in ("", "/{record_id}"))
    ]


# Everybody may look at campaigns and pools they are in; reach is about what people own.
OPEN_TO_ALL = {"campaign"}
OWNED = _with(
    "get",
    lambda kind: kind.has_owner and kind.verbs.create is not None and kind.key not in OPEN_TO_ALL,
)
CREATED = _with("post", lambda kind: kind.verbs.create is not None and kind.has_owner)


@pytest.mark.parametrize("kind", OWNED)
def test_a_record_out_of_scope_does_not_exist(kind: RecordType) -> None:
    owner, stranger = make_user(), make_user()
    record_id = _make(kind, owner)
    mine, theirs = Api(owner), Api(stranger)
    assert mine.call("get", f"/api/v1/{kind.plural}/{record_id}").status_code == 200
    paths = [item for item in endpoints() if item.path.startswith(f"/api/v1/{kind.plural}/{{")]
    assert len(paths) > 3
    for endpoint in paths:
        answer = theirs.ask(endpoint, record_id)
        # A role may lack the act altogether (403); what is within the role but out of reach is a 404.
        assert answer.status_code in (404, 403, 422, 409), f"{endpoint}: {answer.status_code}"
        if endpoint.method == "get":
            assert answer.status_code == 404, f"{endpoint}: {answer.status_code}"
    listed = theirs.call("get", f"/api/v1/{kind.plural}").json()["items"]
    assert record_id not in [item["id"] for item in listed]


@pytest.mark.parametrize("kind", CREATED)
def test_creating_changing_and_archiving_leave_an_audit_row_each(kind: RecordType) -> None:
    admin = make_user(role="admin")
    api = Api(admin)

    def rows() -> int:
        return int(
            value(
                "SELECT count(*) FROM platform_audit WHERE record_type = %s AND actor_id = %s",
                (kind.key, admin.pk),
            )
        )

    made = api.call("post", f"/api/v1/{kind.plural}", _values(kind, admin))
    assert made.status_code == 201, made.content
    assert rows() == 1
    record_id, etag = made.json()["id"], made.headers["ETag"]
    changed = api.call(
        "patch", f"/api/v1/{kind.plural}/{record_id}", {_name(kind): "改名"}, **{"If-Match": etag}
    )
    assert changed.status_code == 200, changed.content
    assert rows() == 2
    stale = api.call(
        "patch", f"/api/v1/{kind.plural}/{record_id}", {_name(kind): "再改"}, **{"If-Match": etag}
    )
    assert stale.status_code == 412
    assert rows() == 2
    gone = api.call("delete", f"/api/v1/{kind.plural}/{record_id}")
    assert gone.status_code in (200, 204), gone.content
    assert rows() == 3
    assert api.call("get", f"/api/v1/{kind.plural}/{record_id}").status_code == 404


@pytest.mark.parametrize("kind", OWNED)
def test_a_list_costs_the_same_number_of_queries_for_2_and_for_12_rows(kind: RecordType) -> None:
    owner = make_user(private_cap=100)
    api = Api(owner)
    counts = []
    for more in (2, 10):
        for _ in range(more):
            _make(kind, owner)
        api.call("get", f"/api/v1/{kind.plural}?limit=50")  # what is read once a process is read now
        with CaptureQueriesContext(connection) as captured:
            answer = api.call("get", f"/api/v1/{kind.plural}?limit=50")
        assert answer.status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert len(answer.json()["items"]) == 12


@pytest.mark.parametrize("kind", CREATED)
def test_the_same_idempotency_key_makes_one_record(kind: RecordType) -> None:
    admin = make_user(role="admin")
    api = Api(admin)
    values = _values(kind, admin)
    first = api.call("post", f"/api/v1/{kind.plural}", values, **{"Idempotency-Key": "once"})
    again = api.call("post", f"/api/v1/{kind.plural}", values, **{"Idempotency-Key": "once"})
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    other = api.call(
        "post", f"/api/v1/{kind.plural}", values | {_name(kind): "别的"}, **{"Idempotency-Key": "once"}
    )
    assert other.status_code == 422
