"""What an administrator sets for forecasts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.platform.settings import SettingType, register_setting

HALF_LIFE = register_setting(
    "forecasting.half_life",
    6,
    type=SettingType.NUMBER,
    label=_("Months after which history weighs half in the learnt forecast"),
    help=_("Shorter follows changes sooner, longer rests on more observations."),
    group=pgettext_lazy("group of settings", "Forecast"),
    minimum=1,
    maximum=60,
)
