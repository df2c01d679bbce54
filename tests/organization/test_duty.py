"""Duty and absence: who is at work, who may say so, and how."""

from datetime import timedelta
from typing import Any

import pytest

from headwater.kernel import clock
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.organization import services
from headwater.organization.errors import AbsenceNotRunning, AbsenceOverlaps, BeyondYourPeople
from headwater.organization.models import Absence, User
from headwater.organization.queries import absences_of, away_until, people_on_duty
from headwater.platform import audit
from headwater.platform.events.models import StoredEventRow
from tests.organization.factories import access, client_for, make_department, make_user

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def away(
    user: User, by: User | None = None, *, start: timedelta = -HOUR, end: timedelta = DAY, **values: Any
) -> Absence:
    now = clock.now()
    granted = access(by or user, "absences.edit")
    return services.create_absence(granted, user.pk, starts_at=now + start, ends_at=now + end, **values)


def told() -> int:
    return StoredEventRow.objects.filter(name="user.duty_changed").count()


def test_the_end_of_an_absence_is_told_once_and_again_when_it_moves() -> None:
    person = make_user()
    held, before = away(person), told()
    end = held.ends_at
    assert services.tell_ends() == []
    with clock.freeze(end):
        assert services.tell_ends() == [person.pk]
        assert services.tell_ends() == []
        services.update_absence(access(person, "absences.edit"), held.pk, ends_at=end + DAY)
        assert services.tell_ends() == []
    with clock.freeze(end + DAY):
        assert services.tell_ends() == [person.pk]
    assert told() == before + 3


def test_who_is_on_duty() -> None:
    here, off, left, gone, later = (make_user(name) for name in "甲乙丙丁戊")
    services.set_duty(access(off, "absences.edit"), [off.pk], is_on_duty=False)
    admin = make_user(role="admin")
    services.deactivate_user(access(admin, "users.delete"), left.pk)
    away(gone)
    away(later, start=DAY, end=2 * DAY)
    everybody = [one.pk for one in (here, off, left, gone, later)]
    assert people_on_duty(everybody) == {here.pk, later.pk}
    assert people_on_duty(everybody, clock.now() + DAY + HOUR) == {here.pk, gone.pk}
    assert people_on_duty([]) == set()
    assert set(away_until(everybody)) == {gone.pk}


def test_an_absence_begins_and_ends_to_the_moment() -> None:
    user = make_user()
    made = away(user, start=HOUR, end=2 * HOUR)
    assert people_on_duty([user.pk], made.starts_at - timedelta(microseconds=1)) == {user.pk}
    assert people_on_duty([user.pk], made.starts_at) == set()
    assert people_on_duty([user.pk], made.ends_at) == {user.pk}


def test_the_way_of_an_absence() -> None:
    user = make_user()
    before = told()
    made = away(user, kind="trip", note="拜访客户")
    changed = services.update_absence(access(user, "absences.edit"), made.pk, version=1, note="改期")
    with pytest.raises(Stale):
        services.update_absence(access(user, "absences.edit"), made.pk, version=1, note="x")
    services.update_absence(access(user, "absences.edit"), made.pk, note="改期")
    assert changed.version == 2
    services.end_absence(access(user, "absences.edit"), made.pk)
    assert people_on_duty([user.pk], clock.now()) == {user.pk}
    with pytest.raises(AbsenceNotRunning):
        services.end_absence(access(user, "absences.edit"), made.pk)
    services.delete_absence(access(user, "absences.edit"), made.pk)
    assert not Absence.objects.exists()
    history = [entry.action for entry in audit.history("absence", made.pk).items]
    assert history == ["delete", "update", "update", "create"]
    assert told() == before + 4


def test_absences_of_a_person_never_overlap() -> None:
    user = make_user()
    made = away(user, start=HOUR, end=3 * HOUR)
    with pytest.raises(AbsenceOverlaps):
        away(user, start=2 * HOUR, end=4 * HOUR)
    services.create_absence(
        access(user, "absences.edit"), user.pk, starts_at=made.ends_at, ends_at=made.ends_at + HOUR
    )
    with pytest.raises(AbsenceOverlaps):
        services.update_absence(access(user, "absences.edit"), made.pk, ends_at=made.ends_at + HOUR)
    away(make_user(), start=2 * HOUR, end=4 * HOUR)


@pytest.mark.parametrize(
    ("start", "end", "more", "field"),
    [(HOUR, HOUR, {}, "ends_at"), (DAY, HOUR, {}, "ends_at"), (HOUR, 800 * DAY, {}, "ends_at"),
     (HOUR, DAY, {"kind": "nap"}, "kind"), (HOUR, DAY, {"note": "长" * 201}, "note")],
)  # fmt: skip
def test_what_cannot_be_an_absence(start: timedelta, end: timedelta, more: Any, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        away(make_user(), start=start, end=end, **more)
    assert field in refusal.value.fields


def test_who_may_say_so() -> None:
    team = make_department()
    boss = make_user("主管", role="manager", department=team)
    rep, other = make_user("张三", department=team), make_user("李四", department=make_department())
    made = away(rep, boss)
    with pytest.raises(BeyondYourPeople):
        away(other, boss)
    with pytest.raises(BeyondYourPeople):
        away(boss, rep)
    with pytest.raises(BeyondYourPeople):
        services.set_duty(access(rep, "absences.edit"), [rep.pk, other.pk], is_on_duty=False)
    with pytest.raises(NotFound):
        services.delete_absence(access(other, "absences.edit"), made.pk)
    with pytest.raises(NotFound):
        services.set_duty(access(boss, "absences.edit"), [987_654], is_on_duty=False)
    assert services.set_duty(access(boss, "absences.edit"), [rep.pk], is_on_duty=False) == [rep.pk]
    assert services.set_duty(access(boss, "absences.edit"), [rep.pk], is_on_duty=False) == []
    assert [item.pk for item in absences_of(access(boss, "absences.view"))] == [made.pk]
    assert absences_of(access(other, "absences.view")) == []


def test_the_switch_of_ones_profile_is_told_too() -> None:
    user = make_user()
    before = told()
    services.update_profile(access(user, "users.view"), is_on_duty=False)
    services.update_profile(access(user, "users.view"), name="改名")
    assert told() == before + 1


def test_the_api() -> None:
    team = make_department()
    boss = make_user(role="manager", department=team)
    rep, stranger = make_user(department=team), make_user()
    mine = client_for(rep)
    given = {"starts_at": "2026-12-01T09:00:00+08:00", "ends_at": "2026-12-02T18:00:00+08:00", "note": "年假"}
    made = mine.post("/api/v1/absences", given, content_type="application/json")
    assert made.status_code == 201, made.content
    row = made.json()
    assert row["user"]["id"] == rep.pk
    path = f"/api/v1/absences/{row['id']}"
    assert client_for(boss).get(path).json()["note"] == "年假"
    assert client_for(stranger).get(path).status_code == 404
    again = mine.post("/api/v1/absences", given, content_type="application/json")
    assert again.json()["code"] == "absence.overlaps"
    patched = mine.patch(path, {"kind": "trip"}, content_type="application/json")
    assert patched.json()["kind"] == "trip"
    assert mine.post(f"{path}/end", content_type="application/json").json()["code"] == "absence.not_running"
    odd = {"starts_at": "0001-01-01T00:00:00Z", "ends_at": "9999-12-31T00:00:00Z"}
    assert mine.post("/api/v1/absences", odd, content_type="application/json").status_code == 422
    duty = {"users": [rep.pk], "is_on_duty": False}
    answer = client_for(boss).put("/api/v1/absences/duty", duty, content_type="application/json")
    assert answer.json() == {"changed": [rep.pk], "on_duty": []}
    beyond = client_for(stranger).put("/api/v1/absences/duty", duty, content_type="application/json")
    assert beyond.status_code == 403
    assert len(mine.get("/api/v1/absences", {"user": rep.pk}).json()["items"]) == 1
    assert mine.delete(path).status_code == 204
    assert mine.get(path).status_code == 404


def test_the_screens() -> None:
    team = make_department()
    boss = make_user("主管", role="manager", department=team)
    rep, stranger = make_user("张三", department=team), make_user("李四")
    mine, chief, other = client_for(rep), client_for(boss), client_for(stranger)
    assert mine.get("/settings/leave").status_code == 200
    new = f"/settings/people/{rep.pk}/absences/new"
    local = {"kind": "leave", "starts_at": "2026-01-05 09:00", "ends_at": "2027-01-08 18:00", "note": "手术"}
    assert mine.get(new).status_code == 200
    assert mine.post(new, {**local, "ends_at": ""}, headers=HX).status_code == 422
    assert mine.post(new, local, headers=HX).status_code == 204
    absence = Absence.objects.get()
    assert "手术" in mine.get("/settings/leave").content.decode()
    assert "手术" in chief.get(f"/settings/people/{rep.pk}").content.decode()
    seen = other.get(f"/settings/people/{rep.pk}").content.decode()
    assert "手术" not in seen, "why somebody is away is theirs and their managers'"
    assert chief.get(f"/settings/absences/{absence.pk}/edit").status_code == 200
    assert other.get(f"/settings/absences/{absence.pk}/edit").status_code == 404
    assert other.post(new, local, headers=HX).status_code == 403
    assert (
        chief.post(f"/settings/absences/{absence.pk}/edit", {**local, "note": "x"}, headers=HX).status_code
        == 204
    )
    assert chief.post(f"/settings/absences/{absence.pk}/end", headers=HX).status_code == 204
    assert mine.post(f"/settings/absences/{absence.pk}/delete", headers=HX).status_code == 204
    assert chief.post(f"/settings/people/{rep.pk}/duty?on=0", headers=HX).status_code == 204
    rep.refresh_from_db()
    assert not rep.is_on_duty
