"""Who asks: set once per request, before any view."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from headwater.kernel import clock
from headwater.organization.models import User
from headwater.organization.queries import actor_for

SEEN_EVERY = timedelta(minutes=5)


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
        request.actor = actor_for(user)  # type: ignore[attr-defined]
        translation.activate(user.language)
        request.LANGUAGE_CODE = user.language
        note_seen(user)
        with timezone.override(ZoneInfo(user.time_zone)):
            return self.get_response(request)


def note_seen(user: User) -> None:
    """Remember when the person was last here, to five minutes: not a write per click."""
    now = clock.now()
    if user.last_seen_at is None or now - user.last_seen_at > SEEN_EVERY:
        User.objects.filter(pk=user.pk).update(last_seen_at=now)
