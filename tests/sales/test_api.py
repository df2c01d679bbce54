"""The JSON API of the room, through HTTP."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from headwater.organization.models import User
from headwater.platform.events import drain
from headwater.sales.models import Account, Opportunity
from tests.organization.factories import client_for, make_department, make_role, make_user
from tests.sales.factories import make_account, make_contact, make_opportunity, stage

pytestmark = pytest.mark.django_db
API = "/api/v1"


def call(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """The answer of one request; JSON in, JSON out."""
    content = b"" if body is None else orjson.dumps(body)
    return client.generic(method, API + path, content, content_type="application/json", headers=headers)


def made(kind: str, owner: User | None = None) -> int:
    """The id of a fresh record of the type."""
    makers: dict[str, Callable[..., Any]] = {
        "accounts": make_account,
        "contacts": make_contact,
        "opportunities": make_opportunity,
    }
    return int(makers[kind](owner=owner).pk)


KINDS = ["accounts", "contacts", "opportunities"]
ACTS = [
    ("GET", "/{kind}", None),
    ("POST", "/{kind}", {}),
    ("GET", "/{kind}/{id}", None),
    ("PATCH", "/{kind}/{id}", {"note": "x"}),
    ("DELETE", "/{kind}/{id}", None),
    ("POST", "/{kind}/{id}/assign", {"owner": 1}),
    ("POST", "/{kind}/{id}/restore", None),
    ("GET", "/{kind}/{id}/timeline", None),
    ("POST", "/{kind}/{id}/activities", {"kind": "call", "content": "x"}),
    ("POST", "/{kind}/bulk/assign", {"ids": [1], "owner": 1}),
    ("POST", "/{kind}/bulk/archive", {"ids": [1]}),
]
OPPORTUNITY_ACTS = [
    ("POST", "/opportunities/{id}/move", {"stage": 1}),
    ("POST", "/opportunities/{id}/win", {}),
    ("POST", "/opportunities/{id}/lose", {"lost_reason": "price"}),
    ("POST", "/opportunities/{id}/reopen", None),
    ("POST", "/opportunities/bulk/move", {"ids": [1], "stage": 1}),
    ("GET", "/opportunities/{id}/contacts", None),
    ("PUT", "/opportunities/{id}/contacts", {"contact": 1}),
    ("DELETE", "/opportunities/{id}/contacts/1", None),
    ("GET", "/pipelines", None),
    ("POST", "/customers/duplicates", {"company": "x"}),
]
EVERY_ACT = [(method, path.replace("{kind}", kind), body) for kind in KINDS for method, path, body in ACTS]


class TestDoors:
    @pytest.mark.parametrize(("method", "path", "body"), [*EVERY_ACT, *OPPORTUNITY_ACTS])
    def test_nobody_enters_without_signing_in(self, method: str, path: str, body: Any) -> None:
        assert call(Client(), method, path.replace("{id}", "1"), body).status_code == 401

    @pytest.mark.parametrize(("method", "path", "body"), [*EVERY_ACT, *OPPORTUNITY_ACTS])
    def test_a_role_without_the_permission_is_told_so(self, method: str, path: str, body: Any) -> None:
        client = client_for(make_user(role=make_role(grants={"users.view": "all"})))
        response = call(client, method, path.replace("{id}", "1"), body)
        assert (response.status_code, response.json()["code"]) == (403, "access.forbidden")

    @pytest.mark.parametrize(("method", "path", "body"), [act for act in EVERY_ACT if "{id}" in act[1]])
    def test_what_lies_out_of_scope_is_not_there(self, method: str, path: str, body: Any) -> None:
        """A manager of another team has every permission, and none of these records."""
        outsider = make_user(role="manager", department=make_department())
        record = made(path.split("/")[1], make_user(department=make_department()))
        body = {"owner": outsider.pk} if path.endswith("/assign") else body
        response = call(client_for(outsider), method, path.replace("{id}", str(record)), body)
        assert response.status_code == 404, response.content

    @pytest.mark.parametrize(
        ("method", "path", "body"), [act for act in OPPORTUNITY_ACTS if "{id}" in act[1]]
    )
    def test_acts_on_opportunities_out_of_scope(self, method: str, path: str, body: Any) -> None:
        outsider = make_user(role="manager", department=make_department())
        record = made("opportunities", make_user(department=make_department()))
        body = {"stage": stage(1)} if path.endswith("/move") else body
        response = call(client_for(outsider), method, path.replace("{id}", str(record)), body)
        assert response.status_code == 404, response.content

    @pytest.mark.parametrize("kind", KINDS)
    def test_lists_hold_what_each_reader_may_see(self, kind: str) -> None:
        team = make_department()
        manager = make_user(role="manager", department=team)
        mine, other = make_user(department=team), make_user(department=team)
        stranger = make_user(department=make_department())
        ids = {owner.pk: made(kind, owner) for owner in (mine, other, stranger)}
        seen = {
            reader.pk: {row["id"] for row in call(client_for(reader), "GET", f"/{kind}").json()["items"]}
            for reader in (mine, manager, make_user(role="admin"))
        }
        assert list(seen.values()) == [{ids[mine.pk]}, {ids[mine.pk], ids[other.pk]}, set(ids.values())]

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_queries_do_not_grow_with_the_rows(self, kind: str) -> None:
        owner = make_user()
        client = client_for(owner)
        for _ in range(2):
            made(kind, owner)
        call(client, "GET", f"/{kind}")
        with CaptureQueriesContext(connection) as few:
            call(client, "GET", f"/{kind}")
        for _ in range(10):
            made(kind, owner)
        with CaptureQueriesContext(connection) as many:
            assert len(call(client, "GET", f"/{kind}").json()["items"]) == 12
        assert len(few) == len(many)


class TestRecords:
    def test_the_way_of_a_record(self) -> None:
        rep = make_user()
        client = client_for(rep)
        created = call(
            client, "POST", "/accounts", {"name": "深圳市活水科技有限公司", "region": "广东深圳南山"}
        )
        assert created.status_code == 201, created.content
        assert created["Location"].endswith(f"/accounts/{created.json()['id']}")
        account = created.json()
        assert account["owner"] == {"id": rep.pk, "name": rep.name}
        changed = call(
            client, "PATCH", f"/accounts/{account['id']}", {"note": "好"}, **{"If-Match": created["ETag"]}
        )
        assert (changed.status_code, changed.json()["note"]) == (200, "好")
        stale = call(
            client, "PATCH", f"/accounts/{account['id']}", {"note": "坏"}, **{"If-Match": created["ETag"]}
        )
        assert (stale.status_code, stale.json()["code"]) == (412, "record.stale")
        rep.roles.add(make_role(grants={"accounts.delete": "own"}))
        client = client_for(rep)
        assert call(client, "DELETE", f"/accounts/{account['id']}").status_code == 204
        assert call(client, "GET", f"/accounts/{account['id']}").status_code == 404
        assert call(client, "POST", f"/accounts/{account['id']}/restore").status_code == 200

    def test_the_same_idempotency_key_makes_one_record(self) -> None:
        client = client_for(make_user())
        for _ in range(2):
            assert (
                call(client, "POST", "/accounts", {"name": "甲"}, **{"Idempotency-Key": "k1"}).status_code
                == 201
            )
        assert Account.objects.filter(name="甲").count() == 1

    def test_a_duplicate_contact_is_refused_with_the_one_that_exists(self) -> None:
        rep = make_user()
        known = make_contact(owner=rep, mobile="13800138000")
        response = call(client_for(rep), "POST", "/contacts", {"name": "王五", "mobile": "138 0013 8000"})
        assert (response.status_code, response.json()["code"]) == (409, "contact.duplicate")
        assert response.json()["facts"]["contact"]["id"] == known.pk
        hidden = call(client_for(make_user()), "POST", "/contacts", {"name": "王五", "mobile": "13800138000"})
        assert hidden.json()["facts"]["contact"] is None

    def test_filters_sorts_and_finds(self) -> None:
        rep = make_user()
        client = client_for(rep)
        make_account("深圳市锐拓科技有限公司", owner=rep, level="key", phone="075588889999")
        make_account("上海云杉教育有限公司", owner=rep)
        drain()
        where = orjson.dumps({"all": [{"field": "level", "op": "in", "value": ["key"]}]}).decode()
        for query in ({"filter": where}, {"q": "锐拓"}, {"q": "ruituo"}, {"q": "8888999"}):
            items = client.get(f"{API}/accounts", query).json()["items"]
            assert [item["name"] for item in items] == ["深圳市锐拓科技有限公司"], query

    def test_a_masked_number_is_not_found_by_its_digits(self) -> None:
        make_contact("李四", mobile="13800138000")
        rep = make_user(
            role=make_role(grants={"contacts.view": "all"}, rules={("contact", "mobile"): "masked"})
        )
        drain()
        client = client_for(rep)
        assert client.get(f"{API}/contacts", {"q": "0013800"}).json()["items"] == []
        (item,) = client.get(f"{API}/contacts", {"q": "李四"}).json()["items"]
        assert item["mobile"] == "138****8000"

    def test_duplicates_tell_what_may_be_told(self) -> None:
        owner, asker = make_user("赵六"), make_user()
        account = make_account("深圳市华为技术有限公司", owner=owner)
        make_contact("任先生", account=account, owner=owner, mobile="13800138000")
        found = call(
            client_for(asker),
            "POST",
            "/customers/duplicates",
            {"company": "华为技术（深圳）", "mobile": "138-0013-8000"},
        ).json()["items"]
        assert [(item["record"], item["matched"], item["similarity"]) for item in found] == [
            ("contact", "mobile", 100),
            ("account", "name", 100),
        ]
        assert all(item["id"] is None and item["owner"] == "赵六" for item in found)
        assert found[0]["name"] is None


class TestOpportunities:
    def test_a_card_moves_once(self) -> None:
        rep, boss = make_user(), make_user("王总", role="admin")
        opportunity = make_opportunity(owner=rep)
        path = f"/opportunities/{opportunity.pk}/move"
        first = call(client_for(boss), "POST", path, {"stage": stage(2), "from_stage": stage(0)})
        assert first.json()["stage"] == {
            "id": stage(2),
            "name": first.json()["stage"]["name"],
            "color": "violet",
            "kind": "open",
        }
        late = call(client_for(rep), "POST", path, {"stage": stage(1), "from_stage": stage(0)})
        assert (late.status_code, late.json()["code"]) == (409, "opportunity.moved_meanwhile")
        assert "王总" in late.json()["detail"]
        stale = call(client_for(rep), "POST", path, {"stage": stage(1)}, **{"If-Match": '"1"'})
        assert stale.status_code == 412

    def test_win_lose_reopen(self) -> None:
        rep = make_user()
        client = client_for(rep)
        base = f"/opportunities/{make_opportunity(owner=rep).pk}"
        assert call(client, "POST", f"{base}/win", {}).json()["status"] == "won"
        assert call(client, "POST", f"{base}/reopen").json()["status"] == "open"
        assert call(client, "POST", f"{base}/reopen").status_code == 409
        refused = call(client, "POST", f"{base}/lose", {})
        assert (refused.status_code, list(refused.json()["facts"]["fields"])) == (422, ["lost_reason"])
        assert call(client, "POST", f"{base}/lose", {"lost_reason": "price"}).json()["lost_reason"] == "price"

    def test_many_move_with_a_result_for_each(self) -> None:
        rep = make_user()
        ids = [make_opportunity(owner=rep).pk for _ in range(2)]
        foreign = make_opportunity(owner=make_user()).pk
        body = {"ids": [*ids, foreign], "stage": stage(1)}
        results = call(client_for(rep), "POST", "/opportunities/bulk/move", body).json()["results"]
        assert [(item["id"], item["ok"]) for item in results] == [
            *((one, True) for one in ids),
            (foreign, False),
        ]
        where = {"all": [{"field": "stage", "op": "eq", "value": stage(1)}]}
        by_filter = {"filter": where, "stage": stage(2)}
        moved = call(client_for(rep), "POST", "/opportunities/bulk/move", by_filter).json()["results"]
        assert {item["id"] for item in moved} == set(ids)

    @pytest.mark.parametrize(
        "body", [{"stage": 1}, {"ids": [1], "filter": {}, "stage": 1}, {"ids": [-1], "stage": 1}]
    )
    def test_a_selection_that_says_nothing_is_refused(self, body: dict[str, Any]) -> None:
        client = client_for(make_user())
        assert call(client, "POST", "/opportunities/bulk/move", body).status_code == 422

    def test_pipelines_and_their_board(self) -> None:
        rep = make_user()
        make_opportunity(owner=rep, amount="1000.50")
        make_opportunity(owner=rep, amount="2000")
        make_opportunity(owner=rep, amount="300", currency="USD")
        make_opportunity(owner=make_user(), amount="5000")
        client = client_for(rep)
        (pipeline,) = call(client, "GET", "/pipelines").json()["items"]
        assert [one["kind"] for one in pipeline["stages"]] == ["open"] * 4 + ["won", "lost"]
        assert call(client, "GET", f"/pipelines/{pipeline['id']}").status_code == 200
        board = call(client, "GET", f"/pipelines/{pipeline['id']}/board").json()
        assert (board["columns"][0]["count"], board["columns"][0]["amounts"]) == (
            3,
            {"CNY": "3000.50", "USD": "300.00"},
        )

    def test_who_takes_part(self) -> None:
        rep = make_user()
        client = client_for(rep)
        contact = make_contact(owner=rep)
        base = f"/opportunities/{make_opportunity(owner=rep).pk}/contacts"
        body = {"contact": contact.pk, "role": "decision_maker"}
        assert call(client, "PUT", base, body).json()["items"] == [
            {"contact": {"id": contact.pk, "name": "李四"}, "role": "decision_maker"}
        ]
        assert call(client, "DELETE", f"{base}/{contact.pk}").json()["items"] == []


class TestBadInput:
    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/accounts/{account}/assign", {"owner": 2**63 + 5}),
            ("/accounts/{account}/assign", {"owner": "x"}),
            ("/accounts/{account}/assign", {}),
            ("/opportunities/{opportunity}/move", {"stage": 2**63 + 5}),
            ("/opportunities/{opportunity}/move", {"stage": 1, "note": "x" * 501}),
            ("/opportunities/{opportunity}/lose", {"lost_reason": "nonsense"}),
            ("/opportunities/bulk/move", {"ids": [1], "stage": 2**63 + 5}),
            ("/opportunities/bulk/move", {"filter": {"field": "nonsense"}, "stage": 1}),
            ("/accounts/bulk/assign", {"ids": list(range(1, 10_002)), "owner": 1}),
            ("/accounts/{account}/activities", {"kind": "nonsense", "content": "x"}),
            ("/opportunities", {"name": "x", "account": 2**63 + 5}),
            ("/opportunities", {"name": "x", "account": "{account}", "amount": "12345678901234567890"}),
            ("/accounts", {"name": "x" * 201}),
            ("/accounts", {"name": "   "}),
            ("/accounts", []),
            ("/contacts", {"name": "x", "mobile": 1.38e10, "custom": {"nonsense": 1}}),
        ],
    )
    def test_each_gets_a_clear_refusal(self, path: str, body: Any) -> None:
        admin = make_user(role="admin")
        ids = {"account": make_account(owner=admin).pk, "opportunity": make_opportunity(owner=admin).pk}
        response = call(client_for(admin), "POST", path.format(**ids), body)
        assert response.status_code == 422, response.content
        assert response["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize("path", ["/opportunities/{big}/win", "/opportunities/{big}/reopen"])
    def test_an_id_that_cannot_be_is_not_found(self, path: str) -> None:
        client = client_for(make_user(role="admin"))
        for big in (2**63, 2**80):
            assert call(client, "POST", path.format(big=big), {}).status_code in (404, 422)

    def test_put_and_delete_of_roles_with_impossible_ids(self) -> None:
        admin = make_user(role="admin")
        base = f"/opportunities/{make_opportunity(owner=admin).pk}/contacts"
        client = client_for(admin)
        assert call(client, "PUT", base, {"contact": 2**63 + 5}).status_code == 422
        assert call(client, "DELETE", f"{base}/{2**62}").status_code == 200


class TestHistory:
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_follow_up_is_on_the_timeline_and_dates_the_record(self, kind: str) -> None:
        rep = make_user()
        client = client_for(rep)
        record = made(kind, rep)
        response = call(
            client, "POST", f"/{kind}/{record}/activities", {"kind": "call", "content": "聊了预算"}
        )
        assert response.status_code == 201, response.content
        items = call(client, "GET", f"/{kind}/{record}/timeline").json()["items"]
        assert {"activity", "owner_change"} <= {item["source"] for item in items}
        assert call(client, "GET", f"/{kind}/{record}").json()["last_activity_at"] is not None

    def test_a_follow_up_on_an_opportunity_dates_its_account_but_leaves_versions(self) -> None:
        rep = make_user()
        opportunity = make_opportunity(owner=rep)
        call(
            client_for(rep),
            "POST",
            f"/opportunities/{opportunity.pk}/activities",
            {"kind": "call", "content": "x"},
        )
        account = Account.objects.get(pk=opportunity.account_id)
        assert account.last_activity_at is not None
        assert (account.version, Opportunity.objects.get(pk=opportunity.pk).version) == (1, 1)

    def test_edits_and_moves_are_told_in_words(self) -> None:
        rep = make_user()
        client = client_for(rep)
        opportunity = make_opportunity(owner=rep, amount=100)
        call(client, "PATCH", f"/opportunities/{opportunity.pk}", {"amount": 200, "note": "长"})
        call(client, "POST", f"/opportunities/{opportunity.pk}/move", {"stage": stage(1)})
        items = call(client, "GET", f"/opportunities/{opportunity.pk}/timeline").json()["items"]
        told = {item["source"]: item for item in reversed(items)}
        assert told["field_edit"]["data"]["lines"][0] == "金额：¥100.00 → ¥200.00"
        assert "→" in told["stage_move"]["data"]["text"]

    def test_hidden_fields_stay_hidden_in_history(self) -> None:
        rep = make_user()
        opportunity = make_opportunity(owner=rep, amount=100)
        call(client_for(rep), "PATCH", f"/opportunities/{opportunity.pk}", {"amount": 200})
        reader = make_user(
            role=make_role(
                grants={"opportunities.view": "all", "accounts.view": "all"},
                rules={("opportunity", "amount"): "hidden"},
            )
        )
        items = call(client_for(reader), "GET", f"/opportunities/{opportunity.pk}/timeline").json()["items"]
        assert "field_edit" not in {item["source"] for item in items}

    def test_related_records_follow_the_readers_own_scope(self) -> None:
        owner = make_user()
        account = make_account(owner=owner)
        mine = make_opportunity(account=account, owner=owner)
        Opportunity.objects.filter(pk=make_opportunity(account=account).pk).update(owner=make_user())
        items = call(client_for(owner), "GET", f"/accounts/{account.pk}/related/opportunities").json()[
            "items"
        ]
        assert [item["id"] for item in items] == [mine.pk]
        assert call(client_for(owner), "GET", f"/accounts/{account.pk}/related/nonsense").status_code == 404
