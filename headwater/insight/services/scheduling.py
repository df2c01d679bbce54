"""When a report is mailed, and to whom: set up, paused, planned when its moment has come."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.insight.errors import NotYourReport
from headwater.insight.models import Report, ReportSchedule
from headwater.insight.queries.reports import get_report
from headwater.insight.queries.schedules import due_after
from headwater.insight.services.sending import plan_copies
from headwater.insight.services.sharing import check_people
from headwater.insight.types import Attachment, Rhythm
from headwater.kernel import clock
from headwater.kernel.access import Access, load_actor, permit
from headwater.kernel.errors import DomainError, Invalid, NotFound, NotSignedIn, Stale
from headwater.organization.queries import names_of
from headwater.platform import audit
from headwater.ui.formats import series

SCHEDULE = "reports.schedule"
MOST_PEOPLE = 100
MADE_UP_FOR = timedelta(hours=12)  # a moment missed for longer has lost its use
_AT_ONCE = 200
_KNOWN = ("rhythm", "day", "hour", "person_ids", "attachment")


@transaction.atomic
def schedule_report(
    access: Access,
    report_id: int,
    values: Mapping[str, Any],
    schedule_id: int | None = None,
    version: int | None = None,
) -> int:
    """Have a report mailed regularly, or change how; the schedule's id.

    Values: rhythm, day (1 to 7 from Monday, or of the month), hour (0 to 23 on the company's clock),
    person_ids, attachment. Everybody gets what they may see. Refuses with `Invalid` people outside, people
    without the right to see reports and people who cannot open this one; `NotFound`, `NotYourReport`,
    `Stale`.
    """
    access = access.also(SCHEDULE)
    if access.user_id is None:
        raise NotSignedIn
    view = get_report(access, report_id)
    if view.id is None:
        raise NotFound(record="report", id=report_id)
    unknown = sorted(set(values) - set(_KNOWN))
    if unknown:
        raise Invalid.one(str(unknown[0])[:80], "field.unknown", _("There is no such setting."))
    moment = clock.now()
    if schedule_id is None:
        schedule = ReportSchedule(report_id=view.id, created_by_id=access.user_id, created_at=moment)
    else:
        schedule = _locked(access, report_id, schedule_id, version)
    before = {key: getattr(schedule, key) for key in _KNOWN} if schedule.pk else dict.fromkeys(_KNOWN)
    _fill(schedule, values, is_new=schedule_id is None)
    _check_readers(view.id, schedule.person_ids, before["person_ids"] or [])
    schedule.updated_at = moment
    schedule.next_at = due_after(schedule.rhythm, schedule.day, schedule.hour, moment)
    schedule.failures, schedule.pause_reason = 0, ""
    schedule.version += 0 if schedule_id is None else 1
    schedule.save()
    changes = {
        f"schedule.{key}": [before[key], getattr(schedule, key)]
        for key in _KNOWN
        if before[key] != getattr(schedule, key)
    }
    audit.record(access, "report", view.id, "schedule", changes)
    return int(schedule.pk)


def _fill(schedule: ReportSchedule, values: Mapping[str, Any], *, is_new: bool) -> None:
    if is_new or "rhythm" in values:
        if values.get("rhythm") not in Rhythm.values:
            raise Invalid.one("rhythm", "value.choice", _("This is not one of the choices."))
        schedule.rhythm = values["rhythm"]
    if is_new or "hour" in values:
        schedule.hour = _whole(values.get("hour"), "hour", 0, 23)
    if "day" in values or is_new or "rhythm" in values:
        most = {Rhythm.WEEK: 7, Rhythm.MONTH: 31}.get(Rhythm(schedule.rhythm), 1)
        given = values.get("day", 1 if is_new else schedule.day)
        schedule.day = 1 if most == 1 else _whole(1 if given is None else given, "day", 1, most)
    if values.get("attachment", schedule.attachment) not in Attachment.values:
        raise Invalid.one("attachment", "value.choice", _("This is not one of the choices."))
    schedule.attachment = values.get("attachment", schedule.attachment)
    if is_new or "person_ids" in values:
        schedule.person_ids = _people(values.get("person_ids"))


def _whole(raw: Any, field: str, least: int, most: int) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not least <= raw <= most:
        words = _("From %(least)s to %(most)s.") % {"least": least, "most": most}
        raise Invalid.one(field, "value.range", words)
    return raw


def _people(raw: Any) -> list[int]:
    fits = isinstance(raw, list | tuple) and all(
        isinstance(one, int) and not isinstance(one, bool) and 0 < one < 2**63 for one in raw
    )
    if not fits or not raw:
        raise Invalid.one("person_ids", "value.required", _("Choose at least one person."))
    if len(raw) > MOST_PEOPLE:
        raise Invalid.one("person_ids", "value.too_many", _("At most %(limit)s.") % {"limit": MOST_PEOPLE})
    return sorted(set(raw))


def _check_readers(report_id: int, people: list[int], known: Iterable[int]) -> None:
    """New receivers can see reports, and open this one: a mail must not be what shares it."""
    fresh = [one for one in people if one not in set(known)]
    check_people(fresh)
    shut = [one for one in fresh if not _can_open(one, report_id)]
    if shut:
        names = series(names_of(shut).values())
        words = _("Share the report with them first: %(names)s.") % {"names": names}
        raise Invalid.one("person_ids", "report.not_shared", words)


def _can_open(user_id: int, report_id: int) -> bool:
    try:
        get_report(permit(load_actor(user_id), "reports.view"), report_id)
    except DomainError:
        return False
    return True


def _locked(access: Access, report_id: int, schedule_id: int, version: int | None = None) -> ReportSchedule:
    view = get_report(access, report_id, archived=True)
    schedule = (
        ReportSchedule.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=schedule_id, report_id=report_id, archived_at=None)
        .first()
        if 0 < schedule_id < 2**63
        else None
    )
    if schedule is None:
        raise NotFound(record="report_schedule", id=schedule_id)
    if schedule.created_by_id != access.user_id and not view.may_edit:
        raise NotYourReport(name=view.name, owner=view.owner_name)
    if version is not None and version != schedule.version:
        raise Stale(version=schedule.version)
    return schedule


@transaction.atomic
def pause_schedule(access: Access, report_id: int, schedule_id: int) -> None:
    """Send nothing until it is resumed."""
    schedule = _locked(access.also(SCHEDULE), report_id, schedule_id)
    _set(access, schedule, "pause_schedule", next_at=None)


@transaction.atomic
def resume_schedule(access: Access, report_id: int, schedule_id: int) -> None:
    """Go on at the next due moment; what was missed is not made up for."""
    schedule = _locked(access.also(SCHEDULE), report_id, schedule_id)
    following = due_after(schedule.rhythm, schedule.day, schedule.hour, clock.now())
    _set(access, schedule, "resume_schedule", next_at=following, failures=0, pause_reason="")


@transaction.atomic
def remove_schedule(access: Access, report_id: int, schedule_id: int) -> None:
    """Take it off the list for good; what was sent stays on record."""
    schedule = _locked(access.also(SCHEDULE), report_id, schedule_id)
    _set(access, schedule, "unschedule", next_at=None, archived_at=clock.now())


def _set(access: Access, schedule: ReportSchedule, act: str, **values: Any) -> None:
    before = schedule.next_at
    for key, value in values.items():
        setattr(schedule, key, value)
    schedule.version += 1
    schedule.updated_at = clock.now()
    schedule.save()
    changes = {"schedule.next_at": [before, schedule.next_at]}
    audit.record(access, "report", schedule.report_id, act, changes)


@transaction.atomic
def send_now(access: Access, report_id: int, schedule_id: int, *, only_me: bool = False) -> datetime:
    """Send a schedule's mails at once, besides its rhythm; the moment that they are known by."""
    schedule = _locked(access.also(SCHEDULE), report_id, schedule_id)
    people = [access.user_id] if only_me and access.user_id is not None else schedule.person_ids
    moment = clock.now()
    plan_copies(schedule, moment, people)
    audit.record(access, "report", report_id, "send", {"schedule.person_ids": [None, people]})
    return moment


@transaction.atomic
def plan_due() -> list[tuple[int, datetime]]:
    """Plan the copies of all schedules whose moment has come, and set their next one; which they were.

    A schedule moves on in the transaction that plans its copies, so a moment is planned once however many
    workers look.
    """
    now = clock.now()
    due = ReportSchedule.objects.select_for_update(skip_locked=True, no_key=True).filter(
        next_at__lte=now, archived_at=None
    )
    planned = []
    for schedule in due.order_by("next_at", "pk")[:_AT_ONCE]:
        moment = schedule.next_at
        assert moment is not None
        is_living = Report.objects.filter(pk=schedule.report_id, archived_at=None).exists()
        schedule.next_at = due_after(schedule.rhythm, schedule.day, schedule.hour, now)
        if is_living and now - moment <= MADE_UP_FOR:
            schedule.last_at = moment
            plan_copies(schedule, moment, schedule.person_ids)
            planned.append((schedule.pk, moment))
        schedule.save(update_fields=["next_at", "last_at"])
    return planned
