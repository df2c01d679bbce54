"""What an administrator sets for all hooks."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.platform.settings import SettingType, register_setting

GROUP = pgettext_lazy("group of settings", "Hooks")

KEEP_DAYS = register_setting(
    "hooks.keep_days",
    30,
    type=SettingType.NUMBER,
    label=_("Days that the content of deliveries is kept"),
    help=_("Failed ones keep theirs until they are captured or discarded. That a delivery came stays known."),
    group=GROUP,
    minimum=1,
    maximum=3650,
)
