"""What reports add to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight import datasets
from headwater.insight.engine import settings  # noqa: F401 - they make themselves known
from headwater.kernel.access import register_permission
from headwater.organization.builtin import register_role_grants
from headwater.ui import navigation
from headwater.ui.navigation import Command, NavItem

# What each built-in role may do; the administrator may everything.
_GRANTS = {
    "rep": ("view", "export"),
    "mdr": ("view", "export"),
    "pool_admin": ("view", "share", "schedule", "export"),
    "manager": ("view", "share", "schedule", "export"),
    "marketing": ("view", "share", "schedule", "export"),
}


def register() -> None:
    """Called once when Django is ready."""
    from headwater.insight import saved, subscribers, tasks  # noqa: F401 - they make themselves known

    _permissions()
    _places()
    saved.register()
    datasets.register()


def _permissions() -> None:
    group = pgettext_lazy("group of permissions", "Reports")
    register_permission("reports.view", _("Build and read reports"), scoped=False, group=group)
    register_permission("reports.share", _("Share reports with others"), scoped=False, group=group)
    register_permission("reports.schedule", _("Have reports sent by mail"), scoped=False, group=group)
    register_permission("reports.export", _("Take reports away as files"), scoped=False, group=group)
    for role, acts in _GRANTS.items():
        register_role_grants(role, {f"reports.{act}": "all" for act in acts})


def _places() -> None:
    navigation.register(
        NavItem(
            "reports",
            pgettext_lazy("navigation", "Reports"),
            "/reports",
            "chart-column",
            group="insight",
            permission="reports.view",
            order=20,
            keywords="reports baobiao tongji analysis statistics",
        )
    )
    navigation.register_command(
        Command(
            "report.new",
            _("New report"),
            "/reports/new",
            "chart-column",
            permission="reports.view",
            order=80,
            keywords="report baobiao build",
            dialog=False,
        )
    )
