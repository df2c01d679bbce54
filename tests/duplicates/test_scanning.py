"""The background scan and its work-list."""

import pytest

from headwater.duplicates import queries, services
from headwater.duplicates.models import Candidate, Fingerprint, Scan, Suggestion
from headwater.duplicates.services import scanning
from headwater.kernel.access import Access, system_access
from headwater.kernel.errors import NotFound
from headwater.leads.models import Lead
from headwater.leads.services import merge_leads, undo_merge
from headwater.platform.events import drain
from tests.duplicates.people import people
from tests.leads.factories import make_lead, mobile
from tests.organization.factories import access, client_for, make_user

pytestmark = pytest.mark.django_db


def scan() -> Scan:
    made = Scan.objects.create(started_at="2026-01-01T00:00Z")
    assert services.run_scan(made.pk)
    return Scan.objects.get(pk=made.pk)


def twins() -> tuple[Lead, Lead]:
    one = make_lead(name="李明华", company="深圳市云杉远景科技有限公司", address="深圳市科技园路88号")
    other = make_lead(name="李明华", company="云杉远景科技", address="科技园路88号")
    return one, other


def test_a_scan_finds_pairs_and_says_why() -> None:
    one, other = twins()
    make_lead(name="王芳", company="上海远景能源有限公司")
    done = scan()
    assert (done.step, done.seen, done.found) == ("done", 3, 1)
    (pair,) = queries.visible_suggestions(system_access("tests"))
    assert [side.id for side in pair.sides] == [one.pk, other.pk]
    assert pair.percent > 80
    assert any("公司" in reason or "Company" in reason for reason in pair.agrees)
    assert Candidate.objects.count() == 0


def test_what_was_dismissed_stays_so_and_what_changed_is_read_again() -> None:
    twins()
    scan()
    house = system_access("tests")
    (pair,) = queries.visible_suggestions(house)
    assert services.dismiss(house, [pair.pk]) == 1
    assert queries.visible_suggestions(house) == []
    assert scan().seen == 0
    assert queries.visible_suggestions(house) == []
    assert services.reopen_suggestions(house, [pair.pk]) == 1
    assert len(queries.visible_suggestions(house)) == 1


def test_merged_pairs_are_done_until_they_are_taken_apart() -> None:
    one, other = twins()
    scan()
    house = system_access("tests")
    made = merge_leads(house, one.pk, [other.pk])
    drain()
    assert Suggestion.objects.get().state == "merged"
    undo_merge(house, made.id)
    drain()
    assert len(queries.visible_suggestions(house)) == 1


def test_archived_records_are_suggested_no_more() -> None:
    one, _other = twins()
    scan()
    Lead.objects.filter(pk=one.pk).update(archived_at="2026-01-01T00:00Z")
    assert queries.visible_suggestions(system_access("tests")) == []
    scan()
    assert not Fingerprint.objects.filter(record="lead", record_id=one.pk).exists()


def test_a_scan_goes_on_where_it_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "READ", 2)
    monkeypatch.setattr(scanning, "PAIRS", 1)
    for _number in range(2):
        twins()
    begun = services.start_scan(system_access("tests"))
    again = services.start_scan(system_access("tests"))
    assert begun.pk == again.pk
    chunks = iter([False, False, True])
    monkeypatch.setattr(scanning, "is_stopping", lambda: next(chunks))
    assert not services.run_scan(begun.pk)
    monkeypatch.setattr(scanning, "is_stopping", lambda: False)
    assert services.run_scan(begun.pk)
    assert Suggestion.objects.count() == 6  # four records of one person


def test_only_pairs_of_which_one_sees_both_are_shown() -> None:
    rep, other = make_user(role="rep"), make_user(role="rep")
    values = {"name": "李明华", "company": "云杉远景科技有限公司", "address": "科技园路88号"}
    make_lead(**values, owner=rep)
    make_lead(**values, owner=other)
    scan()
    seeing: Access = access(rep, "duplicates.view")
    assert queries.visible_suggestions(seeing) == []
    (pair,) = queries.visible_suggestions(system_access("tests"))
    with pytest.raises(NotFound):
        services.dismiss(access(rep, "duplicates.edit"), [pair.pk])
    client = client_for(rep)
    assert "李明华" not in client.get("/duplicates").content.decode()
    assert client.get("/api/v1/duplicates").json()["items"] == []


def test_the_screens_and_the_api() -> None:
    twins()
    admin = make_user(role="admin")
    client, hx = client_for(admin), {"HX-Request": "true"}
    assert client.get("/api/v1/duplicates/scan").status_code == 404
    assert client.post("/api/v1/duplicates/scan", content_type="application/json").status_code == 202
    assert services.run_scan(Scan.objects.get().pk)
    assert client.get("/api/v1/duplicates/scan").json()["progress"] == 1.0
    text = client.get("/duplicates").content.decode()
    assert text.count("李明华") == 2
    (item,) = client.get("/api/v1/duplicates?record=lead").json()["items"]
    assert len(item["records"]) == 2
    assert client.post(f"/duplicates/{item['id']}/dismiss", headers=hx).status_code == 204
    assert client.get("/api/v1/duplicates").json()["items"] == []
    assert "李明华" in client.get("/duplicates?record=lead&state=dismissed").content.decode()
    assert client.post(f"/duplicates/{item['id']}/reopen", headers=hx).status_code == 204
    ids = {"ids": [item["id"]]}
    changed = client.post("/api/v1/duplicates/dismiss", ids, content_type="application/json")
    assert changed.json() == {"changed": 1}
    assert (
        client.post("/api/v1/duplicates/reopen", ids, content_type="application/json").json()["changed"] == 1
    )
    assert client.post("/duplicates/scan", headers=hx).status_code == 204
    nobody = client_for(make_user(role="service"))
    assert nobody.get("/duplicates").status_code == 403


def test_many_chinese_leads_are_scanned_in_the_database() -> None:
    identities = {}
    for identity, person in people(150, seed=3):
        lead = make_lead(name=person.name, company=person.company, address=person.address, mobile=mobile())
        identities[lead.pk] = identity
    scan()
    found = list(Suggestion.objects.values_list("low_id", "high_id"))
    right = sum(identities[low] == identities[high] for low, high in found)
    assert len(found) > 40
    assert right / len(found) >= 0.95
