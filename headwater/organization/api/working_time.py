"""Working calendars, duty and absences."""

from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from headwater.kernel import clock, listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.catalogue.values import BadValue, as_moment
from headwater.kernel.errors import Invalid
from headwater.organization import queries, services
from headwater.organization.hours import written
from headwater.organization.models import Absence
from headwater.organization.openings import Day
from headwater.organization.schemas import (
    AbsenceIn,
    AbsenceOut,
    AbsencePatch,
    CalendarDayIn,
    CalendarDayOut,
    CalendarIn,
    CalendarPatch,
    CalendarYear,
    DueOut,
    DutyIn,
    DutyOut,
)
from headwater.organization.statutory import announced_years
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    created_response,
    empty_response,
    idempotent,
    json_response,
    record_router,
    record_schema,
)

calendars = record_router("calendar", create=False, patch=False, delete=False, tags=["Working calendars"])
absences = Router(tags=["Duty and absences"])

_CALENDAR = record_schema(record_type("calendar"))
_FAR = 10 * 366 * 24 * 3600


def _calendar(access: Access, calendar_id: int) -> dict[str, Any]:
    return listing.get(access, record_type("calendar"), calendar_id)


@calendars.post(
    "",
    operation_id="calendar_create",
    summary="Create a working calendar",
    response={201: _CALENDAR, 403: Problem, 409: Problem, 422: Problem},
)
@idempotent
def create_calendar(request: ApiRequest, given: CalendarIn) -> HttpResponse:
    """Refused without hours, with hours that overlap or pass midnight."""
    access = permit(request, "calendars.configure")
    made = services.create_calendar(access, **given.model_dump())
    row = _calendar(access, made.pk)
    return created_response(row, location=f"{request.path.rstrip('/')}/{made.pk}", version=made.version)


@calendars.patch(
    "/{record_id}",
    operation_id="calendar_update",
    summary="Change a working calendar",
    response={200: _CALENDAR, 404: Problem, 409: Problem, 412: Problem, 422: Problem},
)
def update_calendar(request: ApiRequest, record_id: RecordId, given: CalendarPatch) -> HttpResponse:
    """Deadlines that count working time follow."""
    access = permit(request, "calendars.configure")
    values: Any = given.model_dump(exclude_unset=True, exclude_none=True)
    saved = services.update_calendar(access, record_id, version=check_version(request), **values)
    return json_response(_calendar(access, record_id), version=saved.version)


@calendars.post(
    "/{calendar_id}/default",
    operation_id="calendar_default",
    summary="Make a calendar the default one",
    response={200: _CALENDAR, 404: Problem},
)
def make_default(request: ApiRequest, calendar_id: RecordId) -> HttpResponse:
    """Whatever names no calendar goes by it from now on."""
    access = permit(request, "calendars.configure")
    saved = services.make_default_calendar(access, calendar_id)
    return json_response(_calendar(access, calendar_id), version=saved.version)


@calendars.delete(
    "/{record_id}",
    operation_id="calendar_delete",
    summary="Delete a working calendar",
    response={204: None, 404: Problem, 409: Problem},
)
def delete_calendar(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    """Not the default one, and none that a department or pool uses."""
    services.delete_calendar(permit(request, "calendars.configure"), record_id)
    return empty_response()


class YearParams(Schema):
    year: int | None = Field(None, ge=2004, le=2100)


def _day(day: Day) -> dict[str, Any]:
    return {
        "date": day.date,
        "is_working": day.is_working,
        "hours": written(day.hours),
        "kind": day.kind.value,
        "name": day.name,
        "for_all": day.for_all,
    }


@calendars.get(
    "/{calendar_id}/days",
    operation_id="calendar_days",
    summary="Every day of a year",
    response={200: CalendarYear, 404: Problem, 422: Problem},
)
def list_days(request: ApiRequest, calendar_id: RecordId, params: Query[YearParams]) -> HttpResponse:
    """Working or not, the hours, and why: the week, a public holiday or a decision."""
    calendar = queries.get_calendar(permit(request, "calendars.view"), calendar_id)
    year = params.year or clock.today().year
    items = [_day(day) for day in queries.year_of(calendar, year)]
    return json_response({"year": year, "is_announced": year in announced_years(), "items": items})


@calendars.put(
    "/{calendar_id}/days/{day}",
    operation_id="calendar_day_set",
    summary="Decide what a date is",
    response={200: CalendarDayOut, 404: Problem, 409: Problem, 422: Problem},
)
def set_day(request: ApiRequest, calendar_id: RecordId, day: date, given: CalendarDayIn) -> HttpResponse:
    """A working day or a day off, whatever week and announcement say; repeating it replaces."""
    access = permit(request, "calendars.configure")
    services.set_day(access, calendar_id, day, **given.model_dump())
    year = queries.year_of(queries.get_calendar(access, calendar_id), day.year)
    return json_response(next(_day(item) for item in year if item.date == day))


@calendars.delete(
    "/{calendar_id}/days/{day}",
    operation_id="calendar_day_clear",
    summary="Take a decision on a date back",
    response={204: None, 404: Problem, 409: Problem},
)
def clear_day(request: ApiRequest, calendar_id: RecordId, day: date, for_all: bool = False) -> HttpResponse:
    """With `for_all`, the one that holds on all calendars."""
    services.clear_day(permit(request, "calendars.configure"), calendar_id, day, for_all=for_all)
    return empty_response()


class DueParams(Schema):
    """What is asked for."""

    seconds: int = Field(ge=0, le=_FAR)
    since: AwareDatetime | None = Field(None, alias="from")


@calendars.get(
    "/{calendar_id}/due",
    operation_id="calendar_due",
    summary="n working seconds after a moment",
    response={200: DueOut, 404: Problem, 422: Problem},
)
def due(request: ApiRequest, calendar_id: RecordId, params: Query[DueParams]) -> HttpResponse:
    """The earliest moment with so much working time between; `from` is now unless given."""
    calendar = queries.get_calendar(permit(request, "calendars.view"), calendar_id)
    since = _moment("from", params.since) if params.since else clock.now()
    found = queries.working_time(calendar.pk).add(since, params.seconds)
    return json_response({"due_at": found.astimezone(UTC)})


def _absence(absence: Absence) -> dict[str, Any]:
    return {
        "id": absence.pk,
        "user": {"id": absence.user_id, "name": absence.user.name},
        "starts_at": absence.starts_at,
        "ends_at": absence.ends_at,
        "kind": absence.kind,
        "note": absence.note,
        "version": absence.version,
    }


class AbsenceParams(Schema):
    """What narrows the list."""

    user: int | None = Field(None, ge=1, le=2**63 - 1)
    since: AwareDatetime | None = None
    limit: int = Field(50, ge=1, le=200)


@absences.get("", operation_id="absence_list", summary="Who is away, the latest first")
def list_absences(request: ApiRequest, params: Query[AbsenceParams]) -> HttpResponse:
    """Of oneself and the people in reach; `since` leaves out what ended before."""
    access = permit(request, "absences.view")
    users = None if params.user is None else [params.user]
    since = _moment("since", params.since) if params.since else None
    found = queries.absences_of(access, users, since=since, limit=params.limit)
    return json_response({"items": [_absence(item) for item in found]})


@absences.post(
    "",
    operation_id="absence_create",
    summary="Say that somebody is away",
    response={201: AbsenceOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
)
@idempotent
def create_absence(request: ApiRequest, given: AbsenceIn) -> HttpResponse:
    """Nothing new is given to them meanwhile. Two absences of a person never overlap."""
    access = permit(request, "absences.edit")
    user_id = given.user or access.user_id
    assert user_id is not None
    made = services.create_absence(access, user_id, **_moments(given.model_dump(exclude={"user"})))
    location = f"{request.path.rstrip('/')}/{made.pk}"
    return created_response(_absence(made), location=location, version=made.version)


def _moments(values: dict[str, Any]) -> Any:
    return values | {key: _moment(key, values[key]) for key in ("starts_at", "ends_at") if key in values}


def _moment(field: str, raw: datetime) -> datetime:
    try:
        return as_moment(raw)
    except BadValue as bad:
        raise Invalid.one(field, bad.code, bad.detail) from None


@absences.put(
    "/duty",
    operation_id="duty_set",
    summary="Switch people on or off duty",
    response={200: DutyOut, 403: Problem, 404: Problem, 422: Problem},
)
def set_duty(request: ApiRequest, given: DutyIn) -> HttpResponse:
    """Oneself and the people in reach: all of them or none."""
    changed = services.set_duty(permit(request, "absences.edit"), given.users, is_on_duty=given.is_on_duty)
    return json_response({"changed": changed, "on_duty": sorted(queries.people_on_duty(given.users))})


@absences.get(
    "/{absence_id}",
    operation_id="absence_get",
    summary="Get an absence",
    response={200: AbsenceOut, 404: Problem},
)
def get_absence(request: ApiRequest, absence_id: RecordId) -> HttpResponse:
    """With the `ETag` to send back as `If-Match`."""
    found = queries.get_absence(permit(request, "absences.view"), absence_id)
    return json_response(_absence(found), version=found.version)


@absences.patch(
    "/{absence_id}",
    operation_id="absence_update",
    summary="Change an absence",
    response={200: AbsenceOut, 404: Problem, 409: Problem, 412: Problem, 422: Problem},
)
def update_absence(request: ApiRequest, absence_id: RecordId, given: AbsencePatch) -> HttpResponse:
    """Times, kind, note."""
    values = _moments(given.model_dump(exclude_unset=True, exclude_none=True))
    access = permit(request, "absences.edit")
    saved = services.update_absence(access, absence_id, version=check_version(request), **values)
    return json_response(_absence(saved), version=saved.version)


@absences.post(
    "/{absence_id}/end",
    operation_id="absence_end",
    summary="Somebody is back earlier",
    response={200: AbsenceOut, 404: Problem, 409: Problem},
)
def end_absence(request: ApiRequest, absence_id: RecordId) -> HttpResponse:
    """Ends now what would have lasted longer."""
    saved = services.end_absence(permit(request, "absences.edit"), absence_id)
    return json_response(_absence(saved), version=saved.version)


@absences.delete(
    "/{absence_id}",
    operation_id="absence_delete",
    summary="Take an absence back",
    response={204: None, 404: Problem},
)
def delete_absence(request: ApiRequest, absence_id: RecordId) -> HttpResponse:
    """As if it had never been entered; the audit log keeps it."""
    services.delete_absence(permit(request, "absences.edit"), absence_id)
    return empty_response()
