"""What the settings plug into the house."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.access import register_permission


def register() -> None:
    register_permission("settings.configure", _("Change settings"), scoped=False, group=_("Administration"))
