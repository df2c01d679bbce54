"""How much one import may hold; administrators set these."""

from django.utils.translation import gettext_lazy as _

from headwater.platform.settings import SettingType, register_setting

_GROUP = _("Imports")
MOST_MEGABYTES = register_setting(
    "imports.max_megabytes",
    300,
    type=SettingType.NUMBER,
    label=_("Largest file (MB)"),
    group=_GROUP,
    minimum=1,
    maximum=4096,
)
MOST_ROWS = register_setting(
    "imports.max_rows",
    2_000_000,
    type=SettingType.NUMBER,
    label=_("Most rows in a file"),
    group=_GROUP,
    minimum=100,
    maximum=20_000_000,
)
MOST_AT_ONCE = register_setting(
    "imports.max_at_once",
    5,
    type=SettingType.NUMBER,
    label=_("Imports one person may run at a time"),
    group=_GROUP,
    minimum=1,
    maximum=100,
)
KEPT_DAYS = 30
