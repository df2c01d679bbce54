"""What the room adds to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.access import register_actor_loader, register_permission
from headwater.organization import records
from headwater.organization.queries import load_actor

ORGANIZATION = pgettext_lazy("group of permissions", "Organization")


def register() -> None:
    """Called once when Django is ready."""
    register_actor_loader(load_actor)
    records.register()
    for code, label in {
        "users.view": _("See colleagues"),
        "users.create": _("Invite people"),
        "users.edit": _("Change people"),
        "users.delete": _("Deactivate people"),
        "departments.view": _("See departments"),
        "departments.configure": _("Change departments"),
        "roles.view": _("See roles"),
        "roles.configure": _("Change roles"),
    }.items():
        register_permission(code, label, scoped=False, group=ORGANIZATION)
