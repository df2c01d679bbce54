"""What an administrator sets for looking customers up."""

from django.utils.translation import gettext_lazy as _

from headwater.platform.settings import SettingType, register_setting

LOOKUPS_PER_DAY = register_setting(
    "leads.lookups_per_day",
    50,
    type=SettingType.NUMBER,
    label=_("Look-ups across walls one person may make per day"),
    group=_("Leads"),
    help=_("Each look-up is recorded with who asked, when and what was found."),
    minimum=0,
    maximum=100_000,
)
