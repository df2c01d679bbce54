"""The calendar feed and the dialog that opens it."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.engagement.services.calendars import calendar_of, close_calendar, open_calendar
from headwater.kernel.access import permit
from headwater.ui.responses import done, respond


@require_GET
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Tasks as iCalendar for whoever knows the address; nothing else opens it, nothing is cached between."""
    response = HttpResponse(calendar_of(secret), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, max-age=300"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """The dialog: the address, once it was made."""

    url: str


@require_http_methods(["GET", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Explain the calendar, and make its address."""
    access = permit(request, "tasks.view")
    url = ""
    if request.method == "POST":
        url = f"{settings.PUBLIC_URL.rstrip('/')}/calendar/{open_calendar(access)}.ics"
    return respond(request, "engagement/calendar.html", CalendarPage(url))


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """End the address."""
    close_calendar(permit(request, "tasks.view"))
    return done(request, _("The calendar address no longer works"))
