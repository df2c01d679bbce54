"""What funnels add to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.access import register_permission
from headwater.organization.builtin import register_role_grants
from headwater.ui import navigation
from headwater.ui.navigation import NavItem


def register() -> None:
    """Called once when Django is ready."""
    register_permission(
        "funnels.view",
        _("See funnel, speed, effect of rules and leaderboard, over what is within reach"),
        scoped=False,
        group=pgettext_lazy("group of permissions", "Reports"),
    )
    for role in ("rep", "mdr", "pool_admin", "manager", "marketing"):
        register_role_grants(role, {"funnels.view": "all"})
    navigation.register(
        NavItem(
            "funnel",
            pgettext_lazy("navigation", "Funnel and speed"),
            "/funnel",
            "filter",
            group="insight",
            permission="funnels.view",
            order=30,
            match=("/funnel/", "/rules/effect"),
            keywords="funnel loudou conversion zhuanhua speed xiangying cohort rule effect",
        )
    )
    navigation.register(
        NavItem(
            "leaderboard",
            pgettext_lazy("navigation", "Leaderboard"),
            "/leaderboard",
            "trophy",
            group="insight",
            permission="funnels.view",
            order=40,
            keywords="leaderboard paihang ranking",
        )
    )
