"""Making and changing leads: what is needed, normalised, refused."""

import pytest

from headwater.kernel.access import system_access
from headwater.kernel.errors import Forbidden, Invalid, NotFound, Stale
from headwater.leads import errors
from headwater.leads.models import Lead, Touch, Transfer
from headwater.leads.services import create_lead, update_lead
from headwater.leads.types import Status, Why
from headwater.platform.audit import history
from headwater.pools.services import ensure_default_pool
from tests.leads.factories import lead_access, make_lead, make_pool, mobile
from tests.leads.invariants import broken_invariants
from tests.organization.factories import make_user

pytestmark = pytest.mark.django_db


def test_a_name_and_one_contact_method_are_needed() -> None:
    ensure_default_pool()
    with pytest.raises(Invalid) as refusal:
        create_lead(system_access("tests"), {"name": "张三"})
    assert set(refusal.value.fields) == {"mobile", "phone", "email", "wechat", "qq"}
    with pytest.raises(Invalid) as refusal:
        create_lead(system_access("tests"), {"mobile": mobile()})
    assert set(refusal.value.fields) == {"name"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0013 8000", "+8613800138000"),
        ("+86-138-0013-8000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
    ],
)
def test_numbers_are_normalised_and_the_original_is_kept(typed: str, kept: str) -> None:
    lead = make_lead(mobile=typed)
    assert lead.mobile == kept
    assert lead.contact_as_typed == {"mobile": typed}


@pytest.mark.parametrize("typed", ["1.38E+10", "12345", "call me"])
def test_what_is_no_number_is_refused_with_words(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        make_lead(mobile=typed)
    assert refusal.value.fields["mobile"]["code"].startswith("value.phone")


def test_a_new_lead_lies_in_the_default_pool_with_touch_transfer_and_audit() -> None:
    rep = make_user()
    pool = ensure_default_pool()
    lead_id = create_lead(lead_access(rep, "create"), {"name": "张三", "mobile": mobile()}, door="api")
    lead = Lead.objects.get(id=lead_id)
    assert (lead.status, lead.pool_id, lead.home_pool_id) == (Status.POOLED, pool.pk, pool.pk)
    assert Touch.objects.get(lead=lead).door == "api"
    assert Transfer.objects.get(lead=lead).why == Why.CREATED
    assert [entry.action for entry in history("lead", lead_id).items] == ["create"]
    assert broken_invariants() == []


def test_for_myself_within_my_cap_and_for_others_with_permission() -> None:
    rep, colleague = make_user(private_cap=1), make_user()
    ensure_default_pool()
    access = lead_access(rep, "create")
    create_lead(access, {"name": "张三", "mobile": mobile(), "owner": "@me"})
    with pytest.raises(errors.CapReached):
        create_lead(access, {"name": "李四", "mobile": mobile(), "owner": rep.pk})
    with pytest.raises(Forbidden):
        create_lead(access, {"name": "王五", "mobile": mobile(), "owner": colleague.pk})


def test_the_default_assignee_gets_it_while_there_is_room() -> None:
    assignee = make_user(private_cap=1)
    pool = make_pool(default_assignee=assignee.pk)
    first, second = make_lead(pool=pool), make_lead(pool=pool)
    assert (first.owner_id, second.owner_id) == (assignee.pk, None)
    assert second.pool_id == pool.pk
    assert Transfer.objects.get(lead=first).why == Why.DEFAULT


def test_a_duplicate_names_the_lead_only_to_who_may_see_it() -> None:
    rep, colleague = make_user(), make_user("王芳")
    lead = make_lead(owner=colleague, name="机密客户")
    with pytest.raises(errors.Duplicate) as refusal:
        create_lead(lead_access(rep, "create"), {"name": "张三", "phone": lead.mobile})
    (match,) = refusal.value.facts["matches"]
    assert (match["id"], match["name"], match["owner"], match["visible"]) == (None, "", "王芳", False)
    with pytest.raises(errors.Duplicate) as refusal:
        create_lead(lead_access(colleague, "create"), {"name": "张三", "mobile": lead.mobile})
    assert refusal.value.facts["matches"][0]["url"] == f"/leads/{lead.pk}"


def test_editing_keeps_history_and_refuses_what_is_stale() -> None:
    rep = make_user()
    lead = make_lead(owner=rep)
    access = lead_access(rep, "edit")
    update_lead(access, lead.pk, {"company": "活水科技", "budget": "6.8万"}, version=1)
    lead.refresh_from_db()
    assert (lead.company, int(lead.budget or 0), lead.version) == ("活水科技", 68000, 2)
    with pytest.raises(Stale):
        update_lead(access, lead.pk, {"company": "别的"}, version=1)
    update_lead(access, lead.pk, {"company": "活水科技"}, version=2)  # nothing changes, nothing is written
    assert Lead.objects.get(pk=lead.pk).version == 2
    assert history("lead", lead.pk).items[0].changes["company"] == ["", "活水科技"]


def test_who_may_edit() -> None:
    rep, colleague = make_user(), make_user()
    mine, pooled, theirs = make_lead(owner=rep), make_lead(), make_lead(owner=colleague)
    update_lead(lead_access(rep, "edit"), mine.pk, {"company": "甲"})
    with pytest.raises(errors.NotYours):
        update_lead(lead_access(rep, "edit"), pooled.pk, {"company": "甲"})
    with pytest.raises(NotFound):
        update_lead(lead_access(rep, "edit"), theirs.pk, {"company": "甲"})


def test_the_last_contact_method_stays_and_place_is_no_field() -> None:
    rep = make_user()
    lead = make_lead(owner=rep)
    with pytest.raises(Invalid):
        update_lead(lead_access(rep, "edit"), lead.pk, {"mobile": ""})
    with pytest.raises(Invalid):
        update_lead(lead_access(rep, "edit"), lead.pk, {"owner": rep.pk})
    with pytest.raises(Invalid):
        update_lead(lead_access(rep, "edit"), lead.pk, {"no_such_field": 1})
