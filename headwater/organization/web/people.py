"""People: the list, inviting, a person's page, changing, leaving."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel.access import Access, permit
from headwater.organization import queries, services
from headwater.organization.belongings import belonging_label, belongings_of
from headwater.organization.mails import send_invitation
from headwater.organization.models import User
from headwater.organization.services import leaving
from headwater.organization.types import Standing
from headwater.organization.web.controls import department_control
from headwater.organization.web.leave import Presence, presence_of
from headwater.organization.web.person_forms import person_form, submitted
from headwater.ui.pages import (
    Action,
    Cell,
    Column,
    EmptyState,
    FieldControl,
    FormPage,
    ListPage,
    Option,
    Row,
)
from headwater.ui.responses import done, respond

PAGE_SIZE = 100
HUES = {Standing.ACTIVE: "green", Standing.INVITED: "amber", Standing.DEACTIVATED: "gray"}


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The list: everybody may see colleagues, tools come with the permissions."""
    access = permit(request, "users.view")
    given = request.GET
    q, department, standing = given.get("q", ""), given.get("department", ""), given.get("standing", "")
    offset = int(given["from"]) if given.get("from", "").isdecimal() else 0
    found = queries.users_within(access).filter(queries.matching(q)).filter(_standing(standing))
    if department.isdecimal():
        found = found.filter(department_id__in=queries.department_below(int(department)))
    count = found.count()
    shown = list(found[offset : offset + PAGE_SIZE])
    page = ListPage(
        title=_("People"),
        url=reverse("people"),
        key="user",
        columns=(
            Column("name", pgettext("person", "Name")),
            Column("department", _("Department")),
            Column("roles", _("Roles")),
            Column("manager", _("Reports to")),
            Column("standing", pgettext("person", "Status")),
            Column("last_seen_at", _("Last seen")),
        ),
        rows=tuple(_row(user, access) for user in shown),
        empty=EmptyState(_("Nobody found"), _("Try another name or fewer filters."), icon="user-search"),
        count=count,
        q=q,
        search_placeholder=_("Name, pinyin, e-mail"),
        filters=(
            _department_filter(department),
            FieldControl(
                "standing",
                pgettext("person", "Status"),
                kind="select",
                value=standing,
                placeholder=pgettext("person", "Status"),
                options=tuple(Option(value, label) for value, label in Standing.choices),
            ),
        ),
        actions=_list_actions(access),
        first_number=offset + 1,
        next_href=_page_href(given, offset + PAGE_SIZE) if offset + PAGE_SIZE < count else "",
        previous_href=_page_href(given, max(0, offset - PAGE_SIZE)) if offset else "",
        self_href=request.get_full_path(),
    )
    return respond(request, "organization/people.html", page)


def _standing(wanted: str) -> Q:
    if wanted == Standing.DEACTIVATED:
        return Q(deactivated_at__isnull=False)
    if wanted == Standing.INVITED:
        return Q(deactivated_at__isnull=True, is_active=False)
    if wanted == Standing.ACTIVE:
        return Q(is_active=True)
    return Q(deactivated_at__isnull=True)  # those who left are out of the way unless asked for


def _department_filter(chosen: str) -> FieldControl:
    control = department_control("department", _("Department"), chosen)
    return FieldControl(
        "department",
        _("Department"),
        kind="department",
        value=chosen,
        options=control.options,
        placeholder=_("Department"),
    )


def _list_actions(access: Access) -> tuple[Action, ...]:
    if not access.may("users.create"):
        return ()
    invite = Action(_("Invite"), icon="user-plus", dialog=reverse("person_invite"), kind="primary")
    if not access.may("users.import"):
        return (invite,)
    return (Action(_("Import"), icon="upload", href="/imports/new?record=user"), invite)


def _page_href(given: Any, start: int) -> str:
    kept = {key: value for key, value in given.items() if key != "from" and value}
    return f"{reverse('people')}?{urlencode(kept | ({'from': start} if start else {}))}"


def _row(user: User, access: Access) -> Row:
    roles = tuple((role.label, "gray") for role in user.roles.all())
    standing = Cell("tag", user.standing, text=user.standing.label, hue=HUES[user.standing])
    department = Cell("text", user.department.name if user.department else "")
    edit = Action(_("Edit"), icon="pencil", dialog=reverse("person_edit", args=[user.pk]))
    return Row(
        id=user.pk,
        href=reverse("person", args=[user.pk]),
        cells=(
            Cell(
                "name", user.name, note=user.email, title=user.title, href=reverse("person", args=[user.pk])
            ),
            department,
            Cell("tags", tags=roles),
            Cell("text", user.manager.name if user.manager else ""),
            standing,
            Cell("when", user.last_seen_at),
        ),
        card=(
            ("", department),
            ("", Cell("tags", tags=roles)),
            (_("Last seen"), Cell("when", user.last_seen_at)),
        ),
        card_tag=standing,
        tools=(edit,) if access.may("users.edit") else (),
        is_done=user.deactivated_at is not None,
    )


@dataclass(frozen=True, slots=True)
class Held:
    """What a person still owns, of one kind."""

    label: str
    number: int


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Everything about one colleague."""

    user: User
    standing: Cell
    roles: tuple[str, ...]
    reports: tuple[User, ...]
    leads: tuple[str, ...]
    held: tuple[Held, ...]
    presence: Presence
    actions: tuple[Action, ...]
    more: tuple[Action, ...]


@require_GET
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """A colleague's page."""
    access = permit(request, "users.view")
    user = queries.get_user(access, user_id)
    seen_by_admin = access.may("users.edit")
    page = PersonPage(
        user=user,
        standing=Cell("tag", user.standing, text=user.standing.label, hue=HUES[user.standing]),
        roles=tuple(role.label for role in user.roles.order_by("position")),
        reports=tuple(User.objects.filter(manager=user, is_active=True).order_by("name_pinyin")),
        leads=tuple(user.leads_departments.filter(archived_at__isnull=True).values_list("name", flat=True)),
        held=tuple(Held(str(belonging_label(key)), n) for key, n in belongings_of(user.pk).items())
        if seen_by_admin
        else (),
        presence=presence_of(access, user),
        actions=_person_actions(access, user),
        more=_person_more(access, user),
    )
    return respond(request, "organization/person.html", page, fragments={"hw-person": "person"})


def _person_actions(access: Access, user: User) -> tuple[Action, ...]:
    actions = []
    if access.may("users.create") and user.standing == Standing.INVITED:
        renew = reverse("person_renew", args=[user.pk])
        actions.append(Action(_("New invitation link"), icon="link", dialog=renew))
    if access.may("users.edit"):
        edit = reverse("person_edit", args=[user.pk])
        actions.append(Action(_("Edit"), icon="pencil", dialog=edit))
    return tuple(actions)


def _person_more(access: Access, user: User) -> tuple[Action, ...]:
    more = []
    if access.may("handover.run") and user.standing != Standing.INVITED:
        wizard = f"/handovers/new?leaver={user.pk}"
        more.append(Action(_("Hand over their work"), icon="handshake", href=wizard))
    if access.may("audit.view"):
        log = f"{reverse('audit')}?record=user&id={user.pk}"
        more.append(Action(_("Audit log"), icon="history", href=log))
    if access.may("users.edit") and user.is_active:
        factors = reverse("person_factors", args=[user.pk])
        more.append(
            Action(
                _("Remove second factors"),
                icon="shield-alert",
                post=factors,
                confirm=_(
                    "Remove authenticator app, passkeys and recovery codes, e.g. because the phone is lost?"
                ),
            )
        )
        sessions = reverse("person_sessions", args=[user.pk])
        more.append(
            Action(_("End all sessions"), icon="log-out", post=sessions, confirm=_("End all sessions?"))
        )
    if access.may("users.delete"):
        if user.standing == Standing.DEACTIVATED:
            back = reverse("person_reactivate", args=[user.pk])
            more.append(Action(_("Reactivate"), icon="undo-2", post=back))
        elif user.pk != access.user_id:
            leave = reverse("person_deactivate", args=[user.pk])
            more.append(Action(_("Deactivate"), icon="user-x", dialog=leave, kind="danger"))
    return tuple(more)


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """The form; the answer shows the link, which also goes out by mail when mail is set up."""
    access = permit(request, "users.create")
    if request.method == "GET":
        page = person_form(access, None, action=reverse("person_invite"), title=_("Invite a colleague"))
        return respond(request, "organization/link_form.html", page)
    user, link = services.invite_user(access, **submitted(request))
    return _show_link(request, user, link)


@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, user_id: int) -> HttpResponse:
    """A new link for somebody who has not joined."""
    access = permit(request, "users.create")
    user = queries.get_user(access, user_id)
    if request.method == "GET":
        page = FormPage(
            title=_("New invitation link"),
            action=reverse("person_renew", args=[user_id]),
            groups=(),
            intro=_("The earlier link to %(name)s stops working.") % {"name": user.name},
            submit=_("Make a new link"),
            width="small",
        )
        return respond(request, "organization/link_form.html", page)
    user, link = services.renew_invitation(access, user_id)
    return _show_link(request, user, link)


@dataclass(frozen=True, slots=True)
class LinkPage:
    """A fresh invitation link."""

    name: str
    email: str
    link: str
    mailed: bool


def _show_link(request: HttpRequest, user: User, link: str) -> HttpResponse:
    mailed = bool(settings.EMAIL_URL)
    if mailed:
        send_invitation(user, link, by=request.actor.name)  # type: ignore[attr-defined]
    page = LinkPage(user.name, user.email, link, mailed)
    in_dialog = request.headers.get("HX-Request") == "true"
    return respond(request, "organization/link.html", page, block="dialog" if in_dialog else None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, user_id: int) -> HttpResponse:
    """Change profile, place and roles."""
    access = permit(request, "users.edit")
    user = queries.get_user(access, user_id)
    if request.method == "GET":
        action = reverse("person_edit", args=[user_id])
        page = person_form(access, user, action=action, title=_("Edit %(name)s") % {"name": user.name})
        return respond(request, "ui/records/form.html", page)
    version = request.POST.get("version", "")
    services.update_user(
        access, user_id, version=int(version) if version.isdecimal() else None, **submitted(request)
    )
    return done(request, _("Saved"), go=None if request.headers.get("HX-Request") else _page_of(user_id))


def _page_of(user_id: int) -> str:
    return reverse("person", args=[user_id])


@require_http_methods(["GET", "POST"])
def deactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    """Says what ends and what stays behind, then does it."""
    access = permit(request, "users.delete")
    user = queries.get_user(access, user_id)
    if request.method == "POST":
        outcome = services.deactivate_user(access, user_id)
        text = _("%(name)s is deactivated.") % {"name": outcome.user.name}
        return done(request, text, undo=reverse("person_reactivate", args=[user_id]), go=None)
    held = belongings_of(user_id)
    parts = [f"{belonging_label(key)} {number}" for key, number in held.items()]
    owns = _("Still owned: %(things)s. They stay until you hand them over.") % {"things": ", ".join(parts)}
    page = FormPage(
        title=_("Deactivate %(name)s?") % {"name": user.name},
        action=reverse("person_deactivate", args=[user_id]),
        groups=(),
        intro=" ".join(
            [
                _("Sessions, API tokens and invitations end at once; all records keep the name."),
                owns if parts else "",
            ]
        ).strip(),
        submit=_("Deactivate"),
        danger=True,
        width="small",
        cancel_href=_page_of(user_id),
    )
    return respond(request, "ui/records/form.html", page)


@require_POST
def reactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let somebody back in."""
    user = services.reactivate_user(permit(request, "users.delete"), user_id)
    return done(request, _("%(name)s is active again.") % {"name": user.name})


@require_POST
def remove_factors(request: HttpRequest, user_id: int) -> HttpResponse:
    """A lost phone: the password alone opens the account again."""
    removed = leaving.reset_second_factors(permit(request, "users.edit"), user_id)
    text = ngettext("%(number)s factor removed.", "%(number)s factors removed.", removed) % {
        "number": removed
    }
    return done(request, text)


@require_POST
def end_sessions(request: HttpRequest, user_id: int) -> HttpResponse:
    """Sign somebody out everywhere."""
    number = leaving.sign_out_everywhere(permit(request, "users.edit"), user_id)
    text = ngettext("%(number)s session ended.", "%(number)s sessions ended.", number) % {"number": number}
    return done(request, text)
