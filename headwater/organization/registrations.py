"""What the room adds to the house."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.access import register_actor_loader, register_permission
from headwater.organization import handing, records, subscribers, tasks
from headwater.organization.belongings import register_belongings
from headwater.organization.importing.importer import PeopleImporter
from headwater.organization.queries import calendars, department_tree, load_actor, people_choices
from headwater.organization.queries.remembered import remembered_now
from headwater.organization.wording import audit_acts
from headwater.platform.audit import register_acts
from headwater.platform.imports.importers import register_importer
from headwater.platform.notifications import unread_count
from headwater.platform.tokens.services import register_memory
from headwater.ui import navigation, shell
from headwater.ui.formats import hue
from headwater.ui.navigation import Command, NavItem
from headwater.ui.web import register_options

ORGANIZATION = pgettext_lazy("group of permissions", "Organization")
__all__ = ["register", "tasks"]


def register() -> None:
    """Called once when Django is ready."""
    register_actor_loader(load_actor)
    register_memory(remembered_now)
    records.register()
    register_acts(audit_acts)
    subscribers.connect()
    _register_permissions()
    _register_places()
    _register_belongings()
    register_importer(PeopleImporter())
    register_options("user", _people_options)
    register_options("department", _department_options)
    register_options("calendar", _calendar_options)


def _register_permissions() -> None:
    for code, label in {
        "users.view": _("See colleagues"),
        "users.create": _("Invite people"),
        "users.edit": _("Change people"),
        "users.delete": _("Deactivate people"),
        "users.import": _("Import people"),
        "departments.view": _("See departments"),
        "departments.create": _("Add departments"),
        "departments.edit": _("Change departments"),
        "departments.delete": _("Archive departments"),
        "roles.view": _("See roles"),
        "roles.configure": _("Change roles"),
        "calendars.view": _("See working calendars"),
        "calendars.configure": _("Change working calendars"),
    }.items():
        register_permission(code, label, scoped=False, group=ORGANIZATION)
    for code, label in {
        "absences.view": _("See who is away, and why"),
        "absences.edit": _("Set duty and absences"),
    }.items():
        register_permission(code, label, group=ORGANIZATION)


def _register_belongings() -> None:
    register_belongings(
        "reports",
        _("Direct reports"),
        count=handing.count_reports,
        holding=handing.Reports(),
        table="organization_user",
        position=70,
        icon="users",
    )
    register_belongings(
        "departments",
        _("Departments led"),
        count=handing.count_departments,
        holding=handing.Departments(),
        table="organization_department",
        position=80,
        icon="building-2",
    )


def _register_places() -> None:
    places = [
        NavItem(
            "settings",
            _("Settings"),
            "settings",
            "settings",
            group="administration",
            order=900,
            keywords="settings",
        ),
        _setting("account", _("My account"), "account", "circle-user", "personal", 10, ""),
        _setting("security", _("Sign-in and security"), "mfa_index", "shield-check", "personal", 20, ""),
        _setting("notifications", _("Notifications"), "notification_switches", "bell", "personal", 30, ""),
        _setting("leave", _("Duty and leave"), "my_leave", "calendar-check", "personal", 25, "absences.view"),
        _setting("tokens", _("API tokens"), "tokens", "key", "personal", 40, "tokens.create"),
        _setting("people", _("People"), "people", "users-round", "organization", 10, "users.view"),
        _setting(
            "departments",
            _("Departments"),
            "departments",
            "building-2",
            "organization",
            20,
            "departments.view",
        ),
        _setting("roles", _("Roles"), "roles", "shield", "organization", 30, "roles.view"),
        _setting(
            "calendars",
            _("Working calendars"),
            "calendars",
            "calendar-clock",
            "organization",
            35,
            "calendars.view",
        ),
        _setting(
            "general",
            _("General"),
            "settings_general",
            "sliders-horizontal",
            "organization",
            40,
            "settings.configure",
        ),
        _setting("audit", _("Audit log"), "audit", "history", "security", 10, "audit.view"),
    ]
    for place in places:
        navigation.register(place)
    invite = Command(
        "users.invite",
        _("Invite a colleague"),
        "person_invite",
        "user-plus",
        permission="users.create",
        order=800,
        keywords="invite user",
    )
    navigation.register_command(invite)
    shell.register_user_link(_("My account"), "/settings/account", "circle-user")
    shell.register_user_link(_("Sign-in and security"), "/settings/security", "shield-check")
    shell.register_user_link(_("Settings"), "/settings", "settings")
    shell.register_sign_out("/sign-out")
    shell.register_bell(url="/notifications", poll_url="/notifications/unread.json", unread=_unread)


def _unread(request: HttpRequest) -> int:
    actor = shell.actor_of(request)
    return unread_count(actor.id) if actor is not None and actor.id is not None else 0


def _setting(
    key: str, label: object, url: str, icon: str, group: str, order: int, permission: str
) -> NavItem:
    return NavItem(
        key,
        label,  # type: ignore[arg-type]
        url,
        icon,
        group=group,
        area="settings",
        permission=permission,
        order=order,
        keywords=key,
    )


def _people_options(request: HttpRequest, q: str) -> list[dict[str, object]]:
    return [
        {"value": str(person.id), "label": person.name, "note": person.department, "hue": hue(person.name)}
        for person in people_choices(q, limit=30)
    ]


def _calendar_options(request: HttpRequest, q: str) -> list[dict[str, object]]:
    wanted = q.strip().lower()
    return [
        {"value": str(calendar.pk), "label": calendar.name}
        for calendar in calendars()
        if wanted in calendar.name.lower()
    ]


def _department_options(request: HttpRequest, q: str) -> list[dict[str, object]]:
    wanted = q.strip().lower()
    return [
        {"value": str(node.id), "label": node.name, "depth": 0 if wanted else node.depth}
        for node in department_tree()
        if wanted in node.name.lower()
    ]
