"""Who asks: a bearer token, or a signed-in browser (which must show its CSRF token to change anything)."""

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from headwater.kernel.access import Actor, load_actor
from headwater.kernel.errors import Forbidden, NotSignedIn
from headwater.platform.api.limits import API_PER_MINUTE, FAILED_TOKENS_PER_MINUTE, limit_rate
from headwater.platform.api.requests import refuse_at_the_door
from headwater.platform.tokens.services import find_token


class TokenInvalid(NotSignedIn):
    code = "token.invalid"
    message = _("This API token is unknown, expired or revoked.")
    remedy = _("Make a new token in your settings.")


class CsrfFailed(Forbidden):
    code = "request.csrf"
    message = _("The security token of the page is missing or too old.")
    remedy = _("Reload the page and try again.")


class BearerAuth(HttpBearer):
    """`Authorization: Bearer hw_...`"""

    def __call__(self, request: HttpRequest) -> Actor | None:
        refuse_at_the_door(request)
        header = request.headers.get("Authorization", "")
        kind, _space, secret = header.partition(" ")
        if kind.lower() != "bearer":
            return None
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        found = find_token(token) if token.isascii() else None
        if found is None:
            limit_rate("api.failed", request.META.get("REMOTE_ADDR", ""), FAILED_TOKENS_PER_MINUTE)
            raise TokenInvalid
        actor = load_actor(found.user_id, found)
        limit_rate("api", f"token:{found.pk}", API_PER_MINUTE)
        _enter(request, actor, found)
        if "Accept-Language" not in request.headers:
            translation.activate(actor.language)
        return actor


class SessionAuth(APIKeyCookie):
    """The browser's session; unsafe methods need the CSRF token."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> Actor:
        actor = getattr(request, "actor", None) or _of_session(request)
        if actor is None:
            raise NotSignedIn
        if request.method not in ("GET", "HEAD", "OPTIONS") and check_csrf(request) is not None:
            raise CsrfFailed
        limit_rate("api", f"user:{actor.id}", API_PER_MINUTE)
        _enter(request, actor, None)
        return actor

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        return self(request)


def _of_session(request: HttpRequest) -> Actor | None:
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return load_actor(user.pk, None)


def _enter(request: Any, actor: Actor, token: Any) -> None:
    request.actor = actor
    request.token = token
