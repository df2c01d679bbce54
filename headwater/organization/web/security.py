"""How I sign in: password, second factors, passkeys, recovery codes, sessions."""

from dataclasses import dataclass
from typing import Any

from allauth.account import views as account
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from headwater.kernel.errors import NotFound, NotSignedIn
from headwater.organization.devices import Device, device_of
from headwater.organization.models import User
from headwater.organization.services import leaving
from headwater.organization.web.auth_pages import AuthPage, Passkey, control, errors_of
from headwater.ui.pages import Action, FieldControl
from headwater.ui.responses import done, respond

FORM = "organization/account_form.html"


@dataclass(frozen=True, slots=True)
class Key:
    """A passkey of mine."""

    id: int
    name: str
    created_at: Any
    last_used_at: Any


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A place where I am signed in."""

    id: int
    device: Device
    ip: str
    created_at: Any
    last_seen_at: Any
    is_this: bool


@dataclass(frozen=True, slots=True)
class SecurityPage:
    """Everything about how I get in."""

    has_password: bool
    totp_since: Any
    keys: tuple[Key, ...]
    codes_left: int | None
    codes_total: int
    sessions: tuple[SessionLine, ...]

    @property
    def is_protected(self) -> bool:
        """Whether a stolen password alone does not open the account."""
        return self.totp_since is not None or bool(self.keys)


def signed_in(request: HttpRequest) -> User:
    """The person of this request; `NotSignedIn` without one."""
    if not isinstance(request.user, User):
        raise NotSignedIn
    return request.user


@never_cache
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """The page."""
    user = signed_in(request)
    found = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at"))
    by_type = {item.type: item for item in found}
    app = by_type.get(Authenticator.Type.TOTP)
    codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    page = SecurityPage(
        has_password=user.has_usable_password(),
        totp_since=app.created_at if app else None,
        keys=tuple(
            Key(item.pk, item.wrap().name, item.created_at, item.last_used_at)
            for item in found
            if item.type == Authenticator.Type.WEBAUTHN
        ),
        codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
        codes_total=mfa_settings.RECOVERY_CODE_COUNT,
        sessions=_sessions(request, user),
    )
    return respond(request, "organization/security.html", page)


def _sessions(request: HttpRequest, user: User) -> tuple[SessionLine, ...]:
    lines = [
        SessionLine(
            id=item.pk,
            device=device_of(item.user_agent),
            ip=item.ip,
            created_at=item.created_at,
            last_seen_at=item.last_seen_at,
            is_this=item.session_key == request.session.session_key,
        )
        for item in UserSession.objects.purge_and_list(user)
    ]
    return tuple(sorted(lines, key=lambda line: (line.is_this, line.last_seen_at), reverse=True))


@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out one other place of mine."""
    user = signed_in(request)
    session = UserSession.objects.filter(pk=session_id, user_id=user.pk).first()
    if session is None:
        raise NotFound(record="session", id=session_id)
    session.end()
    return done(request, _("The session has ended."), go=reverse("mfa_index"))


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    user = signed_in(request)
    number = leaving.end_sessions(user.pk, but=request.session.session_key)
    text = _("%(number)s other sessions have ended.") % {"number": number}
    return done(request, text, go=reverse("mfa_index"))


class _Framed:
    """A view of allauth shown in the settings, with a page."""

    template_name = FORM
    request: HttpRequest

    def page(self, context: dict[str, Any]) -> AuthPage:
        """The page for this context."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the page."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | {"page": self.page(context)}

    @property
    def back(self) -> Action:
        """The way back without changing anything."""
        return Action(pgettext("button", "Cancel"), href=reverse("mfa_index"))


class ChangePasswordView(_Framed, account.PasswordChangeView):  # type: ignore[misc]
    """The old password and a new one."""

    def get_default_success_url(self) -> str:
        """Back to the overview."""
        return reverse("mfa_index")

    def page(self, context: dict[str, Any]) -> AuthPage:
        """The form."""
        form = context["form"]
        return AuthPage(
            title=_("Change password"),
            intro=_("All other sessions end; this one stays."),
            controls=(
                control(
                    form,
                    "oldpassword",
                    _("Present password"),
                    kind="password",
                    autocomplete="current-password",
                    autofocus=True,
                ),
                *_new_password(form),
            ),
            submit=_("Save the password"),
            errors=errors_of(form),
            links=(self.back,),
        )


class SetPasswordView(_Framed, account.PasswordSetView):  # type: ignore[misc]
    """A first password for somebody who has none."""

    def get_default_success_url(self) -> str:
        """Back to the overview."""
        return reverse("mfa_index")

    def page(self, context: dict[str, Any]) -> AuthPage:
        """The form."""
        form = context["form"]
        return AuthPage(
            title=_("Choose a password"),
            controls=_new_password(form),
            submit=_("Save the password"),
            errors=errors_of(form),
            links=(self.back,),
        )


def _new_password(form: Any) -> tuple[FieldControl, ...]:
    return (
        control(
            form,
            "password1",
            _("New password"),
            kind="password",
            autocomplete="new-password",
            help=_("At least 10 characters; a short sentence is easy to remember and hard to guess."),
        ),
        control(form, "password2", _("Once more"), kind="password", autocomplete="new-password"),
    )


class ActivateAppView(_Framed, totp.ActivateTOTPView):  # type: ignore[misc]
    """Scan, type the first code, done."""

    template_name = "organization/account_totp.html"

    def page(self, context: dict[str, Any]) -> AuthPage:
        """The form; the template adds the code to scan."""
        form = context["form"]
        return AuthPage(
            title=_("Authenticator app"),
            intro=_(
                "Scan the code with an app such as Tencent Authenticator, Microsoft Authenticator or "
                "1Password, then enter the six digits it shows."
            ),
            controls=(
                control(
                    form,
                    "code",
                    _("Six-digit code"),
                    autocomplete="one-time-code",
                    attrs={"inputmode": "numeric", "maxlength": "6"},
                    autofocus=True,
                ),
            ),
            submit=_("Switch on"),
            errors=errors_of(form),
            links=(self.back,),
        )


class DeactivateAppView(_Framed, totp.DeactivateTOTPView):  # type: ignore[misc]
    """Asks before switching the app off."""

    def page(self, context: dict[str, Any]) -> AuthPage:
        """The question."""
        return AuthPage(
            title=_("Switch the authenticator app off?"),
            intro=_("Signing in then takes the password alone, unless you have a passkey."),
            submit=_("Switch off"),
            errors=errors_of(context["form"]),
            links=(self.back,),
        )


class RecoveryCodesView(_Framed, recovery.ViewRecoveryCodesView):  # type: ignore[misc]
    """The codes for the day the phone is lost."""

    template_name = "organization/account_codes.html"

    def page(self, context: dict[str, Any]) -> AuthPage:
        """Title and explanation; the template shows the codes."""
        return AuthPage(
            title=_("Recovery codes"),
            intro=_("Each code works once, when neither app nor passkey is at hand. Keep them safe."),
            links=(Action(_("Done"), href=reverse("mfa_index"), kind="primary"),),
        )


class NewRecoveryCodesView(_Framed, recovery.GenerateRecoveryCodesView):  # type: ignore[misc]
    """Asks before replacing the codes."""

    def page(self, context: dict[str, Any]) -> AuthPage:
        """The question."""
        return AuthPage(
            title=_("Make new recovery codes?"),
            intro=_("The codes you have now stop working."),
            submit=_("Make new codes"),
            errors=errors_of(context["form"]),
            links=(self.back,),
        )


class AddPasskeyView(_Framed, webauthn.AddWebAuthnView):  # type: ignore[misc]
    """Name it and let the device make it."""

    template_name = "organization/account_passkey.html"

    def page(self, context: dict[str, Any]) -> AuthPage:
        """The name, and what the device needs to know."""
        form = context["form"]
        wrong = tuple(str(error) for error in form.errors.get("credential", []))
        return AuthPage(
            title=_("Add a passkey"),
            intro=_("Fingerprint, face or the PIN of this device instead of a password."),
            controls=(control(form, "name", pgettext("passkey", "Name"), max_length=60),),
            errors=(*errors_of(form), *wrong),
            passkey=Passkey(
                action=reverse("mfa_add_webauthn"),
                mode="create",
                options=context["js_data"]["creation_options"],
                label=_("Make the passkey"),
                first=True,
            ),
            links=(self.back,),
        )


class RenamePasskeyView(_Framed, webauthn.EditWebAuthnView):  # type: ignore[misc]
    """Another name for a passkey."""

    success_url = "/settings/security"

    def page(self, context: dict[str, Any]) -> AuthPage:
        """The form."""
        form = context["form"]
        return AuthPage(
            title=_("Rename the passkey"),
            controls=(control(form, "name", pgettext("passkey", "Name"), autofocus=True, max_length=60),),
            submit=_("Save"),
            errors=errors_of(form),
            links=(self.back,),
        )


class RemovePasskeyView(_Framed, webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    """Asks before removing a passkey."""

    success_url = "/settings/security"

    def page(self, context: dict[str, Any]) -> AuthPage:
        """The question."""
        return AuthPage(
            title=_("Remove the passkey “%(name)s”?") % {"name": self.get_object().wrap().name},
            intro=_("You can no longer sign in with it. Remove it on the device too."),
            submit=_("Remove"),
            errors=errors_of(context["form"]),
            links=(self.back,),
        )
