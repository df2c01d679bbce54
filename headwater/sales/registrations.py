"""What the room adds to the house."""

from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_view
from headwater.customization.importing import register_extensible
from headwater.engagement.subjects import register_subject
from headwater.engagement.timeline import register_timeline_source
from headwater.kernel.access import register_permission
from headwater.kernel.catalogue import find_record_type
from headwater.kernel.sql import Fragment
from headwater.organization.belongings import register_belongings
from headwater.organization.builtin import BUILTIN_ROLES, register_role_grants
from headwater.platform.audit import register_acts
from headwater.platform.imports.importers import register_importer
from headwater.platform.notifications import register_kind
from headwater.sales import (
    belongings,
    belongings_teams,
    carrying,
    following,
    parties,
    picklists,
    record_types,
    timeline,
)
from headwater.sales.audit_words import audit_acts
from headwater.sales.importing.importer import importers
from headwater.sales.related import register_related_list
from headwater.ui import navigation
from headwater.ui.navigation import Command, NavItem

SALES = pgettext_lazy("group of permissions", "Sales")


def register() -> None:
    """Called once when Django is ready."""
    from headwater.sales import subscribers  # noqa: F401 - they make themselves known

    record_types.register()
    picklists.register()
    _permissions()
    _views()
    _timelines()
    _related_lists()
    _notices()
    _navigation()
    _belongings()
    for importer in importers():
        register_importer(importer)
        register_extensible(importer.record, importer.shape.picklists)
    carrying.register_parts()
    parties.register()
    register_acts(audit_acts)


def _belongings() -> None:
    register_belongings(
        "account",
        _("Accounts"),
        count=belongings.accounts,
        holding=belongings.ACCOUNTS,
        record="account",
        position=10,
        icon="building-2",
    )
    register_belongings(
        "contact",
        _("Contacts"),
        count=belongings.contacts,
        holding=belongings.CONTACTS,
        record="contact",
        parents=partial(belongings.accounts_of, "sales_contact"),
        position=40,
        icon="contact",
    )
    register_belongings(
        "opportunity",
        _("Open opportunities"),
        count=belongings.open_opportunities,
        holding=belongings.OPPORTUNITIES,
        record="opportunity",
        parents=partial(belongings.accounts_of, "sales_opportunity"),
        position=50,
        icon="circle-dollar-sign",
    )
    for key, label, position, places in (
        ("account_team", _("Places on teams of accounts"), 60, belongings_teams.ACCOUNT_TEAMS),
        ("opportunity_team", _("Places on teams of opportunities"), 61, belongings_teams.OPPORTUNITY_TEAMS),
    ):
        register_belongings(
            key,
            label,
            count=places.count,
            holding=places,
            table=places.named,
            position=position,
            icon="users",
        )


def _permissions() -> None:
    labels = {
        "accounts": {
            "view": _("See accounts"),
            "create": _("Create accounts"),
            "edit": _("Change accounts"),
            "delete": _("Archive accounts"),
            "assign": _("Assign accounts"),
            "import": _("Import accounts"),
            "export": _("Export accounts"),
            "merge": _("Merge accounts"),
        },
        "contacts": {
            "view": _("See contacts"),
            "create": _("Create contacts"),
            "edit": _("Change contacts"),
            "delete": _("Archive contacts"),
            "assign": _("Assign contacts"),
            "import": _("Import contacts"),
            "export": _("Export contacts"),
            "merge": _("Merge contacts"),
        },
        "opportunities": {
            "view": _("See opportunities"),
            "create": _("Create opportunities"),
            "edit": _("Change and move opportunities"),
            "delete": _("Archive opportunities"),
            "assign": _("Assign opportunities"),
            "import": _("Import opportunities"),
            "export": _("Export opportunities"),
        },
    }
    for plural, acts in labels.items():
        for act, label in acts.items():
            register_permission(f"{plural}.{act}", label, group=SALES)
    register_permission("pipelines.view", _("See pipelines"), scoped=False, group=SALES)
    register_permission("stages.view", _("See stages"), scoped=False, group=SALES)
    register_permission("pipelines.edit", _("Set up pipelines and stages"), scoped=False, group=SALES)
    for role in BUILTIN_ROLES:
        register_role_grants(role, {"pipelines.view": "all", "stages.view": "all"})


def _views() -> None:
    mine = {"field": "owner", "op": "eq", "value": "@me"}
    register_view("account", "all", _("All accounts"))
    register_view("account", "mine", _("My accounts"), {"all": [mine]})
    register_view(
        "account",
        "key",
        _("Key accounts"),
        {"all": [{"field": "level", "op": "in", "value": ["key", "important"]}]},
    )
    register_view("contact", "all", _("All contacts"))
    register_view("contact", "mine", _("My contacts"), {"all": [mine]})
    is_open = {"field": "status", "op": "eq", "value": "open"}
    register_view("opportunity", "open", _("Open opportunities"), {"all": [is_open]})
    register_view("opportunity", "mine", _("My open opportunities"), {"all": [is_open, mine]})
    register_view(
        "opportunity",
        "closing",
        _("Closing this month"),
        {"all": [is_open, {"field": "expected_close_on", "op": "within", "value": "this_month"}]},
        "expected_close_on",
    )
    register_view(
        "opportunity",
        "won",
        pgettext_lazy("opportunities", "Won"),
        {"all": [{"field": "status", "op": "eq", "value": "won"}]},
        "-closed_at",
    )
    register_view(
        "opportunity",
        "lost",
        pgettext_lazy("opportunities", "Lost"),
        {"all": [{"field": "status", "op": "eq", "value": "lost"}]},
        "-closed_at",
    )
    register_view("opportunity", "all", _("All opportunities"))


def _timelines() -> None:
    for key in ("account", "contact"):
        register_subject(key, recorded=following.followed_up, imported=following.followed_up)
    register_subject(
        "opportunity", recorded=following.opportunity_followed_up, imported=following.followed_up
    )
    register_timeline_source(
        "stage_move",
        timeline.stage_moves,
        label=pgettext_lazy("timeline", "Stage"),
        group="sale",
        icon="flag",
        hue="violet",
    )
    register_timeline_source(
        "owner_change",
        timeline.owner_changes,
        label=pgettext_lazy("timeline", "Owner"),
        group="change",
        icon="user-round",
        hue="gray",
    )
    register_timeline_source(
        "field_edit",
        timeline.field_edits,
        label=pgettext_lazy("timeline", "Edited"),
        group="change",
        icon="pencil",
        hue="gray",
    )


def _of_account(record_id: int) -> Fragment:
    return Fragment("t.account_id = %s", (record_id,))


def _related_lists() -> None:
    register_related_list(
        "account",
        key="contacts",
        label=_("Contacts"),
        record="contact",
        where=_of_account,
        columns=("name", "title", "mobile", "email"),
        position=10,
        new_url="/contacts/new?account={id}",
    )
    register_related_list(
        "account",
        key="opportunities",
        label=_("Opportunities"),
        record="opportunity",
        where=_of_account,
        columns=("name", "stage", "amount", "expected_close_on", "owner"),
        position=20,
        new_url="/opportunities/new?account={id}",
    )
    register_related_list(
        "contact",
        key="opportunities",
        label=_("Opportunities"),
        record="opportunity",
        where=lambda record_id: Fragment(
            "(t.contact_id = %s OR EXISTS (SELECT 1 FROM sales_opportunitycontact r"
            " WHERE r.opportunity_id = t.id AND r.contact_id = %s))",
            (record_id, record_id),
        ),
        columns=("name", "stage", "amount", "expected_close_on"),
        position=10,
    )


def _notices() -> None:
    register_kind(
        "account.assigned",
        icon="building-2",
        group=SALES,
        label=_("Accounts given to me"),
        text=_("%(by)s gave you the account %(name)s"),
    )
    register_kind(
        "account.assigned_many",
        icon="building-2",
        group=SALES,
        label=_("Many accounts given to me"),
        text=_("%(by)s gave you %(count)s accounts"),
    )
    register_kind(
        "opportunity.assigned",
        icon="circle-dollar-sign",
        group=SALES,
        label=_("Opportunities given to me"),
        text=_("%(by)s gave you the opportunity %(name)s"),
    )
    register_kind(
        "opportunity.assigned_many",
        icon="circle-dollar-sign",
        group=SALES,
        label=_("Many opportunities given to me"),
        text=_("%(by)s gave you %(count)s opportunities"),
    )


def _navigation() -> None:
    for order, (key, icon, words) in enumerate(
        [
            ("accounts", "building-2", "account customer"),
            ("contacts", "contact", "contact person"),
            ("opportunities", "circle-dollar-sign", "opportunity deal kanban"),
        ]
    ):
        kind = find_record_type(key)
        navigation.register(
            NavItem(
                key,
                kind.label_plural,
                f"/{key}",
                icon,
                group="sales",
                permission=f"{key}.view",
                order=30 + order,
                keywords=words,
            )
        )
    navigation.register(
        NavItem(
            "settings.pipelines",
            _("Pipelines"),
            "/settings/pipelines",
            "workflow",
            group="process",
            area="settings",
            permission="pipelines.edit",
            order=22,
            keywords="pipeline stage checklist guandao jieduan",
            note=_("Stages, what they require, and when a card counts as stuck"),
        )
    )
    for key, label, icon in [
        ("accounts", _("New account"), "building-2"),
        ("contacts", _("New contact"), "contact"),
        ("opportunities", _("New opportunity"), "circle-dollar-sign"),
    ]:
        navigation.register_command(
            Command(f"{key}.new", label, f"/{key}/new", icon, permission=f"{key}.create", create=True)
        )
