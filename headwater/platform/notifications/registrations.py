"""What the notifications plug into the house."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.access import register_permission


def register() -> None:
    """Called once when Django is ready."""
    from headwater.platform.notifications import tasks  # noqa: F401 - names the jobs
    from headwater.platform.notifications.escalations import register_escalation_kind

    register_permission("bots.configure", _("Set up group bots"), scoped=False, group=_("Administration"))
    register_escalation_kind()
