"""Every endpoint x who asks: nobody, somebody without rights, each built-in role."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest
from ninja import Schema

from headwater.organization.builtin import BUILTIN_ROLES
from tests.contract.conftest import Api
from tests.contract.endpoints import Endpoint, endpoints
from tests.organization.factories import actor, make_role, make_user

pytestmark = pytest.mark.django_db

EVERY = [pytest.param(item, id=str(item)) for item in endpoints()]
REFUSED = {403, 404, 409, 415, 422}


def test_there_is_an_api_to_test() -> None:
    assert len(endpoints()) > 120
    assert all(item.operation for item in endpoints())
    assert len({item.operation for item in endpoints()}) == len(endpoints())


@pytest.fixture(scope="module")
def nobody() -> Api:
    return Api(None)


@pytest.mark.parametrize("endpoint", EVERY)
def testnobody_is_let_in(endpoint: Endpoint, nobody: Api) -> None:
    answer = nobody.ask(endpoint)
    assert answer.status_code == 401, answer.content
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_who_has_no_rights_gets_nothing() -> None:
    """A role without grants: no endpoint does or tells anything, and most say plainly why."""
    nobody = Api(make_user(role=make_role(grants={})))
    codes: Counter[int] = Counter()
    for endpoint in endpoints():
        if endpoint.is_everybodys:
            continue
        answer = nobody.ask(endpoint, 1)
        assert answer.status_code in REFUSED, f"{endpoint}: {answer.status_code} {answer.content[:200]!r}"
        codes[answer.status_code] += 1
    assert codes[403] > 0.8 * codes.total(), codes


@pytest.mark.parametrize("role", sorted(BUILTIN_ROLES))
def test_lists_open_exactly_to_those_whose_role_says_so(role: str) -> None:
    """GET of a record list answers 200 with the view permission and 403 without it."""
    from headwater.kernel.catalogue import record_types

    person = make_user(role=role)
    api, rights = Api(person), actor(person).permissions
    listed = {item.path for item in endpoints() if item.method == "get"}
    seen = 0
    for kind in record_types():
        path = f"/api/v1/{kind.plural}"
        if path not in listed:
            continue
        seen += 1
        expected = 200 if kind.permission("view") in rights else 403
        assert api.call("get", path).status_code == expected, f"{role} {path}"
    assert seen > 8


@pytest.mark.parametrize("role", sorted(BUILTIN_ROLES))
def test_no_role_meets_a_fault(role: str) -> None:
    """Each built-in role at each endpoint, on a record that does not exist: an answer, never a 5xx."""
    api = Api(make_user(role=role))
    for endpoint in endpoints():
        answer = api.ask(endpoint, 987654)
        assert answer.status_code < 500, f"{endpoint}: {answer.content[:300]!r}"


def test_every_shape_of_the_api_has_a_name_of_its_own() -> None:
    """In the document, shapes of one name are one: the last of them would describe all."""
    shapes: dict[str, set[str]] = {}
    for shape in _below(Schema):
        if shape.__module__.startswith("headwater.") and shape.__name__ != "Strict":
            described = json.dumps(shape.model_json_schema(), sort_keys=True, default=str)
            shapes.setdefault(shape.__name__, set()).add(described)
    assert [name for name, found in shapes.items() if len(found) > 1] == []


def _below(kind: type[Schema]) -> Iterator[type[Schema]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
