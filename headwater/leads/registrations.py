"""What leads add to the house."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_view
from headwater.customization.importing import register_extensible
from headwater.engagement.subjects import register_subject
from headwater.engagement.timeline import register_timeline_source
from headwater.kernel.access import register_permission
from headwater.kernel.catalogue import register_record_type
from headwater.kernel.sql import Fragment
from headwater.leads import belongings, inquiry_subscribers, picklists, recycle_registrations, timeline
from headwater.leads.audit_words import audit_acts
from headwater.leads.importing.importer import LeadImporter
from headwater.leads.importing.targets import PICKLISTS
from headwater.leads.queries import pool_stock
from headwater.leads.record_type import LEAD
from headwater.leads.recycle_words import what_a_follow_up_changed
from headwater.leads.services.following import check_subject, follow_ups_recorded
from headwater.leads.tasks import load_demo_soon
from headwater.organization.belongings import register_belongings
from headwater.organization.builtin import register_role_grants
from headwater.organization.starts import register_demo
from headwater.platform.audit import Words, register_acts, register_words
from headwater.platform.files.services import register_file_access
from headwater.platform.imports.importers import register_importer
from headwater.platform.notifications import register_kind
from headwater.pools.services import register_pool_content
from headwater.sales.carrying import register_common_parts
from headwater.sales.merging import leave_rows, register_rows
from headwater.sales.related import register_related_list
from headwater.ui import navigation
from headwater.ui.navigation import Command, NavItem

PERMISSIONS = (
    ("view", _("See leads")),
    ("create", _("Create leads")),
    ("edit", _("Edit and follow up leads")),
    ("delete", _("Archive leads")),
    ("claim", _("Claim leads from pools")),
    ("assign", _("Assign leads to others")),
    ("return", _("Return leads to a pool")),
    ("move", _("Move leads between pools")),
    ("invalidate", _("Mark leads invalid")),
    ("reopen", _("Reopen invalid leads")),
    ("convert", _("Convert leads")),
    ("unconvert", _("Undo conversions")),
    ("merge", _("Merge leads")),
    ("reveal", _("Have hidden contacts shown")),
    ("import", _("Import leads")),
    ("export", _("Export leads")),
)


def register() -> None:
    group = _("Leads")
    for act, label in PERMISSIONS:
        register_permission(f"leads.{act}", label, group=group)
    register_permission("leads.capture", _("Send leads in from other systems"), scoped=False, group=group)
    register_role_grants("marketing", {"leads.capture": "all"})
    register_permission("leads.configure", _("Set up leads and exceed caps"), scoped=False, group=group)
    register_record_type(LEAD)
    register_acts(audit_acts)
    register_words("conversion_map", Words(_("Conversion of leads")))
    picklists.register()
    _register_views()
    register_subject("lead", check=check_subject, recorded=follow_ups_recorded, told=what_a_follow_up_changed)
    register_timeline_source(
        "transfer",
        timeline.transfers,
        label=pgettext_lazy("timeline", "Flow"),
        icon="arrow-right-left",
        hue="teal",
    )
    register_timeline_source(
        "touch",
        timeline.touches,
        label=pgettext_lazy("timeline", "Captures"),
        group="touch",
        icon="log-in",
        hue="cyan",
    )
    register_timeline_source(
        "lead_stage",
        timeline.stages,
        label=pgettext_lazy("timeline", "Stage"),
        icon="flag",
        hue="violet",
    )
    register_timeline_source(
        "protection",
        timeline.protections,
        label=pgettext_lazy("timeline", "Protection"),
        icon="shield-check",
        hue="green",
    )
    register_demo(load_demo_soon)
    _register_belongings()
    register_pool_content(lambda pool_id: pool_stock([pool_id]).get(pool_id, 0))
    register_file_access("lead", check_subject)
    _register_merge_parts()
    _register_notifications()
    _register_places()
    for record in ("account", "contact", "opportunity"):
        register_related_list(
            record,
            key="leads",
            label=LEAD.label_plural,
            record="lead",
            where=_converted_into(record),
            position=40,
        )
    register_importer(LeadImporter())
    register_extensible("lead", PICKLISTS)
    recycle_registrations.register()
    inquiry_subscribers.register()
    from headwater.leads import subscribers  # noqa: F401 - they make themselves known
    from headwater.leads.importing import subscribers as _following  # noqa: F401


def _converted_into(record: str) -> Callable[[int], Fragment]:
    def where(record_id: int) -> Fragment:
        return Fragment(
            f"t.id IN (SELECT lead_id FROM leads_conversion WHERE {record}_id = %s)", (record_id,)
        )

    return where


def _register_merge_parts() -> None:
    """What of a lead moves to another with a merge, and what of leads follows accounts and contacts."""
    register_common_parts("lead")
    register_rows(
        "lead",
        "touches",
        "leads_touch",
        "lead_id",
        only="t.key IS NULL OR NOT EXISTS"
        " (SELECT 1 FROM leads_touch k WHERE k.lead_id = {to} AND k.key = t.key)",
    )
    for record in ("account", "contact"):
        register_rows(record, "conversions", "leads_conversion", f"{record}_id")
    for table, why in {
        "leads_transfer": "the ledger of each lead folds to where it is; the timeline shows it",
        "leads_stagechange": "the stages of a lead are its own past; the timeline shows it",
        "leads_conversion": "converted leads are history and are not merged",
        "leads_undoneconversion": "what a lead once was is its own past",
        "leads_othercontact": "moved by the merge itself, which undoes it",
        "leads_reveal": "who had whose number shown is never rewritten",
        "leads_poolview": "who opened which lead is never rewritten",
    }.items():
        leave_rows(table, "lead_id", why, records=["lead"])


def _register_belongings() -> None:
    register_belongings(
        "leads",
        _("Open leads"),
        count=belongings.open_leads,
        holding=belongings.OpenLeads(),
        record="lead",
        takes_pool=True,
        rooms=belongings.rooms,
        position=20,
        icon="users-round",
    )
    register_belongings(
        "closed_leads",
        _("Converted and invalid leads"),
        count=belongings.closed_leads,
        holding=belongings.ClosedLeads(),
        record="lead",
        position=30,
        icon="archive",
    )


def _register_views() -> None:
    mine = {"field": "owner", "op": "eq", "value": "@me"}
    is_open = {"field": "status", "op": "in", "value": ["assigned", "following"]}
    register_view("lead", "all", pgettext_lazy("view", "All leads"))
    register_view(
        "lead", "mine", pgettext_lazy("view", "My leads"), {"all": [mine, is_open]}, "next_follow_at",
        ("name", "company", "mobile", "stage", "status", "intent", "next_follow_at", "last_activity_at"),
    )  # fmt: skip
    register_view(
        "lead", "due", pgettext_lazy("view", "Due today"),
        {"all": [mine, is_open, {"field": "next_follow_at", "op": "lte", "value": "today"}]},
        "next_follow_at",
    )  # fmt: skip
    register_view(
        "lead", "untouched", pgettext_lazy("view", "Not yet contacted"),
        {"all": [is_open, {"field": "last_activity_at", "op": "is_empty"}]}, "assigned_at",
    )  # fmt: skip
    register_view(
        "lead", "pooled", pgettext_lazy("view", "In pools"),
        {"all": [{"field": "status", "op": "eq", "value": "pooled"}]},
    )  # fmt: skip
    register_view(
        "lead", "invalid", pgettext_lazy("view", "Invalid"),
        {"all": [{"field": "status", "op": "eq", "value": "invalid"}]},
    )  # fmt: skip


def _register_notifications() -> None:
    register_kind(
        "lead.assigned",
        label=pgettext_lazy("notification", "Leads assigned to me"),
        text=pgettext_lazy("notification", "%(by)s assigned “%(name)s” to you"),
        icon="user-plus",
        group=pgettext_lazy("group of notifications", "Leads"),
    )
    register_kind(
        "lead.assigned_many",
        label=pgettext_lazy("notification", "Batches of leads assigned to me"),
        text=pgettext_lazy("notification", "%(by)s assigned %(count)s leads to you"),
        icon="user-plus",
        group=pgettext_lazy("group of notifications", "Leads"),
    )
    register_kind(
        "lead.taken_away",
        label=pgettext_lazy("notification", "Leads taken from me"),
        text=pgettext_lazy("notification", "%(by)s passed “%(name)s” on to %(to)s"),
        icon="user-minus",
        group=pgettext_lazy("group of notifications", "Leads"),
    )


def _register_places() -> None:
    register = navigation.register
    register(
        NavItem(
            "workbench", pgettext_lazy("navigation", "Workbench"), "/", "layout-dashboard",
            permission="leads.view", order=10, phone=True, keywords="home today",
        )
    )  # fmt: skip
    register(
        NavItem(
            "leads", LEAD.label_plural, "/leads", "users-round",
            permission="leads.view", order=20, phone=True, keywords="leads xiansuo",
        )
    )  # fmt: skip
    register(
        NavItem(
            "pools", pgettext_lazy("navigation", "Pools"), "/pools", "waves",
            permission="pools.view", order=30, phone=True, keywords="pools gonghai",
        )
    )  # fmt: skip
    register(
        NavItem(
            "settings.conversion",
            _("Conversion of leads"),
            "/settings/conversion",
            "circle-check-big",
            group="objects",
            area="settings",
            permission="leads.configure",
            order=32,
            keywords="conversion field map zhuanhuan",
            note=_("Which field of a lead fills which field of what it becomes"),
        )
    )
    navigation.register_command(
        Command("leads.new", _("New lead"), "/leads/new", "plus", permission="leads.create", create=True)
    )
    navigation.register_command(
        Command("leads.calls", _("Call list"), "/leads/calls", "phone", permission="leads.view", dialog=False)
    )
