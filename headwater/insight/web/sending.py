"""Reports by mail: when, to whom, and what became of it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.insight import services
from headwater.insight.queries import ReportView, ScheduleView, get_report, schedules_of
from headwater.insight.types import Attachment, Rhythm
from headwater.kernel import text
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import NotFound
from headwater.ui import formats
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, respond

_LIST = "hw-schedules"  # the list on a page of its own


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """A schedule as a line: when, to whom, what is next, what can be done with it."""

    when: str
    people: str
    state: str
    is_resting: bool
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class SchedulesPage:
    """All of `insight/schedules.html`."""

    report: ReportView
    lines: tuple[ScheduleLine, ...]
    new: str


@require_GET
def schedules(request: HttpRequest, report_id: int) -> HttpResponse:
    """All schedules of a report; without any, the form of the first."""
    access = permit(request, "reports.view").also("reports.schedule")
    report = get_report(access, report_id)
    found = schedules_of(access, report_id)
    if not found and request.headers.get("HX-Target") != _LIST:
        return respond(request, "ui/records/form.html", _form(access, report, None))
    page = SchedulesPage(
        report, tuple(_line(report, one) for one in found), reverse("report_schedule_new", args=[report_id])
    )
    return respond(request, "insight/schedules.html", page, fragments={_LIST: "schedule_lines"})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, report_id: int, schedule_id: int | None = None) -> HttpResponse:
    """A new schedule, or another time for one."""
    access = permit(request, "reports.view").also("reports.schedule")
    report = get_report(access, report_id)
    if request.method == "POST":
        version = text.whole(request.POST.get("version", ""))
        services.schedule_report(access, report_id, _submitted(request), schedule_id, version)
        return done(request, _("The report will be sent by mail"))
    chosen = None
    if schedule_id is not None:
        chosen = next((one for one in schedules_of(access, report_id) if one.id == schedule_id), None)
        if chosen is None:
            raise NotFound(record="report_schedule", id=schedule_id)
    return respond(request, "ui/records/form.html", _form(access, report, chosen))


_ACTS = {
    "pause": services.pause_schedule,
    "resume": services.resume_schedule,
    "remove": services.remove_schedule,
}


@require_POST
def act(request: HttpRequest, report_id: int, schedule_id: int, act: str) -> HttpResponse:
    """Pause, go on, stop, or send at once."""
    access = permit(request, "reports.view").also("reports.schedule")
    if act == "send":
        services.send_now(access, report_id, schedule_id)
        return done(request, _("Being sent"))
    if act not in _ACTS:
        raise NotFound(record="report_schedule", id=act[:40])
    _ACTS[act](access, report_id, schedule_id)
    said = {
        "pause": _("Nothing is sent until you resume it"),
        "resume": _("Goes on at the next time"),
        "remove": _("No longer sent by mail"),
    }
    return done(request, said[act])


def _line(report: ReportView, one: ScheduleView) -> ScheduleLine:
    base = f"{report.url}/schedules/{one.id}"
    actions: tuple[Action, ...] = ()
    if one.may_edit:
        rest = (
            Action(_("Resume"), icon="play", post=f"{base}/resume")
            if one.next_at is None
            else Action(_("Pause"), icon="pause", post=f"{base}/pause")
        )
        actions = (
            Action(_("Send now"), icon="send", post=f"{base}/send", confirm=_("Send the mails now?")),
            Action(_("Change"), icon="pencil", dialog=base),
            rest,
            Action(_("Remove"), icon="trash-2", post=f"{base}/remove", kind="danger"),
        )
    if one.next_at is None:
        state = one.pause_reason or pgettext("schedule of a report", "Paused")
    else:
        state = _("Next: %(when)s") % {"when": formats.when_text(one.next_at)}
    return ScheduleLine(
        when=rhythm_words(one),
        people=formats.series(name for _id, name in one.people),
        state=state,
        is_resting=one.next_at is None,
        actions=actions,
    )


def _weekdays() -> tuple[str, ...]:
    return (
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
    )  # fmt: skip


def rhythm_words(one: ScheduleView) -> str:
    """`每周一 08:00`."""
    hour = f"{one.hour:02}:00"
    match one.rhythm:
        case Rhythm.WEEK:
            return _("Every %(day)s %(hour)s") % {"day": _weekdays()[one.day - 1], "hour": hour}
        case Rhythm.MONTH:
            return _("On day %(day)s of each month, %(hour)s") % {"day": one.day, "hour": hour}
    return _("Monday to Friday, %(hour)s") % {"hour": hour}


def _form(access: Access, report: ReportView, one: ScheduleView | None) -> FormPage:
    me = access.actor
    people = one.people if one else ((me.id, me.name),)
    args = [report.id] if one is None else [report.id, one.id]
    rhythm = one.rhythm if one else Rhythm.WEEK.value
    controls = (
        FieldControl(
            "rhythm",
            _("How often"),
            "radio",
            rhythm,
            options=tuple(Option(item.value, item.label) for item in Rhythm),
        ),
        FieldControl(
            "weekday",
            _("Day of the week"),
            "select",
            str(one.day if one and rhythm == Rhythm.WEEK else 1),
            options=tuple(Option(str(number), day) for number, day in enumerate(_weekdays(), 1)),
            span=4,
            required=True,
        ),
        FieldControl(
            "monthday",
            _("Day of the month"),
            "select",
            str(one.day if one and rhythm == Rhythm.MONTH else 1),
            options=tuple(Option(str(day), str(day)) for day in range(1, 32)),
            span=4,
            required=True,
        ),
        FieldControl(
            "hour",
            pgettext("mail", "Time"),
            "select",
            str(one.hour if one else 8),
            options=tuple(Option(str(hour), f"{hour:02}:00") for hour in range(24)),
            span=4,
            required=True,
        ),
        FieldControl(
            "person_ids",
            pgettext("mail", "To whom"),
            "users",
            [str(number) for number, _name in people],
            options=tuple(Option(str(number), name) for number, name in people),
            options_url="/options/user.json",
            required=True,
            help=_("Each gets what they may see. Share the report with them first."),
        ),
        FieldControl(
            "attachment",
            pgettext("mail", "Attachment"),
            "radio",
            one.attachment if one else Attachment.XLSX.value,
            options=tuple(Option(item.value, item.label) for item in Attachment),
        ),
    )
    return FormPage(
        title=_("Send “%(name)s” by mail") % {"name": report.name},
        action=reverse("report_schedule" if one else "report_schedule_new", args=args),
        groups=(FieldGroup(controls),),
        submit=_("Save"),
        cancel_href=report.url,
        hidden={"version": one.version} if one else {},
    )


def _submitted(request: HttpRequest) -> dict[str, Any]:
    data = request.POST
    rhythm = data.get("rhythm", "")
    day = text.whole(data.get("weekday" if rhythm == Rhythm.WEEK else "monthday", ""))
    return {
        "rhythm": rhythm,
        "day": day or 1,
        "hour": text.whole(data.get("hour", "")),
        "person_ids": [one for raw in data.getlist("person_ids") if (one := text.whole(raw)) is not None],
        "attachment": data.get("attachment", ""),
    }
