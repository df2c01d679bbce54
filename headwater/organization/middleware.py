"""Who asks: set once per request, before any view."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from headwater.kernel import clock
from headwater.organization.models import User
from headwater.organization.queries import actor_for
from headwater.organization.types import Theme
from headwater.ui.shell import THEME_COOKIE

SEEN_EVERY = timedelta(minutes=5)
PREFERENCES = "/preferences"
_YEAR = 365 * 24 * 3600
_noted: dict[tuple[str, int], datetime] = {}


class ActorMiddleware:
    """Sets `request.actor` (None when nobody is signed in), the person's language and time zone.

    The actor lives as long as the request: what an administrator takes away is gone with the next click.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or not user.is_active:
            request.actor = None  # type: ignore[attr-defined]
            return self.get_response(request)
        request.actor = actor_for(user, stamp=user.stamp)  # type: ignore[attr-defined]
        translation.activate(user.language)
        request.LANGUAGE_CODE = user.language
        note_seen(request, user)
        with timezone.override(ZoneInfo(user.time_zone)):
            response = self.get_response(request)
        if request.path == PREFERENCES and request.method == "POST" and response.status_code < 400:
            keep_tastes(request, user)
        elif THEME_COOKIE not in request.COOKIES and user.theme != Theme.AUTO:
            secure = bool(settings.SESSION_COOKIE_SECURE)
            response.set_cookie(THEME_COOKIE, user.theme, max_age=_YEAR, samesite="Lax", secure=secure)
        return response


def note_seen(request: HttpRequest, user: User) -> None:
    """Remember when the person was last here, to five minutes: not a write per click."""
    now = clock.now()
    # The person may come from memory, which visits do not renew; so this process notes its own writes.
    key = (str(connection.settings_dict["NAME"]), user.pk)
    noted = max((at for at in (user.last_seen_at, _noted.get(key)) if at is not None), default=None)
    if noted is None or now - noted > SEEN_EVERY:
        _noted[key] = now
        User.objects.filter(pk=user.pk).update(last_seen_at=now)
        UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)


def keep_tastes(request: HttpRequest, user: User) -> None:
    """What a device keeps in cookies is kept with the person too, for mails and other devices."""
    language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
    if language in dict(settings.LANGUAGES) and language != user.language:
        User.objects.filter(pk=user.pk).update(language=language)
    if theme in Theme.values and theme != user.theme:
        User.objects.filter(pk=user.pk).update(theme=theme)
