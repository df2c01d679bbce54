"""What an administrator sets for routing as a whole."""

from django.utils.translation import gettext_lazy as _

from headwater.platform.settings import SettingType, register_setting

MOST_ROUNDS = register_setting(
    "routing.most_rounds",
    3,
    type=SettingType.NUMBER,
    label=_("Times a recycled lead goes to somebody else"),
    group=_("Leads"),
    help=_("After that it waits for the pool's administrators."),
    minimum=0,
    maximum=100,
)
