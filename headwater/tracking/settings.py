"""What an administrator sets for all tracked sites."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.platform.settings import SettingType, register_setting

PER_MINUTE = register_setting(
    "tracking.per_minute",
    1200,
    type=SettingType.NUMBER,
    label=_("Tracked events a minute from one address"),
    help=_("Behind one address there may be a whole office. Counted in each web process; 0: no limit."),
    group=pgettext_lazy("group of settings", "Website visits"),
    minimum=0,
    maximum=1_000_000,
)
