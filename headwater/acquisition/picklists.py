"""The picklists the room brings along."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_picklist
from headwater.customization.queries import picklist_choices

campaign_types = picklist_choices("campaign_type")


def register() -> None:
    """Make them known to the customization room."""
    register_picklist(
        "campaign_type",
        _("Campaign types"),
        [
            ("exhibition", _("Exhibition"), "violet"),
            ("seminar", _("Seminar or salon"), "indigo"),
            ("webinar", _("Webinar or live stream"), "blue"),
            ("search_ads", _("Search advertising"), "cyan"),
            ("feed_ads", _("Feed and social advertising"), "teal"),
            ("content", _("Content and new media"), "green"),
            ("email", _("E-mail campaign"), "lime"),
            ("phone", _("Telephone campaign"), "amber"),
            ("partner", _("Partner activity"), "orange"),
            ("referral", _("Referral programme"), "pink"),
            ("other", pgettext_lazy("campaign type", "Other"), "gray"),
        ],
    )
