"""What I am told, and when: a switch per kind and channel, the rhythm of mail, quiet hours."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from headwater.organization.models import User
from headwater.organization.web.security import signed_in
from headwater.platform.notifications import (
    Channel,
    Switch,
    acknowledge_mine,
    parse_preference,
    preference_of,
    set_preference,
    set_switch,
    switches_of,
)
from headwater.platform.notifications.bots import bots
from headwater.platform.notifications.types import MailRhythm
from headwater.ui.pages import FieldControl, FieldGroup, Option
from headwater.ui.responses import done, respond

_FIELDS = ("mail", "digest_hour", "digest_weekday", "quiet_from", "quiet_until")


@dataclass(frozen=True, slots=True)
class SwitchGroup:
    """Kinds of notifications that belong together."""

    label: str
    switches: tuple[Switch, ...]


@dataclass(frozen=True, slots=True)
class NotificationsPage:
    """All of `organization/notifications.html`."""

    form: tuple[FieldGroup, ...]
    groups: tuple[SwitchGroup, ...]
    mail_works: bool
    has_bots: bool


@require_GET
def notifications(request: HttpRequest) -> HttpResponse:
    """The page."""
    user = signed_in(request)
    by_group: dict[str, list[Switch]] = {}
    for switch in switches_of(user.pk):
        label = str(switch.kind.group) or pgettext("group of notifications", "General")
        by_group.setdefault(label, []).append(switch)
    page = NotificationsPage(
        form=_form(user),
        groups=tuple(SwitchGroup(label, tuple(switches)) for label, switches in by_group.items()),
        mail_works=bool(settings.EMAIL_URL),
        has_bots=any(bot.is_active for bot in bots()),
    )
    return respond(request, "organization/notifications.html", page)


def _form(user: User) -> tuple[FieldGroup, ...]:
    chosen = preference_of(user.pk)
    hours = tuple(Option(str(hour), f"{hour:02}:00") for hour in range(24))
    weekdays = tuple(Option(str(number), name) for number, name in enumerate(_weekdays(), start=1))
    zone = user.time_zone.replace("_", " ")
    return (
        FieldGroup(
            title=pgettext("channel", "E-mail"),
            controls=(
                FieldControl(
                    "mail",
                    _("How often"),
                    kind="segments",
                    value=chosen.mail.value,
                    options=tuple(Option(value, label) for value, label in MailRhythm.choices),
                    help=_("Once a day or once a week gathers everything unread into one mail."),
                ),
                FieldControl(
                    "digest_hour",
                    _("Hour of the summary"),
                    kind="select",
                    required=True,
                    value=str(chosen.digest_hour),
                    options=hours,
                    span=6,
                ),
                FieldControl(
                    "digest_weekday",
                    _("Day of the weekly summary"),
                    kind="select",
                    required=True,
                    value=str(chosen.digest_weekday),
                    options=weekdays,
                    span=6,
                ),
            ),
        ),
        FieldGroup(
            title=_("Quiet hours"),
            help=_(
                "Mail and group messages wait until they end; here nothing pops up, but all is kept."
                " By the clock of %(zone)s."
            )
            % {"zone": zone},
            controls=(
                FieldControl(
                    "quiet_from",
                    pgettext("time of day", "From"),
                    kind="time",
                    value=f"{chosen.quiet_from:%H:%M}" if chosen.quiet_from else "",
                    placeholder=_("none"),
                    span=6,
                ),
                FieldControl(
                    "quiet_until",
                    pgettext("time of day", "Until"),
                    kind="time",
                    value=f"{chosen.quiet_until:%H:%M}" if chosen.quiet_until else "",
                    placeholder=_("none"),
                    span=6,
                ),
            ),
        ),
    )


def _weekdays() -> tuple[str, ...]:
    return (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )


@require_POST
def save_preference(request: HttpRequest) -> HttpResponse:
    """Rhythm and quiet hours."""
    user = signed_in(request)
    given = {key: request.POST[key] for key in _FIELDS if key in request.POST}
    set_preference(user.pk, parse_preference(given, preference_of(user.pk)))
    return done(request, _("Saved"), go=reverse("notification_switches"))


@require_POST
def switch_notification(request: HttpRequest) -> HttpResponse:
    """Turn one kind on or off on one channel."""
    user = signed_in(request)
    raw = request.POST.get("channel", "")
    channel = Channel(raw) if raw in Channel.values else Channel.IN_APP
    set_switch(user.pk, request.POST.get("kind", ""), channel, is_on=request.POST.get("is_on") == "true")
    return done(request, _("Saved"), go=None, refresh=False)


@require_POST
def take_care(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """I act on it: nobody further up is told."""
    acknowledge_mine(signed_in(request).pk, escalation_id)
    return done(request, _("You take care of it: it goes no further."))
