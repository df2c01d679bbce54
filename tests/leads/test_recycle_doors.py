"""Recycling through its screens and the API."""

import json
from datetime import timedelta
from typing import Any

import pytest

from headwater.kernel import clock
from headwater.leads.models import Lead
from headwater.leads.services.recycling import recycle_due
from headwater.pools.models import RecycleRule
from headwater.pools.recycling import rules_in_order
from headwater.ui.formats import calendar_day, when_text
from tests.leads.factories import make_lead, make_pool
from tests.leads.rules import long_idle, only_rule, set_lead
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db
API = "/api/v1/recycle-rules"
HTMX = {"HX-Request": "true"}


def send(client: Any, method: str, address: str, body: Any) -> Any:
    return getattr(client, method)(address, body, content_type="application/json")


def test_a_new_company_has_the_rule_of_24_hours_and_15_days() -> None:
    (rule,) = rules_in_order()
    assert (rule.is_enabled, rule.response_hours, rule.overdue_days) == (True, 24, 15)
    assert rule.rhythm == {"high": 1, "medium": 3, "low": 7}


def test_rules_over_the_api() -> None:
    admin, pool = client_for(make_user(role="admin")), make_pool()
    made = send(
        admin, "post", API, {"name": "快", "pool": pool.pk, "response_hours": 6, "note": "试行"}
    ).json()
    assert (made["version"], made["content"]["response_hours"]) == (1, 6)
    stale = send(admin, "patch", f"{API}/{made['id']}", {"response_hours": 8, "version": 0})
    assert stale.status_code == 412
    changed = send(admin, "patch", f"{API}/{made['id']}", {"response_hours": 8, "version": 1})
    assert changed.json()["label"] == "快 v2"
    assert [item["note"] for item in admin.get(f"{API}/{made['id']}/versions").json()["items"]] == [
        "",
        "试行",
    ]
    assert admin.get(f"{API}/progress").json()["rule"] == "快 v2"
    first = admin.get(API).json()["items"][0]
    assert first["id"] == made["id"], "a pool's own rules come first"
    assert send(admin, "delete", f"{API}/{made['id']}", None).status_code == 204
    assert admin.get(f"{API}/{made['id']}").status_code == 404
    assert client_for(make_user()).get(API).status_code == 403


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"stages": ["SQL"], "exempt_stages": ["SQL"]}, "exempt_stages", "rule.exempts_all"),
        ({"response_hours": 2}, "warn_response_hours", "rule.warning_too_early"),
        ({"overdue_days": 1}, "warn_recycle_hours", "rule.warning_too_early"),
        ({"response_hours": 24, "joined": "all"}, "joined", "rule.one_period"),
        ({"intents": ["huge"]}, "intents", "value.choice"),
        ({"pool": 10**9}, "pool", "value.record"),
        ({"rhythm": {"high": -1}}, "rhythm", "value.range"),
    ],
)
def test_contradictions_and_nonsense_are_refused(values: Any, field: str, code: str) -> None:
    admin = client_for(make_user(role="admin"))
    body = {"name": "规则", **values}
    for address in (API, f"{API}/preview"):
        refused = send(admin, "post", address, body)
        assert refused.status_code == 422
        assert refused.json()["facts"]["fields"][field]["code"] == code


def test_the_screens_of_the_rules() -> None:
    admin = client_for(make_user(role="admin"))
    rep = make_user(name="何思远")
    lead = make_lead(owner=rep, name="上海明达")
    long_idle(lead.pk, clock.now() - timedelta(days=9))
    rule = RecycleRule.objects.get()
    page = admin.get("/settings/recycling").content.decode()
    assert rule.name in page
    assert "24" in page
    form = {
        "rule": rule.pk, "name": "公司规则", "is_enabled": "true", "response_hours": "", "overdue_days": "7",
        "convert_days": "", "joined": "any", "clock": "natural", "calendar_of": "pool",
        "warn_response_hours": "4", "warn_recycle_hours": "24", "max_rounds": "3",
        "rhythm_high": "1", "rhythm_medium": "",
    }  # fmt: skip
    shown = admin.post("/settings/recycling/preview", form, headers=HTMX | {"HX-Target": "hw-preview"})
    assert "何思远" in shown.content.decode()
    assert RecycleRule.objects.get().overdue_days == 15
    saved = admin.post(f"/settings/recycling/{rule.pk}", form | {"version": 1, "note": "太慢"}, headers=HTMX)
    assert saved["HX-Redirect"] == "/settings/recycling"
    rule.refresh_from_db()
    assert (rule.overdue_days, rule.response_hours, rule.rhythm, rule.version) == (7, None, {"high": 1}, 2)
    assert "太慢" in admin.get(f"/settings/recycling/{rule.pk}/versions").content.decode()
    assert admin.get(f"/settings/recycling/{rule.pk}").status_code == 200
    assert admin.get("/settings/recycling/new").status_code == 200
    numbers = {
        "leads.private_cap": 60,
        "leads.protections": 3,
        "leads.protect_days": 20,
        "recycling.grace_hours": 0,
        "leads.warning_hours": 0,
        "leads.rounds_hours": 4,
    }
    admin.post("/settings/recycling/limits", numbers, headers=HTMX)
    assert 'value="60"' in admin.get("/settings/recycling").content.decode()
    assert admin.post(f"/settings/recycling/{rule.pk}/move?to=up", headers=HTMX).status_code in (200, 204)
    assert admin.post(f"/settings/recycling/{rule.pk}/remove", headers=HTMX).status_code in (200, 204)
    assert client_for(rep).get("/settings/recycling").status_code == 403


def test_a_rep_sees_why_a_lead_is_about_to_go_and_protects_it() -> None:
    only_rule(name="公海规则", response_hours=24, overdue_days=15)
    rep, other = make_user(), make_user()
    lead = make_lead(owner=rep)
    long_idle(lead.pk, clock.now() - timedelta(hours=22))
    mine = client_for(rep)
    assert "公海规则 v1" in mine.get(f"/leads/{lead.pk}").content.decode()
    assert f"/leads/{lead.pk}/deadline" in mine.get("/").content.decode()
    dialog = mine.get(
        f"/leads/{lead.pk}/deadline", headers=HTMX | {"HX-Target": "hw-dialog"}
    ).content.decode()
    assert "公海规则 v1" in dialog
    assert "24" in dialog
    going = mine.get("/leads?view=going").content.decode()
    assert lead.name in going
    assert "24 小时内未首次跟进" in going
    told = mine.get(f"/api/v1/leads/{lead.pk}/deadline").json()
    assert (told["cause"], told["rule"], told["rounds"]) == ("response", "公海规则 v1", 0)
    until = clock.now() + timedelta(days=10)
    refused = mine.post(f"/leads/{lead.pk}/protect", {"until": "", "reason": ""}, headers=HTMX)
    assert refused.status_code == 422
    body = {"until": until.isoformat(), "reason": "下周签约"}
    done = send(mine, "post", f"/api/v1/leads/{lead.pk}/protect", body).json()
    assert done["protects"]
    assert send(client_for(other), "post", f"/api/v1/leads/{lead.pk}/protect", body).status_code == 404
    assert mine.post(f"/leads/{lead.pk}/unprotect", headers=HTMX).status_code == 204
    assert client_for(other).get(f"/leads/{lead.pk}/deadline").status_code == 404
    with clock.freeze(clock.now() + timedelta(hours=3)):
        assert recycle_due() == 1
    manager = client_for(make_user(role="admin"))
    timeline = manager.get(f"/api/v1/leads/{lead.pk}/timeline").json()
    assert "公海规则 v1" in str(timeline)


def test_every_place_of_a_lead_says_how_long_it_stays() -> None:
    only_rule(name="公海规则", response_hours=24, overdue_days=15)
    rep = make_user()
    client = client_for(rep)
    leads = {hours: make_lead(owner=rep) for hours in (21, 23, 30)}
    worked_on = make_lead(owner=rep)
    moment = clock.now().replace(microsecond=0)
    for hours, lead in leads.items():
        long_idle(lead.pk, moment - timedelta(hours=hours))
    long_idle(worked_on.pk, moment - timedelta(days=13))
    set_lead(worked_on.pk, status="following", last_activity_at=moment - timedelta(days=12))
    said = {21: "剩 3 小时", 23: "剩 1 小时", 30: "已超期 6 小时"}
    with clock.freeze(moment):
        for width in ("wide", "phone"):  # as a table, and as cards
            client.cookies["hw_width"] = width
            shown = client.get("/leads?view=all&sort=recycle_due_at").content.decode()
            order = [shown.index(f">{words}</time>") for words in (said[30], said[23], said[21], "剩 3 天")]
            assert order == sorted(order)
            assert "· 公海规则 v1" in shown
        workbench = client.get("/").content.decode()
        assert all(f">{words}</time>" in workbench for words in said.values())
        for hours, lead in leads.items():
            assert f">{said[hours]}</time>" in client.get(f"/leads/{lead.pk}").content.decode()
            assert f">{said[hours]}</time>" in client.get(f"/leads/{lead.pk}/deadline").content.decode()
        type(rep).objects.filter(pk=rep.pk).update(language="en")
        english = client.get("/leads?view=all").content.decode()
        assert ">3 hours left</time>" in english
        assert ">6 hours overdue</time>" in english


def test_the_workbench_and_the_page_say_why_a_lead_goes_and_what_keeps_it() -> None:
    only_rule(name="公海规则", response_hours=24)
    rep = make_user(name="赵明轩")
    client = client_for(rep)
    soon = make_lead(owner=rep, name="张嘉豪")
    long_idle(soon.pk, clock.now() - timedelta(hours=20))
    bench = client.get("/").content.decode()
    assert "24 小时内未首次跟进" in bench
    assert "公海规则 v1" not in bench
    assert f"/leads?view=going&amp;f.owner={rep.pk}" in bench
    page = client.get(f"/leads/{soon.pk}").content.decode()
    banner = page[page.index('class="hw-callout"') :]
    banner = banner[: banner.index('class="hw-card')]
    assert "回收" in banner
    assert "24 小时内未首次跟进" in banner
    assert 'href="#hw-composer"' in banner
    assert f'hx-get="/leads/{soon.pk}/deadline"' in banner


def test_soon_taken_back_is_the_same_in_the_list_as_on_the_workbench() -> None:
    only_rule(response_hours=None, overdue_days=15)
    rep = make_user()
    soon, later = make_lead(owner=rep, name="张嘉豪"), make_lead(owner=rep, name="周子涵")
    long_idle(soon.pk, clock.now() - timedelta(days=13))
    long_idle(later.pk, clock.now() - timedelta(days=11))
    listed = client_for(rep).get("/leads?view=going").content.decode()
    assert "张嘉豪" in listed
    assert "周子涵" not in listed


def test_a_protection_is_seen_in_the_list_on_the_page_and_in_the_history() -> None:
    only_rule(response_hours=24)
    rep = make_user(name="赵明轩")
    client = client_for(rep)
    lead = make_lead(owner=rep, name="张嘉豪")
    until = clock.now() + timedelta(days=8)
    body = {"until": until.isoformat(), "reason": "客户出差到月底"}
    send(client, "post", f"/api/v1/leads/{lead.pk}/protect", body)
    shield = f"保护至 {calendar_day(until)}"
    assert shield in client.get("/leads").content.decode()
    assert shield in client.get(f"/leads/{lead.pk}").content.decode()
    (entry,) = protections_of(client, lead.pk)
    assert "客户出差到月底" in entry["data"]["text"]
    client.post(f"/leads/{lead.pk}/unprotect")
    assert shield not in client.get("/leads").content.decode()
    assert [item["kind"] for item in protections_of(client, lead.pk)] == ["unprotected", "protected"]


def test_whoever_writes_learns_when_the_lead_goes_now_and_that_a_note_keeps_nothing() -> None:
    only_rule(name="公海规则", response_hours=24, overdue_days=15)
    rep = make_user()
    client = client_for(rep)
    lead = make_lead(owner=rep)
    long_idle(lead.pk, clock.now() - timedelta(hours=20))
    due = Lead.objects.get(pk=lead.pk).recycle_due_at

    def write(**said: str) -> str:
        answer = client.post(f"/follow-ups/lead/{lead.pk}", said, headers=HTMX)
        assert answer.status_code == 204
        return str(json.loads(answer["HX-Trigger"]))

    note = write(kind="note", text="先记一笔")
    assert "不算跟进" in note
    assert when_text(due) in note
    assert Lead.objects.get(pk=lead.pk).recycle_due_at == due
    call = write(kind="call", outcome="connected", text="聊过了")
    moved = Lead.objects.get(pk=lead.pk).recycle_due_at
    assert moved is not None
    assert due is not None
    assert moved > due + timedelta(days=10)
    assert when_text(moved) in call


def test_a_protection_that_gains_nothing_takes_no_place_of_the_quota() -> None:
    only_rule(response_hours=None, overdue_days=15)
    rep = make_user()
    client = client_for(rep)
    lead = make_lead(owner=rep)
    day = (clock.now() + timedelta(days=3)).isoformat()
    refused = send(client, "post", f"/api/v1/leads/{lead.pk}/protect", {"until": day, "reason": "出差"})
    assert refused.status_code == 422
    assert "lead.protected_anyway" in refused.content.decode()
    assert Lead.objects.get(pk=lead.pk).protected_until is None
    dialog = client.get(f"/leads/{lead.pk}/deadline").content.decode()
    assert "自然时间" in dialog


def test_the_workbench_shows_what_was_taken_back_and_where_it_went() -> None:
    only_rule(name="公海规则", response_hours=24)
    rep, other = make_user(), make_user()
    pool = make_pool("华北区线索池")
    lead = make_lead(owner=rep, name="张嘉豪")
    set_lead(lead.pk, home_pool_id=pool.pk)
    long_idle(lead.pk, clock.now() - timedelta(hours=30))
    assert "从您手中回收" not in client_for(rep).get("/").content.decode()
    assert recycle_due() == 1
    bench = client_for(rep).get("/").content.decode()
    card = bench[bench.index("从您手中回收") :]
    assert "张嘉豪" in card
    assert "公海规则 v1" in card
    assert "华北区线索池" in card
    assert "从您手中回收" not in client_for(other).get("/").content.decode()


def protections_of(client: Any, lead_id: int) -> list[Any]:
    """The entries about protection in the history of a lead, newest first."""
    found = client.get(f"/api/v1/leads/{lead_id}/timeline").json()["items"]
    return [item for item in found if item["source"] == "protection"]


def test_an_old_version_of_a_rule_applies_again() -> None:
    rule = only_rule(name="公海规则", response_hours=24)
    client = client_for(make_user(role="admin"))
    send(client, "patch", f"{API}/{rule.pk}", {"response_hours": 8, "version": 1})
    restore = f"/settings/recycling/{rule.pk}/versions/1/restore?version=2"
    assert restore in client.get(f"/settings/recycling/{rule.pk}/versions").content.decode()
    assert client.post(restore, headers=HTMX).status_code == 204
    rule.refresh_from_db()
    assert (rule.version, rule.response_hours, rule.is_enabled) == (3, 24, True)
    assert client.post(restore, headers=HTMX).status_code == 412, "somebody saved in between"
    missing = f"/settings/recycling/{rule.pk}/versions/9/restore?version=3"
    assert client.post(missing, headers=HTMX).status_code == 404


def test_who_is_over_a_cap_is_said_while_it_is_typed() -> None:
    client, over, own = client_for(make_user(role="admin")), make_user(), make_user(private_cap=1)
    for owner in (over, over, own):
        make_lead(owner=owner)
    address = "/settings/recycling/over-cap?leads.private_cap="
    assert "有 1 人已超过" in client.get(address + "1").content.decode()
    assert "无人超过" in client.get(address + "2").content.decode()
    page = client.get("/settings/recycling").content.decode()
    assert "无人超过" in page
    assert 'href="/settings/routing"' in page
