"""Rows whose contact is known, recorded as inquiries of the leads there are."""

import pytest

from headwater.kernel.access import Access, system_access
from headwater.leads import services as leads
from headwater.leads.models import Lead, Touch
from headwater.organization.models import User
from headwater.platform.imports import running, services
from headwater.platform.imports.types import Status
from headwater.pools.services import ensure_default_pool
from tests.imports.test_leads import codes, counts, run
from tests.leads.invariants import broken_invariants
from tests.organization.factories import access, make_user

pytestmark = pytest.mark.django_db

FILE = "姓名,手机,需求\n甲,13900139000,报价\n乙,13900139001,\n丙,13900139002,\n丙,13900139002,\n"


@pytest.fixture
def admin() -> User:
    ensure_default_pool()
    return make_user("管理员", role="admin")


@pytest.fixture
def who(admin: User) -> Access:
    return access(admin, "imports.view")


def test_known_contacts_inquire_again(who: Access, admin: User) -> None:
    rep = make_user()
    system = system_access("tests")
    invalid = leads.create_lead(system, {"name": "旧", "mobile": "13900139000", "owner": rep.pk})
    leads.invalidate_leads(system, [invalid], reason="test")
    owned = leads.create_lead(system, {"name": "在", "mobile": "13900139001", "owner": rep.pk})
    job = run(who, FILE, options={"policy": "reinquire"})
    assert counts(job) == (1, 2, 1, 0)
    assert codes(job) == [
        (1, "updated", "lead.inquired"),
        (2, "updated", "lead.inquired"),
        (4, "skipped", "lead.duplicate_in_file"),
    ]
    touch = Touch.objects.get(lead_id=invalid, is_first=False)
    assert (touch.note, touch.import_id, touch.door) == ("报价", job.pk, "import")
    assert Touch.objects.filter(lead_id=owned).count() == 2
    assert Lead.objects.get(pk=invalid).owner_id == rep.pk
    assert broken_invariants() == []

    services.revert_import(who, job.pk)
    running.work_on(job.pk)
    job.refresh_from_db()
    assert job.status == Status.REVERTED
    assert Touch.objects.filter(lead_id=invalid).count() == 2  # what was said stays said


def test_a_lead_out_of_sight_is_woken_and_not_named(admin: User) -> None:
    owner, other = make_user(), make_user("销售", role="manager")
    lead = leads.create_lead(
        system_access("tests"), {"name": "密", "mobile": "13900139000", "owner": owner.pk}
    )
    job = run(access(other, "imports.view"), FILE, options={"policy": "reinquire"})
    assert codes(job)[0] == (1, "skipped", "lead.inquired")
    assert Touch.objects.filter(lead_id=lead).count() == 2
