"""My account: who I am, how my screens look, my API tokens."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel import clock
from headwater.kernel.access import permissions, permit
from headwater.organization import services
from headwater.organization.models import Role, User
from headwater.organization.types import Theme
from headwater.organization.web.security import signed_in
from headwater.platform.tokens.models import ApiToken
from headwater.platform.tokens.services import create_token, revoke_token, tokens_of
from headwater.ui.pages import FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, respond
from headwater.ui.shell import THEME_COOKIE

_YEAR = 365 * 24 * 3600
_NEAR_ZONES = ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "UTC")


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Who I am in the company, and the form for what I may change."""

    user: User
    roles: tuple[Role, ...]
    groups: tuple[FieldGroup, ...]


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name, mobile, language, time zone, colours."""
    user = signed_in(request)
    if request.method == "POST":
        return _save_account(request)
    page = AccountPage(user, tuple(user.roles.order_by("position")), _account_groups(request, user))
    return respond(request, "organization/account.html", page)


def _save_account(request: HttpRequest) -> HttpResponse:
    given = request.POST
    values: dict[str, Any] = {key: given[key] for key in ("name", "mobile", "title") if key in given}
    values |= {key: given[key] for key in ("language", "theme", "time_zone") if key in given}
    values["is_on_duty"] = given.get("is_on_duty") == "true"
    user = services.update_profile(permit(request, "users.view"), **values)
    response = done(request, _("Saved"), go=reverse("account"))
    secure = bool(settings.SESSION_COOKIE_SECURE)
    response.set_cookie(THEME_COOKIE, user.theme, max_age=_YEAR, samesite="Lax", secure=secure)
    return response


def _account_groups(request: HttpRequest, user: User) -> tuple[FieldGroup, ...]:
    zones = [*_NEAR_ZONES, *sorted(available_timezones() - set(_NEAR_ZONES))]
    theme = request.COOKIES.get(THEME_COOKIE, user.theme)
    return (
        FieldGroup(
            title=pgettext("person", "Profile"),
            controls=(
                FieldControl(
                    "name", pgettext("person", "Name"), value=user.name, required=True, max_length=60, span=6
                ),
                FieldControl(
                    "title", pgettext("person", "Job title"), value=user.title, max_length=80, span=6
                ),
                FieldControl("mobile", _("Mobile"), kind="phone", value=user.mobile, span=6),
                FieldControl(
                    "email",
                    _("E-mail"),
                    kind="static",
                    value=user.email,
                    span=6,
                    help=_("An administrator can change it."),
                ),
                FieldControl(
                    "is_on_duty",
                    _("On duty: new leads may be given to me"),
                    kind="switch",
                    value=user.is_on_duty,
                ),
            ),
        ),
        FieldGroup(
            title=_("Appearance"),
            controls=(
                FieldControl(
                    "theme",
                    _("Colours"),
                    kind="segments",
                    value=theme if theme in Theme.values else Theme.AUTO.value,
                    options=tuple(Option(value, label) for value, label in Theme.choices),
                ),
                FieldControl(
                    "language",
                    _("Language"),
                    kind="segments",
                    value=user.language,
                    options=tuple(Option(code, name) for code, name in settings.LANGUAGES),
                ),
                FieldControl(
                    "time_zone",
                    _("Time zone"),
                    kind="select",
                    value=user.time_zone,
                    required=True,
                    span=6,
                    options=tuple(Option(zone, zone.replace("_", " ")) for zone in zones),
                ),
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class TokensPage:
    """My API tokens; `secret` only right after one was made."""

    tokens: tuple[ApiToken, ...]
    address: str
    secret: str = ""
    made: ApiToken | None = None

    def state(self, token: ApiToken) -> str:
        """usable, expired or revoked."""
        if token.revoked_at is not None:
            return "revoked"
        return "expired" if token.expires_at is not None and token.expires_at <= clock.now() else "usable"


@never_cache
@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    """The list."""
    access = permit(request, "tokens.create")
    assert access.user_id is not None
    page = TokensPage(tuple(tokens_of(access.user_id)), address=f"{settings.PUBLIC_URL}/api/v1")
    return respond(request, "organization/tokens.html", page)


@never_cache
@require_http_methods(["GET", "POST"])
def new_token(request: HttpRequest) -> HttpResponse:
    """The form for a new one; answers with the secret, which is shown only this once."""
    access = permit(request, "tokens.create")
    assert access.user_id is not None
    if request.method == "GET":
        return respond(request, "organization/token_form.html", _token_form(access.actor.permissions.keys()))
    days = request.POST.get("days", "")
    expires_at = (
        clock.now() + timedelta(days=int(days)) if days.isdecimal() and 0 < int(days) < 4000 else None
    )
    scopes = request.POST.getlist("scopes") if request.POST.get("reach") == "some" else ["*"]
    token, secret = create_token(
        access,
        user_id=access.user_id,
        name=request.POST.get("name", ""),
        scopes=scopes,
        expires_at=expires_at,
    )
    page = TokensPage((), address=f"{settings.PUBLIC_URL}/api/v1", secret=secret, made=token)
    return respond(
        request, "organization/token_made.html", page, block="dialog" if _in_dialog(request) else None
    )


def _in_dialog(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


@require_POST
def end_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke one of mine."""
    revoke_token(permit(request, "tokens.create"), token_id)
    return done(request, _("The token no longer works."), go=reverse("tokens"))


def _token_form(mine: Any) -> FormPage:
    held = set(mine)
    scopes = tuple(
        Option(permission.code, permission.label, note=permission.code)
        for permission in permissions()
        if permission.code in held and not permission.code.startswith("tokens.")
    )
    return FormPage(
        title=_("New API token"),
        action=reverse("token_new"),
        submit=_("Make the token"),
        cancel_href=reverse("tokens"),
        groups=(
            FieldGroup(
                controls=(
                    FieldControl(
                        "name",
                        pgettext("token", "Name"),
                        required=True,
                        max_length=100,
                        placeholder=_("What uses it, e.g. ERP synchronisation"),
                        autofocus=True,
                    ),
                    FieldControl(
                        "days",
                        _("Works for"),
                        kind="segments",
                        value="365",
                        options=(
                            Option("30", _("30 days")),
                            Option("90", _("90 days")),
                            Option("365", _("A year")),
                            Option("0", _("Until revoked")),
                        ),
                    ),
                    FieldControl(
                        "reach",
                        _("May do"),
                        kind="radio",
                        value="all",
                        options=(
                            Option("all", _("Everything that I may do")),
                            Option("some", _("Only what is chosen below")),
                        ),
                    ),
                    FieldControl(
                        "scopes", _("Permissions"), kind="multi", value=(), options=scopes, label_hidden=True
                    ),
                ),
            ),
        ),
    )
