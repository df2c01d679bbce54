"""What the audit plugs into the house."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.access import register_permission


def register() -> None:
    register_permission("audit.view", _("See the audit"), scoped=False, group=_("Administration"))
