"""Working calendars through services, API and screens."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.organization import services
from headwater.organization.errors import CalendarInUse, CalendarNeverOpens, DefaultCalendarKept
from headwater.organization.models import Calendar, CalendarDay, Opening
from headwater.organization.queries import (
    calendar_of_department,
    calendars,
    overrides_of,
    working_time,
    year_of,
)
from headwater.organization.services.openings import DEFAULT_NAME, ensure_default_calendar
from headwater.platform import audit
from headwater.platform.events.models import StoredEventRow
from tests.organization.factories import client_for, make_department, make_user
from tests.organization.test_working_time import PLAIN, SHANGHAI, at

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
SYSTEM = system_access("tests")
LATE = [[["10:00", "19:00"]]] * 6 + [[]]


def default() -> Calendar:
    return Calendar.objects.get(is_default=True)


def actions(record: str, record_id: int) -> list[str]:
    return [entry.action for entry in audit.history(record, record_id).items]


def test_the_installation_has_one_without_a_trace_in_the_audit() -> None:
    assert default().name == DEFAULT_NAME
    assert default().hours == PLAIN
    assert not audit.history("calendar", default().pk).items
    ensure_default_calendar()
    assert Calendar.objects.count() == 1


def test_the_way_of_a_calendar() -> None:
    made = services.create_calendar(SYSTEM, name="客服", hours=LATE, follows_statutory=False)
    assert made.hours == LATE
    assert Opening.objects.filter(calendar=made).exists()
    t = at("2026-03-07 18:00")
    assert working_time(made.pk).add(t, 7200) == at("2026-03-09 11:00")
    services.update_calendar(SYSTEM, made.pk, version=1, hours=[[["9:00", "17:00"]]] * 7)
    assert working_time(made.pk).add(t, 7200) == at("2026-03-08 11:00"), "the openings followed at once"
    with pytest.raises(Stale):
        services.update_calendar(SYSTEM, made.pk, version=1, name="x")
    services.update_calendar(SYSTEM, made.pk, name="客服")
    assert actions("calendar", made.pk) == ["update", "create"], "saving what is so does nothing"
    services.delete_calendar(SYSTEM, made.pk)
    assert not Opening.objects.filter(calendar_id=made.pk).exists()
    assert working_time(made.pk).calendar_id == default().pk


def test_there_is_always_one_default_calendar() -> None:
    made = services.create_calendar(SYSTEM, name="客服", hours=LATE)
    with pytest.raises(DefaultCalendarKept):
        services.delete_calendar(SYSTEM, default().pk)
    services.make_default_calendar(SYSTEM, made.pk)
    services.make_default_calendar(SYSTEM, made.pk)
    assert list(Calendar.objects.filter(is_default=True).values_list("pk", flat=True)) == [made.pk]
    assert working_time(None).calendar_id == made.pk
    assert calendars()[0].pk == made.pk


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"name": " ", "hours": LATE}, "name", "value.required"),
        ({"name": DEFAULT_NAME, "hours": LATE}, "name", "calendar.name_taken"),
        ({"name": "a", "hours": LATE, "time_zone": "Mars/Base"}, "time_zone", "value.choice"),
        ({"name": "a", "hours": [[]] * 7}, "hours", "hours.none"),
        ({"name": "a", "hours": LATE[:5]}, "hours", "hours.week"),
        ({"name": "a", "hours": [[["22:00", "06:00"]]] * 7}, "hours", "hours.midnight"),
        ({"name": "a"}, "hours", "hours.week"),
    ],
)
def test_what_cannot_be_a_calendar(values: Any, field: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.create_calendar(SYSTEM, **values)
    assert refusal.value.fields[field]["code"] == code


def test_a_department_goes_by_the_nearest_calendar_above() -> None:
    late = services.create_calendar(SYSTEM, name="客服", hours=LATE)
    top = make_department()
    middle = make_department(parent=top)
    bottom = make_department(parent=middle)
    assert calendar_of_department(bottom.pk) is None
    services.update_department(SYSTEM, top.pk, calendar=late.pk)
    assert calendar_of_department(bottom.pk) == late.pk
    services.update_department(SYSTEM, middle.pk, calendar=default().pk)
    assert calendar_of_department(bottom.pk) == default().pk
    assert calendar_of_department(top.pk) == late.pk
    with pytest.raises(CalendarInUse) as refusal:
        services.delete_calendar(SYSTEM, late.pk)
    assert refusal.value.facts["uses"] == 1
    with pytest.raises(Invalid):
        services.update_department(SYSTEM, top.pk, calendar=987_654)


def day(found: Calendar, wanted: str) -> Any:
    at_day = date.fromisoformat(wanted)
    return next(item for item in year_of(found, at_day.year) if item.date == at_day)


def test_days_are_decided_here_for_all_and_by_the_announcement() -> None:
    with clock.freeze(datetime(2026, 6, 1, tzinfo=SHANGHAI)):
        mine = services.create_calendar(SYSTEM, name="客服", hours=PLAIN)
        friday = date(2026, 6, 5)
        services.set_day(SYSTEM, mine.pk, friday, is_working=False, name="团建", for_all=True)
        assert not day(mine, "2026-06-05").is_working
        assert not day(default(), "2026-06-05").is_working
        assert working_time(None).next_opening(at("2026-06-05 09:00")) == at("2026-06-08 09:00")
        services.set_day(SYSTEM, mine.pk, friday, is_working=True, hours=[["10:00", "12:00"]])
        assert day(mine, "2026-06-05").hours == ((600, 720),), "one's own beats the one for all"
        services.clear_day(SYSTEM, mine.pk, friday)
        assert day(mine, "2026-06-05").name == "团建"
        with pytest.raises(NotFound):
            services.clear_day(SYSTEM, mine.pk, friday)
        assert day(mine, "2026-10-01").kind == "statutory"
        assert day(mine, "2026-10-10").is_working
        with pytest.raises(Invalid):
            services.set_day(SYSTEM, mine.pk, date(2060, 1, 1), is_working=False)
    assert len(overrides_of(default().pk, 2026)) == 1
    assert "update" in actions("calendar", default().pk)


def test_a_click_turns_a_day_and_a_second_one_leaves_nothing() -> None:
    found = default()
    with clock.freeze(datetime(2026, 6, 1, tzinfo=SHANGHAI)):
        for wanted, was in (("2026-06-03", True), ("2026-06-06", False), ("2026-10-01", False)):
            at_day = date.fromisoformat(wanted)
            services.turn_day(SYSTEM, found.pk, at_day, is_working=not was)
            services.turn_day(SYSTEM, found.pk, at_day, is_working=not was)
            assert day(found, wanted).is_working is not was
            assert CalendarDay.objects.filter(date=at_day).count() == 1
            services.turn_day(SYSTEM, found.pk, at_day, is_working=was)
            assert day(found, wanted).is_working is was
            assert not CalendarDay.objects.filter(date=at_day).exists()


def test_a_year_without_work_is_refused() -> None:
    """The days that repeat beyond what is computed must hold some work."""
    found = services.create_calendar(SYSTEM, name="周一", hours=[[["09:00", "10:00"]]] + [[]] * 6)
    now = clock.now()
    first = date(clock.today().year - 1, 1, 1)
    rows = [
        CalendarDay(calendar=found, date=first + timedelta(days=number), is_working=False, created_at=now,
                    updated_at=now)
        for number in range(366)
    ]  # fmt: skip
    CalendarDay.objects.bulk_create(rows)
    with pytest.raises(CalendarNeverOpens):
        services.update_calendar(SYSTEM, found.pk, name="从不")


def test_changes_are_told() -> None:
    before = StoredEventRow.objects.filter(name="calendar.changed").count()
    made = services.create_calendar(SYSTEM, name="客服", hours=LATE)
    services.set_day(SYSTEM, made.pk, clock.today(), is_working=True, for_all=True)
    told = StoredEventRow.objects.filter(name="calendar.changed").order_by("id")
    assert told.count() == before + 2


# HTTP


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    return getattr(client, method)(path, body or {}, content_type="application/json", headers=headers)


def test_the_api() -> None:
    admin, rep = client_for(make_user(role="admin")), client_for(make_user())
    wanted = {"name": "客服", "hours": LATE, "follows_statutory": False}
    assert send(rep, "post", "/api/v1/calendars", wanted).status_code == 403
    made = send(admin, "post", "/api/v1/calendars", wanted)
    assert made.status_code == 201, made.content
    row = made.json()
    assert row["hours"] == LATE
    path = f"/api/v1/calendars/{row['id']}"
    changed = send(admin, "patch", path, {"name": "客服部"}, **{"If-Match": made["ETag"]})
    assert changed.status_code == 200, changed.content.decode()
    assert changed.json()["name"] == "客服部"
    assert send(admin, "patch", path, {"name": "x"}, **{"If-Match": made["ETag"]}).status_code == 412
    listed = rep.get("/api/v1/calendars").json()["items"]
    assert {item["name"] for item in listed} == {DEFAULT_NAME, "客服部"}
    today = clock.today()
    decided = send(admin, "put", f"{path}/days/{today}", {"is_working": False, "name": "停电"})
    assert decided.json() | {"date": ""} == {
        "date": "", "is_working": False, "hours": [], "kind": "override", "name": "停电", "for_all": False,
    }  # fmt: skip
    days = rep.get(f"{path}/days", {"year": today.year}).json()
    assert len(days["items"]) in (365, 366)
    assert rep.get(f"{path}/days", {"year": 2028}).json()["is_announced"] is False
    assert admin.delete(f"{path}/days/{today}").status_code == 204
    assert admin.delete(f"{path}/days/{today}").status_code == 404
    asked = rep.get(f"{path}/due", {"seconds": 3600, "from": "2026-03-07T18:30:00+08:00"})
    assert asked.json() == {"due_at": "2026-03-09T02:30:00Z"}
    far = rep.get(f"{path}/due", {"seconds": 3600, "from": "9999-12-31T23:59:59Z"})
    assert far.status_code == 422
    assert send(admin, "post", f"{path}/default").status_code == 200
    assert admin.delete(path).json()["code"] == "calendar.default"
    bad = send(admin, "post", "/api/v1/calendars", {"name": "夜", "hours": [[["22:00", "06:00"]]] * 7})
    assert bad.json()["facts"]["fields"]["hours"]["code"] == "hours.midnight"


def test_the_screens() -> None:
    admin, rep = client_for(make_user(role="admin")), client_for(make_user())
    found = default()
    here = f"/settings/calendars/{found.pk}"
    assert DEFAULT_NAME in rep.get("/settings/calendars").content.decode()
    page = rep.get(f"{here}?year=2026").content.decode()
    assert "国庆节" in page
    assert "hx-post" not in page.split("hw-year")[1], "who may not change sees no buttons"
    assert "尚未" in rep.get(f"{here}?year=2028").content.decode()
    assert rep.post(f"{here}/turn?date=2026-12-01&working=0").status_code == 403
    assert admin.post(f"{here}/turn?date=2026-12-01&working=0", headers=HX).status_code == 204
    assert CalendarDay.objects.get().date == date(2026, 12, 1)
    assert admin.post(f"{here}/turn?date=nonsense&working=0", headers=HX).status_code == 422
    form = {
        "date": "2026-12-02",
        "state": "working",
        "hours": "10:00-15:00",
        "name": "年会",
        "for_all": "true",
    }
    assert admin.post(f"{here}/day", form, headers=HX).status_code == 204
    page = admin.get(f"{here}?year=2026").content.decode()
    assert "年会" in page
    assert admin.get(f"{here}/day?date=2026-12-02&for_all=1").status_code == 200
    assert admin.post(f"{here}/clear?date=2026-12-02&for_all=1", headers=HX).status_code == 204
    week = {f"day{number}": "9：00–12：00，13:30-18:00" for number in range(5)}
    new = {"name": "客服", "time_zone": "Asia/Shanghai", **week}
    assert admin.get("/settings/calendars/new").status_code == 200
    assert admin.post("/settings/calendars/new", new, headers=HX).status_code == 204
    made = Calendar.objects.get(name="客服")
    assert made.hours == PLAIN
    wrong = admin.post(f"/settings/calendars/{made.pk}/edit", new | {"day0": "9-12"}, headers=HX)
    assert wrong.status_code == 422
    assert "day0" in wrong.content.decode(), "beside the day it stands on"
    assert admin.post(f"/settings/calendars/{made.pk}/default", headers=HX).status_code == 204
    assert admin.post(f"{here}/delete", headers=HX).status_code == 204


def test_the_page_costs_the_same_with_many_decisions() -> None:
    admin = client_for(make_user(role="admin"))
    found = default()

    def cost() -> int:
        admin.get(f"/settings/calendars/{found.pk}")
        with CaptureQueriesContext(connection) as queries:
            admin.get(f"/settings/calendars/{found.pk}")
        return len(queries)

    before = cost()
    for number in range(12):
        services.set_day(SYSTEM, found.pk, clock.today() + timedelta(days=number), is_working=False)
    assert cost() == before
