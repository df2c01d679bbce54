"""What routing adds to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.engagement.timeline import register_timeline_source
from headwater.kernel.access import register_permission
from headwater.leads.demo import register_demo_part, register_demo_watcher
from headwater.leads.dispatching import register_dispatcher
from headwater.organization.builtin import register_role_grants
from headwater.platform.audit import Words, register_words
from headwater.platform.notifications import register_kind
from headwater.routing import timeline
from headwater.routing.demo import play_rules, set_up_rules
from headwater.routing.queries.rules import is_listening
from headwater.routing.services.suggesting import suggest
from headwater.routing.types import Trigger
from headwater.sales.merging import leave_rows
from headwater.ui import navigation
from headwater.ui.navigation import NavItem


def register() -> None:
    for table, why in {
        "routing_waitinglead": "rules let go of what is archived; the survivor waits for its own turn",
        "routing_decision": "what rules decided is never rewritten",
        "routing_customermail": "what was sent is never rewritten",
    }.items():
        leave_rows(table, "lead_id", why, records=["lead"])
    register_permission(
        "routing.configure", _("Set up routing rules"), scoped=False, group=_("Administration")
    )
    register_role_grants("pool_admin", {"routing.configure": "all"})
    register_timeline_source(
        "routing",
        timeline.decisions,
        label=pgettext_lazy("timeline", "Routing"),
        icon="split",
        hue="cyan",
        show=timeline.show,
    )
    register_timeline_source(
        "customer_mail",
        timeline.mails,
        label=pgettext_lazy("timeline", "Mail to the customer"),
        icon="mail",
        hue="blue",
        show=timeline.show_mail,
    )
    register_timeline_source(
        "opt_out",
        timeline.opt_outs,
        label=pgettext_lazy("timeline", "Mail ended by the customer"),
        icon="mail-x",
        hue="orange",
        show=timeline.show_opt_out,
    )
    register_dispatcher(
        takes_new=lambda: is_listening(Trigger.CAPTURED),
        takes_woken=lambda: is_listening(Trigger.WOKEN),
        suggest=suggest,
    )
    register_demo_watcher(play_rules)
    register_demo_part(set_up_rules)
    _register_notifications()
    _register_words()
    navigation.register(
        NavItem(
            "settings.routing",
            _("Routing rules"),
            "/settings/routing",
            "split",
            group="process",
            area="settings",
            permission="routing.configure",
            order=20,
            keywords="routing rules dispatch assignment paidan fenpei",
            note=_("Who gets which leads, and when"),
        )
    )
    from headwater.routing import subscribers  # noqa: F401 - makes itself known


def _register_words() -> None:
    """What the audit says of rules and territories."""
    register_words(
        "routing_rule",
        Words(
            _("Routing rule"),
            fields=lambda: {
                "name": _("Name"),
                "is_active": pgettext_lazy("routing rule", "Active"),
                "order": pgettext_lazy("routing rules", "Order"),
                "archived": pgettext_lazy("routing rule", "Removed"),
                "when": _("Conditions"),
                "gate": pgettext_lazy("routing rule", "Gate"),
                "target": pgettext_lazy("routing rule", "Target"),
                "strategies": _("Strategies"),
                "mail": _("Mail to the customer"),
                "mail.subject": _("Mail to the customer: subject"),
                "mail.text": _("Mail to the customer: text"),
            },
            acts=lambda: {
                "switch": pgettext_lazy("audit", "switched on or off"),
                "order": pgettext_lazy("audit", "put in another order"),
            },
        ),
    )
    register_words("territory", Words(_("Territory"), fields=lambda: {"territory": _("Territory")}))


def _register_notifications() -> None:
    register_kind(
        "routing.dispatched",
        label=pgettext_lazy("notification", "Leads dispatched to me by rules"),
        text=pgettext_lazy("notification", "“%(name)s” was dispatched to you by the rule “%(rule)s”"),
        icon="split",
        group=pgettext_lazy("group of notifications", "Leads"),
    )
    register_kind(
        "routing.dispatched_many",
        label=pgettext_lazy("notification", "Batches of leads dispatched to me by rules"),
        text=pgettext_lazy("notification", "%(count)s leads were dispatched to you by the rule “%(rule)s”"),
        icon="split",
        group=pgettext_lazy("group of notifications", "Leads"),
    )
    register_kind(
        "routing.mail_failed",
        label=pgettext_lazy("notification", "Mails to customers that failed"),
        text=pgettext_lazy("notification", "The mail that tells “%(name)s” of you could not be sent"),
        icon="mail-x",
        group=pgettext_lazy("group of notifications", "Leads"),
    )
    register_kind(
        "routing.stranded",
        label=pgettext_lazy("notification", "Leads that no rule could give to anybody"),
        text=pgettext_lazy("notification", "%(count)s leads in “%(pool)s” wait for you: nobody had room"),
        icon="triangle-alert",
        group=pgettext_lazy("group of notifications", "Leads"),
    )
