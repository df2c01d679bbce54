"""What memberships add to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.acquisition.panels import register_campaign_part
from headwater.kernel.access import register_permission
from headwater.kernel.catalogue import register_record_type
from headwater.kernel.sql import Fragment
from headwater.leads.demo import register_demo_part
from headwater.leads.panels import register_lead_panel
from headwater.memberships import merging, picklists, timeline
from headwater.memberships.demo import play
from headwater.memberships.record_type import MEMBER
from headwater.memberships.web.panels import add_chosen_action, campaign_part, lead_panel
from headwater.organization.builtin import register_role_grants
from headwater.sales.related import register_related_list
from headwater.ui.records import register_batch_action

_ACTS = {
    "view": _("See campaign members"),
    "create": _("Add campaign members"),
    "edit": _("Change the status of campaign members"),
    "delete": _("Take members out of campaigns"),
    "export": _("Export campaign members"),
}


def register() -> None:
    """Called once when Django is ready."""
    from headwater.memberships import subscribers  # noqa: F401 - they make themselves known

    picklists.register()
    register_record_type(MEMBER)
    for act, label in _ACTS.items():
        register_permission(
            f"campaign_members.{act}",
            label,
            scoped=False,
            group=pgettext_lazy("group of permissions", "Marketing"),
        )
    register_role_grants("marketing", {f"campaign_members.{act}": "all" for act in _ACTS})
    for role in ("manager", "mdr", "rep", "pool_admin"):
        register_role_grants(role, {f"campaign_members.{act}": "all" for act in ("view", "create", "edit")})
    register_role_grants("service", {"campaign_members.view": "all"})
    merging.register()
    timeline.register()
    register_campaign_part(campaign_part)
    register_lead_panel(lead_panel)
    register_related_list(
        "contact",
        key="campaigns",
        label=_("Campaigns"),
        record="campaign_member",
        where=_of_contact,
        columns=("campaign", "status", "responded_at"),
        position=60,
        new_url="/contacts/campaign?ids={id}",
    )
    register_batch_action("lead", add_chosen_action("leads"))
    register_batch_action("contact", add_chosen_action("contacts"))
    register_demo_part(play)


def _of_contact(contact_id: int) -> Fragment:
    """Its own campaigns, and those of the leads that it came of."""
    return Fragment(
        "(t.contact_id = %s OR t.lead_id IN"
        " (SELECT c.lead_id FROM leads_conversion c WHERE c.contact_id = %s))",
        (contact_id, contact_id),
    )
