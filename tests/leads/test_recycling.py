"""The sweep takes what is due, once, never what was worked on just before; warnings, rounds, protection."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from headwater.engagement.services import record_activity
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import Invalid
from headwater.kernel.sql import execute, rows, value
from headwater.leads.errors import CoolingDown, ProtectionQuota
from headwater.leads.models import Lead, Recalculation, Transfer
from headwater.leads.services import assign_leads, claim_lead
from headwater.leads.services.previewing import preview_archive, preview_rule
from headwater.leads.services.protecting import protect_lead, unprotect_lead
from headwater.leads.services.recalculating import recalculate, run_recalculation, save_recycle_rule
from headwater.leads.services.recycling import recycle_due
from headwater.leads.services.warning import warn_due
from headwater.platform.events import drain
from headwater.platform.settings import set_setting
from headwater.pools.models import Pool, RecycleRule
from tests.leads.factories import lead_access, make_lead, make_pool
from tests.leads.invariants import broken_invariants
from tests.leads.rules import long_idle, only_rule, set_lead
from tests.organization.factories import make_user

DAY = timedelta(days=1)


def kinds_for(user_id: int) -> list[str]:
    found = rows("SELECT kind FROM platform_notification WHERE recipient_id = %s ORDER BY id", (user_id,))
    return [row["kind"] for row in found]


def taken(lead: Lead) -> bool:
    lead.refresh_from_db()
    return lead.status == "pooled"


@pytest.mark.django_db
def test_a_lead_nobody_contacted_goes_back_with_rule_and_reason_and_its_rep_must_wait() -> None:
    only_rule(response_hours=24, overdue_days=15)
    pool, rep = make_pool(), make_user()
    lead, other = make_lead(pool=pool, owner=rep), make_lead(pool=pool, owner=rep)
    long_idle(lead.pk, clock.now() - 2 * DAY)
    assert recycle_due() == 1
    assert recycle_due() == 0, "the same sweep again does nothing"
    assert taken(lead)
    assert not taken(other)
    assert (lead.pool_id, lead.rounds, lead.recycle_due_at) == (pool.pk, 1, None)
    moved = Transfer.objects.filter(lead=lead).latest("pk")
    assert (moved.why, moved.rule, moved.reason) == ("recycled", "规则 v1", "response")
    assert (moved.from_owner_id, moved.actor_id) == (rep.pk, None)
    with pytest.raises(CoolingDown):
        claim_lead(lead_access(rep, "claim"), lead.pk)
    assert broken_invariants() == []


@pytest.mark.django_db
def test_a_null_follow_up_does_not_match_by_itself() -> None:
    only_rule(overdue_days=15)
    lead = make_lead(owner=make_user())
    assert lead.last_activity_at is None
    with clock.freeze(clock.now() + 14 * DAY):
        assert recycle_due() == 0
    with clock.freeze(clock.now() + 15 * DAY + timedelta(minutes=1)):
        assert recycle_due() == 1


@pytest.mark.django_db
def test_columns_older_than_their_rule_take_nothing_and_are_put_right() -> None:
    only_rule(response_hours=24)
    lead = make_lead(owner=make_user())
    set_lead(lead.pk, recycle_due_at=clock.now() - DAY)  # as if a change had passed it by
    assert recycle_due() == 0
    lead.refresh_from_db()
    assert lead.recycle_due_at is not None
    assert lead.recycle_due_at > clock.now()


@pytest.mark.django_db
def test_a_closed_pool_gives_its_leads_to_the_default_pool() -> None:
    only_rule(response_hours=24)
    pool = make_pool()
    lead = make_lead(pool=pool, owner=make_user())
    long_idle(lead.pk, clock.now() - 2 * DAY)
    Pool.objects.filter(pk=pool.pk).update(archived_at=clock.now())
    assert recycle_due() == 1
    lead.refresh_from_db()
    assert lead.pool_id == Pool.objects.get(is_default=True).pk


@pytest.mark.django_db
def test_warnings_come_once_to_the_rep_before_and_to_the_manager_after() -> None:
    only_rule(response_hours=24, rhythm={"high": 0.5})
    manager = make_user(role="manager")
    rep = make_user(manager=manager)
    moment = clock.now()
    with clock.freeze(moment):
        make_lead(owner=rep, intent="high")
    for hours in (1, 13, 13.5, 21, 22, 23):
        with clock.freeze(moment + timedelta(hours=hours)):
            warn_due()
    assert kinds_for(rep.pk) == ["lead.follow_due", "lead.response_soon"]
    drain()
    with clock.freeze(moment + timedelta(hours=24)):
        assert warn_due() == 0
        assert recycle_due() == 1
    drain()
    drain()
    assert kinds_for(rep.pk)[-1:] == ["lead.recycled"]
    assert kinds_for(manager.pk) == ["lead.recycled_of"]


@pytest.mark.django_db
def test_after_the_last_round_the_administrators_are_told_and_a_follow_up_begins_anew() -> None:
    only_rule(response_hours=24, max_rounds=2)
    admin, rep, other = make_user(role="pool_admin"), make_user(), make_user()
    pool = make_pool(members=[{"kind": "user", "id": admin.pk, "is_admin": True}, {"kind": "everyone"}])
    lead = make_lead(pool=pool, owner=rep)
    for _ in range(2):
        long_idle(lead.pk, clock.now() - 2 * DAY)
        assert recycle_due() == 1
        drain()
        assign_leads(system_access("routing"), [lead.pk], [other.pk])
    assert kinds_for(admin.pk) == ["lead.worn_out"]
    lead.refresh_from_db()
    assert lead.rounds == 2
    record_activity(lead_access(other, "edit"), "lead", lead.pk, kind="call", content="接通了")
    lead.refresh_from_db()
    assert lead.rounds == 0


@pytest.mark.django_db
def test_protection_keeps_a_lead_within_a_quota_and_ends_with_its_owner() -> None:
    only_rule(overdue_days=5)
    rep, other, admin = make_user(), make_user(), make_user(role="admin")
    set_setting(system_access("tests"), "leads.protections", 1)
    lead, second = make_lead(owner=rep), make_lead(owner=rep)
    protect = lead_access(rep, "protect")
    until = clock.now() + 20 * DAY
    protect_lead(protect, lead.pk, until, reason="客户下月立项")
    lead.refresh_from_db()
    assert lead.recycle_due_at == until
    with pytest.raises(ProtectionQuota) as refused:
        protect_lead(protect, second.pk, until, reason="也想要")
    assert refused.value.facts == {"limit": 1, "used": 1}
    for reason, day in (("", until), ("太久", clock.now() + 60 * DAY), ("过去", clock.now() - DAY)):
        with pytest.raises(Invalid):
            protect_lead(protect, lead.pk, day, reason=reason)
    protect_lead(lead_access(admin, "protect"), second.pk, until, reason="主管同意")
    unprotect_lead(protect, second.pk)
    second.refresh_from_db()
    assert second.recycle_due_at is not None
    assert second.recycle_due_at < until
    assign_leads(lead_access(admin, "assign"), [lead.pk], [other.pk])
    lead.refresh_from_db()
    assert (lead.protected_until, lead.protected_by_id) == (None, None)


@pytest.mark.django_db
def test_a_changed_rule_takes_nothing_before_the_grace_is_over() -> None:
    only_rule(overdue_days=15)
    rep = make_user()
    idle, fresh, nearly = (make_lead(owner=rep) for _ in range(3))
    moment = clock.now()
    long_idle(idle.pk, moment - 10 * DAY)
    long_idle(nearly.pk, moment - 15 * DAY + timedelta(hours=2))
    rule = RecycleRule.objects.get(is_enabled=True)
    with clock.freeze(moment):
        found = preview_rule(system_access("tests"), {"overdue_days": 7}, rule_id=rule.pk)
        assert RecycleRule.objects.get(pk=rule.pk).overdue_days == 15, "nothing was saved"
        assert (found.watched, found.governed, found.touched, found.earlier) == (3, 3, 2, 2)
        assert (found.losses_before, found.losses) == (2, 2)
        assert sum(owner.after for owner in found.owners) == found.losses
        save_recycle_rule(
            system_access("tests"), {"overdue_days": 7}, rule_id=rule.pk, version=1, note="更快"
        )
        from headwater.leads.services.deadlines import renew

        renew([idle.pk, fresh.pk, nearly.pk])
        assert recycle_due() == 0
    for lead in (idle, fresh, nearly):
        lead.refresh_from_db()
    assert idle.recycle_due_at == moment + DAY
    assert nearly.recycle_due_at == moment + timedelta(hours=2), "due then by the old rule too"
    assert fresh.recycle_due_at is not None
    assert fresh.recycle_due_at > moment + 6 * DAY
    assert fresh.recycle_rule == "规则 v2"
    with clock.freeze(moment + DAY):
        assert recycle_due() == 2
    assert preview_archive(system_access("tests"), rule.pk).ends == 1


# --- with real connections


def _together(*works: Callable[[], Any]) -> list[Any]:
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def run(index: int) -> None:
        barrier.wait()
        try:
            results[index] = works[index]()
        except Exception as fault:
            results[index] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    faults = [result for result in results if isinstance(result, Exception)]
    assert not faults, faults
    return results


@pytest.fixture
def many(transactional_db: None) -> Iterator[list[int]]:
    only_rule(response_hours=24)
    rep = make_user(private_cap=1000)
    leads = [make_lead(owner=rep).pk for _ in range(60)]
    execute("UPDATE leads_lead SET assigned_at = %s", (clock.now() - 2 * DAY,))
    yield leads
    RecycleRule.objects.all().delete()


def test_two_sweepers_take_each_lead_once(many: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headwater.leads.services.recycling.CHUNK", 7)
    swept = _together(*[recycle_due] * 3)
    assert sum(swept) + recycle_due() == 60
    assert value("SELECT count(*) FROM leads_transfer WHERE why = 'recycled'") == 60
    assert set(Lead.objects.values_list("rounds", flat=True)) == {1}
    assert broken_invariants() == []


def test_a_follow_up_that_landed_a_moment_before_keeps_its_lead(many: list[int]) -> None:
    rep_id = Lead.objects.get(pk=many[0]).owner_id
    held, done = threading.Event(), threading.Event()

    def follow_up() -> None:
        with transaction.atomic():
            execute(
                "UPDATE leads_lead SET last_activity_at = %s, status = 'following'"
                " WHERE id = ANY(%s::bigint[])",
                (clock.now(), many[:30]),
            )
            held.set()
            done.wait(20)

    def sweep() -> int:
        held.wait(20)
        swept = recycle_due()
        done.set()
        return swept

    assert _together(follow_up, sweep)[1] == 30
    assert recycle_due() == 0
    assert set(Lead.objects.filter(owner_id=rep_id).values_list("pk", flat=True)) == set(many[:30])


def test_follow_ups_racing_the_sweep_leave_each_lead_with_one_of_both(many: list[int]) -> None:
    def follow_up() -> int:
        kept = 0
        for pk in many:
            kept += execute(
                "UPDATE leads_lead SET last_activity_at = %s, status = 'following'"
                " WHERE id = %s AND status = 'assigned'",
                (clock.now(), pk),
            )
        return kept

    kept, swept = _together(follow_up, recycle_due)
    swept += recycle_due()
    assert kept + swept == 60
    assert Lead.objects.filter(status="following").count() == kept
    assert broken_invariants() == []


def test_a_recalculation_goes_on_where_it_was_stopped(
    many: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headwater.leads.services.recalculating.CHUNK", 25)
    rule = RecycleRule.objects.get(is_enabled=True)
    save_recycle_rule(system_access("tests"), {"response_hours": 72}, rule_id=rule.pk)
    work = Recalculation.objects.latest("pk")
    assert (work.total, work.seen) == (60, 0)
    calls = iter([False, False, True])
    monkeypatch.setattr("headwater.leads.services.recalculating.is_stopping", lambda: next(calls))
    assert not run_recalculation(work.pk)
    work.refresh_from_db()
    assert (work.seen, work.finished_at) == (50, None)
    monkeypatch.setattr("headwater.leads.services.recalculating.is_stopping", lambda: False)
    assert run_recalculation(work.pk)
    work.refresh_from_db()
    assert (work.seen, work.changed) == (60, 60)
    assert set(Lead.objects.values_list("recycle_rule", flat=True)) == {"规则 v2"}
    with transaction.atomic():
        again = recalculate(system_access("tests"), "")
    assert run_recalculation(again.pk)
    again.refresh_from_db()
    assert again.changed == 0, "what is right already is not written"
