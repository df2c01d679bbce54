"""What a role can be given in this room."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.access import register_permission

MARKETING = pgettext_lazy("group of permissions", "Marketing")


def register() -> None:
    """Make them known."""
    for code, label in {
        "campaigns.view": _("See campaigns"),
        "campaigns.create": _("Create campaigns"),
        "campaigns.edit": _("Change campaigns"),
        "campaigns.delete": _("Archive campaigns"),
        "campaigns.import": _("Import campaigns"),
        "campaigns.export": _("Export campaigns"),
    }.items():
        register_permission(code, label, scoped=True, group=MARKETING)
    for code, label in {
        "sources.view": _("See sources"),
        "sources.create": _("Add sources"),
        "sources.edit": _("Change sources"),
        "sources.delete": _("Retire sources"),
        "channels.view": _("See channels"),
        "channels.create": _("Add channels"),
        "channels.edit": _("Change channels"),
        "channels.delete": _("Retire channels"),
    }.items():
        register_permission(code, label, scoped=False, group=MARKETING)
