"""The background scan and its work-list."""

from typing import Any

import pytest
from django.db.models import F

from headwater.duplicates import queries, services
from headwater.duplicates.matching.grouping import cliques
from headwater.duplicates.models import Candidate, Fingerprint, Scan, Suggestion, Unpaired
from headwater.duplicates.services import pairing, scanning
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
    assert text.count("李明华") == 3  # the tick names the line
    (item,) = client.get("/api/v1/duplicates?record=lead").json()["items"]
    assert len(item["records"]) == 2
    assert client.post(f"/duplicates/dismiss?ids={item['id']}", headers=hx).status_code == 204
    assert client.get("/api/v1/duplicates").json()["items"] == []
    assert "李明华" in client.get("/duplicates?record=lead&state=dismissed").content.decode()
    assert client.post(f"/duplicates/reopen?ids={item['id']}", headers=hx).status_code == 204
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


def test_what_hangs_together_is_one_entry_and_what_changed_leaves_the_list() -> None:
    first = [lead.pk for pair in (twins(), twins()) for lead in pair]
    alone = make_lead(name="王芳", company="上海远景能源有限公司", address="张江路5号")
    scan()
    house = system_access("tests")
    (group,), following = queries.visible_groups(house, "lead")
    assert following is None
    assert sorted(side.id for side in group.sides) == first
    assert len(group.ids) == 6
    # The next night costs what the day brought, and takes off the list what is alike no more.
    assert scan().compared == 0
    assert Unpaired.objects.count() == 0
    Lead.objects.filter(pk=first[0]).update(
        name="赵强", company="北京某某", address="", version=F("version") + 1
    )
    again = make_lead(name="王芳", company="远景能源（上海）有限公司", address="张江路5号")
    done = scan()
    assert (done.seen, done.found) == (2, 4)
    groups, _following = queries.visible_groups(house, "lead")
    found = {frozenset(side.id for side in group.sides) for group in groups}
    assert found == {frozenset(first[1:]), frozenset({alone.pk, again.pk})}
    client, hx = client_for(make_user(role="admin")), {"HX-Request": "true"}
    items = client.get("/api/v1/duplicates/groups").json()["items"]
    assert {len(item["records"]) for item in items} == {2, 3}
    ids = [",".join(map(str, item["ids"])) for item in items]
    assert client.post("/duplicates/dismiss", {"ids": ids}, headers=hx).status_code == 204
    assert queries.visible_groups(house, "lead") == ([], None)
    assert client.post("/duplicates/dismiss", {}, headers=hx).status_code == 422
    text = client.get("/duplicates?state=dismissed").content.decode()
    assert text.count('name="ids"') == 4


def test_groups_are_of_those_who_all_look_alike() -> None:
    chain = [(1, 2), (2, 3), (3, 4), (1, 3)]
    assert cliques(chain, most=10) == [[1, 2, 3]]
    assert cliques([(1, 2), (2, 3)], most=10) == [[1, 2]]
    assert cliques([(1, 2), (1, 3), (2, 3)], most=2) == [[1, 2]]


@pytest.mark.parametrize("much", [1, 0])
def test_a_scan_that_is_killed_in_each_of_its_steps_doubles_nothing(
    monkeypatch: pytest.MonkeyPatch, much: int
) -> None:
    """Every chunk is cut once just before it commits, and done again by the job that takes the scan up;
    whether it goes through all records or looks each new one up.
    """
    monkeypatch.setattr(scanning, "READ", 2)
    monkeypatch.setattr(scanning, "PAIRS", 2)
    monkeypatch.setattr(pairing, "CHUNK", 2)
    monkeypatch.setattr(pairing, "_MUCH", 2 * much)
    for _number in range(2):
        twins()
    made = Scan.objects.create(started_at="2026-01-01T00:00Z")
    cut: set[tuple[str, str, int, int]] = set()
    save = Scan.save

    def dying(self: Scan, *args: Any, **named: Any) -> None:
        save(self, *args, **named)
        at = (self.record, self.step, self.cursor, self.compared)
        if at not in cut:
            cut.add(at)
            raise KeyboardInterrupt

    monkeypatch.setattr(Scan, "save", dying)
    for _try in range(200):
        try:
            assert services.run_scan(made.pk)
            break
        except KeyboardInterrupt:
            continue
    done = Scan.objects.get(pk=made.pk)
    assert len(cut) > 10
    assert (done.seen, done.compared, done.found) == (4, 6, 6)
    assert Suggestion.objects.count() == 6
    assert Candidate.objects.count() == Unpaired.objects.count() == 0
