"""Business lines through screens and API."""

from typing import Any

import pytest

from headwater.customization.services import add_choices
from headwater.kernel.access import system_access
from headwater.lines.models import CrossLineRule, LineSpawn
from headwater.lines.types import PICKLIST
from tests.leads.factories import make_lead
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db
HOME, ABROAD = "/settings/lines", "留学"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _lines(db: Any) -> None:
    add_choices(system_access("tests"), PICKLIST, ["出国考试", ABROAD])


def test_a_rule_by_the_form() -> None:
    one, two = make_user("李雷"), make_user("韩梅")
    client = client_for(make_user(role="admin"))
    assert "还没有规则" in client.get(HOME).content.decode()
    assert client.get(f"{HOME}/new").status_code == 200
    form = {
        "name": "提到留学",
        "is_active": "true",
        "keywords": "留学、签证, visa",
        "line": ABROAD,
        "owner": "people",
        "people": [one.pk, two.pk],
        f"weight_{one.pk}": "3",
    }
    make_lead(requirement="要留学", company="星海教育")
    counted = client.post(f"{HOME}/preview", form, headers=HTMX).content.decode()
    assert "星海教育" in counted
    assert client.post(f"{HOME}/new", form, headers=HTMX).headers["HX-Redirect"] == HOME
    rule = CrossLineRule.objects.get()
    assert rule.is_active
    assert rule.content["keywords"] == ["留学", "签证", "visa"]
    assert rule.content["people"] == [{"user": one.pk, "weight": 3}, {"user": two.pk, "weight": 1}]
    shown = client.get(HOME).content.decode()
    assert "提到留学" in shown
    assert "李雷" in shown
    assert "韩梅" in client.get(f"{HOME}/{rule.pk}").content.decode()
    changed = form | {"version": "1", "keywords": "留学", "note": "只要一个词"}
    assert client.post(f"{HOME}/{rule.pk}", changed, headers=HTMX).headers["HX-Redirect"] == HOME
    late = client.post(f"{HOME}/{rule.pk}", form | {"version": "1"}, headers=HTMX)
    assert late.status_code in (200, 409, 412, 422)
    assert CrossLineRule.objects.get().number == 2
    assert "只要一个词" in client.get(f"{HOME}/{rule.pk}/versions").content.decode()
    client.post(f"{HOME}/{rule.pk}/versions/1/restore?version=2", headers=HTMX)
    assert CrossLineRule.objects.get().number == 3
    assert client.get(f"{HOME}/weights?people={one.pk}&people={two.pk}").status_code == 200
    client.post(f"{HOME}/{rule.pk}/switch?on=", headers=HTMX)
    assert not CrossLineRule.objects.get().is_active
    client.post(f"{HOME}/{rule.pk}/archive", headers=HTMX)
    assert "提到留学" not in client.get(HOME).content.decode()
    assert client_for(one).get(HOME).status_code == 403


def test_by_hand_on_the_page_of_a_lead() -> None:
    rep, adviser = make_user("张三"), make_user("顾问")
    lead = make_lead(owner=rep, business_line="出国考试")
    client = client_for(rep)
    assert f"/leads/{lead.pk}/spawn" in client.get(f"/leads/{lead.pk}").content.decode()
    dialog = client.get(f"/leads/{lead.pk}/spawn", headers=HTMX | {"HX-Target": "hw-dialog"})
    assert ABROAD in dialog.content.decode()
    posted = {"line": ABROAD, "owner_id": adviser.pk}
    assert client.post(f"/leads/{lead.pk}/spawn", posted, headers=HTMX).status_code in (200, 204)
    spawn = LineSpawn.objects.get()
    assert (spawn.owner_id, spawn.actor_id) == (adviser.pk, rep.pk)
    assert "顾问" in client.get(f"/leads/{lead.pk}").content.decode()
    boss = client_for(make_user(role="admin"))
    assert lead.name in boss.get(f"/opportunities/{spawn.opportunity_id}").content.decode()
    way = f'<a href="/opportunities/{spawn.opportunity_id}" hx-boost="true">打开商机</a>'
    assert way in boss.get(f"/leads/{lead.pk}").content.decode()
    assert "/settings/picklist/business_line" in boss.get(f"{HOME}/new").content.decode()


def test_the_api() -> None:
    rep, adviser = make_user(), make_user()
    lead = make_lead(owner=rep)
    client, json = client_for(rep), "application/json"
    body = {"line": ABROAD, "owner_id": adviser.pk, "amount": "12000.50"}
    first = client.post(f"/api/v1/leads/{lead.pk}/spawn", body, content_type=json)
    assert (first.status_code, first.json()["is_new"]) == (201, True), first.content
    again = client.post(f"/api/v1/leads/{lead.pk}/spawn", body, content_type=json)
    assert (again.status_code, again.json()["is_new"]) == (200, False)
    (line,) = client.get(f"/api/v1/leads/{lead.pk}/lines").json()["items"]
    assert (line["line"], line["owner_id"]) == (ABROAD, adviser.pk)
    assert client_for(make_user()).get(f"/api/v1/leads/{lead.pk}/lines").status_code == 404
    wrong = client.post(f"/api/v1/leads/{lead.pk}/spawn", {"line": "没有"}, content_type=json)
    assert wrong.status_code == 422
    assert client.get("/api/v1/line-rules").status_code == 403
    boss = client_for(make_user(role="admin"))
    content = {"keywords": [ABROAD], "line": ABROAD, "people": [{"user": adviser.pk}]}
    made = boss.post("/api/v1/line-rules", {"name": "留学", "content": content}, content_type=json)
    assert made.status_code == 201, made.content
    address = f"/api/v1/line-rules/{made.json()['id']}"
    assert (
        boss.post("/api/v1/line-rules/preview", {"content": content}, content_type=json).json()["matched"]
        == 0
    )
    changed = boss.patch(
        address,
        {"is_active": True, "content": content | {"keywords": ["签证"]}},
        content_type=json,
        headers={"If-Match": made.headers["ETag"]},
    )
    assert (changed.json()["version"], changed.json()["is_active"]) == (2, True), changed.content
    assert len(boss.get(f"{address}/versions").json()["items"]) == 2
    restored = boss.post(
        f"{address}/restore", {"version": 1}, content_type=json, headers={"If-Match": changed.headers["ETag"]}
    )
    assert restored.json()["content"]["keywords"] == [ABROAD]
    assert boss.get(address).status_code == 200
    assert boss.delete(address).status_code == 204
    assert boss.get("/api/v1/line-rules").json()["items"] == []
