"""What dashboards add to the house."""

from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from headwater.dashboards.boards import register_boards
from headwater.dashboards.demo import share_a_board
from headwater.dashboards.handing import SharedDashboards, count_shared
from headwater.dashboards.preparing import prepare_after_sign_in
from headwater.dashboards.web.widgets import offer_to_put
from headwater.insight.offers import register_report_offer
from headwater.kernel.access import register_permission
from headwater.leads.demo import register_demo_part
from headwater.organization.belongings import register_belongings
from headwater.organization.builtin import register_role_grants
from headwater.platform.audit import Words, register_acts, register_words
from headwater.ui import navigation
from headwater.ui.navigation import NavItem


def register() -> None:
    """Called once when Django is ready."""
    _permissions()
    _words()
    register_boards()
    register_belongings(
        "dashboards",
        _("Shared dashboards"),
        count=count_shared,
        holding=SharedDashboards(),
        table="dashboards_dashboard",
        position=90,
        icon="layout-dashboard",
    )
    register_demo_part(share_a_board)
    register_report_offer(offer_to_put)
    user_logged_in.connect(prepare_after_sign_in, dispatch_uid="dashboards.prepare_after_sign_in")
    navigation.register(
        NavItem(
            "dashboards",
            _("Dashboards"),
            "/dashboards",
            "layout-dashboard",
            group="insight",
            permission="dashboards.view",
            order=10,
            keywords="dashboard board overview kanban jingying",
        )
    )


def _permissions() -> None:
    group = pgettext_lazy("group of permissions", "Reports")
    for code, label in {
        "dashboards.view": _("See dashboards"),
        "dashboards.create": _("Make dashboards of one's own"),
        "dashboards.share": _("Share dashboards and change shared ones"),
        "dashboards.configure": _("Set which dashboard a role opens with"),
    }.items():
        register_permission(code, label, scoped=False, group=group)
    for role in ("rep", "mdr", "pool_admin", "manager", "marketing"):
        register_role_grants(role, {"dashboards.view": "all", "dashboards.create": "all"})
    for role in ("pool_admin", "manager", "marketing"):
        register_role_grants(role, {"dashboards.share": "all"})


def _words() -> None:
    fields = {
        "name": _("Name"),
        "owner": _("Owner"),
        "visibility": _("Who sees it"),
        "role_ids": _("Roles"),
        "period": _("Period"),
        "refresh_seconds": _("Refresh"),
        "widget": _("Widget"),
        "widgets": _("Widgets"),
        "title": _("Title"),
        "note": _("Subtitle"),
        "chart": _("Chart"),
    }
    register_words("dashboard", Words(_("Dashboard"), fields=lambda: fields))
    register_acts(
        lambda: {
            "arrange": pgettext("audit", "arranged"),
            "set_dashboard": pgettext("audit", "set the dashboard of"),
        }
    )
