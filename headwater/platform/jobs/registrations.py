"""What the jobs plug into the house."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.access import register_permission


def register() -> None:
    register_permission(
        "jobs.configure", _("See and retry failed work"), scoped=False, group=_("Administration")
    )
