"""Looking customers up across walls, and asking for leads of others."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headwater.handover import services
from headwater.handover.errors import AlreadyAnswered, AlreadyAsked, CannotTakeOver, LookUpLimit
from headwater.handover.models import LookUp, TakeOver
from headwater.handover.queries import requests_of
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import Invalid, NotFound
from headwater.leads.errors import CapReached
from headwater.leads.models import Lead, Transfer
from headwater.leads.services import assign_leads, index_leads
from headwater.leads.types import Status
from headwater.organization.models import User
from headwater.platform import audit
from headwater.platform.events import drain
from headwater.platform.notifications import latest
from headwater.platform.settings import set_setting
from tests.leads.factories import lead_access, make_lead, make_pool
from tests.leads.invariants import broken_invariants
from tests.organization.factories import access, client_for, make_department, make_user
from tests.sales.factories import make_account, make_contact

pytestmark = pytest.mark.django_db


def look(user: User, q: str) -> Any:
    return services.look_up(access(user, "lookup.create"), q)


def request_for(asker: User, lead: Lead) -> int:
    found = look(asker, str(lead.mobile))
    return services.ask_for(access(asker, "lookup.create"), found.id, 0, note="客户打给我了")


def test_one_learns_that_it_exists_and_nothing_else() -> None:
    rep, other = make_user("张三"), make_user("李四")
    lead = make_lead(owner=other, name="王总", company="云帆科技有限公司", mobile="+8613912345678")
    Lead.objects.filter(pk=lead.pk).update(business_line="出国考试")
    (hit,) = look(rep, "139 1234 5678").hits
    assert (hit.record, hit.since, hit.business_line) == ("lead", lead.created_at, "出国考试")
    assert (hit.name, hit.url, hit.is_mine, hit.can_request) == ("", "", False, True)
    for hidden in ("王总", "李四", "5678", "云帆"):
        assert hidden not in str(hit)
    (own,) = look(other, "+86-13912345678").hits
    assert (own.name, own.is_mine, own.can_request) == ("王总", True, False)


def test_every_lead_with_the_number_is_found_and_none_by_reading_all_leads() -> None:
    rep, other = make_user(), make_user()
    first = make_lead(owner=other, mobile="+8613912345678")
    twin = make_lead(owner=other)
    Lead.objects.filter(pk=twin.pk).update(mobile=first.mobile, may_duplicate=True)
    index_leads([first.pk, twin.pk])
    moment, pool = clock.now(), make_pool(members=[])
    Lead.objects.bulk_create(
        Lead(
            name="旁人",
            mobile=f"+86138{number:08d}",
            status=Status.POOLED,
            pool=pool,
            home_pool=pool,
            created_at=moment,
            updated_at=moment,
            stage_at=moment,
            placed_at=moment,
        )
        for number in range(2000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead")
    assert len(look(rep, "13912345678").hits) == 2
    with CaptureQueriesContext(connection) as asked:
        look(rep, "13912345678")
    (read,) = [one["sql"] for one in asked if "business_line" in one["sql"] and "UNION" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {read}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "lead_mobile_once" in plan
    assert "lead_phone_once" in plan


def test_a_search_that_finds_nothing_leads_to_the_look_up() -> None:
    rep, other = make_user(email="rep@example.com"), make_user(email="other@example.com")
    pool = make_pool("华北区线索池", members=[])
    lead = make_lead(owner=other, mobile="+8613912345678")
    Lead.objects.filter(pk=lead.pk).update(home_pool=pool)
    client = client_for(rep)
    (group,) = client.get("/search.json?q=13912345678").json()["groups"]
    assert group["items"][0]["url"] == "/lookup?q=13912345678"
    assert client.get("/search.json?q=139").json()["groups"] == []
    assert 'value="13912345678"' in client.get("/lookup?q=13912345678").content.decode()
    assert not LookUp.objects.exists(), "nothing is asked before somebody asks"
    (hit,) = look(rep, "13912345678").hits
    assert hit.pool == "华北区线索池", "an owned lead says to which pool it belongs"
    assert client_for(other).get("/search.json?q=13912345678").json()["groups"][0]["label"] == "线索"


def test_pools_customers_mails_and_companies_are_found() -> None:
    rep, other = make_user(), make_user()
    pool = make_pool("华北区线索池", members=[])
    make_lead(pool=pool, email="wang@example.com")
    (hit,) = look(rep, "Wang@Example.com").hits
    assert (hit.pool, hit.can_request) == ("华北区线索池", False)
    make_contact(account=make_account("星辰教育有限公司", owner=other), owner=other, mobile="13700000001")
    (contact,) = look(rep, "13700000001").hits
    assert (contact.record, contact.name, contact.can_request) == ("contact", "", False)
    lead = make_lead(owner=other, company="上海星辰教育科技有限公司")
    index_leads([lead.pk])
    records = {hit.record for hit in look(rep, "星辰教育").hits}
    assert "account" in records
    assert look(rep, "13899999999").hits == ()


@pytest.mark.parametrize("q", ["", "   ", "12", "x@", "\x00", "1" * 40, "a"])
def test_what_is_no_customer_is_refused_and_not_counted(q: str) -> None:
    rep = make_user()
    with pytest.raises(Invalid):
        look(rep, q)
    assert not LookUp.objects.exists()


def test_each_look_up_is_recorded_and_they_are_counted_by_day() -> None:
    rep = make_user()
    set_setting(system_access("tests"), "leads.lookups_per_day", 2)
    for _ in range(2):
        look(rep, "13912345678")
    with pytest.raises(LookUpLimit) as refusal:
        look(rep, "13912345678")
    assert (refusal.value.facts["limit"], refusal.value.facts["used"]) == (2, 2)
    looked = LookUp.objects.filter(user_id=rep.pk).first()
    assert looked is not None
    assert "12345" not in looked.asked
    assert audit.history("look_up", looked.pk).items[0].actor_id == rep.pk
    with clock.freeze(clock.now() + timedelta(days=1)):
        assert look(rep, "13912345678").used == 1


def test_the_owner_gives_the_lead_and_everybody_hears() -> None:
    boss = make_user(role="manager")
    owner, asker = make_user("李四", manager=boss), make_user("张三")
    lead = make_lead(owner=owner, name="王总")
    made = request_for(asker, lead)
    with pytest.raises(AlreadyAsked):
        request_for(asker, lead)
    (mine,) = requests_of(access(asker, "lookup.create"))
    assert (mine.lead, mine.owner, mine.can_answer) == ("", "", False)
    drain()
    for told in (owner, boss):
        assert "take_over.asked" in [one.kind for one in latest(told.pk).items]
    services.answer(access(owner, "lookup.create"), made, accept=True, reply="好的")
    services.answer(access(owner, "lookup.create"), made, accept=True)
    lead.refresh_from_db()
    assert (lead.owner_id, lead.status) == (asker.pk, "assigned")
    moved = Transfer.objects.filter(lead=lead).latest("id")
    assert (moved.why, moved.actor_id) == ("transferred", owner.pk)
    drain()
    assert "take_over.accepted" in [one.kind for one in latest(asker.pk).items]
    with pytest.raises(AlreadyAnswered):
        services.answer(access(owner, "lookup.create"), made, accept=False)
    assert broken_invariants() == []


def test_who_else_may_answer_and_who_may_not() -> None:
    team = make_department()
    manager = make_user(role="manager", department=team)
    owner, asker, stranger = make_user(department=team), make_user(), make_user()
    lead = make_lead(owner=owner)
    made = request_for(asker, lead)
    for outsider in (stranger, asker, make_user(role="manager", department=make_department())):
        with pytest.raises(NotFound):
            services.answer(access(outsider, "lookup.create"), made, accept=True)
    services.answer(access(manager, "lookup.create"), made, accept=False, reply="仍在跟进")
    assert Lead.objects.get(pk=lead.pk).owner_id == owner.pk
    assert [one.answer for one in requests_of(access(asker, "lookup.create"))] == ["declined"]
    assert requests_of(access(stranger, "lookup.create")) == []


def test_caps_hold_and_what_changed_hands_is_settled() -> None:
    owner, full, asker, third = make_user(), make_user(private_cap=0), make_user(), make_user()
    admin = make_user(role="admin")
    lead = make_lead(owner=owner)
    made = request_for(full, lead)
    with pytest.raises(CapReached):
        services.answer(access(owner, "lookup.create"), made, accept=True)
    other = request_for(asker, lead)
    assign_leads(lead_access(admin, "assign"), [lead.pk], [third.pk])
    assert services.answer(access(owner, "lookup.create"), other, accept=True).answer == "void"
    assert Lead.objects.get(pk=lead.pk).owner_id == third.pk


def test_only_hits_of_ones_own_look_up_can_be_asked_for() -> None:
    owner, asker, other = make_user(), make_user(), make_user()
    lead = make_lead(owner=owner)
    found = look(asker, str(lead.mobile))
    for who, number in ((other, 0), (asker, 1), (asker, -1)):
        with pytest.raises(NotFound):
            services.ask_for(access(who, "lookup.create"), found.id, number)
    pooled = make_lead()
    looked = look(asker, str(pooled.mobile))
    with pytest.raises(CannotTakeOver):
        services.ask_for(access(asker, "lookup.create"), looked.id, 0)
    assert not TakeOver.objects.exists()


def test_the_screens() -> None:
    owner, asker = make_user("李四"), make_user("张三")
    lead = make_lead(owner=owner, name="王总")
    client = client_for(asker)
    assert client.get("/lookup").status_code == 200
    page = client.post("/lookup", {"q": lead.mobile}).content.decode()
    assert "王总" not in page
    assert "/lookup/ask?lookup=" in page
    assert client.post("/lookup", {"q": "x"}).status_code == 422
    looked = LookUp.objects.get()
    assert client.get(f"/lookup/ask?lookup={looked.pk}&number=0").status_code == 200
    client.post("/lookup/ask", {"lookup": looked.pk, "number": 0, "note": "客户找我"})
    made = TakeOver.objects.get()
    theirs = client_for(owner).get(f"/lookup/requests/{made.pk}").content.decode()
    assert "王总" in theirs
    assert "客户找我" in theirs
    assert client_for(make_user()).get(f"/lookup/requests/{made.pk}").status_code == 404
    client_for(owner).post(f"/lookup/requests/{made.pk}/accept", {"reply": "给你"})
    assert "王总" in client.get(f"/lookup/requests/{made.pk}").content.decode()


def test_the_api() -> None:
    owner, asker = make_user(), make_user()
    lead = make_lead(owner=owner)
    client = client_for(asker)

    def post(who: Any, path: str, body: Any) -> Any:
        return who.post(f"/api/v1/lookup{path}", body, content_type="application/json")

    found = post(client, "", {"q": lead.mobile}).json()
    assert [(hit["record"], hit["name"]) for hit in found["hits"]] == [("lead", "")]
    made = post(client, "/requests", {"lookup": found["id"], "number": 0})
    assert (made.status_code, made.json()["answer"], made.json()["lead_id"]) == (201, "waiting", 0)
    assert post(client, f"/requests/{made.json()['id']}/answer", {"accept": True}).status_code == 404
    answered = post(client_for(owner), f"/requests/{made.json()['id']}/answer", {"accept": True})
    assert answered.json()["answer"] == "accepted"
    assert client.get("/api/v1/lookup/requests").json()["items"][0]["lead_id"] == lead.pk
    service = client_for(make_user(role="service"))
    assert post(service, "", {"q": lead.mobile}).status_code == 403
