"""What happened to a campaign, told on its page and by the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from headwater.acquisition.models import Campaign
from headwater.acquisition.services import archive_campaigns, update_campaign
from headwater.engagement.queries import timeline
from headwater.engagement.services import comment_on_record, follow_up
from headwater.engagement.types import RecordRef
from headwater.kernel import clock
from headwater.kernel.access import Access, system_access
from headwater.kernel.errors import Conflict, NotFound
from headwater.leads.services import archive_leads
from headwater.memberships import services
from headwater.memberships.models import Member
from headwater.memberships.types import How, Joining
from headwater.organization.models import User
from headwater.platform.events import drain
from tests.acquisition.factories import make_campaign
from tests.imports.test_leads import run
from tests.leads.factories import make_lead
from tests.organization.factories import access, client_for, make_role, make_user
from tests.sales.factories import make_contact

pytestmark = pytest.mark.django_db
SYSTEM = system_access("tests")
MORNING = datetime(2026, 3, 5, 2, tzinfo=UTC)


@pytest.fixture
def campaign() -> Campaign:
    with clock.freeze(MORNING - timedelta(days=1)):
        return make_campaign("秋季研讨会", budget=50_000)


@pytest.fixture
def marketer() -> User:
    return make_user("赵敏", role="marketing")


def told(reader: Access, campaign: Campaign, *groups: str) -> list[tuple[str, str | None, str]]:
    """Kind, who and text of all entries, newest first."""
    page = timeline(reader, "campaign", campaign.pk, groups=groups, limit=100)
    return [
        (one.entry.kind, one.entry.actor_name, str(one.entry.data.get("text", ""))) for one in page.entries
    ]


def test_changes_are_told_with_what_they_are_about(campaign: Campaign, marketer: User) -> None:
    act = access(marketer, "campaigns.edit")
    steps: tuple[dict[str, Any], ...] = ({"cost": 26_400}, {"status": "active"}, {"description": "两百人"})
    for hours, values in enumerate(steps):
        with clock.freeze(MORNING + timedelta(hours=hours)):
            update_campaign(act, campaign.pk, values)
    reader = access(marketer, "campaigns.view")
    changed, status, cost, made = told(reader, campaign, "change")
    assert (changed[0], status[0], cost[0], made[0]) == ("update", "status", "cost", "create")
    assert cost[1] == "赵敏"
    assert "26,400" in cost[2]
    assert "两百人" not in changed[2], "long texts are said to be rewritten"
    blind = make_user(
        role=make_role(grants={"campaigns.view": "all"}, rules={("campaign", "cost"): "hidden"})
    )
    kinds = [kind for kind, _who, _text in told(access(blind, "campaigns.view"), campaign, "change")]
    assert kinds == ["update", "status", "create"]


def test_members_are_told_together(campaign: Campaign, marketer: User) -> None:
    act = access(marketer, "campaign_members.create")
    contacts = [make_contact(f"客户{n}").pk for n in "一二三四五"]
    with clock.freeze(MORNING):
        services.add_members(act, campaign.pk, "contact", contacts[:3], status="sent")
    with clock.freeze(MORNING + timedelta(hours=3)):
        services.add_members(act, campaign.pk, "contact", contacts[3:], status="sent")
    with clock.freeze(MORNING + timedelta(hours=1)):
        services.add_members(SYSTEM, campaign.pk, "contact", [make_contact("客户六").pk])
    lead = make_lead(name="自来客")
    services.join(SYSTEM, [Joining(lead.pk, campaign.pk, MORNING + timedelta(hours=4))], How.INQUIRED)
    ids = list(Member.objects.filter(contact_id__in=contacts).order_by("id").values_list("id", flat=True))
    with clock.freeze(MORNING + timedelta(days=2)):
        services.change_statuses(act, ids[:2], "attended")
    with clock.freeze(MORNING + timedelta(days=3)):
        services.remove_members(act, ids[2:4])
    reader = access(marketer, "campaigns.view")
    assert told(reader, campaign, "member") == [
        ("left", "赵敏", "客户三、客户四"),
        ("responded", None, "客户一、客户二"),
        ("inquired", None, "自来客"),
        ("added", "赵敏", "客户一、客户二、客户三等，另有 2 人"),
        ("added", None, "客户六"),
    ]
    first = timeline(reader, "campaign", campaign.pk, limit=2)
    rest = timeline(reader, "campaign", campaign.pk, limit=100, cursor=first.next)
    assert [one.entry.kind for one in (*first.entries, *rest.entries)] == [
        "left", "responded", "inquired", "added", "added", "create",
    ]  # fmt: skip


def test_only_members_within_sight_are_told_of(campaign: Campaign) -> None:
    mine, stranger = make_user(role="rep"), make_user(role="rep")
    own, other = make_lead(name="我的", owner=mine), make_lead(name="别人的", owner=stranger)
    services.add_members(SYSTEM, campaign.pk, "lead", [own.pk, other.pk])
    assert told(access(mine, "campaigns.view"), campaign, "member") == [("added", None, "我的")]
    outsider = make_user(role=make_role(grants={"campaigns.view": "all"}))
    assert told(access(outsider, "campaigns.view"), campaign, "member") == []
    archive_leads(SYSTEM, [own.pk])
    assert told(access(mine, "campaigns.view"), campaign, "member") == []


def test_a_file_that_fed_it_is_one_entry(campaign: Campaign) -> None:
    admin = make_user("管理员", role="admin")
    who = access(admin, "imports.view")
    run(who, "姓名,手机\n甲,13800138000\n乙,13800138001\n", options={"campaign": campaign.pk})
    drain(names=["memberships.join"])
    assert told(access(admin, "campaigns.view"), campaign, "member") == [
        ("imported", "管理员", "来自文件“名单.csv”\n甲、乙")
    ]


def test_a_campaign_takes_notes_and_comments_but_no_calls(campaign: Campaign, marketer: User) -> None:
    writer = access(marketer, "activities.create")
    with pytest.raises(Conflict) as refusal:
        follow_up(writer, "campaign", campaign.pk, kind="call", content="打了电话")
    assert refusal.value.code == "campaign.only_notes"
    follow_up(writer, "campaign", campaign.pk, kind="note", content="展位在 3 号馆")
    comment_on_record(
        access(marketer, "comments.create"),
        RecordRef("campaign", campaign.pk),
        content="预算够吗",
        is_help=False,
    )
    kinds = [kind for kind, _who, _text in told(access(marketer, "campaigns.view"), campaign)]
    assert sorted(kinds) == ["", "create", "note"]
    archive_campaigns(SYSTEM, [campaign.pk])
    with pytest.raises(NotFound):
        follow_up(writer, "campaign", campaign.pk, kind="note", content="太晚了")


def test_the_page_and_the_api_tell_the_same(campaign: Campaign, marketer: User) -> None:
    client = client_for(marketer)
    services.add_members(
        access(marketer, "campaign_members.create"), campaign.pk, "lead", [make_lead(name="云峰制造").pk]
    )
    page = client.get(f"/campaigns/{campaign.pk}").content.decode()
    assert "云峰制造" in page
    assert f"/timeline/campaign/{campaign.pk}?kinds=member" in page
    assert f"/timeline/campaign/{campaign.pk}?kinds=sale" not in page
    of_admin = client_for(make_user(role="admin")).get(f"/campaigns/{campaign.pk}").content.decode()
    assert f"/imports/new?record=contact&amp;campaign={campaign.pk}" in of_admin
    narrowed = client.get(f"/timeline/campaign/{campaign.pk}?kinds=member", headers={"HX-Request": "true"})
    assert "云峰制造" in narrowed.content.decode()
    lead = client.get(f"/leads/{make_lead().pk}").content.decode()
    assert "kinds=member" not in lead, "other records have no members"
    path = f"/api/v1/campaigns/{campaign.pk}/timeline"
    told_there = orjson.loads(client.get(f"{path}?kinds=member").content)
    assert [(one["kind"], one["data"]["names"]) for one in told_there["items"]] == [("added", ["云峰制造"])]
    assert client.get("/api/v1/campaigns/999999/timeline").status_code == 404
    assert client.get(f"{path}?limit=0").status_code == 422
    archive_campaigns(SYSTEM, [campaign.pk])
    assert client.get(f"/timeline/campaign/{campaign.pk}?kinds=change").status_code == 200
