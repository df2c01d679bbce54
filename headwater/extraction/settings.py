"""What an administrator sets for cards and pasted texts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.platform.settings import SettingType, register_setting

_GROUP = pgettext_lazy("group of settings", "Card scan and paste")

CARDS_PER_MINUTE = register_setting(
    "extraction.cards_per_minute",
    30,
    type=SettingType.NUMBER,
    label=_("Cards a person may have read in a minute"),
    help=_("One card at a time is read on a machine, in one to three seconds."),
    group=_GROUP,
    minimum=1,
    maximum=1000,
)
TEXTS_PER_MINUTE = register_setting(
    "extraction.texts_per_minute",
    120,
    type=SettingType.NUMBER,
    label=_("Texts a person may have read in a minute"),
    group=_GROUP,
    minimum=1,
    maximum=10_000,
)
