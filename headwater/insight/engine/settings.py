"""What an administrator sets for the computing of reports."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.platform.settings import SettingType, register_setting

TIME_LIMIT = register_setting(
    "insight.time_limit",
    10,
    type=SettingType.NUMBER,
    label=_("Seconds after which a report is cancelled"),
    help=_("A report that reads too much is stopped, so that everybody else's work stays quick."),
    group=pgettext_lazy("group of settings", "Reports"),
    minimum=1,
    maximum=120,
)

AT_ONCE = register_setting(
    "insight.at_once",
    3,
    type=SettingType.NUMBER,
    label=_("Reports that are computed at the same time"),
    help=_("Further ones wait a moment and are then refused with the request to try again."),
    group=pgettext_lazy("group of settings", "Reports"),
    minimum=1,
    maximum=16,
)
