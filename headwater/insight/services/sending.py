"""Mailing planned copies: to each reader what they may see, at most once.

A copy leaves `waiting` in a statement of its own, committed before its mail goes out. Whoever dies in between
leaves it at `sending`: nobody sends it again, and it is shown as interrupted. Before that point a copy may be
tried again as often as needed.
"""

import smtplib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from headwater.insight import mails
from headwater.insight.engine import Definition
from headwater.insight.errors import ReportsBusy
from headwater.insight.models import ReportDelivery, ReportSchedule
from headwater.insight.queries.reports import definition_of, get_report
from headwater.insight.results import cached
from headwater.insight.services.exporting import note_export
from headwater.insight.types import Attachment, SentState
from headwater.kernel import clock, sql
from headwater.kernel.access import Access, load_actor, permit
from headwater.kernel.errors import DomainError, Forbidden, NotFound, NotSignedIn
from headwater.organization.queries import active_ids
from headwater.platform import audit
from headwater.platform.jobs import defer, task
from headwater.platform.notifications import notify
from headwater.platform.notifications.kinds import addresses

FAILURES_UNTIL_PAUSE = 3
SILENT_FOR = timedelta(minutes=15)
GIVEN_UP_AFTER = timedelta(hours=12)
MOST_TRIES = 5
_SAME_RUN = timedelta(minutes=10)  # readers who see the same share one result

log = structlog.get_logger(__name__)


class _TryAgain(Exception):
    """Nothing has left yet and a later try may go better: the job is run again."""


@task("insight.send", retries=MOST_TRIES)
def send_planned(*, schedule_id: int, due_at: str) -> None:
    """Send what waits of one due moment."""
    send_copies(schedule_id, datetime.fromisoformat(due_at))


def start_sending(schedule_id: int, moment: datetime) -> None:
    """Have a worker send them; asking twice does no harm."""
    at = moment.isoformat()
    defer(send_planned, queueing_lock=f"insight.send:{schedule_id}:{at}", schedule_id=schedule_id, due_at=at)


def plan_copies(schedule: ReportSchedule, moment: datetime, people: Iterable[int]) -> None:
    """A copy for each, once for ever, and a worker to send them."""
    now = clock.now()
    ReportDelivery.objects.bulk_create(
        [
            ReportDelivery(schedule_id=schedule.pk, due_at=moment, user_id=one, changed_at=now)
            for one in people
        ],
        ignore_conflicts=True,
    )
    start_sending(schedule.pk, moment)


def send_copies(schedule_id: int, moment: datetime) -> None:
    """Send the waiting copies of one due moment. Safe to call any number of times, anywhere, at once."""
    schedule = ReportSchedule.objects.select_related("report").get(pk=schedule_id)
    waiting = ReportDelivery.objects.filter(
        schedule_id=schedule_id, due_at=moment, state=SentState.WAITING
    ).order_by("pk")
    again = [copy.pk for copy in waiting if not _send(schedule, copy)]
    _settle(schedule, moment)
    if again:
        raise _TryAgain(f"{len(again)} copies of schedule {schedule_id}")


def _send(schedule: ReportSchedule, copy: ReportDelivery) -> bool:
    """One copy; False when it is to be tried again."""
    address = addresses([copy.user_id]).get(copy.user_id)
    if address is None or not address.email:
        return _end(copy, SentState.SKIPPED, _("This person has left."))
    if schedule.report.archived_at is not None:
        return _end(copy, SentState.SKIPPED, _("The report is archived."))
    with translation.override(address.language):
        try:
            letter = _composed(schedule, copy, address.email)
        except (NotFound, Forbidden, NotSignedIn):
            return _end(copy, SentState.SKIPPED, _("This person may not open the report any more."))
        except ReportsBusy as refusal:
            return _put_off(copy, refusal.detail)
        except DomainError as refusal:
            return _end(copy, SentState.FAILED, refusal.detail)
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as failure:  # nothing has left
        return _put_off(copy, f"mail: {failure}")
    try:
        if not _claim(copy):
            return True  # somebody else sends it
        connection.send_messages([letter.message])
    except (OSError, smtplib.SMTPException) as failure:
        return _end(copy, SentState.FAILED, f"mail: {failure}", was=SentState.SENDING)
    finally:
        connection.close()
    _end(copy, SentState.SENT, "", was=SentState.SENDING)
    for name, _content, _type in letter.message.attachments:
        note_export(letter.access, schedule.report_id, str(name), letter.rows)
    return True


@dataclass(frozen=True, slots=True)
class _Letter:
    """A mail, for whom it was made and how many rows it holds."""

    message: EmailMultiAlternatives
    access: Access
    rows: int


def _composed(schedule: ReportSchedule, copy: ReportDelivery, to: str) -> _Letter:
    """The mail with the reader's own figures; the workbook for those who may take files along."""
    access: Access = permit(load_actor(copy.user_id), "reports.view")
    view = get_report(access, schedule.report_id)
    definition: Definition = definition_of(access, view)
    result = cached(access, definition, _SAME_RUN)
    with_file = schedule.attachment == Attachment.XLSX and access.may("reports.export")
    message = mails.compose(
        access, view, definition, result, to=to, at=copy.due_at, mark=str(copy.pk), with_file=with_file
    )
    return _Letter(message, access, len(result.rows))


def _claim(copy: ReportDelivery) -> bool:
    """Take it for sending; only one ever does."""
    taken = ReportDelivery.objects.filter(pk=copy.pk, state=SentState.WAITING)
    return bool(taken.update(state=SentState.SENDING, changed_at=clock.now()))


def _end(copy: ReportDelivery, state: SentState, reason: str, *, was: SentState = SentState.WAITING) -> bool:
    ReportDelivery.objects.filter(pk=copy.pk, state=was).update(
        state=state, reason=reason.replace("\x00", "")[:400], changed_at=clock.now()
    )
    return True


def _put_off(copy: ReportDelivery, reason: str) -> bool:
    if copy.tries + 1 >= MOST_TRIES:
        return _end(copy, SentState.FAILED, reason)
    ReportDelivery.objects.filter(pk=copy.pk, state=SentState.WAITING).update(
        tries=copy.tries + 1, reason=reason.replace("\x00", "")[:400], changed_at=clock.now()
    )
    return False


@transaction.atomic
def _settle(schedule: ReportSchedule, moment: datetime) -> None:
    """Once no copy waits: forget past failures, or tell the owner; pause after several moments in a row.

    Whoever gets here first counts the moment: a later one finds it told.
    """
    locked = ReportSchedule.objects.select_for_update(no_key=True).get(pk=schedule.pk)
    states = dict(
        ReportDelivery.objects.filter(schedule_id=schedule.pk, due_at=moment).values_list("pk", "state")
    )
    open_ones = {SentState.WAITING, SentState.SENDING}
    if not states or open_ones & {SentState(one) for one in states.values()}:
        return
    failed = [pk for pk, state in states.items() if state == SentState.FAILED]
    if locked.failures and (SentState.SENT in states.values() or not failed):
        locked.failures = 0
        locked.save(update_fields=["failures"])
    reason = ReportDelivery.objects.filter(pk__in=failed).values_list("reason", flat=True).first() or ""
    if failed and _tell(schedule, moment, reason) and SentState.SENT not in states.values():
        _count_failure(locked, reason)


def _count_failure(schedule: ReportSchedule, reason: str) -> None:
    schedule.failures += 1
    if schedule.failures >= FAILURES_UNTIL_PAUSE and schedule.next_at is not None:
        before, schedule.next_at, schedule.pause_reason = schedule.next_at, None, reason[:400]
        schedule.version += 1
        access = permit(load_actor(schedule.created_by_id), "reports.view") if _may(schedule) else None
        if access is not None:
            changes: dict[str, list[object]] = {
                "schedule.next_at": [before, None],
                "schedule.pause_reason": ["", reason],
            }
            audit.record(access, "report", schedule.report_id, "pause_schedule", changes)
    schedule.save(update_fields=["failures", "next_at", "pause_reason", "version"])


def _may(schedule: ReportSchedule) -> bool:
    try:
        permit(load_actor(schedule.created_by_id), "reports.view")
    except DomainError:
        return False
    return True


def _tell(schedule: ReportSchedule, moment: datetime, reason: str) -> int:
    """Tell the report's owner and who set the schedule up, once for each due moment."""
    people = active_ids({schedule.report.owner_id, schedule.created_by_id})
    told: Sequence[int] = sorted(people)
    return notify(
        told,
        "report.not_sent",
        params={"report": schedule.report.name, "reason": reason},
        record_type="report",
        record_id=schedule.report_id,
        url=f"/reports/{schedule.report_id}",
        dedupe_key=f"report.not_sent:{schedule.pk}:{moment.isoformat()}",
    )


def resume_interrupted() -> int:
    """Close copies whose sender died, and have those sent that wait for nobody; how many were closed."""
    now = clock.now()
    silent = now - SILENT_FOR
    words = _("The sender was interrupted: it may or may not have arrived, and is not sent again.")
    closed = sql.rows(
        "UPDATE insight_reportdelivery SET"
        " state = CASE WHEN state = 'sending' THEN 'unknown' ELSE 'failed' END,"
        " reason = CASE WHEN state = 'sending' THEN %s ELSE reason END, changed_at = %s"
        " WHERE changed_at < %s AND (state = 'sending' OR (state = 'waiting' AND due_at < %s))"
        " RETURNING schedule_id, due_at",
        (words[:400], now, silent, now - GIVEN_UP_AFTER),
    )
    for schedule_id, moment in {(row["schedule_id"], row["due_at"]) for row in closed}:
        _settle(ReportSchedule.objects.select_related("report").get(pk=schedule_id), moment)
    waiting = ReportDelivery.objects.filter(state=SentState.WAITING, changed_at__lt=silent)
    for schedule_id, moment in set(waiting.values_list("schedule_id", "due_at")[:200]):
        start_sending(schedule_id, moment)
    return len(closed)
