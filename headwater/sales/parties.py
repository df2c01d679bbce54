"""What the room adds to the house around people and companies: competitors, teams, ties, the summary."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.currencies.uses import register_use
from headwater.customization.builtin import register_view
from headwater.kernel import sql
from headwater.kernel.access import register_permission
from headwater.kernel.sql import Fragment
from headwater.organization.builtin import register_role_grants
from headwater.platform.notifications import register_kind
from headwater.sales.carrying_parties import register_parties
from headwater.sales.related import register_related_list
from headwater.sales.web import glances
from headwater.ui import navigation
from headwater.ui.navigation import NavItem

SALES = pgettext_lazy("group of permissions", "Sales")


def register() -> None:
    """Called from `registrations.py`."""
    _competitors()
    glances.register()
    register_parties()
    register_use("opportunity", _amounts)
    register_kind(
        "team.joined",
        icon="users",
        group=SALES,
        label=_("Teams that I am put on"),
        text=_("%(by)s put you on the team of “%(name)s”"),
    )


def _amounts() -> Mapping[str, int]:
    """How many opportunities have an amount, by currency."""
    found = sql.rows(
        "SELECT currency, count(*) AS held FROM sales_opportunity WHERE amount IS NOT NULL GROUP BY currency"
    )
    return {row["currency"]: row["held"] for row in found}


def _competitors() -> None:
    for act, label in {
        "view": _("See competitors"),
        "create": _("Create competitors"),
        "edit": _("Change competitors"),
        "delete": _("Archive competitors"),
        "export": _("Export competitors"),
    }.items():
        register_permission(f"competitors.{act}", label, scoped=False, group=SALES)
    for role in ("rep", "manager", "marketing"):
        register_role_grants(role, {"competitors.view": "all", "competitors.create": "all"})
    for act in ("edit", "delete", "export"):
        register_role_grants("manager", {f"competitors.{act}": "all"})
    register_view("competitor", "all", _("All competitors"))
    register_related_list(
        "competitor",
        key="opportunities",
        label=_("Opportunities"),
        record="opportunity",
        where=lambda record_id: Fragment(
            "EXISTS (SELECT 1 FROM sales_opportunitycompetitor r"
            " WHERE r.opportunity_id = t.id AND r.competitor_id = %s)",
            (record_id,),
        ),
        columns=("name", "account", "stage", "amount", "owner"),
        sort="-created_at",
    )
    navigation.register(
        NavItem(
            "competitors",
            _("Competitors"),
            "/competitors",
            "flag",
            group="sales",
            permission="competitors.view",
            order=39,
            keywords="competitor jingzheng duishou",
        )
    )
