"""What funnels add to the house."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.funnels.rules import RECYCLE, ROUTING
from headwater.kernel.access import Access, register_permission
from headwater.organization.builtin import register_role_grants
from headwater.platform.versions import register_effect
from headwater.pools.recycling import KIND as RECYCLE_VERSIONS
from headwater.routing.models import VERSIONS as ROUTING_VERSIONS
from headwater.ui import navigation
from headwater.ui.navigation import NavItem


def register() -> None:
    """Called once when Django is ready."""
    register_effect(ROUTING_VERSIONS, _effect_of(ROUTING))
    register_effect(RECYCLE_VERSIONS, _effect_of(RECYCLE))
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


def _effect_of(kind: str) -> Callable[[Access, int], str]:
    def address(access: Access, rule_id: int) -> str:
        if not access.may("funnels.view"):
            return ""
        return f"{reverse('rule_effect')}?rule={kind}-{rule_id}"

    return address
