"""Somebody inquires again: one lead, a touch more, active at once, everybody told."""

from datetime import timedelta
from typing import Any

import pytest

from headwater.kernel import clock, sql
from headwater.kernel.access import system_access
from headwater.kernel.errors import NotFound
from headwater.leads.events import LeadsInquired
from headwater.leads.models import Lead, StageChange, Touch, Transfer
from headwater.leads.services import (
    capture_lead,
    change_stage,
    claim_lead,
    convert_lead,
    inquire_again,
    invalidate_leads,
    return_leads,
)
from headwater.leads.services.waking import _FORMER, Inquiry, wake
from headwater.leads.settings import WOKEN_STAGE
from headwater.leads.types import Stage, Status, Why
from headwater.platform.audit import history
from headwater.platform.events import drain
from headwater.platform.notifications import latest
from headwater.platform.settings import set_setting
from tests.leads.factories import lead_access, make_lead, make_pool, mobile
from tests.leads.invariants import broken_invariants
from tests.leads.test_api import Api
from tests.leads.test_invariants import _together
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db
SYSTEM = system_access("tests")


def _wake(lead: Lead, **inquiry: Any) -> Any:
    (found,) = wake(SYSTEM, [(lead.pk, Inquiry(**inquiry))], door="form")
    lead.refresh_from_db()
    return found


def _kinds(user: Any) -> list[str]:
    drain()
    return sorted(notice.kind for notice in latest(user.pk).items)


def test_a_pooled_lead_gets_a_touch_and_is_woken_in_its_pool() -> None:
    lead = make_lead(pool=make_pool())
    found = _wake(lead, keyword="活水", note="还在吗")
    assert (found.is_woken, found.is_repeated) == (True, False)
    assert lead.status == Status.POOLED
    touch = Touch.objects.get(pk=found.touch_id)
    assert (touch.door, touch.keyword, touch.note, touch.is_first) == ("form", "活水", "还在吗", False)
    assert Transfer.objects.filter(lead=lead).latest("id").why == Why.WOKEN
    assert "inquired" in [entry.action for entry in history("lead", lead.pk).items]
    assert broken_invariants() == []


def test_an_invalid_lead_comes_back_into_its_pool() -> None:
    pool = make_pool()
    lead = make_lead(pool=pool)
    invalidate_leads(SYSTEM, [lead.pk], reason="test")
    assert _wake(lead).is_woken
    assert (lead.status, lead.pool_id, lead.invalid_reason) == (Status.POOLED, pool.pk, "")
    assert broken_invariants() == []


def test_the_former_owner_goes_first_unless_cooling_down() -> None:
    rep = make_user()
    lead = make_lead(pool=make_pool(cooldown_days=7))
    claim_lead(lead_access(rep, "claim"), lead.pk)
    return_leads(lead_access(rep, "return"), [lead.pk], reason="no_need")
    _wake(lead)
    assert lead.owner_id is None
    with clock.freeze(clock.now() + timedelta(days=8)):
        _wake(lead)
    assert (lead.owner_id, lead.status) == (rep.pk, Status.ASSIGNED)
    assert broken_invariants() == []


def test_an_invalid_lead_goes_back_to_who_had_it_while_there_is_room() -> None:
    rep, other = make_user(private_cap=1), make_user()
    lead = make_lead(pool=make_pool(default_assignee=other.pk), owner=rep)
    invalidate_leads(SYSTEM, [lead.pk], reason="test")
    second = make_lead(owner=rep)
    _wake(lead)
    assert lead.owner_id == other.pk
    invalidate_leads(SYSTEM, [lead.pk, second.pk], reason="test")
    _wake(second)
    assert second.owner_id == rep.pk
    assert broken_invariants() == []


@pytest.mark.parametrize(("setting", "stage"), [("UQL", Stage.UQL), ("keep", Stage.MQL)])
def test_the_stage_begins_anew_or_stays_by_setting(setting: str, stage: Stage) -> None:
    set_setting(SYSTEM, WOKEN_STAGE.key, setting)
    lead = make_lead()
    change_stage(SYSTEM, lead.pk, "MQL")
    _wake(lead)
    assert lead.stage == stage
    assert StageChange.objects.filter(lead=lead).count() == (2 if stage == Stage.UQL else 1)


def test_an_owned_lead_stays_and_its_owner_is_told() -> None:
    rep = make_user()
    lead = make_lead(owner=rep)
    assert not _wake(lead).is_woken
    assert lead.owner_id == rep.pk
    assert Transfer.objects.filter(lead=lead).count() == 1
    assert _kinds(rep) == ["lead.inquired"]


def test_former_owner_and_administrators_of_the_pool_are_told() -> None:
    admin, rep = make_user(), make_user()
    pool = make_pool(
        members=[
            {"kind": "user", "id": admin.pk, "is_admin": True},
            {"kind": "user", "id": rep.pk},
        ]
    )
    lead = make_lead(pool=pool)
    claim_lead(lead_access(rep, "claim"), lead.pk)
    return_leads(lead_access(rep, "return"), [lead.pk], reason="no_need")
    _wake(lead)
    assert "lead.woken" in _kinds(admin)
    assert "lead.woken" in _kinds(rep)
    before = len(_kinds(rep))
    drain()
    assert len(_kinds(rep)) == before


def test_the_owner_of_the_customer_is_told_of_a_converted_lead() -> None:
    rep = make_user(role="admin")
    lead = make_lead(owner=rep, company="活水")
    convert_lead(lead_access(rep, "convert"), lead.pk)
    assert not _wake(lead).is_woken
    assert lead.status == Status.CONVERTED
    assert "lead.customer_inquired" in _kinds(rep)


def test_a_key_makes_a_repetition_the_same_touch() -> None:
    lead = make_lead()
    first, second = _wake(lead, key="form-1"), _wake(lead, key="form-1")
    assert (first.touch_id, second.is_repeated, second.is_woken) == (second.touch_id, True, False)
    assert Touch.objects.filter(lead=lead).count() == 2
    assert Transfer.objects.filter(lead=lead, why=Why.WOKEN).count() == 1


def test_a_batch_is_one_set() -> None:
    leads = [make_lead() for _ in range(5)]
    found = wake(SYSTEM, [(lead.pk, Inquiry()) for lead in leads] * 2, door="import")
    assert len({one.touch_id for one in found}) == 10
    assert Transfer.objects.filter(why=Why.WOKEN).count() == 5
    assert broken_invariants() == []


def test_capture_makes_a_lead_or_meets_one() -> None:
    rep, number = make_user(), mobile()
    make_pool()
    access = lead_access(rep, "create")
    new = capture_lead(access, {"name": "张三", "mobile": number}, door="form", key="a")
    again = capture_lead(access, {"name": "三", "phone": number, "requirement": "报价"}, door="form", key="b")
    repeated = capture_lead(access, {"name": "张三", "mobile": number}, door="form", key="a")
    assert (new.is_new, again.is_new, again.lead_id) == (True, False, new.lead_id)
    assert repeated.is_repeated
    assert [touch.note for touch in Touch.objects.order_by("id")] == ["", "报价"]


def test_what_lies_out_of_sight_is_woken_without_a_word_of_it() -> None:
    rep, other = make_user(), make_user()
    lead = make_lead(owner=other)
    found = capture_lead(lead_access(rep, "create"), {"name": "x", "mobile": lead.mobile}, door="manual")
    assert (found.lead_id, found.touch_id, found.is_new) == (None, None, False)
    assert Touch.objects.filter(lead=lead).count() == 2
    with pytest.raises(NotFound):
        inquire_again(lead_access(rep, "create"), lead.pk, {}, door="api")


@pytest.mark.django_db(transaction=True)
def test_captures_of_one_number_at_once_are_one_lead_and_a_touch_each() -> None:
    make_pool()
    access, number = lead_access(make_user(), "create"), mobile()
    found = _together(12, lambda _i: capture_lead(access, {"name": "张三", "mobile": number}, door="form"))
    assert sum(one.is_new for one in found) == 1
    assert Lead.objects.count() == 1
    assert Touch.objects.count() == 12
    assert Touch.objects.filter(is_first=True).count() == 1
    assert broken_invariants() == []


@pytest.mark.django_db(transaction=True)
def test_one_key_at_once_is_one_touch_and_claims_may_race() -> None:
    rep, lead = make_user(), make_lead()

    def act(index: int) -> Any:
        if index == 0:
            return claim_lead(lead_access(rep, "claim"), lead.pk)
        return wake(SYSTEM, [(lead.pk, Inquiry(key="k"))], door="form")

    _together(10, act)
    assert Touch.objects.filter(lead=lead, is_first=False).count() == 1
    assert broken_invariants() == []


def test_programs_record_inquiries() -> None:
    make_pool()
    api = Api(make_user())
    body = {"name": "张三", "mobile": "13800138000"}
    made = api("POST", "/leads?on_duplicate=reinquire&key=1", body)
    assert made.status_code == 201
    assert api("POST", "/leads", body).status_code == 409
    again = api("POST", "/leads?on_duplicate=reinquire", body)
    assert (again.status_code, again.data["id"], again.data["is_woken"]) == (200, made.data["id"], True)
    assert api("POST", "/leads?on_duplicate=reinquire&key=1", body).data["is_repeated"]

    path = f"/leads/{made.data['id']}/touches"
    told = api("POST", path, {"note": "电话回访", "utm": {"source": "baidu"}}, **{"Idempotency-Key": "t1"})
    assert told.status_code == 200, told.data
    assert told.data["is_woken"]
    same = api("POST", path, {"note": "电话回访", "utm": {"source": "baidu"}}, **{"Idempotency-Key": "t1"})
    assert same.data == told.data
    assert Touch.objects.filter(lead_id=made.data["id"]).count() == 3
    line = api("GET", f"/leads/{made.data['id']}/timeline").data["items"]
    assert any("电话回访" in item["data"]["text"] for item in line if item["source"] == "touch")
    assert api("POST", "/leads/999999/touches", {}).status_code == 404


def test_the_form_offers_to_record_an_inquiry() -> None:
    rep = make_user()
    lead = make_lead(pool=make_pool())
    client = client_for(rep)
    given = {"name": "张三", "mobile": lead.mobile, "place": "me"}
    refused = client.post("/leads/new", given, headers={"HX-Request": "true"})
    assert refused.status_code == 409
    offer = refused.json()["facts"]["offer"]
    told = client.post("/leads/new", given | {offer["name"]: offer["value"]}, headers={"HX-Request": "true"})
    assert told.headers["HX-Redirect"] == f"/leads/{lead.pk}"
    assert Touch.objects.filter(lead=lead).count() == 2


def test_programs_hear_of_inquiries() -> None:
    assert LeadsInquired.name == "lead.inquired"


def test_who_had_a_lead_is_looked_up_by_the_lead_even_before_there_are_statistics() -> None:
    """Planned by the ledger's key, an import of 60,000 rows into an empty house is followed by minutes."""
    lead = make_lead()
    sql.execute(
        "INSERT INTO leads_transfer (lead_id, at, why, spot, reason, note, rule, over_cap, to_status)"
        " SELECT %s, now(), 'imported', 'pool', '', '', '', FALSE, 'pooled' FROM generate_series(1, 60000)",
        (lead.pk,),
    )
    plan = sql.values(f"EXPLAIN SELECT f.owner_id FROM leads_lead l {_FORMER} WHERE l.id > 0")
    assert not any("leads_transfer_pkey" in line for line in plan), "\n".join(plan)
