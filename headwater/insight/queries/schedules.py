"""When reports are sent, and what was."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from headwater.insight.queries.reports import get_report
from headwater.insight.types import Rhythm
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.organization.queries import names_of

_AHEAD = 62  # days: two months hold a due day of every rhythm


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """A schedule of a report; `next_at` is None while paused, for `pause_reason` if it paused itself."""

    id: int
    report_id: int
    rhythm: str
    day: int
    hour: int
    people: tuple[tuple[int, str], ...]
    attachment: str
    next_at: datetime | None
    last_at: datetime | None
    failures: int
    pause_reason: str
    version: int
    created_by_id: int
    created_by: str
    may_edit: bool


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """What became of one person's copy."""

    id: int
    due_at: datetime
    user_id: int
    name: str
    state: str
    reason: str
    changed_at: datetime


def due_after(rhythm: str, day: int, hour: int, after: datetime) -> datetime:
    """The first due moment later than `after`, on the company's clock; in a short month its last day."""
    zone = timezone.get_default_timezone()
    first = after.astimezone(zone).date()
    for ahead in range(_AHEAD):
        on = first + timedelta(days=ahead)
        moment = datetime.combine(on, time(hour), zone)
        if moment > after and _is_due_on(rhythm, day, on):
            return moment
    raise AssertionError("every rhythm comes round within two months")


def _is_due_on(rhythm: str, day: int, on: date) -> bool:
    match rhythm:
        case Rhythm.WORKDAY:
            return on.isoweekday() <= 5
        case Rhythm.WEEK:
            return on.isoweekday() == day
        case _:
            return on.day == min(day, calendar.monthrange(on.year, on.month)[1])


def schedules_of(access: Access, report_id: int) -> list[ScheduleView]:
    """A report's schedules that concern the reader: all for its owner, else their own and those to them."""
    view = get_report(access, report_id, archived=True)
    found = sql.rows(
        "SELECT s.id, s.report_id, s.rhythm, s.day, s.hour, s.person_ids, s.attachment, s.next_at, s.last_at,"
        " s.failures, s.pause_reason, s.version, s.created_by_id, u.name AS created_by"
        " FROM insight_reportschedule s JOIN organization_user u ON u.id = s.created_by_id"
        " WHERE s.report_id = %s AND s.archived_at IS NULL"
        " AND (%s OR s.created_by_id = %s OR %s = ANY(s.person_ids)) ORDER BY s.id",
        (report_id, view.may_edit, access.user_id, access.user_id),
    )
    names = names_of({one for row in found for one in row["person_ids"]})
    return [_schedule(access, row, names, view.may_edit) for row in found]


def _schedule(
    access: Access, row: Mapping[str, Any], names: Mapping[int, str], may_edit: bool
) -> ScheduleView:
    people = tuple((one, names.get(one, f"#{one}")) for one in row["person_ids"])
    given = {key: value for key, value in row.items() if key != "person_ids"}
    return ScheduleView(**given, people=people, may_edit=may_edit or row["created_by_id"] == access.user_id)


def deliveries_of(
    access: Access, report_id: int, schedule_id: int, *, limit: int = 100
) -> list[DeliveryView]:
    """What was sent, the latest first; who may not change the schedule sees their own copies."""
    schedule = next((one for one in schedules_of(access, report_id) if one.id == schedule_id), None)
    if schedule is None:
        raise NotFound(record="report_schedule", id=schedule_id)
    found = sql.rows(
        "SELECT d.id, d.due_at, d.user_id, coalesce(u.name, '') AS name, d.state, d.reason, d.changed_at"
        " FROM insight_reportdelivery d LEFT JOIN organization_user u ON u.id = d.user_id"
        " WHERE d.schedule_id = %s AND (%s OR d.user_id = %s) ORDER BY d.due_at DESC, d.id DESC LIMIT %s",
        (schedule_id, schedule.may_edit, access.user_id, limit),
    )
    return [DeliveryView(**row) for row in found]
