"""Duty and absences: one's own page, and the part of a colleague's page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel import clock
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue.values import BadValue, as_moment
from headwater.kernel.errors import Invalid
from headwater.organization import queries, services
from headwater.organization.models import Absence, User
from headwater.organization.types import AbsenceKind
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, respond

HUES = {AbsenceKind.LEAVE: "orange", AbsenceKind.TRIP: "blue", AbsenceKind.OTHER: "gray"}
_SHOWN_BACK = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    """An absence with what may be done to it."""

    absence: Absence
    label: str
    hue: str
    state: str  # past, now, ahead
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether somebody is at work, and their absences where the reader may see them."""

    user: User
    is_here: bool
    until: datetime | None
    lines: tuple[AbsenceLine, ...]
    sees: bool
    may_change: bool
    is_me: bool


def presence_of(access: Access, user: User) -> Presence:
    """What the reader may see of somebody's duty; everybody may see until when they are away."""
    sees = access.may("absences.view") and access.also("absences.view").reach.covers(user.pk)
    edits = access.may("absences.edit") and access.also("absences.edit").reach.covers(user.pk)
    now = clock.now()
    found = (
        queries.absences_of(access.also("absences.view"), [user.pk], since=now - _SHOWN_BACK) if sees else []
    )
    return Presence(
        user=user,
        is_here=bool(queries.people_on_duty([user.pk])),
        until=queries.away_until([user.pk]).get(user.pk),
        lines=tuple(_line(item, now, edits) for item in found),
        sees=sees,
        may_change=edits and user.deactivated_at is None,
        is_me=user.pk == access.user_id,
    )


def _line(absence: Absence, now: datetime, edits: bool) -> AbsenceLine:
    kind = AbsenceKind(absence.kind)
    state = "past" if absence.ends_at <= now else ("now" if absence.starts_at <= now else "ahead")
    tools: list[Action] = []
    if edits and state == "now":
        back = reverse("absence_end", args=[absence.pk])
        tools.append(Action(_("Back now"), icon="user-check", post=back))
    if edits and state != "past":
        edit = reverse("absence_edit", args=[absence.pk])
        remove = reverse("absence_delete", args=[absence.pk])
        sure = _("Take this absence back?")
        tools.append(Action(_("Edit"), icon="pencil", dialog=edit))
        tools.append(Action(_("Take back"), icon="trash-2", post=remove, confirm=sure))
    return AbsenceLine(absence, str(kind.label), HUES[kind], state, tuple(tools))


@dataclass(frozen=True, slots=True)
class LeavePage:
    """My duty and leave."""

    presence: Presence


@require_GET
def my_leave(request: HttpRequest) -> HttpResponse:
    """Whether leads come to me, and when I am away."""
    access = permit(request, "absences.view")
    assert access.user_id is not None
    page = LeavePage(presence_of(access, queries.get_user(access, access.user_id)))
    return respond(request, "organization/leave.html", page, fragments={"hw-presence": "presence"})


@require_POST
def switch_duty(request: HttpRequest, user_id: int) -> HttpResponse:
    """On or off duty."""
    access = permit(request, "absences.edit")
    wanted = request.GET.get("on") == "1"
    services.set_duty(access, [user_id], is_on_duty=wanted)
    name = queries.get_user(access, user_id).name
    text = _("%(name)s is on duty.") if wanted else _("%(name)s is off duty: nothing new is given to them.")
    back = f"{reverse('person_duty', args=[user_id])}?on={'0' if wanted else '1'}"
    return done(request, text % {"name": name}, undo=back)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, user_id: int) -> HttpResponse:
    """Enter an absence."""
    access = permit(request, "absences.edit")
    user = queries.get_user(access, user_id)
    if request.method == "POST":
        services.create_absence(access, user_id, **_submitted(request))
        return done(request, _("Saved"))
    title = _("Absence") if user_id == access.user_id else _("Absence of %(name)s") % {"name": user.name}
    page = _form(None, title=title, action=reverse("absence_new", args=[user_id]))
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Change an absence."""
    access = permit(request, "absences.edit")
    absence = queries.get_absence(access, absence_id)
    if request.method == "POST":
        raw = request.POST.get("version", "")
        version = int(raw) if raw.isdecimal() else None
        services.update_absence(access, absence_id, version=version, **_submitted(request))
        return done(request, _("Saved"))
    title = _("Absence of %(name)s") % {"name": absence.user.name}
    page = _form(absence, title=title, action=reverse("absence_edit", args=[absence_id]))
    return respond(request, "ui/records/form.html", page)


@require_POST
def end(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Back earlier than planned."""
    absence = services.end_absence(permit(request, "absences.edit"), absence_id)
    return done(request, _("%(name)s is back.") % {"name": absence.user.name})


@require_POST
def delete(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Take an absence back."""
    services.delete_absence(permit(request, "absences.edit"), absence_id)
    return done(request, _("The absence is taken back."))


def _form(absence: Absence | None, *, title: str, action: str) -> FormPage:
    morning = timezone.localtime(clock.now()).replace(hour=9, minute=0) + timedelta(days=1)
    starts = timezone.localtime(absence.starts_at) if absence else morning
    ends = timezone.localtime(absence.ends_at) if absence else morning.replace(hour=18)
    return FormPage(
        title=title,
        action=action,
        groups=(
            FieldGroup(
                (
                    FieldControl(
                        "kind",
                        _("Kind"),
                        kind="segments",
                        value=absence.kind if absence else AbsenceKind.LEAVE.value,
                        options=tuple(Option(value, label) for value, label in AbsenceKind.choices),
                    ),
                    FieldControl(
                        "starts_at",
                        pgettext("absence", "From"),
                        kind="datetime",
                        value=f"{starts:%Y-%m-%d %H:%M}",
                        required=True,
                        span=6,
                    ),
                    FieldControl(
                        "ends_at",
                        pgettext("absence", "Until"),
                        kind="datetime",
                        value=f"{ends:%Y-%m-%d %H:%M}",
                        required=True,
                        span=6,
                    ),
                    FieldControl(
                        "note",
                        pgettext("absence", "Note"),
                        value=absence.note if absence else "",
                        max_length=200,
                        help=_("Seen by you, your managers and administrators."),
                    ),
                )
            ),
        ),
        intro=_("Nothing new is given meanwhile. What is already there stays, with its deadlines."),
        hidden={"version": absence.version} if absence else {},
        cancel_href=reverse("my_leave"),
    )


def _submitted(request: HttpRequest) -> Any:
    given = request.POST
    values: dict[str, Any] = {"kind": given.get("kind", ""), "note": given.get("note", "")}
    for key in ("starts_at", "ends_at"):
        if not given.get(key, "").strip():
            raise Invalid.one(key, "value.required", _("This is required."))
        try:
            values[key] = as_moment(given[key])
        except BadValue as bad:
            raise Invalid.one(key, bad.code, bad.detail) from None
    return values
