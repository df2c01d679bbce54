"""What the jobs plug into the house."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.access import register_permission


def register() -> None:
    from headwater.platform.jobs import housekeeping  # noqa: F401 - the nightly jobs and their setting

    register_permission(
        "jobs.configure", _("See and retry failed work"), scoped=False, group=_("Administration")
    )
