"""Leads that are one person become one: what moves, what stays, where addresses lead, and back again."""

from datetime import timedelta
from typing import Any

import pytest

from headwater.engagement.models import Activity, Comment, Task
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import Invalid, NotFound
from headwater.leads import services
from headwater.leads.errors import Closed, Duplicate, NotYours
from headwater.leads.models import Lead, Touch, Transfer
from headwater.leads.queries import merged_into
from headwater.platform import audit
from headwater.platform.files.models import StoredFile
from headwater.sales.errors import MergedAway, MergedOn, MergeOver
from headwater.sales.models import MergedRecord
from headwater.sales.queries.merges import merges_of
from headwater.sales.services.merging import Merged
from tests.leads.factories import lead_access, make_lead
from tests.leads.invariants import broken_invariants, place_counts
from tests.leads.test_invariants import _together
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db

HOUSE = system_access("tests")


def hang_on(lead: Lead, author_id: int) -> None:
    """One of everything that a merge moves."""
    moment = clock.now()
    on: dict[str, Any] = {"record_type": "lead", "record_id": lead.pk}
    Activity.objects.create(**on, kind="call", occurred_at=moment, created_at=moment, author_id=author_id)
    Task.objects.create(**on, title="回电", owner_id=author_id, created_at=moment, updated_at=moment)
    Comment.objects.create(**on, content="急", author_id=author_id, created_at=moment)
    kept = {"name": "a.txt", "size": 1, "content_type": "text/plain", "sha256": "0"}
    StoredFile.objects.create(**on, **kept, created_at=moment)


def things_of(lead: Lead) -> list[int]:
    on: dict[str, Any] = {"record_type": "lead", "record_id": lead.pk}
    counted = [kind.objects.filter(**on).count() for kind in (Activity, Task, Comment, StoredFile)]
    return [*counted, Touch.objects.filter(lead=lead).count()]


def test_everything_moves_and_comes_back() -> None:
    rep = make_user(role="rep")
    one = make_lead(owner=rep, company="云杉科技")
    other = make_lead(owner=rep, title="经理", email="li@x.cn", do_not_email=True)
    for lead, tag in ((one, "展会"), (other, "官网")):
        Lead.objects.filter(pk=lead.pk).update(tags=[tag])
    hang_on(other, rep.pk)
    before = {lead.pk: Lead.objects.filter(pk=lead.pk).values().get() for lead in (one, other)}
    made = services.merge_leads(HOUSE, one.pk, [other.pk])
    one.refresh_from_db()
    assert (one.company, one.title, one.email, one.do_not_email) == ("云杉科技", "经理", "li@x.cn", True)
    assert one.tags == ["展会", "官网"]
    assert one.phone == before[other.pk]["mobile"]  # the second number finds its place
    assert things_of(one) == [1, 1, 1, 1, 2]
    assert things_of(other) == [0, 0, 0, 0, 0]
    assert Touch.objects.filter(lead=one, is_first=True).count() == 1
    assert merged_into(other.pk) == one.pk
    assert broken_invariants() == []
    assert Transfer.objects.filter(lead=other).latest("pk").why == "merged"
    assert next(entry.action for entry in audit.history("lead", one.pk).items) == "merge"

    services.undo_merge(HOUSE, made.id)
    for lead in (one, other):
        now = Lead.objects.filter(pk=lead.pk).values().get()
        same = {key: value for key, value in now.items() if before[lead.pk][key] != value}
        assert same.keys() <= {"version", "updated_at", "placed_at", "assigned_at"} | _TIMES
    assert things_of(one) == [0, 0, 0, 0, 1]
    assert things_of(other) == [1, 1, 1, 1, 1]
    assert Touch.objects.filter(is_first=True).count() == 2
    assert merged_into(other.pk) is None
    assert broken_invariants() == []
    with pytest.raises(MergeOver):
        services.undo_merge(HOUSE, made.id)


# What the flow keeps by itself.
_TIMES = {
    "first_response_due_at", "recycle_due_at", "recycle_rule", "warn_at", "follow_due_at", "got", "rounds",
}  # fmt: skip


def test_the_chosen_values_stay() -> None:
    one = make_lead(company="云杉科技", industry="")
    other = make_lead(company="深圳云杉", wechat="li88")
    services.merge_leads(HOUSE, one.pk, [other.pk], {"company": other.pk, "mobile": other.pk})
    one.refresh_from_db()
    assert (one.company, one.mobile, one.wechat) == ("深圳云杉", other.mobile, "li88")
    with pytest.raises(Invalid):
        services.merge_leads(HOUSE, one.pk, [make_lead().pk], {"owner": one.pk})
    with pytest.raises(Invalid):
        services.merge_leads(HOUSE, one.pk, [one.pk])


def test_a_contact_left_over_still_finds_the_lead() -> None:
    one = make_lead(email="a@x.cn", phone="075526001234")
    other = make_lead(email="b@x.cn")
    made = services.merge_leads(HOUSE, one.pk, [other.pk])
    again = services.capture_lead(HOUSE, {"name": "李", "email": "B@x.cn"}, door="form")
    assert (again.lead_id, again.is_new) == (one.pk, False)
    with pytest.raises(Duplicate):
        services.create_lead(HOUSE, {"name": "李", "phone": other.mobile})
    services.undo_merge(HOUSE, made.id)
    later = services.capture_lead(HOUSE, {"name": "李", "email": "b@x.cn"}, door="form")
    assert later.lead_id == other.pk


def test_who_may_merge_and_what_is_history() -> None:
    manager, rep = make_user(role="manager"), make_user(role="rep")
    mine, others = make_lead(owner=manager), make_lead(owner=rep)
    with pytest.raises((NotYours, NotFound)):
        services.merge_leads(lead_access(manager, "merge"), mine.pk, [others.pk])
    converted = make_lead(owner=manager)
    services.convert_lead(HOUSE, converted.pk, account={"name": "云杉"})
    with pytest.raises(Closed):
        services.merge_leads(HOUSE, mine.pk, [converted.pk])
    with pytest.raises(NotFound):
        services.undo_merge(HOUSE, 0)


def test_merges_of_merges_are_taken_apart_from_the_top() -> None:
    first, second, third = (make_lead() for _number in range(3))
    low = services.merge_leads(HOUSE, second.pk, [first.pk])
    high = services.merge_leads(HOUSE, third.pk, [second.pk])
    assert merged_into(first.pk) == third.pk
    with pytest.raises(MergedOn):
        services.undo_merge(HOUSE, low.id)
    (outcome,) = services.restore_leads(HOUSE, [first.pk])
    assert isinstance(outcome.refusal, MergedAway)
    services.undo_merge(HOUSE, high.id)
    services.undo_merge(HOUSE, low.id)
    assert broken_invariants() == []
    assert place_counts() == {"pooled": 3, "all": 3}


def test_an_undo_has_its_time_and_asks_for_room() -> None:
    rep = make_user(role="rep")
    one, other = make_lead(), make_lead(owner=rep)
    made = services.merge_leads(HOUSE, one.pk, [other.pk])
    rep.private_cap = 0
    rep.save()
    with clock.freeze(clock.now() + timedelta(days=31)), pytest.raises(MergeOver):
        services.undo_merge(HOUSE, made.id)
    services.undo_merge(HOUSE, made.id)
    other.refresh_from_db()
    assert other.status == "pooled"


def test_the_screens_and_the_api() -> None:
    admin, rep = make_user(role="admin"), make_user(role="rep")
    one = make_lead(owner=rep, company="甲公司")
    other = make_lead(owner=rep, company="乙公司", email="x@y.cn")
    client, hx = client_for(admin), {"HX-Request": "true"}
    dialog = client.get(f"/leads/merge?ids={one.pk}&ids={other.pk}").content.decode()
    assert "甲公司" in dialog
    assert f'name="field.company" value="{other.pk}"' in dialog
    form = {"ids": [one.pk, other.pk], "survivor": one.pk, "field.company": other.pk}
    assert client.post("/leads/merge", form, headers=hx).status_code == 204
    gone = client.get(f"/leads/{other.pk}")
    assert (gone.status_code, gone["Location"]) == (302, f"/leads/{one.pk}")
    moved = client.get(f"/api/v1/leads/{other.pk}")
    assert (moved.status_code, moved.json()["merged_into"]) == (308, one.pk)
    assert client.get(moved["Location"]).json()["company"] == "乙公司"
    (merge,) = client.get(f"/api/v1/leads/{one.pk}/merges").json()["items"]
    assert f"/leads/merges/{merge['id']}/undo" in client.get(f"/leads/{one.pk}").content.decode()
    assert client.post(f"/leads/merges/{merge['id']}/undo", headers=hx).status_code == 204
    assert client.get(f"/leads/{other.pk}").status_code == 200
    body = {"survivor": one.pk, "others": [other.pk], "choices": {"company": one.pk}}
    made = client.post("/api/v1/leads/bulk/merge", body, content_type="application/json").json()
    assert made.get("survivor_id") == one.pk
    undone = client.post(f"/api/v1/leads/merges/{made['id']}/undo", content_type="application/json")
    assert undone.json()["merged_ids"] == [other.pk]
    assert [item["can_undo"] for item in merges_of("lead", one.pk)] == [False, False]
    services.merge_leads(HOUSE, one.pk, [other.pk])
    stranger = client_for(make_user(role="rep"))
    assert stranger.get(f"/leads/{other.pk}").status_code == 404
    assert stranger.get(f"/leads/merge?ids={one.pk}&ids={other.pk}").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_merges_at_once_leave_one_lead() -> None:
    """Everybody merges the same leads into another of them: one wins, the others hear that they are gone."""
    leads = [make_lead().pk for _number in range(4)]

    def merge(number: int) -> Merged:
        survivor = leads[number % 4]
        return services.merge_leads(HOUSE, survivor, [one for one in leads if one != survivor])

    results = _together(8, merge)
    assert sum(isinstance(result, Merged) for result in results) == 1
    assert sum(isinstance(result, NotFound) for result in results) == 7
    assert MergedRecord.objects.count() == 3
    assert Touch.objects.filter(lead__archived_at=None).count() == 4
    assert broken_invariants() == []


@pytest.mark.django_db(transaction=True)
def test_one_person_through_many_doors_at_once_is_one_lead() -> None:
    """32 captures of one person: one lead with 32 touches."""
    make_lead()  # the default pool is there

    def capture(number: int) -> int | None:
        values = {"name": "李明华", "mobile": "138 0013 8000", "keyword": str(number)}
        return services.capture_lead(HOUSE, values, door="form").lead_id

    (lead_id,) = set(_together(32, capture))
    assert Touch.objects.filter(lead_id=lead_id).count() == 32
    assert broken_invariants() == []
