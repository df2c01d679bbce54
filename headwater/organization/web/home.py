"""The settings' first page: everything that can be set, as far as the reader may."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from headwater.kernel.errors import Text
from headwater.organization.web.security import signed_in
from headwater.ui.responses import respond
from headwater.ui.shell import PlaceGroup, places


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """Groups of places with a line on what each is for."""

    groups: tuple[PlaceGroup, ...]
    notes: dict[str, str]


_NOTES: dict[str, Text] = {
    "account": _("Name, appearance, language, time zone"),
    "security": _("Password, authenticator app, passkeys, sessions"),
    "notifications": _("What you are told, and how"),
    "leave": _("Whether new leads come to you, and when you are away"),
    "tokens": _("Keys for programs that act as you"),
    "people": _("Invite, change, deactivate colleagues"),
    "departments": _("The tree of the company and who leads what"),
    "roles": _("Who may do and see what, down to the field"),
    "calendars": _("Hours, public holidays, exceptions: what deadlines count"),
    "audit": _("Who did what, when, and what it was before"),
    "general": _("Numbers and switches that hold for the company"),
}


def note(key: str, text: Text) -> None:
    """Say what a settings page is for; rooms may add theirs from `registrations.py`."""
    _NOTES[key] = text


@require_GET
def settings_home(request: HttpRequest) -> HttpResponse:
    """The page."""
    signed_in(request)
    page = SettingsPage(places(request, "settings"), {key: str(text) for key, text in _NOTES.items()})
    return respond(request, "organization/settings.html", page)
