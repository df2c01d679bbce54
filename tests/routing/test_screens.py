"""The screens of routing."""

import re

import pytest

from headwater.kernel.access import system_access
from headwater.organization.services import ensure_builtin_roles
from headwater.routing.models import Decision, RoutingRule, Territory
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import client_for, make_department, make_user
from tests.routing.factories import fresh, make_rule, people, route, when

pytestmark = pytest.mark.django_db

SYSTEM = system_access("tests")
HOME = "/settings/routing"
HTMX = {"HX-Request": "true"}


def form(**more: object) -> dict[str, object]:
    return {
        "name": "华东",
        "is_active": "true",
        "triggers": ["captured"],
        "when": '{"all": [{"field": "industry", "op": "eq", "value": "finance"}]}',
        "target": "people",
        "step_0": "designated_rep",
        "step_1": "grade_match",
        "grades": ["high", "medium", "low"],
        "grade_high": "3",
        "strategies": "round_robin",
        "window": "always",
        "note": "第一版",
    } | more


def test_a_rule_from_the_form_to_the_lead() -> None:
    administrator, one, two = make_user(role="admin"), make_user("李雷"), make_user("韩梅")
    client = client_for(administrator)
    assert "还没有规则" in client.get(HOME).content.decode()
    assert client.get(f"{HOME}/new").status_code == 200
    posted = form(people=[one.pk, two.pk], **{f"weight_{one.pk}": "3"})
    saved = client.post(f"{HOME}/new", posted, headers=HTMX)
    assert saved.headers["HX-Redirect"] == HOME
    rule = RoutingRule.objects.get()
    assert rule.is_active
    assert rule.content["target"] == people(one, two, weights=[3, 1])
    assert rule.content["strategies"][1] == {"key": "grade_match", "field": "intent", "levels": {"high": 3}}
    shown = client.get(HOME).content.decode()
    assert "华东" in shown
    assert "李雷" in shown
    lead = make_lead(industry="finance")
    route()
    assert fresh(lead).owner_id == one.pk
    page = client.get(f"/leads/{lead.pk}").content.decode()
    decision = Decision.objects.get(lead=lead)
    assert f"/routing/decisions/{decision.pk}" in page
    why = client.get(f"/routing/decisions/{decision.pk}", headers=HTMX | {"HX-Target": "hw-dialog"})
    assert "韩梅" in why.content.decode()


def test_changing_a_rule_makes_a_version_and_tells_who_was_late() -> None:
    rep = make_user()
    client = client_for(make_user(role="admin"))
    rule = make_rule(people(rep))
    address = f"{HOME}/{rule.pk}"
    assert client.get(address).status_code == 200
    changed = form(people=[rep.pk], version="1", name=rule.name)
    assert client.post(address, changed, headers=HTMX).status_code == 204
    late = client.post(address, changed | {"name": "别的"}, headers=HTMX)
    assert late.status_code == 412
    versions = client.get(f"{address}/versions").content.decode()
    assert "第一版" in versions
    assert f'hx-post="{address}/versions/1/restore' in versions
    assert client.post(f"{address}/versions/1/restore?version=2", headers=HTMX).status_code == 204
    rule.refresh_from_db()
    assert rule.number == 3


def test_switching_ordering_and_archiving() -> None:
    client = client_for(make_user(role="admin"))
    one, two = make_rule(people(make_user())), make_rule(people(make_user()))
    client.post(f"{HOME}/order", {"ids": [two.pk, one.pk]}, headers=HTMX)
    client.post(f"{HOME}/{one.pk}/switch?on=", headers=HTMX)
    client.post(f"{HOME}/{two.pk}/archive", headers=HTMX)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.position, one.is_active) == (2, False)
    assert two.archived_at is not None


def test_the_preview_and_the_weights() -> None:
    rep, other = make_user("李雷"), make_user("韩梅")
    client = client_for(make_user(role="admin"))
    make_lead(industry="finance")
    shown = client.post(f"{HOME}/preview", form(people=[rep.pk]), headers=HTMX)
    assert "李雷" in shown.content.decode()
    bad = client.post(f"{HOME}/preview", form(), headers=HTMX)
    assert bad.status_code == 422
    weights = client.get(f"{HOME}/weights", {"people": [rep.pk, other.pk]}, headers=HTMX)
    assert f"weight_{rep.pk}" in weights.content.decode()
    given = {"people": [rep.pk, other.pk], f"weight_{rep.pk}": "4", f"weight_{other.pk}": "0"}
    total = client.get(f"{HOME}/weights", given, headers=HTMX | {"HX-Target": "hw-weights-sum"})
    assert "每 4 条" in total.content.decode()
    assert "weight_" not in total.content.decode()
    kept = client.get(f"{HOME}/weights", given, headers=HTMX | {"HX-Target": "hw-weights"}).content.decode()
    assert 'value="0"' in kept


def test_the_preview_tells_what_could_go_at_once_from_what_waits_for_room() -> None:
    client = client_for(make_user(role="admin"))
    rep = make_user("李雷")
    for _n in range(3):
        make_lead(industry="finance")
    rep.private_cap = 2
    rep.save()
    shown = client.post(f"{HOME}/preview", form(people=[rep.pk]), headers=HTMX).content.decode()
    lines = re.findall(r"<span>([^<]+)</span><(?:span|b) class=\"hw-num\">(\d+)<", shown)
    assert {("可立即分配", "2"), ("须等到有人有余量", "1")} <= set(lines)
    assert "保存后不会" in shown


def test_a_new_rule_says_whether_it_is_switched_on() -> None:
    client, rep = client_for(make_user(role="admin")), make_user()
    page = client.get(f"{HOME}/new").content.decode()
    assert "保存并启用" in page
    assert 'value="territory" selected' not in page
    without = {key: value for key, value in form(people=[rep.pk]).items() if key != "is_active"}
    client.post(f"{HOME}/new", without)
    assert "尚未启用" in client.get(HOME).content.decode()
    assert not RoutingRule.objects.get().is_active
    client.post(f"{HOME}/new", form(people=[rep.pk], name="二"))
    assert "规则已保存并生效" in client.get(HOME).content.decode()


def test_the_list_shows_weights_and_working_time() -> None:
    client, one, two = client_for(make_user(role="admin")), make_user("李雷"), make_user("韩梅")
    make_rule(people(one, two, weights=[2, 1]), window={"when": "working", "calendar": None})
    shown = client.get(HOME).content.decode()
    assert "李雷 ×2、韩梅 ×1" in shown
    assert "工作时间内" in shown


def test_pools_and_teams_as_targets() -> None:
    client = client_for(make_user(role="admin"))
    pool, department = make_pool(), make_department()
    make_user(department=department)
    client.post(f"{HOME}/new", form(name="入池", target="pool", pool=pool.pk), headers=HTMX)
    client.post(f"{HOME}/new", form(name="团队", target="department", department=department.pk), headers=HTMX)
    targets = {rule.name: rule.content["target"] for rule in RoutingRule.objects.all()}
    assert targets["入池"] == {"kind": "pool", "pool": pool.pk}
    assert targets["团队"] == {"kind": "department", "department": department.pk, "without": []}
    shown = client.get(HOME).content.decode()
    assert pool.name in shown
    assert department.name in shown
    for rule in RoutingRule.objects.all():
        assert client.get(f"{HOME}/{rule.pk}").status_code == 200


def test_territories_waiting_and_fairness() -> None:
    rep = make_user("李雷")
    client = client_for(make_user(role="admin"))
    make_rule(people(rep), gate={"required": ["company"]})
    held, given = make_lead(), make_lead(company="某云")
    route()
    client.post(f"{HOME}/territories/{rep.pk}", {"industry": ["finance"], "region": []}, headers=HTMX)
    assert Territory.objects.get().values == ["finance"]
    assert "李雷" in client.get(f"{HOME}/territories").content.decode()
    assert client.get(f"{HOME}/territories/{rep.pk}", headers=HTMX).status_code == 200
    assert held.name in client.get(f"{HOME}/waiting").content.decode()
    assert held.name not in client.get(f"{HOME}/waiting?for=person").content.decode()
    assert client.post(f"{HOME}/waiting/{held.pk}/again", headers=HTMX).status_code == 204
    assert "100" in client.get(f"{HOME}/fairness?days=7").content.decode()
    assert fresh(given).owner_id == rep.pk


def test_the_assign_dialog_suggests() -> None:
    rep = make_user("李雷")
    lead = make_lead(designated_rep=rep.pk)
    client = client_for(make_user(role="manager", name="经理"))
    manager = client_for(make_user(role="pool_admin"))
    shown = manager.get(f"/leads/assign?ids={lead.pk}", headers=HTMX).content.decode()
    assert "李雷" in shown
    assert "客户" in shown
    assert client.get(HOME).status_code == 403


def test_only_who_sets_up_rules_gets_there() -> None:
    ensure_builtin_roles()
    client = client_for(make_user())
    rule = make_rule(people(make_user()), when=when("industry", "eq", "finance"))
    for address in (HOME, f"{HOME}/new", f"{HOME}/{rule.pk}", f"{HOME}/territories", f"{HOME}/fairness"):
        assert client.get(address).status_code == 403
    lead = make_lead(pool=make_pool(members=[{"kind": "user", "id": make_user().pk}]))
    route()
    decision = Decision.objects.get(lead=lead)
    assert client.get(f"/routing/decisions/{decision.pk}").status_code == 404
