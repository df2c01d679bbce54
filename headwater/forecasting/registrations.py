"""What forecasts add to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.forecasting import settings, tasks  # noqa: F401 - they make themselves known
from headwater.forecasting.demo import invent_history
from headwater.forecasting.summary import chance_glance
from headwater.kernel.access import register_permission
from headwater.leads.demo import register_demo_part
from headwater.organization.builtin import register_role_grants
from headwater.sales.summary import register_summary_part
from headwater.ui import navigation
from headwater.ui.navigation import NavItem


def register() -> None:
    """Called once when Django is ready."""
    group = pgettext_lazy("group of permissions", "Sales")
    register_permission(
        "forecasts.view", _("See forecasts of the opportunities within reach"), scoped=False, group=group
    )
    register_permission(
        "forecasts.check",
        _("See how wrong past forecasts of the company were, and have them computed"),
        scoped=False,
        group=group,
    )
    register_role_grants("rep", {"forecasts.view": "all"})
    register_role_grants("manager", {"forecasts.view": "all", "forecasts.check": "all"})
    register_summary_part("chance", chance_glance, position=30, on=("opportunity",))
    register_demo_part(invent_history)
    navigation.register(
        NavItem(
            "forecast",
            pgettext_lazy("navigation", "Forecast"),
            "/forecast",
            "trending-up",
            group="sales",
            permission="forecasts.view",
            order=45,
            keywords="forecast yuce pipeline prediction",
        )
    )
