"""Handovers through the API and the screens."""

from typing import Any

import pytest
from django.test import Client

from headwater.handover import services
from headwater.handover.models import Handover
from headwater.leads.models import Lead
from headwater.organization.models import User
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import client_for, make_department, make_user
from tests.routing.factories import make_rule
from tests.routing.factories import people as rule_people
from tests.sales.factories import make_account

pytestmark = pytest.mark.django_db
URL = "/api/v1/handovers"


def post(client: Client, url: str, body: Any = None) -> Any:
    return client.post(url, body or {}, content_type="application/json")


@pytest.fixture
def people() -> dict[str, User]:
    made = {
        "admin": make_user("管理员", role="admin"),
        "leaver": make_user("王离职"),
        "heir": make_user("李接手"),
    }
    for _ in range(3):
        make_lead(owner=made["leaver"])
    make_account(owner=made["leaver"])
    return made


def order(people: dict[str, User], **more: Any) -> dict[str, Any]:
    receiver = [{"id": people["heir"].pk}]
    parts = [{"kind": "leads", "people": receiver}, {"kind": "account", "people": receiver}]
    return {"leaver": people["leaver"].pk, "account": "keep", "parts": parts} | more


def test_the_whole_way_over_the_api(people: dict[str, User]) -> None:
    client = client_for(people["admin"])
    holdings = client.get(f"{URL}/holdings?leaver={people['leaver'].pk}").json()["holdings"]
    assert (holdings["leads"], holdings["account"], holdings["tasks"]) == (3, 1, 0)
    seen = post(client, f"{URL}/preview", order(people)).json()
    assert (seen["total"], seen["moves"], seen["over_cap"]) == (4, 4, 0)
    made = post(client, URL, order(people))
    assert made.status_code == 201
    assert (made.json()["status"], made.json()["total"], made.json()["done"]) == ("running", 4, 0)
    assert post(client, URL, order(people)).json()["code"] == "handover.running"
    services.work_on(made.json()["id"])
    address = made["Location"]
    done = client.get(address).json()
    assert (done["status"], done["done"], done["leaver"]["name"]) == ("done", 4, "王离职")
    assert {line["kind"]: line["done"] for line in done["lines"]} == {"leads": 3, "account": 1}
    items = client.get(f"{address}/items?state=done").json()
    assert len(items["items"]) == 4
    assert client.get(f"{address}/items?state=nonsense").status_code == 422
    assert [one["id"] for one in client.get(URL).json()["items"]] == [done["id"]]
    assert post(client, f"{address}/undo").json()["status"] == "undoing"
    services.work_on(done["id"])
    assert client.get(address).json()["back"] == 4
    assert Lead.objects.filter(owner=people["leaver"]).count() == 3
    assert client.get(f"{URL}/footprints?leaver={people['leaver'].pk}").json() == {"items": []}


@pytest.mark.parametrize("role", ["rep", "manager"])
def test_who_may_not_sees_nothing(people: dict[str, User], role: str) -> None:
    made = post(client_for(people["admin"]), URL, order(people)).json()
    other = client_for(make_user(role=role, department=make_department()))
    status = 403 if role == "rep" else 404
    for address in (f"{URL}/{made['id']}", f"{URL}/{made['id']}/items", f"/handovers/{made['id']}"):
        assert other.get(address).status_code == status
    for address in (f"{URL}/preview", URL):
        assert post(other, address, order(people)).status_code == status
    assert post(other, f"{URL}/{made['id']}/undo").status_code == status
    assert other.get(f"{URL}/footprints?leaver={people['leaver'].pk}").status_code == status
    assert other.get(f"/handovers/new?leaver={people['leaver'].pk}").status_code == status
    listed = other.get(URL)
    assert listed.status_code == 403 if role == "rep" else listed.json()["items"] == []


def form(who: dict[str, User], **more: Any) -> dict[str, Any]:
    return {
        "leaver": who["leaver"].pk,
        "people": [who["heir"].pk],
        "mode_leads": "people",
        "mode_account": "people",
        "account": "now",
        "note": "合同到期",
    } | more


def test_the_wizard_leads_from_the_person_to_the_result(people: dict[str, User]) -> None:
    client = client_for(people["admin"])
    assert client.get("/handovers").status_code == 200
    assert client.get("/handovers/new").status_code == 200
    plan = client.get(f"/handovers/new?leaver={people['leaver'].pk}").content.decode()
    assert "mode_leads" in plan
    assert "mode_tasks" not in plan, "kinds of which there are none are left out"
    preview = client.post("/handovers/preview", form(people)).content.decode()
    assert "李接手" in preview
    assert 'name="mode_leads"' in preview
    assert not Handover.objects.exists()
    back = client.post("/handovers/plan", form(people)).content.decode()
    assert "李接手" in back
    assert "合同到期" in back
    answer = client.post("/handovers/run", form(people))
    assert answer.status_code == 303
    working = client.get(answer["Location"], headers={"HX-Request": "true", "HX-Target": "handover-live"})
    assert 'hx-trigger="every 1s"' in working.content.decode()
    made = Handover.objects.get()
    services.work_on(made.pk)
    done = client.get(answer["Location"]).content.decode()
    assert "every 1s" not in done
    assert f"/handovers/{made.pk}/undo" in done
    assert not User.objects.get(pk=people["leaver"].pk).is_active
    assert "王离职" in client.get("/handovers").content.decode()
    undo = client.post(f"/handovers/{made.pk}/undo", headers={"HX-Request": "true"})
    assert undo["HX-Redirect"] == f"/handovers/{made.pk}"


def test_taking_back_says_what_comes_back_and_that_the_account_stays_shut(people: dict[str, User]) -> None:
    client, leaver = client_for(people["admin"]), people["leaver"]
    make_rule(rule_people(leaver, people["heir"]), name="华东轮流")
    preview = client.post("/handovers/preview", form(people)).content.decode()
    assert "华东轮流" in preview
    client.post("/handovers/run", form(people))
    made = Handover.objects.get()
    services.work_on(made.pk)
    shown = client.get(f"/handovers/{made.pk}").content.decode()
    assert "还给王离职" in shown
    assert "账号仍停用" in shown
    client.post(f"/handovers/{made.pk}/undo")
    services.work_on(made.pk)
    back = client.get(f"/handovers/{made.pk}").content.decode()
    assert f"/settings/people/{leaver.pk}/reactivate" in back
    client.post(f"/settings/people/{leaver.pk}/reactivate")
    assert "/reactivate" not in client.get(f"/handovers/{made.pk}").content.decode()


def test_a_form_that_cannot_be_meant_comes_back_with_the_reason(people: dict[str, User]) -> None:
    client = client_for(people["admin"])
    for wrong in (
        {"people": []},
        {"mode_leads": "pool", "pool_leads": ""},
        {"mode_leads": "others", "people_leads": []},
        {"mode_leads": "nonsense"},
        {"account": "nonsense"},
        {"people": [people["leaver"].pk]},
        {f"share_{people['heir'].pk}": "many"},
        {f"share_{people['heir'].pk}": "0"},
        {"who_leads_0": [people["heir"].pk]},
        {"where_leads_0": "{nonsense"},
        {"where_leads_0": '{"field":"nonsense","op":"eq","value":1}', "who_leads_0": [people["heir"].pk]},
        {"people": ["x"]},
    ):
        answer = client.post("/handovers/preview", form(people, **wrong))
        assert answer.status_code == 422, wrong
        assert 'role="alert"' in answer.content.decode()
    assert client.post("/handovers/run", form(people, people=[])).status_code == 422
    assert not Handover.objects.exists()


def test_splits_pools_and_shares_of_the_form(people: dict[str, User]) -> None:
    client, other, pool = client_for(people["admin"]), make_user("孙二"), make_pool()
    make_lead(owner=people["leaver"], company="云帆科技")
    split = {
        "where_leads_0": '{"all":[{"field":"company","op":"contains","value":"云帆"}]}',
        "who_leads_0": [other.pk],
        "mode_leads": "pool",
        "pool_leads": pool.pk,
    }
    assert client.post("/handovers/preview", form(people, **split)).status_code == 200
    client.post("/handovers/run", form(people, **split))
    services.work_on(Handover.objects.get().pk)
    assert Lead.objects.filter(owner=other).count() == 1
    assert Lead.objects.filter(pool=pool).count() == 3
    chosen = f"people={people['heir'].pk}&people={other.pk}&share_{other.pk}=4"
    shares = client.get(f"/handovers/weights?{chosen}").content.decode()
    assert f'name="share_{other.pk}" value="4"' in shares
    assert "<html" not in shares
    line = client.get("/handovers/split?kind=leads&n=1").content.decode()
    assert "where_leads_1" in line
    assert client.get("/handovers/split?kind=reports&n=1").status_code == 404


def test_leavers_are_found_when_they_have_left(people: dict[str, User]) -> None:
    gone = make_user("已离职", department=make_department())
    User.objects.filter(pk=gone.pk).update(is_active=False, deactivated_at=gone.created_at)
    found = client_for(people["admin"]).get("/options/leaver.json?q=已离职").content.decode()
    assert str(gone.pk) in found
