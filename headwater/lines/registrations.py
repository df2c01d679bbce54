"""What business lines add to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from headwater.engagement.screens import register_record_action
from headwater.engagement.timeline import register_timeline_source
from headwater.kernel.access import register_permission
from headwater.kernel.sql import Fragment
from headwater.leads.demo import register_demo_part
from headwater.leads.other_lines import register_other_lines
from headwater.leads.services.converting import register_customer_of_lead
from headwater.lines import timeline
from headwater.lines.conversions import Lines
from headwater.lines.demo import set_up_lines
from headwater.lines.services import customer_of_lead
from headwater.lines.web.spawning import offer
from headwater.organization.builtin import register_role_grants
from headwater.platform.audit import register_acts
from headwater.platform.notifications import register_kind
from headwater.sales.merging import register_rows
from headwater.sales.related import register_related_list
from headwater.ui import navigation
from headwater.ui.navigation import NavItem


def register() -> None:
    register_permission("leads.spawn", _("Start opportunities for other business lines"), group=_("Leads"))
    register_permission(
        "lines.configure", _("Set up rules of business lines"), scoped=False, group=_("Administration")
    )
    for role, scope in (
        ("rep", "own"),
        ("manager", "department_below"),
        ("pool_admin", "all"),
        ("mdr", "own"),
    ):
        register_role_grants(role, {"leads.spawn": scope})
    register_record_action("lead", offer)
    register_acts(lambda: {"spawn": pgettext("audit", "started an opportunity for another line from")})
    register_customer_of_lead(customer_of_lead)
    register_other_lines(Lines())
    register_timeline_source(
        "line_spawn",
        timeline.spawns,
        label=pgettext_lazy("timeline", "Business lines"),
        icon="split",
        hue="violet",
        show=timeline.show,
    )
    register_related_list(
        "opportunity",
        key="line_leads",
        label=_("From a lead of another line"),
        record="lead",
        where=_led_to,
        position=45,
    )
    register_rows(
        "lead",
        "line_spawns",
        "lines_linespawn",
        "lead_id",
        only="NOT EXISTS (SELECT 1 FROM lines_linespawn k WHERE k.lead_id = {to} AND k.line = t.line)",
    )
    for record in ("account", "contact"):
        register_rows(record, "line_spawns", "lines_linespawn", f"{record}_id")
    register_demo_part(set_up_lines)
    _register_notifications()
    navigation.register(
        NavItem(
            "settings.lines",
            _("Business lines"),
            "/settings/lines",
            "layers",
            group="process",
            area="settings",
            permission="lines.configure",
            order=25,
            keywords="business lines cross sell yewuxian",
            note=_("When a lead leads to an opportunity of another line"),
        )
    )
    from headwater.lines import subscribers  # noqa: F401 - they make themselves known


def _led_to(opportunity_id: int) -> Fragment:
    return Fragment(
        "t.id IN (SELECT lead_id FROM lines_linespawn WHERE opportunity_id = %s)", (opportunity_id,)
    )


def _register_notifications() -> None:
    register_kind(
        "line.spawned",
        label=pgettext_lazy("notification", "Opportunities from leads of other business lines"),
        text=pgettext_lazy("notification", "A lead of another line brought you “%(name)s” for %(line)s"),
        icon="layers",
        group=pgettext_lazy("group of notifications", "Business lines"),
    )
    register_kind(
        "line.failed",
        label=pgettext_lazy("notification", "Rules of business lines that could not go on"),
        text=pgettext_lazy(
            "notification", "“%(rule)s” could not start an opportunity from “%(name)s”: %(reason)s"
        ),
        icon="triangle-alert",
        group=pgettext_lazy("group of notifications", "Business lines"),
    )
