"""What web tracking adds to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from headwater.customization.builtin import register_view
from headwater.engagement.timeline import register_timeline_source
from headwater.kernel.access import register_permission
from headwater.kernel.catalogue import register_record_type
from headwater.leads.demo import register_demo_part
from headwater.leads.merging import register_rows
from headwater.leads.panels import register_lead_panel
from headwater.organization.builtin import register_role_grants
from headwater.platform.audit import register_acts
from headwater.platform.observability.metrics import register_gauge
from headwater.tracking import settings, timeline  # noqa: F401 - settings make themselves known
from headwater.tracking.demo import set_up_site
from headwater.tracking.queries import waiting
from headwater.tracking.record_type import SITE
from headwater.tracking.web.lead import visits_panel
from headwater.ui import navigation
from headwater.ui.navigation import NavItem


def register() -> None:
    """Called once when Django is ready."""
    register_record_type(SITE)
    _register_permissions()
    register_view("tracking_site", "all", _("All sites"), sort="-created_at")
    register_timeline_source(
        "website",
        timeline.visits,
        label=pgettext_lazy("timeline", "Website visits"),
        group="touch",
        icon="mouse-pointer-click",
        hue="cyan",
    )
    register_lead_panel(visits_panel)
    register_rows("visitors", "tracking_visitor")
    register_rows("visits", "tracking_visit")
    register_rows(
        "folded_visits",
        "tracking_leadvisits",
        only="NOT EXISTS (SELECT 1 FROM tracking_leadvisits k WHERE k.lead_id = {to}"
        " AND k.visitor_id = t.visitor_id AND k.fold = t.fold)",
    )
    register_acts(lambda: {"erase_visits": pgettext("audit", "erased the website visits of")})
    register_demo_part(set_up_site)
    register_gauge("tracking_waiting", "Batches of tracked events that wait for a worker.", waiting)
    navigation.register(
        NavItem(
            "tracking",
            pgettext_lazy("navigation", "Website visits"),
            "/tracking",
            "mouse-pointer-click",
            group="marketing",
            permission="tracking_sites.view",
            order=25,
            keywords="website tracking visitors wangzhan fangke",
        )
    )
    from headwater.tracking import subscribers  # noqa: F401 - they make themselves known


def _register_permissions() -> None:
    for act, label in {
        "view": _("See website visits and tracked sites"),
        "create": _("Add tracked sites"),
        "edit": _("Change tracked sites"),
        "delete": _("Archive tracked sites"),
    }.items():
        register_permission(
            f"tracking_sites.{act}",
            label,
            scoped=False,
            group=pgettext_lazy("group of permissions", "Marketing"),
        )
    every = ("view", "create", "edit", "delete")
    register_role_grants("marketing", {f"tracking_sites.{act}": "all" for act in every})
    register_role_grants("mdr", {"tracking_sites.view": "all"})
