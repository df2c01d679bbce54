"""Members of campaigns through services, subscribers, merges, API and screens."""

from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from headwater.acquisition.models import Campaign
from headwater.acquisition.queries.results import campaign_results
from headwater.kernel import listing
from headwater.kernel.access import system_access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.leads.services import archive_leads, capture_lead, convert_lead, merge_leads, undo_merge
from headwater.memberships import services
from headwater.memberships.errors import AlreadyMember
from headwater.memberships.models import Member
from headwater.memberships.queries import member_counts
from headwater.organization.models import User
from headwater.platform import audit
from headwater.platform.events import drain
from headwater.platform.imports import running
from headwater.platform.imports import services as imports
from headwater.platform.imports.models import ImportJob
from headwater.sales.services import win
from tests.acquisition.factories import make_campaign
from tests.imports.test_leads import finish, run
from tests.imports.test_moving_in import run as run_any
from tests.imports.test_moving_in import upload
from tests.leads.factories import lead_access, make_lead
from tests.organization.factories import access, client_for, make_user
from tests.sales.factories import make_contact

pytestmark = pytest.mark.django_db
SYSTEM = system_access("tests")
HTMX = {"HX-Request": "true", "HX-Target": "hw-dialog"}


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign("秋季研讨会", cost=20_000, budget=50_000)


@pytest.fixture
def marketer() -> User:
    return make_user("赵敏", role="marketing")


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    data = b"" if body is None else orjson.dumps(body)
    return client.generic(method, f"/api/v1{path}", data, content_type="application/json", headers=headers)


def seen(user: User, campaign: Campaign) -> set[int | None]:
    """The leads that somebody finds among the members."""
    looking = access(user, "campaign_members.view")
    found = listing.fetch(looking, record_type("campaign_member"), fields=["lead", "campaign"]).rows
    return {row["lead"] and row["lead"]["id"] for row in found if row["campaign"]["id"] == campaign.pk}


def test_adding_many_is_adding_each_once(campaign: Campaign, marketer: User) -> None:
    leads = [make_lead().pk for _ in range(3)]
    act = access(marketer, "campaign_members.create")
    added = services.add_members(act, campaign.pk, "lead", [*leads, 999_999_999])
    assert (len(added.ids), added.known, added.unseen) == (3, 0, 1)
    assert set(Member.objects.values_list("status", "how", "responded_at")) == {("targeted", "added", None)}
    again = services.add_members(act, campaign.pk, "lead", leads, status="attended")
    assert (len(again.ids), again.known) == (0, 3), "who is one already stays as they are"
    assert audit.history("campaign_member", added.ids[0]).items[0].changes["campaign"] == [None, campaign.pk]
    services.remove_members(access(marketer, "campaign_members.delete"), added.ids[:1])
    assert member_counts(access(marketer, "campaign_members.view"), campaign.pk).members == 2
    back = services.add_members(act, campaign.pk, "lead", leads[:1], status="registered")
    assert back.ids == added.ids[:1], "the row that was put away comes back"
    assert Member.objects.get(pk=back.ids[0]).responded_at is not None
    with pytest.raises(NotFound):
        services.add_members(act, 999_999, "lead", leads)
    for bad in ({"status": "nonsense"}, {"of": "account"}):
        with pytest.raises(Invalid):
            services.add_members(act, campaign.pk, bad.get("of", "lead"), leads, status=bad.get("status", ""))


def test_a_member_is_seen_where_its_lead_is(campaign: Campaign) -> None:
    mine, other = make_user(role="rep"), make_user(role="rep")
    own, others = make_lead(owner=mine), make_lead(owner=other)
    services.add_members(SYSTEM, campaign.pk, "lead", [own.pk, others.pk])
    assert seen(mine, campaign) == {own.pk}
    assert member_counts(access(mine, "campaign_members.view"), campaign.pk).members == 1
    foreign = Member.objects.get(lead=others)
    assert services.change_statuses(access(mine, "campaign_members.edit"), [foreign.pk], "sent") == 0
    with pytest.raises(NotFound):
        services.update_member(access(mine, "campaign_members.edit"), foreign.pk, {"status": "sent"})
    adding = access(mine, "campaign_members.create")
    assert services.add_members(adding, make_campaign().pk, "lead", [others.pk]).unseen == 1
    archive_leads(SYSTEM, [own.pk])
    assert seen(mine, campaign) == set()


def test_a_reaction_keeps_its_first_moment(campaign: Campaign) -> None:
    member = services.create_member(SYSTEM, {"campaign": campaign.pk, "lead": make_lead().pk})
    services.change_statuses(SYSTEM, [member], "registered")
    first = Member.objects.get(pk=member).responded_at
    assert first is not None
    for status in ("attended", "no_show"):
        services.change_statuses(SYSTEM, [member], status)
        assert Member.objects.get(pk=member).responded_at == first
    services.update_member(SYSTEM, member, {"status": "sent", "note": "改期"}, version=4)
    changed = Member.objects.get(pk=member)
    assert (changed.responded_at, changed.note, changed.version) == (None, "改期", 5)
    with pytest.raises(Stale):
        services.update_member(SYSTEM, member, {"note": "x"}, version=4)
    with pytest.raises(Invalid) as refusal:
        services.update_member(SYSTEM, member, {"campaign": make_campaign().pk})
    assert refusal.value.fields["campaign"]["code"] == "member.fixed"
    with pytest.raises(AlreadyMember):
        services.create_member(SYSTEM, {"campaign": campaign.pk, "lead": changed.lead_id})
    with pytest.raises(Invalid):
        services.create_member(SYSTEM, {"campaign": campaign.pk})


def test_a_lead_and_the_contact_it_became_are_one_member(campaign: Campaign) -> None:
    rep = make_user(role="rep")
    lead = make_lead(owner=rep)
    services.add_members(SYSTEM, campaign.pk, "lead", [lead.pk])
    made = convert_lead(lead_access(rep, "convert"), lead.pk, contact=True, opportunity={"name": "首单"})
    stranger = make_contact()
    added = services.add_members(SYSTEM, campaign.pk, "contact", [made.contact_id or 0, stranger.pk])
    assert (len(added.ids), added.known) == (1, 1)
    page = client_for(make_user(role="admin")).get(f"/contacts/{made.contact_id}").content.decode()
    assert f'href="/campaigns/{campaign.pk}"' in page, "what the lead was a member of"


def test_who_inquires_under_a_campaign_has_responded(campaign: Campaign, marketer: User) -> None:
    known = make_lead()
    services.add_members(SYSTEM, campaign.pk, "lead", [known.pk], status="sent")
    capturing = access(marketer, "leads.capture")
    values = {"name": known.name, "mobile": known.mobile, "campaign": campaign.pk}
    capture_lead(capturing, values, door="api")
    capture_lead(capturing, {"name": "新客户", "mobile": "13900001234", "campaign": campaign.pk}, door="api")
    make_lead()  # under no campaign
    drain(names=["memberships.join"])
    found = Member.objects.filter(campaign=campaign).order_by("id")
    assert [(one.status, one.how) for one in found] == [("responded", "added"), ("responded", "inquired")]
    assert all(one.responded_at for one in found)
    assert member_counts(access(marketer, "campaign_members.view"), campaign.pk).rate == 100


def test_rows_of_a_campaigns_file_are_its_members(campaign: Campaign) -> None:
    who = access(make_user(role="admin"), "imports.view")
    known, other = make_lead(mobile="+8613800138000"), make_campaign("渠道日")
    run(who, "姓名,手机\n甲,13800138000\n乙,13800138001\n", options={"campaign": campaign.pk})
    run(who, "姓名,手机,市场活动\n甲,13800138000,渠道日\n丙,13800138002,\n")
    drain(names=["memberships.join"])
    found = Member.objects.filter(campaign=campaign)
    assert {(one.status, one.how) for one in found} == {("targeted", "imported")}
    assert len(found) == 2, "the one that was known before is there too"
    assert [one.lead_id for one in Member.objects.filter(campaign=other)] == [known.pk]


def test_a_reverted_import_takes_its_members_along(campaign: Campaign) -> None:
    who = access(make_user(role="admin"), "imports.view")
    known, before = make_lead(mobile="+8613800138000"), make_lead(mobile="+8613800138009")
    services.add_members(SYSTEM, campaign.pk, "lead", [before.pk])
    rows = "姓名,手机\n甲,13800138000\n乙,13800138001\n丙,13800138002\n丁,13800138009\n"
    job = run(who, rows, options={"campaign": campaign.pk})
    drain(names=["memberships.join"])
    came = Member.objects.get(lead__mobile="+8613800138002")
    assert (came.import_id, Member.objects.count()) == (job.pk, 4)
    services.change_statuses(SYSTEM, [came.pk], "attended")
    imports.revert_import(who, job.pk)
    finish(job)
    drain(names=["memberships.join"])
    living = Member.objects.filter(archived_at=None)
    assert {one.lead_id for one in living} == {before.pk, came.lead_id}, (
        "who was one before, and who has come"
    )
    assert Member.objects.get(lead=known).archived_at, "a lead that was known before is no member again"
    drain(names=["memberships.join"])
    add = services.add_members(SYSTEM, campaign.pk, "lead", [known.pk])
    assert len(add.ids) == 1


CONTACTS = "姓名,手机,市场活动\n甲,13800138000,\n乙,13800138001,\n丙,13800138002,渠道日\n"


def test_rows_of_a_file_of_contacts_are_members_too(campaign: Campaign) -> None:
    who = access(make_user(role="admin"), "imports.view")
    known, other = make_contact(mobile="+8613800138000"), make_campaign("渠道日")
    rep = make_user(role="rep")
    lead = make_lead(owner=rep, mobile="+8613800138001")
    convert_lead(lead_access(rep, "convert"), lead.pk, contact=True)
    services.add_members(SYSTEM, campaign.pk, "lead", [lead.pk])
    job = run_any(who, "contact", CONTACTS, campaign=campaign.pk)
    assert (job.created_count, job.skipped_count) == (1, 2)
    drain(names=["memberships.join"])
    assert [one.contact_id for one in Member.objects.filter(campaign=campaign, lead=None)] == [known.pk], (
        "the one that a lead became is in as the lead"
    )
    third = Member.objects.get(campaign=other)
    assert third.contact is not None
    assert (third.contact.campaign_id, third.how, third.status) == (other.pk, "imported", "targeted")
    imports.revert_import(who, job.pk)
    finish(job)
    drain(names=["memberships.join"])
    assert set(Member.objects.filter(archived_at=None).values_list("lead_id", flat=True)) == {lead.pk}
    draft = finish(upload(who, "contact", CONTACTS))
    imports.map_import(who, draft.pk, options={"campaign": 999_999})
    with pytest.raises(Invalid) as refusal:
        imports.check_import(who, draft.pk)
    assert "options.campaign" in refusal.value.fields


def test_the_wizard_of_contacts_asks_for_the_campaign(campaign: Campaign) -> None:
    client = client_for(make_user(role="admin"))
    file = SimpleUploadedFile("名单.csv", "姓名,手机\n甲,13800138000\n".encode())
    start = client.post(
        f"/imports/new?record=contact&campaign={campaign.pk}", {"file": file}, HTTP_ACCEPT="application/json"
    )
    job = ImportJob.objects.get()
    running.work_on(job.pk)
    go = start.json()["go"]
    step = client.get(f"{go}?step=options").content.decode()
    assert campaign.name in step, "the campaign whose page one came from is chosen"
    form = {"policy": "skip", "campaign": str(make_campaign("渠道日").pk), "act": "check"}
    assert client.post(f"{go}/options", form).status_code == 303
    running.work_on(job.pk)
    assert client.post(f"{go}/start").status_code == 303
    running.work_on(job.pk)
    drain(names=["memberships.join"])
    assert Member.objects.get().campaign.name == "渠道日"
    again = client.get(go).content.decode()
    assert f"{go}/revert" in again


def test_memberships_move_with_a_merge_and_come_back(campaign: Campaign) -> None:
    other = make_campaign()
    survivor, gone = make_lead(), make_lead()
    services.add_members(SYSTEM, campaign.pk, "lead", [survivor.pk], status="sent")
    services.add_members(SYSTEM, campaign.pk, "lead", [gone.pk], status="attended")
    services.add_members(SYSTEM, other.pk, "lead", [gone.pk])
    before = sorted(Member.objects.values_list("campaign_id", "lead_id", "status"))
    merge = merge_leads(SYSTEM, survivor.pk, [gone.pk])
    assert sorted(Member.objects.values_list("campaign_id", "lead_id", "status")) == sorted(
        [(campaign.pk, survivor.pk, "attended"), (other.pk, survivor.pk, "targeted")]
    ), "of two memberships in one campaign the one that says more stays"
    undo_merge(SYSTEM, merge.id)
    assert sorted(Member.objects.values_list("campaign_id", "lead_id", "status")) == before


def test_what_was_won_returns_on_the_cost(campaign: Campaign, marketer: User) -> None:
    rep = make_user(role="rep")
    lead = make_lead(owner=rep, campaign=campaign.pk)
    given = {"name": "首单", "amount": "50000"}
    made = convert_lead(lead_access(rep, "convert"), lead.pk, opportunity=given)
    assert made.opportunity_id
    win(access(rep, "opportunities.edit"), made.opportunity_id)
    results = campaign_results(SYSTEM.also("campaigns.view"), campaign.pk)
    assert results.won is not None
    assert (results.won.count, results.won.amount) == (1, 50_000)
    assert results.gain(campaign.cost) == 150


def test_the_api(campaign: Campaign, marketer: User) -> None:
    client = client_for(marketer)
    leads = [make_lead(company="云峰制造").pk, make_lead().pk]
    body = {"campaign": campaign.pk, "ids": leads, "status": "sent"}
    assert send(client, "POST", "/campaign_members/bulk/add", body).json() == {
        "added": 2, "known": 0, "unseen": 0,
    }  # fmt: skip
    by_filter = {
        "campaign": campaign.pk,
        "filter": {"all": [{"field": "company", "op": "eq", "value": "云峰制造"}]},
    }
    assert send(client, "POST", "/campaign_members/bulk/add", by_filter).json()["known"] == 1
    page = send(client, "GET", "/campaign_members").json()
    one = page["items"][0]
    assert {item["company"] for item in page["items"]} == {"云峰制造", ""}
    path = f"/campaign_members/{one['id']}"
    assert send(client, "PATCH", path, {"status": "attended"}, **{"If-Match": '"1"'}).status_code == 200
    rest = {"filter": {"field": "campaign", "op": "eq", "value": campaign.pk}, "status": "registered"}
    assert send(client, "POST", "/campaign_members/bulk/status", rest).json() == {"changed": 2}
    counts = send(client, "GET", f"/campaign_members/of-campaign/{campaign.pk}/counts").json()
    assert (counts["members"], counts["responded"], counts["response_rate"]) == (2, 2, 100.0)
    assert send(client, "POST", "/campaign_members/bulk/remove", {"ids": [one["id"]]}).json() == {
        "changed": 1
    }
    assert send(client, "GET", path).status_code == 404
    assert send(client, "POST", f"{path}/restore").status_code == 204
    assert send(client, "DELETE", path).status_code == 204
    for wrong in ({}, {"ids": leads, "filter": {}}, {"ids": [0]}, {"ids": leads, "record": "account"}):
        bad = {"campaign": campaign.pk} | wrong
        assert send(client, "POST", "/campaign_members/bulk/add", bad).status_code == 422
    service = client_for(make_user(role="service"))
    assert send(service, "POST", "/campaign_members/bulk/add", body).status_code == 403


def test_the_screens(campaign: Campaign, marketer: User) -> None:
    client = client_for(marketer)
    lead, other = make_lead(campaign=campaign.pk), make_lead()
    here = f"/campaigns/{campaign.pk}"
    assert client.get(f"{here}/members/add", headers=HTMX).status_code == 200
    assert (
        client.post(f"{here}/members/add", {"who": "lead:", "status": "sent"}, headers=HTMX).status_code
        == 204
    )
    assert [one.lead_id for one in Member.objects.all()] == [lead.pk], "those that came under it"
    assert client.post(f"{here}/members/add", {"who": "lead:nothing"}, headers=HTMX).status_code == 422
    assert client.get(f"/leads/campaign?ids={other.pk}", headers=HTMX).status_code == 200
    form = {"ids": [other.pk], "campaign": campaign.pk, "status": "attended"}
    assert client.post("/leads/campaign", form, headers=HTMX).status_code == 204
    member = Member.objects.get(lead=other)
    page = client.get(f"{here}/members").content.decode()
    assert lead.name in page
    assert other.name in page
    assert other.name not in client.get(f"{here}/members?f.status=sent").content.decode()
    text = client.get(here).content.decode()
    assert "50%" in text
    assert f"{here}/members?f.status=attended" in text
    assert campaign.name in client.get(f"/leads/{other.pk}").content.decode()
    assert client.get(f"/campaigns/members/{member.pk}", headers=HTMX).status_code == 200
    edit = {
        "status": "no_show",
        "joined_at": "2026-11-01 09:00",
        "responded_at": "",
        "note": "",
        "version": "1",
    }
    assert client.post(f"/campaigns/members/{member.pk}", edit, headers=HTMX).status_code == 204
    assert Member.objects.get(pk=member.pk).responded_at is None, "blanked by hand"
    edit |= {"status": "attended", "version": "2"}
    assert client.post(f"/campaigns/members/{member.pk}", edit, headers=HTMX).status_code == 204
    assert Member.objects.get(pk=member.pk).responded_at is not None, "filled in with the status"
    assert client.get(f"/campaigns/members/status?ids={member.pk}", headers=HTMX).status_code == 200
    stranger = make_lead()
    services.add_members(SYSTEM, make_campaign().pk, "lead", [stranger.pk])
    within = orjson.dumps({"field": "campaign", "op": "eq", "value": campaign.pk}).decode()
    query = f"all=1&within={within}"
    assert (
        client.post(f"/campaigns/members/status?{query}", {"status": "sent"}, headers=HTMX).status_code == 204
    )
    assert Member.objects.get(lead=stranger).status == "targeted", "all that match are those of the list"
    assert set(Member.objects.filter(campaign=campaign).values_list("status", flat=True)) == {"sent"}
    assert client.post("/campaigns/members/remove", {"ids": [member.pk]}, headers=HTMX).status_code == 204
    assert client.post(f"/campaigns/members/restore?ids={member.pk}", headers=HTMX).status_code == 204
    rep = client_for(make_user(role="rep"))
    assert rep.post("/campaigns/members/remove", {"ids": [member.pk]}, headers=HTMX).status_code == 403
