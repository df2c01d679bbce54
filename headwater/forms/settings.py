"""What an administrator sets for all public forms."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.platform.settings import SettingType, register_setting

PER_MINUTE = register_setting(
    "forms.per_minute",
    30,
    type=SettingType.NUMBER,
    label=_("Submissions a minute from one address to one form"),
    help=_(
        "Behind one address there may be a whole office. Without proof of work a third of it; 0: no limit."
    ),
    group=pgettext_lazy("group of settings", "Landing forms"),
    minimum=0,
    maximum=100_000,
)
FILES_PER_ADDRESS = register_setting(
    "forms.files_megabytes_per_address",
    100,
    type=SettingType.NUMBER,
    label=_("Files a day from one address (MB)"),
    group=pgettext_lazy("group of settings", "Landing forms"),
    minimum=1,
    maximum=100_000,
)
FILES_PER_DAY = register_setting(
    "forms.files_megabytes_per_day",
    1000,
    type=SettingType.NUMBER,
    label=_("Files a day from all visitors (MB)"),
    help=_("So that no robot can fill the disk."),
    group=pgettext_lazy("group of settings", "Landing forms"),
    minimum=1,
    maximum=1_000_000,
)
