"""What an administrator sets for pools as a whole."""

from django.utils.translation import gettext_lazy as _

from headwater.platform.settings import SettingType, register_setting

GRACE_HOURS = register_setting(
    "recycling.grace_hours",
    24,
    type=SettingType.NUMBER,
    label=_("Hours of grace after a recycling rule changed"),
    group=_("Recycling"),
    help=_("So long a changed rule takes no lead back earlier than the old one would have."),
    minimum=0,
    maximum=720,
)
