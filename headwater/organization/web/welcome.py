"""The first page of an empty installation, and the page behind an invitation."""

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from headwater.kernel.errors import Invalid
from headwater.organization import services, starts
from headwater.organization.errors import InvitationInvalid
from headwater.organization.models import User
from headwater.organization.queries import anybody_exists
from headwater.organization.web.auth_pages import AuthPage, complaint
from headwater.ui.pages import Action, FieldControl, Option
from headwater.ui.responses import respond

TEMPLATE = "organization/auth_form.html"
BACKEND = "headwater.organization.backends.RememberingBackend"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Make the first administrator. Once somebody exists this page leads to the sign-in."""
    if anybody_exists():
        return HttpResponseRedirect(reverse("account_login"))
    if request.method == "GET":
        return respond(request, TEMPLATE, _welcome_page(request, Invalid()))
    given = request.POST
    try:
        user = services.set_up_first_administrator(
            email=given.get("email", ""),
            name=given.get("name", ""),
            password=given.get("password", ""),
            language=get_language() or "zh-hans",
        )
    except Invalid as refusal:
        return respond(request, TEMPLATE, _welcome_page(request, refusal), status=422)
    told = starts.begin(given.get("start", ""), user.pk)
    _sign_in(request, user)
    if told:
        messages.info(request, str(told))
    return HttpResponseRedirect("/", status=303)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation by choosing a password."""
    try:
        invitation = services.find_invitation(token)
        if request.method == "GET":
            return respond(request, TEMPLATE, _join_page(request, invitation.user, Invalid()))
        user = services.accept_invitation(token, password=request.POST.get("password", ""))
    except Invalid as refusal:
        return respond(request, TEMPLATE, _join_page(request, invitation.user, refusal), status=422)
    except InvitationInvalid as refusal:
        page = AuthPage(
            title=refusal.detail,
            intro=refusal.advice,
            links=(Action(_("Back to signing in"), href=reverse("account_login")),),
        )
        return respond(request, TEMPLATE, page, status=refusal.status)
    _sign_in(request, user)
    return HttpResponseRedirect("/", status=303)


def _sign_in(request: HttpRequest, user: User) -> None:
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method="password")


def _welcome_page(request: HttpRequest, refusal: Invalid) -> AuthPage:
    given = request.POST
    offered = starts.starts()
    choice = FieldControl(
        "start",
        _("Begin with"),
        kind="radio",
        value=given.get("start", "empty"),
        options=(
            Option("empty", _("An empty system"), note=_("Import your own leads right away.")),
            *(Option(start.key, start.label, note=start.note) for start in offered),
        ),
    )
    return AuthPage(
        title=_("Welcome to Headwater"),
        intro=_("Make the first administrator. Everybody else is invited by you."),
        action=reverse("welcome"),
        controls=(
            FieldControl(
                "name",
                _("Your name"),
                value=given.get("name", ""),
                error=complaint(refusal, "name"),
                required=True,
                autocomplete="name",
                autofocus=True,
                max_length=60,
            ),
            FieldControl(
                "email",
                _("E-mail"),
                kind="email",
                value=given.get("email", ""),
                error=complaint(refusal, "email"),
                required=True,
                autocomplete="username",
            ),
            _password_control(refusal),
            *((choice,) if offered else ()),
        ),
        submit=_("Begin"),
    )


def _join_page(request: HttpRequest, user: User, refusal: Invalid) -> AuthPage:
    return AuthPage(
        title=_("Welcome, %(name)s") % {"name": user.name},
        intro=_("Choose a password for %(email)s to join.") % {"email": user.email},
        action=request.path,
        # The address is sent along unseen so that password managers file the password under it.
        controls=(
            FieldControl("username", _("E-mail"), kind="hidden", value=user.email),
            _password_control(refusal, autofocus=True),
        ),
        submit=pgettext("button", "Join"),
    )


def _password_control(refusal: Invalid, *, autofocus: bool = False) -> FieldControl:
    return FieldControl(
        "password",
        _("Password"),
        kind="password",
        error=complaint(refusal, "password"),
        help=_("At least 10 characters; a short sentence is easy to remember and hard to guess."),
        required=True,
        autocomplete="new-password",
        autofocus=autofocus,
    )
