"""Campaigns through services, API and screens."""

from typing import Any

import orjson
import pytest
from django.test import Client

from headwater.acquisition import services
from headwater.acquisition.models import Campaign
from headwater.acquisition.queries.results import campaign_results
from headwater.kernel import listing
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.organization.models import User
from headwater.platform.audit import history
from tests.acquisition.factories import SYSTEM, make_campaign, make_channel, make_source
from tests.organization.factories import access, client_for, make_role, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "hw-dialog"}


@pytest.fixture
def marketer() -> User:
    return make_user("赵敏", role="marketing")


@pytest.fixture
def browser(marketer: User) -> Client:
    return client_for(marketer)


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    data = b"" if body is None else orjson.dumps(body)
    return client.generic(method, f"/api/v1{path}", data, content_type="application/json", headers=headers)


def test_a_campaign_belongs_to_its_maker(marketer: User) -> None:
    channel = make_channel()
    values = {
        "name": "高交会",
        "type": "展会",
        "starts_on": "2026/11/14",
        "budget": "28万",
        "channel": channel.pk,
    }
    made = services.create_campaign(access(marketer, "campaigns.create"), values)
    row = listing.get(access(marketer, "campaigns.view"), record_type("campaign"), made)
    assert (row["type"], str(row["starts_on"]), int(row["budget"])) == ("exhibition", "2026-11-14", 280_000)
    assert row["owner"] == {"id": marketer.pk, "name": "赵敏"}
    assert row["channel"]["id"] == channel.pk
    changes = history("campaign", made).items[0].changes
    assert changes["name"] == [None, "高交会"]


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({}, "name"),
        ({"name": "x", "type": "nonsense"}, "type"),
        ({"name": "x", "budget": -1}, "budget"),
        ({"name": "x", "channel": 999_999}, "channel"),
        ({"name": "x", "owner": 999_999}, "owner"),
        ({"name": "x", "starts_on": "2026-11-02", "ends_on": "2026-11-01"}, "ends_on"),
        ({"name": "x", "nothing": 1}, "nothing"),
        ({"name": "y" * 121}, "name"),
    ],
)
def test_what_is_wrong_is_said(values: dict[str, Any], complaint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.create_campaign(SYSTEM, values)
    assert complaint in refusal.value.fields


def test_changes_know_their_version() -> None:
    campaign = make_campaign()
    services.update_campaign(SYSTEM, campaign.pk, {"status": "进行中", "cost": "1.2万"}, version=1)
    campaign.refresh_from_db()
    assert (campaign.status, campaign.cost, campaign.version) == ("active", 12_000, 2)
    with pytest.raises(Stale):
        services.update_campaign(SYSTEM, campaign.pk, {"cost": 1}, version=1)
    with pytest.raises(NotFound):
        services.update_campaign(SYSTEM, 999_999, {"cost": 1})


def test_own_scope_sees_own_and_unowned_campaigns() -> None:
    role = make_role(grants={"campaigns.view": "own", "campaigns.edit": "own", "users.view": "all"})
    person, other = make_user(role=role), make_user()
    mine, nobodys, others = make_campaign(owner=person.pk), make_campaign(), make_campaign(owner=other.pk)
    seeing = access(person, "campaigns.view")
    found = {row["id"] for row in listing.fetch(seeing, record_type("campaign")).rows}
    assert found == {mine.pk, nobodys.pk}
    editing = access(person, "campaigns.edit")
    with pytest.raises(NotFound):
        services.update_campaign(editing, others.pk, {"name": "x"})
    with pytest.raises(Invalid) as refusal:
        services.update_campaign(editing, mine.pk, {"owner": other.pk})
    assert refusal.value.fields["owner"]["code"] == "owner.out_of_reach"


def test_archived_campaigns_come_back() -> None:
    campaign = make_campaign("双十一")
    assert services.archive_campaigns(SYSTEM, [campaign.pk]) == 1
    assert services.archive_campaigns(SYSTEM, [campaign.pk]) == 0
    make_campaign("双十一")
    with pytest.raises(Invalid):
        services.restore_campaigns(SYSTEM, [campaign.pk])
    services.update_campaign(
        SYSTEM, Campaign.objects.get(archived_at=None, name="双十一").pk, {"name": "双十二"}
    )
    assert services.restore_campaigns(SYSTEM, [campaign.pk]) == 1


def test_imports_find_campaigns_by_name(marketer: User) -> None:
    campaign = make_campaign("高交会")
    found = services.ensure_campaigns(access(marketer, "campaigns.view"), ["高交会", "新活动"])
    assert found["高交会"] == campaign.pk
    assert Campaign.objects.get(pk=found["新活动"]).owner_id == marketer.pk


def test_results_count_what_the_reader_may_see(marketer: User) -> None:
    campaign = make_campaign()
    results = campaign_results(access(marketer, "campaigns.view"), campaign.pk)
    assert (results.leads, results.valid, results.cost_per_lead(campaign.cost)) == (0, 0, None)
    blind = make_user(role=make_role(grants={"campaigns.view": "all"}))
    assert campaign_results(access(blind, "campaigns.view"), campaign.pk).leads is None


def test_the_api(browser: Client) -> None:
    made = send(browser, "POST", "/campaigns", {"name": "沙龙", "budget": 60000, "status": "active"})
    assert made.status_code == 201
    campaign = orjson.loads(made.content)
    path = f"/campaigns/{campaign['id']}"
    assert send(browser, "PATCH", path, {"cost": 31200}, **{"If-Match": made["ETag"]}).status_code == 200
    assert send(browser, "PATCH", path, {"cost": 1}, **{"If-Match": made["ETag"]}).status_code == 412
    query = 'filter={"all":[{"field":"budget","op":"gte","value":50000}]}&sort=-budget'
    page = orjson.loads(send(browser, "GET", f"/campaigns?{query}").content)
    assert [item["name"] for item in page["items"]] == ["沙龙"]
    assert send(browser, "DELETE", path).status_code == 204
    assert send(browser, "GET", path).status_code == 404
    assert send(browser, "POST", f"{path}/restore").status_code == 204
    assert send(browser, "GET", path).status_code == 200
    rep = client_for(make_user(role="rep"))
    assert send(rep, "GET", path).status_code == 200
    assert send(rep, "PATCH", path, {"cost": 1}).status_code == 403
    assert send(rep, "POST", "/campaigns", {"name": "x"}).status_code == 403


@pytest.mark.parametrize("plural", ["sources", "channels"])
def test_the_api_of_sources_and_channels(browser: Client, plural: str) -> None:
    made = send(browser, "POST", f"/{plural}", {"name": "小红书", "kind": "paid"})
    assert made.status_code == 201
    record = orjson.loads(made.content)
    path = f"/{plural}/{record['id']}"
    assert orjson.loads(send(browser, "PATCH", path, {"name": "小红书投放"}).content)["name"] == "小红书投放"
    assert send(browser, "POST", f"/{plural}/bulk/order", {"ids": [record["id"]]}).status_code == 204
    assert send(browser, "DELETE", path).status_code == 204
    assert send(browser, "POST", f"{path}/restore").status_code == 204
    assert send(browser, "POST", f"{path}/restore").status_code == 404
    assert send(client_for(make_user(role="rep")), "DELETE", path).status_code == 403


def test_the_screens_of_campaigns(browser: Client) -> None:
    assert browser.get("/campaigns").status_code == 200
    assert browser.get("/campaigns/new", headers=HTMX).status_code == 200
    made = browser.post(
        "/campaigns/new", {"name": "直播课", "type": "webinar", "status": "planned"}, headers=HTMX
    )
    campaign = Campaign.objects.get(name="直播课")
    path = f"/campaigns/{campaign.pk}"
    assert made["HX-Redirect"] == path
    text = browser.get(path).content.decode()
    assert f"/leads/new?campaign={campaign.pk}" in text
    assert f"/leads/import?campaign={campaign.pk}" in text
    form = {"name": "迁移直播课", "status": "active", "cost": "3000", "version": "1"}
    assert browser.post(f"{path}/edit", form, headers=HTMX).status_code == 204
    assert browser.post(f"{path}/edit", form, headers=HTMX).status_code == 412
    assert "迁移直播课" in browser.get("/campaigns?q=迁移&f.status=active").content.decode()
    assert browser.post(f"{path}/archive", headers=HTMX).status_code == 204
    assert browser.get(path).status_code == 200, "an archived campaign is still to be read"
    assert browser.post(f"{path}/restore", headers=HTMX).status_code == 204
    assert browser.post("/campaigns/archive", {"ids": [campaign.pk]}, headers=HTMX).status_code == 204
    rep = client_for(make_user(role="rep"))
    assert rep.get("/campaigns").status_code == 200
    assert rep.get("/campaigns/new").status_code == 403
    assert rep.get("/campaigns/999999").status_code == 404


def test_the_screens_of_sources_and_channels(browser: Client) -> None:
    source, channel = make_source("知乎"), make_channel("内容")
    for path in ("/settings/sources", "/settings/channels"):
        assert browser.get(path).status_code == 200
    for record, row in (("source", source), ("channel", channel)):
        base = f"/settings/sources/{record}"
        assert browser.get(f"{base}/new", headers=HTMX).status_code == 200
        assert browser.post(f"{base}/new", {"name": "新的", "kind": "own"}, headers=HTMX).status_code == 204
        assert browser.get(f"{base}/{row.pk}", headers=HTMX).status_code == 200
        form = {"name": "改名", "kind": "free", "version": "1"}
        assert browser.post(f"{base}/{row.pk}", form, headers=HTMX).status_code == 204
        assert browser.post(f"{base}/{row.pk}/retire", headers=HTMX).status_code == 204
        assert browser.post(f"{base}/{row.pk}/retire", headers=HTMX).status_code == 404
        assert browser.post(f"{base}/{row.pk}/restore", headers=HTMX).status_code == 204
    assert browser.get(f"/settings/sources/channel/new?parent={channel.pk}", headers=HTMX).status_code == 200
    assert browser.post("/settings/sources/order", {"ids": [source.pk]}, headers=HTMX).status_code == 204
    assert browser.get("/settings/sources/nonsense/new").status_code == 404
    assert client_for(make_user(role="rep")).get("/settings/sources").status_code == 403
