"""What hooks add to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_view
from headwater.hooks import settings, subscribers, tasks  # noqa: F401 - make themselves known
from headwater.hooks.demo import set_up_hooks
from headwater.hooks.record_type import HOOK
from headwater.hooks.services.capturing import KIND
from headwater.kernel.access import register_permission
from headwater.kernel.catalogue import register_record_type
from headwater.leads.demo import register_demo_part
from headwater.leads.merging import register_rows
from headwater.platform.audit import register_acts
from headwater.platform.notifications import register_kind
from headwater.ui import navigation
from headwater.ui.navigation import Command, NavItem


def register() -> None:
    """Called once when Django is ready."""
    register_record_type(HOOK)
    for act, label in {
        "view": _("See hooks and what came through them"),
        "create": _("Make hooks"),
        "edit": _("Change hooks, see their secrets, try dead letters again"),
        "delete": _("Close hooks"),
    }.items():
        register_permission(
            f"hooks.{act}", label, scoped=False, group=pgettext_lazy("group of permissions", "Marketing")
        )
    register_view("hook", "all", _("All hooks"), sort="-created_at")
    register_demo_part(set_up_hooks)
    register_rows("deliveries", "hooks_delivery")
    register_acts(
        lambda: {
            "rotate_secret": _("Gave it another secret"),
            "reveal_secret": _("Looked at the secret"),
            "retry_delivery": _("Tried a dead letter again"),
            "retry_deliveries": _("Tried dead letters again"),
            "discard_delivery": _("Discarded a dead letter"),
        }
    )
    register_kind(
        KIND,
        icon="webhook",
        group=pgettext_lazy("group of permissions", "Marketing"),
        label=_("Deliveries of my hooks that failed"),
        text=_("A delivery of “%(hook)s” did not become a lead: %(why)s"),
        email=True,
    )
    navigation.register(
        NavItem(
            "hooks",
            HOOK.label_plural,
            "/hooks",
            "webhook",
            group="marketing",
            permission="hooks.view",
            order=22,
            keywords="webhook api guanggao jiekou",
        )
    )
    navigation.register_command(
        Command(
            "hooks.new",
            _("New hook"),
            "/hooks/new",
            "webhook",
            permission="hooks.create",
            order=66,
            create=True,
            keywords="webhook guanggao jiekou",
        )
    )
