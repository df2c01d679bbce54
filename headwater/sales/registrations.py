"""What the room adds to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_view
from headwater.kernel.access import register_permission
from headwater.organization.belongings import register_belongings
from headwater.organization.builtin import BUILTIN_ROLES, register_role_grants
from headwater.sales import belongings, picklists, record_types

SALES = pgettext_lazy("group of permissions", "Sales")


def register() -> None:
    """Called once when Django is ready."""
    record_types.register()
    picklists.register()
    _permissions()
    _views()
    register_belongings("account", _("Accounts"), count=belongings.accounts)
    register_belongings("contact", _("Contacts"), count=belongings.contacts)
    register_belongings("opportunity", _("Open opportunities"), count=belongings.open_opportunities)


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
        },
        "contacts": {
            "view": _("See contacts"),
            "create": _("Create contacts"),
            "edit": _("Change contacts"),
            "delete": _("Archive contacts"),
            "assign": _("Assign contacts"),
            "import": _("Import contacts"),
            "export": _("Export contacts"),
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
