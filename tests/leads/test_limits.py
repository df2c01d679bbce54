"""Reveals and views per person and day: counted once, exact, refused with the facts, shown."""

from datetime import timedelta

import pytest

from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import Forbidden
from headwater.leads.errors import RevealLimit, ViewLimit
from headwater.leads.models import PoolView, Reveal
from headwater.leads.services import reveal_contact
from headwater.leads.services.viewing import may_see_looks, view_pooled, who_looked
from headwater.leads.settings import REVEALS_PER_DAY, VIEWS_PER_DAY
from headwater.platform.settings import set_setting
from tests.leads.factories import lead_access, make_lead, make_pool
from tests.leads.test_api import Api
from tests.leads.test_invariants import _together
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db
SYSTEM = system_access("tests")


def test_no_limit_is_no_refusal_and_still_recorded() -> None:
    set_setting(SYSTEM, REVEALS_PER_DAY.key, 0)
    rep, pool = make_user(), make_pool()
    lead = make_lead(pool=pool)
    reveal_contact(lead_access(rep, "reveal"), lead.pk)
    assert view_pooled(lead_access(rep, "view"), lead.pk, pool.pk) is None
    assert (Reveal.objects.count(), PoolView.objects.count()) == (1, 1)


def test_a_lead_counts_once_a_day_and_the_limit_names_its_end() -> None:
    set_setting(SYSTEM, VIEWS_PER_DAY.key, 2)
    rep, pool = make_user(), make_pool()
    access = lead_access(rep, "view")
    first, second, third = (make_lead(pool=pool) for _ in range(3))
    assert [view_pooled(access, one.pk, pool.pk) for one in (first, first, second)] == [1, 1, 0]
    with pytest.raises(ViewLimit) as refusal:
        view_pooled(access, third.pk, pool.pk)
    facts = refusal.value.facts
    assert (facts["limit"], facts["used"], refusal.value.status) == (2, 2, 429)
    assert refusal.value.advice
    assert view_pooled(access, first.pk, pool.pk) == 0  # seen already: open to look at again
    with clock.freeze(facts["until"] + timedelta(minutes=1)):
        assert view_pooled(access, third.pk, pool.pk) == 1


def test_administrators_of_the_pool_and_owned_leads_do_not_count() -> None:
    set_setting(SYSTEM, VIEWS_PER_DAY.key, 1)
    rep, pool = make_user(role="admin"), make_pool()
    assert view_pooled(lead_access(rep, "view"), make_lead(pool=pool).pk, pool.pk) is None
    assert view_pooled(lead_access(make_user(), "view"), 1, None) is None
    assert PoolView.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_limits_are_exact_at_once() -> None:
    set_setting(SYSTEM, VIEWS_PER_DAY.key, 3)
    set_setting(SYSTEM, REVEALS_PER_DAY.key, 3)
    rep, pool = make_user(), make_pool()
    leads = [make_lead(pool=pool) for _ in range(8)]
    view, reveal = lead_access(rep, "view"), lead_access(rep, "reveal")
    seen = _together(8, lambda i: view_pooled(view, leads[i].pk, pool.pk))
    shown = _together(8, lambda i: reveal_contact(reveal, leads[i].pk))
    assert sum(isinstance(one, ViewLimit) for one in seen) == 5
    assert sum(isinstance(one, RevealLimit) for one in shown) == 5
    assert (PoolView.objects.count(), Reveal.objects.count()) == (3, 3)


def test_screens_and_programs_count_and_administrators_see_it() -> None:
    set_setting(SYSTEM, VIEWS_PER_DAY.key, 1)
    rep, admin, pool = make_user("王芳"), make_user(role="admin"), make_pool()
    first, second = make_lead(pool=pool), make_lead(pool=pool)
    client = client_for(rep)
    page = client.get(f"/leads/{first.pk}")
    assert "还可查看 0 条" in page.content.decode()
    assert client.get(f"/leads/{second.pk}").status_code == 429
    api = Api(rep)
    assert api("GET", f"/leads/{second.pk}").data["code"] == "lead.view_limit"
    assert api("GET", f"/leads/{second.pk}?fields=name").status_code == 429
    assert api("GET", f"/leads/{first.pk}").status_code == 200
    asked = {"HX-Request": "true", "HX-Target": "hw-reveal"}
    assert "还可查看 30 个" in client.get(f"/leads/{first.pk}/reveal", headers=asked).content.decode()

    assert "王芳" in client_for(admin).get("/pools/views").content.decode()
    (row,) = Api(admin)("GET", "/pool-views").data["items"]
    assert (row["name"], row["opened"], row["revealed"]) == ("王芳", 1, 0)
    assert client.get("/pools/views").status_code == 403
    with pytest.raises(Forbidden):
        may_see_looks(lead_access(rep, "view"))
    assert who_looked(lead_access(rep, "view")) == []
