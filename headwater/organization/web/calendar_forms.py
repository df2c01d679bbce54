"""The forms of working calendars: what they show, and what they sent as the services take it."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import available_timezones

from django.http import HttpRequest
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.kernel import clock
from headwater.kernel.catalogue.values import BadValue, as_date
from headwater.kernel.errors import Invalid
from headwater.organization.hours import BadHours, as_text, day_hours, from_text
from headwater.organization.models import Calendar, CalendarDay
from headwater.ui.pages import FieldControl, FieldGroup, FormPage, Option

_NEAR_ZONES = ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Tokyo", "Europe/London", "UTC")


def calendar_form(found: Calendar | None, like: Calendar, *, title: str, action: str) -> FormPage:
    """Name, zone and week of `found`, or of a new one that begins `like` another."""
    zones = [*_NEAR_ZONES, *sorted(available_timezones() - set(_NEAR_ZONES))]
    plain = (
        FieldControl(
            "name",
            _("Name"),
            value=found.name if found else "",
            required=True,
            max_length=60,
            autofocus=found is None,
            span=6,
        ),
        FieldControl(
            "time_zone",
            _("Time zone"),
            kind="select",
            value=like.time_zone,
            required=True,
            span=6,
            options=tuple(Option(zone, zone.replace("_", " ")) for zone in zones),
        ),
        FieldControl(
            "follows_statutory",
            _("Follows the public holidays of China, with their make-up days"),
            kind="switch",
            value=like.follows_statutory,
        ),
    )
    week = tuple(
        FieldControl(
            f"day{number}",
            str(WEEKDAYS[number]),
            value=as_text(like.hours[number]),
            placeholder=pgettext("day", "Off"),
            max_length=120,
            span=6,
        )
        for number in range(7)
    )
    hint = _("Write 09:00–12:00, 13:30–18:00. Leave days off empty. 00:00–24:00 is the whole day.")
    return FormPage(
        title=title,
        action=action,
        groups=(FieldGroup(plain), FieldGroup(week, title=_("Hours"), help=hint)),
        submit=_("Save") if found else _("Add"),
        cancel_href=reverse("calendars"),
        hidden={"version": found.version} if found else {},
        width="wide",
    )


def submitted(request: HttpRequest) -> Any:
    """What the calendar's form sent; refuses `Invalid` hours beside the day that they stand on."""
    given = request.POST
    week = [from_text(given.get(f"day{number}", "")) for number in range(7)]
    complaints = {}
    for number, day in enumerate(week):
        try:
            day_hours(day)
        except BadHours as bad:
            complaints[f"day{number}"] = {"code": bad.code, "detail": bad.detail}
    if not any(week):
        detail = _("A calendar needs hours on at least one weekday.")
        complaints["day0"] = {"code": "hours.none", "detail": detail}
    if complaints:
        raise Invalid(fields=complaints)
    return {
        "name": given.get("name", ""),
        "time_zone": given.get("time_zone", ""),
        "follows_statutory": given.get("follows_statutory") == "true",
        "hours": week,
    }


def day_form(found: Calendar, known: CalendarDay | None) -> FormPage:
    """One date: off, working, with what hours."""
    start = known.date if known else clock.today() + timedelta(days=1)
    return FormPage(
        title=_("Decide a day"),
        action=reverse("calendar_day", args=[found.pk]),
        groups=(
            FieldGroup(
                (
                    FieldControl(
                        "date", _("Date"), kind="date", value=start.isoformat(), required=True, span=6
                    ),
                    FieldControl(
                        "state",
                        _("It is a"),
                        kind="segments",
                        value="working" if known and known.is_working else "off",
                        options=(Option("off", _("Day off")), Option("working", _("Working day"))),
                        span=6,
                    ),
                    FieldControl(
                        "hours",
                        _("Hours"),
                        value=as_text(known.hours) if known and known.hours else "",
                        placeholder=_("As on ordinary days"),
                        help=_("Only for a working day with other hours: 10:00–15:00"),
                        max_length=120,
                        span=6,
                    ),
                    FieldControl(
                        "name",
                        _("What for"),
                        value=known.name if known else "",
                        placeholder=_("Company outing"),
                        max_length=60,
                        span=6,
                    ),
                    FieldControl(
                        "for_all",
                        _("On all calendars"),
                        kind="switch",
                        value=known is not None and known.calendar_id is None,
                    ),
                )
            ),
        ),
        cancel_href=reverse("calendar", args=[found.pk]),
    )


def chosen_date(raw: str) -> date:
    """The date that was sent; refuses `Invalid`."""
    try:
        return as_date(raw)
    except BadValue as bad:
        raise Invalid.one("date", bad.code, bad.detail) from None
