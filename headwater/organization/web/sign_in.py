"""Signing in and out, second factors, forgotten passwords: allauth's views in our frame."""

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.webauthn import views as webauthn
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic.base import RedirectView

from headwater.organization.queries import anybody_exists
from headwater.organization.web.auth_pages import AuthPage, Passkey, control, errors_of
from headwater.ui.pages import Action, FieldControl

TEMPLATE = "organization/auth_form.html"


def _onward(view: Any) -> dict[str, str]:
    """The address to go to afterwards, passed through the form when it is safe."""
    following = view.get_next_url()
    return {"next": following} if following else {}


class SignInView(account.LoginView):  # type: ignore[misc]
    """E-mail address and password, or a passkey."""

    template_name = TEMPLATE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """An installation without people begins with its first administrator."""
        if request.method == "GET" and not anybody_exists():
            return HttpResponseRedirect(reverse("welcome"))
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the page."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        form = context["form"]
        page = AuthPage(
            title=_("Sign in"),
            action=reverse("account_login"),
            controls=(
                control(form, "login", _("E-mail"), kind="email", autocomplete="username", autofocus=True),
                control(form, "password", _("Password"), kind="password", autocomplete="current-password"),
                FieldControl("remember", _("Stay signed in on this device"), kind="checkbox", value=True),
            ),
            submit=pgettext("button", "Sign in"),
            hidden=_onward(self),
            errors=errors_of(form),
            passkey=Passkey(
                action=reverse("mfa_login_webauthn"),
                options_url=reverse("mfa_login_webauthn"),
                label=_("Sign in with a passkey"),
            ),
            links=(Action(_("Forgot your password?"), href=reverse("account_reset_password")),),
        )
        return context | {"page": page}


class SignOutView(account.LogoutView):  # type: ignore[misc]
    """Ends this session; asks first when it was opened as a link."""

    template_name = TEMPLATE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the page."""
        page = AuthPage(
            title=_("Sign out?"),
            action=reverse("account_logout"),
            submit=pgettext("button", "Sign out"),
            links=(Action(_("Stay signed in"), href="/"),),
        )
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"page": page}


class SecondFactorView(mfa.AuthenticateView):  # type: ignore[misc]
    """After the password: a code from the app, a recovery code or a passkey."""

    template_name = TEMPLATE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the page."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        form = context["form"]
        options = context.get("js_data", {}).get("request_options")
        has_keys = bool(options and options.get("publicKey", {}).get("allowCredentials"))
        wrong = [str(e) for e in context["webauthn_form"].errors.get("credential", [])] if options else []
        page = AuthPage(
            title=_("Second step"),
            intro=_("Enter the code from your authenticator app, or one of your recovery codes."),
            action=reverse("mfa_authenticate"),
            controls=(
                control(
                    form,
                    "code",
                    _("Code"),
                    autocomplete="one-time-code",
                    autofocus=True,
                    attrs={"inputmode": "numeric"},
                ),
            ),
            submit=_("Continue"),
            errors=(*errors_of(form), *wrong),
            passkey=Passkey(
                action=reverse("mfa_authenticate"), options=options, label=_("Use a passkey instead")
            )
            if has_keys
            else None,
            links=(Action(_("Use another account"), href=reverse("account_login")),),
        )
        return context | {"page": page}


class PasskeySignInView(webauthn.LoginWebAuthnView):  # type: ignore[misc]
    """GET answers the options for the browser's dialog, POST takes what it says."""


class ReauthenticateView(account.ReauthenticateView):  # type: ignore[misc]
    """The password once more before something that matters."""

    template_name = TEMPLATE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the page."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        form = context["form"]
        page = AuthPage(
            title=_("Is it you?"),
            intro=_("Enter your password once more before changing how you sign in."),
            controls=(
                control(
                    form,
                    "password",
                    _("Password"),
                    kind="password",
                    autocomplete="current-password",
                    autofocus=True,
                ),
            ),
            submit=_("Continue"),
            hidden=_onward(self),
            errors=errors_of(form),
            links=_other_ways(context),
        )
        return context | {"page": page}


class ReauthenticateByCodeView(mfa.ReauthenticateView):  # type: ignore[misc]
    """A code once more before something that matters."""

    template_name = TEMPLATE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the page."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        form = context["form"]
        page = AuthPage(
            title=_("Is it you?"),
            intro=_("Enter the code from your authenticator app, or one of your recovery codes."),
            controls=(control(form, "code", _("Code"), autocomplete="one-time-code", autofocus=True),),
            submit=_("Continue"),
            hidden=_onward(self),
            errors=errors_of(form),
            links=_other_ways(context),
        )
        return context | {"page": page}


class ReauthenticateByPasskeyView(webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """A passkey once more before something that matters."""

    template_name = TEMPLATE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the page."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        page = AuthPage(
            title=_("Is it you?"),
            intro=_("Confirm with your passkey before changing how you sign in."),
            passkey=Passkey(
                action=self.request.get_full_path(),
                options=context["js_data"]["request_options"],
                label=_("Confirm with a passkey"),
                first=True,
            ),
            links=_other_ways(context),
        )
        return context | {"page": page}


def _other_ways(context: dict[str, Any]) -> tuple[Action, ...]:
    labels = {
        "reauthenticate": _("Use the password"),
        "mfa_reauthenticate": _("Use a code"),
        "mfa_reauthenticate:webauthn": _("Use a passkey"),
    }
    ways = context.get("reauthentication_alternatives", [])
    return tuple(Action(labels.get(way["id"], way["description"]), href=way["url"]) for way in ways)


class ForgottenView(account.PasswordResetView):  # type: ignore[misc]
    """Asks for the address; answers the same whether somebody has it or not."""

    template_name = TEMPLATE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the page."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        form = context["form"]
        page = AuthPage(
            title=_("Forgot your password?"),
            intro=_("Enter your e-mail address; we send you a link to choose a new one."),
            action=reverse("account_reset_password"),
            controls=(
                control(form, "email", _("E-mail"), kind="email", autocomplete="username", autofocus=True),
            ),
            submit=_("Send the link"),
            errors=errors_of(form),
            links=(Action(_("Back to signing in"), href=reverse("account_login")),),
        )
        return context | {"page": page}


class ForgottenSentView(account.PasswordResetDoneView):  # type: ignore[misc]
    """The mail is on its way, if somebody has the address."""

    template_name = TEMPLATE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the page."""
        page = AuthPage(
            title=_("Look into your mailbox"),
            intro=_(
                "If somebody has this address, a link is on its way; it works for 24 hours. "
                "Nothing there? Look into the spam folder or ask your administrator for a link."
            ),
            good=True,
            links=(Action(_("Back to signing in"), href=reverse("account_login")),),
        )
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"page": page}


class NewPasswordView(account.PasswordResetFromKeyView):  # type: ignore[misc]
    """The link from the mail: choose a new password."""

    template_name = TEMPLATE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the page."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if context.get("token_fail"):
            page = AuthPage(
                title=_("This link no longer works"),
                intro=_("It was used already, or it is older than 24 hours."),
                links=(Action(_("Ask for a new one"), href=reverse("account_reset_password")),),
            )
            return context | {"page": page}
        form = context["form"]
        page = AuthPage(
            title=_("Choose a new password"),
            intro=_("At least 10 characters; a short sentence is easy to remember and hard to guess."),
            controls=(
                control(
                    form,
                    "password1",
                    _("New password"),
                    kind="password",
                    autocomplete="new-password",
                    autofocus=True,
                ),
                control(form, "password2", _("Once more"), kind="password", autocomplete="new-password"),
            ),
            submit=_("Save the password"),
            errors=errors_of(form),
        )
        return context | {"page": page}


class NewPasswordSavedView(account.PasswordResetFromKeyDoneView):  # type: ignore[misc]
    """The new password is saved."""

    template_name = TEMPLATE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the page."""
        page = AuthPage(
            title=_("Your new password is saved"),
            intro=_("You can sign in with it now. All other sessions have ended."),
            good=True,
            links=(Action(pgettext("button", "Sign in"), href=reverse("account_login"), kind="primary"),),
        )
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"page": page}


class DeactivatedView(account.AccountInactiveView):  # type: ignore[misc]
    """The password is right, but the person has left or not joined yet."""

    template_name = TEMPLATE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the page."""
        page = AuthPage(
            title=_("This account is not active"),
            intro=_("Ask an administrator of your company to activate it."),
            links=(Action(_("Back to signing in"), href=reverse("account_login")),),
        )
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"page": page}


class NoSignUpView(RedirectView):
    """Nobody signs up; whoever follows allauth's link is led to the sign-in."""

    pattern_name = "account_login"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Posting is no way in either."""
        return HttpResponse(status=405)
