"""Follow-up, return, move, invalid, reopen, archive, reveal and convert."""

from datetime import timedelta

import pytest

from headwater.engagement.queries import timeline
from headwater.engagement.services import follow_up
from headwater.kernel import clock, listing
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.leads import errors
from headwater.leads.models import Conversion, Lead, StageChange, Transfer
from headwater.leads.services import (
    archive_leads,
    assign_lead,
    change_stage,
    claim_lead,
    convert_lead,
    invalidate_leads,
    move_leads,
    reopen_leads,
    restore_leads,
    return_leads,
    reveal_contact,
    the_one,
)
from headwater.leads.types import Stage, Status
from headwater.platform.settings import set_setting
from headwater.sales.models import Account, Contact, Opportunity
from tests.leads.factories import lead_access, make_lead, make_pool
from tests.leads.invariants import broken_invariants
from tests.organization.factories import access, make_user

pytestmark = pytest.mark.django_db


def _seen(user, lead):  # type: ignore[no-untyped-def]
    return listing.get(lead_access(user, "view"), record_type("lead"), lead.pk)


def test_the_first_real_follow_up_makes_it_following() -> None:
    rep = make_user()
    lead = make_lead(owner=rep)
    acting = access(rep, "activities.create")
    follow_up(acting, "lead", lead.pk, kind="note", content="先看看官网")
    lead.refresh_from_db()
    assert (lead.status, lead.last_activity_at) == (Status.ASSIGNED, None)
    soon = clock.now() + timedelta(days=1)
    follow_up(acting, "lead", lead.pk, kind="call", outcome="connected", content="有意向", next_at=soon)
    lead.refresh_from_db()
    assert (lead.status, lead.next_follow_at) == (Status.FOLLOWING, soon)
    assert lead.last_activity_at is not None
    assert StageChange.objects.get(lead=lead, kind="status").after == Status.FOLLOWING


def test_pooled_closed_and_foreign_leads_are_not_followed_up() -> None:
    rep, colleague = make_user(), make_user()
    acting = access(rep, "activities.create")
    with pytest.raises(errors.NotOwned):
        follow_up(acting, "lead", make_lead().pk, kind="call", content="喂")
    with pytest.raises(NotFound):
        follow_up(acting, "lead", make_lead(owner=colleague).pk, kind="call", content="喂")
    mine = make_lead(owner=rep)
    the_one(invalidate_leads(lead_access(rep, "invalidate"), [mine.pk], reason="test"))
    with pytest.raises(errors.Closed):
        follow_up(acting, "lead", mine.pk, kind="call", content="喂")


def test_return_wants_a_reason_of_the_list_and_goes_home_or_elsewhere() -> None:
    rep = make_user()
    home, other = make_pool(), make_pool()
    lead = make_lead(pool=home)
    claim_lead(lead_access(rep, "claim"), lead.pk)
    for reason in ("", "no such reason"):
        with pytest.raises(Invalid):
            return_leads(lead_access(rep, "return"), [lead.pk], reason=reason)
    the_one(return_leads(lead_access(rep, "return"), [lead.pk], reason="no_need", note="明年再说"))
    assert Lead.objects.get(pk=lead.pk).pool_id == home.pk
    last = Transfer.objects.filter(lead=lead).latest("id")
    assert (last.reason, last.note) == ("no_need", "明年再说")
    second = make_lead(pool=home, owner=rep)
    the_one(return_leads(lead_access(rep, "return"), [second.pk], reason="no_need", pool_id=other.pk))
    assert Lead.objects.get(pk=second.pk).pool_id == other.pk
    assert broken_invariants() == []


def test_a_lead_whose_pool_was_closed_returns_to_the_default_pool() -> None:
    rep, admin = make_user(), make_user(role="admin")
    home = make_pool()
    lead = make_lead(pool=home)
    claim_lead(lead_access(rep, "claim"), lead.pk)
    home.archived_at = clock.now()
    home.save()
    the_one(return_leads(lead_access(rep, "return"), [lead.pk], reason="no_need"))
    pool_id = Lead.objects.get(pk=lead.pk).pool_id
    assert pool_id not in (None, home.pk)
    assert admin.pk


def test_move_invalidate_reopen() -> None:
    admin = make_user(role="admin")
    there = make_pool()
    lead = make_lead()
    the_one(move_leads(lead_access(admin, "move"), [lead.pk], pool_id=there.pk))
    the_one(invalidate_leads(lead_access(admin, "invalidate"), [lead.pk], reason="wrong_number"))
    lead.refresh_from_db()
    assert (lead.status, lead.pool_id, lead.invalid_reason) == (Status.INVALID, None, "wrong_number")
    with pytest.raises(errors.NotInPool):
        the_one(move_leads(lead_access(admin, "move"), [lead.pk], pool_id=there.pk))
    the_one(reopen_leads(lead_access(admin, "reopen"), [lead.pk]))
    lead.refresh_from_db()
    assert (lead.status, lead.pool_id, lead.invalid_reason) == (Status.POOLED, there.pk, "")
    assert broken_invariants() == []


def test_archive_and_restore_lose_nothing() -> None:
    admin, rep = make_user(role="admin"), make_user()
    lead = make_lead(owner=rep)
    deleting = lead_access(admin, "delete")
    the_one(archive_leads(deleting, [lead.pk]))
    with pytest.raises(NotFound):
        _seen(admin, lead)
    make_again = make_lead(mobile=lead.mobile)  # its number is free again
    with pytest.raises(errors.Duplicate):
        the_one(restore_leads(deleting, [lead.pk]))
    the_one(archive_leads(deleting, [make_again.pk]))
    the_one(restore_leads(deleting, [lead.pk]))
    lead.refresh_from_db()
    assert (lead.status, lead.owner_id) == (Status.POOLED, None)
    with clock.freeze(clock.now() + timedelta(days=31)), pytest.raises(errors.RestoreTooLate):
        the_one(restore_leads(deleting, [make_again.pk]))
    assert broken_invariants() == []


def test_contacts_are_hidden_in_the_pool_and_a_reveal_is_counted() -> None:
    rep, admin = make_user(), make_user(role="admin")
    set_setting(access(admin, "leads.configure"), "leads.reveals_per_day", 1)
    lead, other = make_lead(mobile="13800138000"), make_lead()
    assert _seen(rep, lead)["mobile"] == "138****8000"
    assert _seen(admin, lead)["mobile"] == "+8613800138000"
    revealing = lead_access(rep, "reveal")
    assert reveal_contact(revealing, lead.pk)["mobile"] == "+8613800138000"
    assert reveal_contact(revealing, lead.pk)["mobile"] == "+8613800138000"  # counted once a day
    with pytest.raises(errors.RevealLimit) as refusal:
        reveal_contact(revealing, other.pk)
    assert (refusal.value.facts["limit"], refusal.value.facts["used"]) == (1, 1)
    claim_lead(lead_access(rep, "claim"), lead.pk)
    assert _seen(rep, lead)["mobile"] == "+8613800138000"


def test_assigning_passes_over_who_is_full_and_an_override_is_written_down() -> None:
    admin, manager, rep = make_user(role="admin"), make_user(role="pool_admin"), make_user(private_cap=0)
    lead = make_lead()
    with pytest.raises(errors.CapReached):
        assign_lead(lead_access(manager, "assign"), lead.pk, rep.pk)
    assign_lead(lead_access(admin, "assign"), lead.pk, rep.pk, over_cap=True)
    assert Transfer.objects.filter(lead=lead).latest("id").over_cap
    assert broken_invariants(caps_hold=False) == []


def test_stages_have_history() -> None:
    rep = make_user()
    lead = make_lead(owner=rep)
    change_stage(lead_access(rep, "edit"), lead.pk, "MQL")
    change_stage(lead_access(rep, "edit"), lead.pk, "MQL")
    with pytest.raises(errors.NotAllowed):
        change_stage(lead_access(rep, "edit"), lead.pk, "WON")
    with pytest.raises(Invalid):
        change_stage(lead_access(rep, "edit"), lead.pk, "disqualified")
    change_stage(lead_access(rep, "edit"), lead.pk, "disqualified", reason="too_small")
    steps = [
        (step.before, step.after)
        for step in StageChange.objects.filter(lead=lead, kind="stage").order_by("id")
    ]
    assert steps == [("UQL", "MQL"), ("MQL", "disqualified")]


def test_conversion_makes_each_record_once_and_keeps_the_history_in_reach() -> None:
    rep = make_user()
    lead = make_lead(owner=rep, company="深圳活水科技有限公司", budget="12万", email="zhang@example.com")
    follow_up(access(rep, "activities.create"), "lead", lead.pk, kind="call", content="聊得很好")
    converting = lead_access(rep, "convert")
    made = convert_lead(converting, lead.pk, opportunity={"name": "年度采购"})
    again = convert_lead(converting, lead.pk, opportunity={"name": "年度采购"})
    assert (made.is_new, again.is_new) == (True, False)
    assert (made.account_id, made.contact_id, made.opportunity_id) == (
        again.account_id,
        again.contact_id,
        again.opportunity_id,
    )
    account = Account.objects.get(pk=made.account_id)
    contact = Contact.objects.get(pk=made.contact_id)
    opportunity = Opportunity.objects.get(pk=made.opportunity_id)
    assert (account.name, account.owner_id) == ("深圳活水科技有限公司", rep.pk)
    assert (contact.mobile, contact.email, contact.account_id) == (lead.mobile, lead.email, account.pk)
    assert (opportunity.name, int(opportunity.amount or 0)) == ("年度采购", 120_000)
    lead.refresh_from_db()
    assert (lead.status, lead.stage) == (Status.CONVERTED, Stage.SQL)
    page = timeline(access(rep, "accounts.view"), "account", account.pk)
    assert any(item.entry.data.get("content") == "聊得很好" for item in page.entries)
    assert Conversion.objects.count() == 1
    assert broken_invariants() == []


def test_conversion_into_an_existing_account_and_without_contact() -> None:
    rep = make_user()
    first, second = make_lead(owner=rep, company="甲公司"), make_lead(owner=rep, company="甲公司")
    made = convert_lead(lead_access(rep, "convert"), first.pk)
    joined = convert_lead(lead_access(rep, "convert"), second.pk, account_id=made.account_id, contact=False)
    assert (joined.account_id, joined.contact_id, joined.opportunity_id) == (made.account_id, None, None)
    assert Account.objects.count() == 1
    with pytest.raises(errors.NotYours):
        convert_lead(lead_access(rep, "convert"), make_lead().pk)
    third = make_lead(owner=rep)
    with pytest.raises(Invalid):
        convert_lead(lead_access(rep, "convert"), third.pk, account_id=made.account_id + 999)
    assert Lead.objects.get(pk=third.pk).status == Status.ASSIGNED  # nothing partial
