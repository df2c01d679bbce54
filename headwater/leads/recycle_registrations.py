"""What deadlines and recycling add to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_view
from headwater.kernel.access import register_permission
from headwater.leads.recycle_words import field_labels
from headwater.organization.builtin import register_role_grants
from headwater.platform.audit import Words, register_words
from headwater.platform.notifications import register_kind
from headwater.ui import navigation
from headwater.ui.navigation import NavItem


def register() -> None:
    register_permission("leads.protect", _("Protect leads from being taken back"), group=_("Leads"))
    register_role_grants("rep", {"leads.protect": "own"})
    register_role_grants("manager", {"leads.protect": "department_below"})
    register_view(
        "lead",
        "going",
        pgettext_lazy("view", "Soon taken back"),
        {
            "all": [
                {"field": "status", "op": "in", "value": ["assigned", "following"]},
                {"field": "recycle_due_at", "op": "lte", "value": {"ahead": 3, "unit": "day"}},
            ]
        },
        "recycle_due_at",
        (
            "name",
            "company",
            "mobile",
            "stage",
            "owner",
            "recycle_due_at",
            "last_activity_at",
            "next_follow_at",
        ),
    )
    _kinds()
    register_words("recycle_rule", Words(_("Recycling rule"), fields=field_labels))
    navigation.register(
        NavItem(
            "settings.recycling",
            _("Recycling"),
            "/settings/recycling",
            "recycle",
            group="process",
            area="settings",
            permission="pools.configure",
            order=10,
            note=_("When leads that nobody works on go back to their pool"),
        )
    )
    from headwater.leads import recycle_subscribers  # noqa: F401 - they make themselves known


def _kinds() -> None:
    group = _("Recycling")
    register_kind(
        "lead.response_soon",
        label=pgettext_lazy("notification", "First follow-up nearly due"),
        text=pgettext_lazy("notification", "Contact “%(name)s” before %(at)s, or it goes back to “%(pool)s”"),
        icon="timer",
        group=group,
    )
    register_kind(
        "lead.response_soon_many",
        label=pgettext_lazy("notification", "First follow-ups nearly due, several at once"),
        text=pgettext_lazy(
            "notification", "%(count)s leads want their first contact, the first before %(at)s"
        ),
        icon="timer",
        group=group,
    )
    register_kind(
        "lead.recycle_soon",
        label=pgettext_lazy("notification", "Lead soon taken back"),
        text=pgettext_lazy(
            "notification", "“%(name)s” goes back to “%(pool)s” at %(at)s unless you follow it up"
        ),
        icon="hourglass",
        group=group,
    )
    register_kind(
        "lead.recycle_soon_many",
        label=pgettext_lazy("notification", "Leads soon taken back, several at once"),
        text=pgettext_lazy(
            "notification", "%(count)s of your leads are soon taken back, the first at %(at)s"
        ),
        icon="hourglass",
        group=group,
    )
    register_kind(
        "lead.came_back",
        label=pgettext_lazy("notification", "Lead that keeps coming back"),
        text=pgettext_lazy(
            "notification",
            "“%(name)s” came back %(rounds)s times; settle who takes it or what becomes of it",
        ),
        icon="rotate-ccw",
        group=group,
    )
    register_kind(
        "lead.came_back_many",
        label=pgettext_lazy("notification", "Leads that keep coming back, several at once"),
        text=pgettext_lazy(
            "notification", "%(count)s leads came back again and again; settle what becomes of them"
        ),
        icon="rotate-ccw",
        group=group,
    )
    register_kind(
        "lead.follow_due",
        label=pgettext_lazy("notification", "Follow-up due by the rhythm"),
        text=pgettext_lazy("notification", "It is time to follow up “%(name)s”"),
        icon="alarm-clock",
        group=group,
    )
    register_kind(
        "lead.follow_due_many",
        label=pgettext_lazy("notification", "Follow-ups due by the rhythm, several at once"),
        text=pgettext_lazy("notification", "It is time to follow up %(count)s leads"),
        icon="alarm-clock",
        group=group,
    )
    register_kind(
        "lead.recycled",
        label=pgettext_lazy("notification", "Lead taken back"),
        text=pgettext_lazy("notification", "“%(name)s” went back to “%(pool)s”: %(rule)s"),
        icon="recycle",
        group=group,
    )
    register_kind(
        "lead.recycled_many",
        label=pgettext_lazy("notification", "Leads taken back, several at once"),
        text=pgettext_lazy("notification", "%(count)s of your leads went back to their pools"),
        icon="recycle",
        group=group,
    )
    register_kind(
        "lead.recycled_of",
        label=pgettext_lazy("notification", "Leads taken back from my people"),
        text=pgettext_lazy("notification", "%(count)s leads were taken back from %(rep)s"),
        icon="recycle",
        group=group,
    )
    register_kind(
        "lead.worn_out",
        label=pgettext_lazy("notification", "Leads nobody works on, in pools I administer"),
        text=pgettext_lazy(
            "notification", "%(count)s leads in “%(pool)s” were taken back again and again; look into it"
        ),
        icon="triangle-alert",
        group=group,
    )
