"""What the tokens plug into the house."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.access import register_permission


def register() -> None:
    register_permission(
        "tokens.create", _("Make API tokens for oneself"), scoped=False, group=_("Administration")
    )
    register_permission(
        "tokens.configure", _("Manage everybody's API tokens"), scoped=False, group=_("Administration")
    )
