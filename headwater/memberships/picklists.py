"""The picklist the room brings along."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_picklist
from headwater.customization.queries import picklist_choices
from headwater.memberships.types import RESPONDED

STATUS = "campaign_member_status"
statuses = picklist_choices(STATUS)


def first_status() -> str:
    """What a member is where nobody says more: the first status that is offered."""
    offered = [choice.value for choice in statuses() if not choice.retired]
    return offered[0] if offered else "targeted"


def reacted_status() -> str:
    """What somebody is who came by themselves."""
    offered = [choice.value for choice in statuses() if not choice.retired]
    return RESPONDED if RESPONDED in offered else first_status()


def register() -> None:
    """Make it known to the customization room."""
    register_picklist(
        STATUS,
        _("Statuses of campaign members"),
        [
            ("targeted", pgettext_lazy("campaign member", "Targeted"), "gray"),
            ("sent", pgettext_lazy("campaign member", "Sent"), "blue"),
            ("responded", pgettext_lazy("campaign member", "Responded"), "cyan"),
            ("registered", pgettext_lazy("campaign member", "Registered"), "indigo"),
            ("attended", pgettext_lazy("campaign member", "Attended"), "green"),
            ("no_show", pgettext_lazy("campaign member", "Did not come"), "amber"),
        ],
        help=_(
            "Each status but “Targeted”, “Sent” and “Did not come” counts as a response, your own ones too."
        ),
    )
