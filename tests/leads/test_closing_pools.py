"""A pool closes while leads are on the way to it: they come to lie in the default pool, none is lost."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import Invalid
from headwater.leads.models import Lead, Transfer
from headwater.leads.services import archive_leads, create_lead, move_leads, restore_leads, return_leads
from headwater.leads.services.moving import move
from headwater.leads.types import Place, Why
from headwater.organization.services import deactivate_user
from headwater.pools.errors import PoolInUse
from headwater.pools.models import Pool
from headwater.pools.services import archive_pools
from headwater.routing.models import WaitingLead
from tests.imports.test_leads import finish, upload
from tests.leads.factories import make_lead, make_pool, mobile
from tests.leads.invariants import broken_invariants
from tests.organization.factories import access, make_user
from tests.routing.factories import fresh, last, make_rule, people, route, when

SYSTEM = system_access("tests")


def default() -> int:
    return Pool.objects.get(is_default=True).pk


@pytest.mark.django_db
def test_whoever_sends_a_lead_to_a_closed_pool_sends_it_to_the_default_one() -> None:
    pool, rep = make_pool(), make_user()
    owned, pooled = make_lead(owner=rep, pool=pool), make_lead()
    archive_pools(SYSTEM, [pool.pk])
    move({owned.pk: Place.in_pool(pool.pk)}, SYSTEM, why=Why.RETURNED)
    assert (fresh(owned).pool_id, fresh(owned).home_pool_id) == (default(), default())
    assert Transfer.objects.filter(lead=owned).latest("pk").to_pool_id == default()
    with pytest.raises(Exception, match="pool"):
        move_leads(SYSTEM, [pooled.pk], pool_id=pool.pk)
    with pytest.raises(Invalid):
        create_lead(SYSTEM, {"name": "甲", "mobile": mobile(), "pool": pool.pk})
    assert broken_invariants() == []


@pytest.mark.django_db
def test_an_archived_lead_of_a_pool_that_closed_since_comes_back_into_the_default_one() -> None:
    pool, rep = make_pool(), make_user()
    pooled, owned = make_lead(pool=pool), make_lead(pool=pool, owner=rep)
    archive_leads(SYSTEM, [pooled.pk, owned.pk])
    archive_pools(SYSTEM, [pool.pk])
    restore_leads(SYSTEM, [pooled.pk, owned.pk])
    for lead in (fresh(pooled), fresh(owned)):
        assert (lead.status, lead.pool_id, lead.home_pool_id) == ("pooled", default(), default())
    assert broken_invariants() == []


@pytest.mark.django_db
def test_an_import_goes_on_when_its_pool_closes() -> None:
    pool = make_pool()
    job = upload(
        access(make_user(role="admin"), "imports.view"),
        f"姓名,手机\n甲,{mobile()}\n乙,{mobile()}\n",
        then="run",
        options={"pool": pool.pk},
    )
    archive_pools(SYSTEM, [pool.pk])
    assert finish(job).created_count == 2
    assert set(Lead.objects.values_list("pool_id", flat=True)) == {default()}
    assert broken_invariants() == []


@pytest.mark.django_db
def test_a_pool_closes_and_a_person_leaves_while_leads_wait_for_opening() -> None:
    """Over night the pool that one rule fills closes, and the person whom another gives to leaves."""
    make_user(role="admin")
    entry, target = make_pool(), make_pool()
    leaver, keeper = make_user(), make_user()
    make_rule({"kind": "pool", "pool": target.pk}, when=when("industry", "eq", "finance"))
    make_rule(people(leaver), window={"when": "working"})
    night = clock.now().replace(hour=18) + timedelta(days=1)  # 02:00 in China
    with clock.freeze(night):
        lead, bank = make_lead(pool=entry), make_lead(pool=entry, industry="retail")
        route()
        assert {last(lead).outcome, last(bank).outcome} == {"closed"}
        archive_pools(SYSTEM, [target.pk])
        deactivate_user(SYSTEM, leaver.pk)
        Lead.objects.filter(pk=bank.pk).update(industry="finance")
        Pool.objects.filter(pk=entry.pk).update(default_assignee=keeper)
        opening = WaitingLead.objects.latest("due_at").due_at
    assert opening is not None
    with clock.freeze(opening):
        route()
    assert [fresh(one).owner_id for one in (lead, bank)] == [keeper.pk, keeper.pk]
    assert last(lead).outcome == "fallback"
    assert broken_invariants() == []


def _meanwhile(first: Callable[[], Any], then: Callable[[], Any]) -> Any:
    """Do `first` in a transaction that stays open until `then`, elsewhere, has to wait for it."""
    started, result = threading.Event(), []

    def other() -> None:
        started.wait(20)
        try:
            result.append(then())
        except Exception as refused:
            result.append(refused)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    with transaction.atomic():
        first()
        started.set()
        thread.join(0.4)
    thread.join(20)
    return result[0]


@pytest.mark.django_db(transaction=True)
def test_who_comes_first_closing_or_returning_no_lead_lies_in_a_closed_pool() -> None:
    pool, other, rep = make_pool(), make_pool(), make_user()
    lead = make_lead(owner=rep, pool=pool)
    refused = _meanwhile(
        lambda: return_leads(SYSTEM, [lead.pk], reason="no_answer"),
        lambda: archive_pools(SYSTEM, [pool.pk]),
    )
    assert isinstance(refused, PoolInUse)
    late = make_lead(owner=rep, pool=other)
    _meanwhile(
        lambda: archive_pools(SYSTEM, [other.pk]),
        lambda: return_leads(SYSTEM, [late.pk], reason="no_answer"),
    )
    assert fresh(late).pool_id == default()
    third = make_pool()
    captured = _meanwhile(
        lambda: archive_pools(SYSTEM, [third.pk]),
        lambda: create_lead(SYSTEM, {"name": "甲", "mobile": mobile(), "pool": third.pk}),
    )
    assert isinstance(captured, Invalid)
    assert not Lead.objects.filter(pool__archived_at__isnull=False).exists()
    assert broken_invariants() == []
