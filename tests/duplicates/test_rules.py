"""Rules about what looks the same: what they warn of, block and let through; walls hold."""

from typing import Any

import pytest

from headwater.duplicates import services
from headwater.duplicates.errors import BlockedAsKnown, LooksKnown
from headwater.duplicates.models import DuplicateRule, Fingerprint
from headwater.duplicates.services.checking import check_new
from headwater.kernel.errors import Invalid, Stale
from headwater.leads.models import Lead, Touch
from headwater.organization.models import User
from headwater.platform.events import drain
from tests.imports.test_leads import codes, run
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import access, client_for, make_user

pytestmark = pytest.mark.django_db

KNOWN = {"name": "李明华", "company": "深圳市云杉远景科技有限公司", "address": "深圳市科技园路88号"}
ALIKE = {"name": "李明华", "company": "云杉远景科技", "mobile": "13800138000"}


@pytest.fixture
def admin() -> User:
    return make_user(role="admin")


def known(owner: User | None = None) -> Lead:
    lead = make_lead(owner=owner, **KNOWN)
    services.renew_fingerprints("lead", [lead.pk])
    return lead


def test_new_leads_are_found_after_their_events() -> None:
    lead = make_lead(**KNOWN)
    drain()
    assert Fingerprint.objects.filter(record="lead", record_id=lead.pk).exists()


def test_a_house_begins_with_warning(admin: User) -> None:
    lead = known()
    with pytest.raises(LooksKnown) as refusal:
        check_new(access(admin, "leads.create"), "lead", ALIKE, confirmed=False)
    (match,) = refusal.value.facts["matches"]
    assert match["id"] == lead.pk
    assert match["percent"] > 50
    assert {said["field"]: said["level"] for said in match["evidence"]}["company"] == "exact"
    assert "李明华" in refusal.value.detail
    (warned,) = check_new(access(admin, "leads.create"), "lead", ALIKE, confirmed=True)
    assert warned["id"] == lead.pk


def test_what_lies_behind_a_wall_is_told_without_name() -> None:
    owner, other = make_user(role="rep"), make_user(role="rep")
    known(owner)
    (warned,) = check_new(access(other, "leads.create"), "lead", ALIKE, confirmed=True)
    assert (warned["id"], warned["name"], warned["company"]) == (None, "", "")
    assert warned["owner"] == owner.name


def test_rules_of_fields_block_and_except(admin: User) -> None:
    known()
    configure = access(admin, "duplicates.configure")
    block = services.create_rule(
        configure,
        {
            "name": "同公司同名",
            "record": "lead",
            "against": ["lead"],
            "compare": {"company": "exact", "person": "exact"},
            "act": "block",
        },
    )
    creating = access(admin, "leads.create")
    with pytest.raises(BlockedAsKnown) as refusal:
        check_new(creating, "lead", ALIKE, confirmed=True)
    assert refusal.value.facts["rule"] == "同公司同名"
    assert check_new(creating, "lead", ALIKE | {"name": "王芳"}, confirmed=False) == []
    services.create_rule(
        configure,
        {
            "name": "放行",
            "record": "lead",
            "against": ["lead"],
            "compare": {"person": "fuzzy"},
            "act": "allow",
        },
    )
    assert check_new(creating, "lead", ALIKE, confirmed=False) == []
    services.archive_rule(configure, block.pk)
    assert block.pk not in {rule.pk for rule in services.all_rules(configure)}


def test_a_rule_is_checked_and_versioned(admin: User) -> None:
    configure = access(admin, "duplicates.configure")
    with pytest.raises(Invalid) as refusal:
        services.create_rule(
            configure, {"name": " ", "record": "deal", "against": [], "compare": {"x": "y"}, "at_least": 0}
        )
    assert set(refusal.value.fields) == {"name", "record", "against", "compare", "at_least"}
    rule = services.create_rule(configure, {"name": "一", "record": "lead", "against": ["lead"]})
    services.update_rule(configure, rule.pk, {"act": "block"}, version=1)
    with pytest.raises(Stale):
        services.update_rule(configure, rule.pk, {"act": "warn"}, version=1)
    with pytest.raises(Invalid):
        services.create_rule(configure, {"name": "一", "record": "lead", "against": ["lead"]})


def test_the_form_asks_first_and_saves_when_told(admin: User) -> None:
    make_pool()
    known()
    client = client_for(admin)
    form = ALIKE | {"place": "me"}
    advice = client.post("/leads/known", ALIKE, headers={"HX-Request": "true"}).content.decode()
    assert "李明华" in advice
    assert "%" in advice
    asked = client.post("/leads/new", form, headers={"HX-Request": "true"})
    assert asked.status_code == 409
    assert asked.json()["facts"]["offer"]["name"] == "on_similar"
    assert Lead.objects.count() == 1
    saved = client.post("/leads/new", form | {"on_similar": "save"}, headers={"HX-Request": "true"})
    assert saved.status_code == 204
    assert Lead.objects.count() == 2


def test_the_api_warns_and_blocks(admin: User) -> None:
    lead = known()
    client = client_for(admin)
    made = client.post("/api/v1/leads", ALIKE, content_type="application/json")
    assert made.status_code == 201
    assert [match["id"] for match in made.json()["warnings"]] == [lead.pk]
    DuplicateRule.objects.filter(record="lead").update(act="block")
    values = ALIKE | {"mobile": "13800138001"}
    refused = client.post("/api/v1/leads", values, content_type="application/json")
    assert refused.status_code == 409
    assert refused.json()["code"] == "duplicate.blocked"
    assert refused.json()["facts"]["matches"][0]["id"] == lead.pk
    # Doors where somebody inquires by themselves lose nothing to a rule.
    captured = client.post("/api/v1/leads?on_duplicate=reinquire", values, content_type="application/json")
    assert (captured.status_code, captured.json()["id"]) == (200, lead.pk)
    assert "13800138001" in Touch.objects.get(pk=captured.json()["touch_id"]).note
    assert Lead.objects.count() == 2
    found = client.post(
        "/api/v1/duplicates/find", {"record": "lead", "values": ALIKE}, content_type="application/json"
    )
    assert lead.pk in [match["id"] for match in found.json()["matches"]]


def test_accounts_and_contacts_are_blocked_too(admin: User) -> None:
    from headwater.sales.services import create_account

    creating = access(admin, "accounts.create")
    first = create_account(creating, {"name": "深圳市云杉远景科技有限公司", "address": "深圳市科技园路88号"})
    services.renew_fingerprints("account", [first])
    DuplicateRule.objects.filter(record="account").update(act="block", compare={"company": "exact"})
    with pytest.raises(BlockedAsKnown):
        create_account(creating, {"name": "云杉远景科技"})


def test_the_screens_and_the_api_of_rules(admin: User) -> None:
    client = client_for(admin)
    assert "疑似重复线索" in client.get("/settings/duplicates").content.decode()
    new = {
        "name": "新规则",
        "record": "lead",
        "against": ["lead", "contact"],
        "act": "block",
        "at_least": "80",
    }
    new["compare.company"] = "fuzzy"
    hx = {"HX-Request": "true"}
    assert client.post("/settings/duplicates/new", new, headers=hx).status_code == 204
    rule = DuplicateRule.objects.get(name="新规则")
    assert (rule.compare, rule.against) == ({"company": "fuzzy"}, ["lead", "contact"])
    assert "新规则" in client.get(f"/settings/duplicates/{rule.pk}").content.decode()
    changed = new | {"name": "改名", "version": "1"}
    assert client.post(f"/settings/duplicates/{rule.pk}", changed, headers=hx).status_code == 204
    assert client.post(f"/settings/duplicates/{rule.pk}/switch?on=", headers=hx).status_code == 204
    row = client.get(f"/api/v1/duplicate-rules/{rule.pk}").json()
    assert (row["name"], row["is_active"]) == ("改名", False)
    patched = client.patch(
        f"/api/v1/duplicate-rules/{rule.pk}", {"at_least": 70}, content_type="application/json"
    )
    assert patched.json()["at_least"] == 70
    made = client.post(
        "/api/v1/duplicate-rules",
        {"name": "接口", "record": "contact", "against": ["contact"]},
        content_type="application/json",
    )
    assert made.status_code == 201
    assert client.delete(f"/api/v1/duplicate-rules/{made.json()['id']}").status_code == 204
    assert len(client.get("/api/v1/duplicate-rules").json()["items"]) == 4
    assert client_for(make_user(role="rep")).get("/settings/duplicates").status_code == 403


def test_rows_of_an_import_are_blocked_as_one_set(admin: User, django_assert_max_num_queries: Any) -> None:
    lead = known()
    creating = access(admin, "leads.import")
    given = {number: ALIKE | {"mobile": f"+861380013{number:04}"} for number in range(40)}
    given[7] = {"name": "王芳", "company": "上海远景能源有限公司", "mobile": "+8613900139000"}
    with django_assert_max_num_queries(1):
        assert services.block_rows(creating, "lead", given) == {}
    rule = DuplicateRule.objects.get(record="lead")
    DuplicateRule.objects.filter(pk=rule.pk).update(act="block", against=["lead"])
    with django_assert_max_num_queries(12):
        blocked = services.block_rows(creating, "lead", given)
    assert set(blocked) == set(given) - {7}
    assert {(one.code, one.record_id) for one in blocked.values()} == {("duplicate.blocked", lead.pk)}
    assert rule.name in blocked[0].detail


def test_an_import_refuses_what_a_rule_blocks(admin: User) -> None:
    known()
    DuplicateRule.objects.filter(record="lead").update(act="block", against=["lead"])
    text = "姓名,公司,手机\n李明华,云杉远景科技,13800138000\n王芳,上海远景能源有限公司,13900139000\n"
    job = run(access(admin, "imports.view"), text)
    assert codes(job) == [(1, "failed", "duplicate.blocked")]
    assert Lead.objects.filter(name="王芳").exists()
