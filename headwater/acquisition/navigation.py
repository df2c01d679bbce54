"""Places of the room in the navigation, and the views its list has from the start."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_view
from headwater.ui import navigation
from headwater.ui.navigation import Command, NavItem


def register() -> None:
    """Make them known."""
    navigation.register(
        NavItem(
            "campaigns",
            _("Campaigns"),
            "/campaigns",
            "megaphone",
            group="marketing",
            permission="campaigns.view",
            order=10,
            keywords="campaign marketing",
        )
    )
    navigation.register(
        NavItem(
            "sources",
            _("Sources and channels"),
            "/settings/sources",
            "log-in",
            group="objects",
            area="settings",
            permission="sources.edit",
            order=30,
            match=("/settings/channels",),
            keywords="source channel",
            note=_("Where leads come from, and through which channels"),
        )
    )
    navigation.register_command(
        Command(
            "campaigns.new",
            _("New campaign"),
            "/campaigns/new",
            "megaphone",
            permission="campaigns.create",
            order=60,
            create=True,
            keywords="campaign",
        )
    )
    register_view("campaign", "all", _("All campaigns"), sort="-created_at")
    register_view(
        "campaign",
        "running",
        pgettext_lazy("campaigns", "Running"),
        {"all": [{"field": "status", "op": "eq", "value": "active"}]},
        sort="ends_on",
    )
    register_view(
        "campaign",
        "mine",
        _("My campaigns"),
        {"all": [{"field": "owner", "op": "eq", "value": "@me"}]},
        sort="-created_at",
    )
