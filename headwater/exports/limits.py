"""How much one export may hold; administrators set these."""

from django.utils.translation import gettext_lazy as _

from headwater.exports.types import Format
from headwater.platform.settings import SettingType, register_setting

_GROUP = _("Exports")
MOST_SHEET_ROWS = 1_048_575  # of a worksheet, less the header
MOST_ROWS = register_setting(
    "exports.max_rows",
    1_000_000,
    type=SettingType.NUMBER,
    label=_("Most rows in an exported file"),
    group=_GROUP,
    minimum=100,
    maximum=5_000_000,
)
MOST_AT_ONCE = register_setting(
    "exports.max_at_once",
    3,
    type=SettingType.NUMBER,
    label=_("Exports one person may run at a time"),
    group=_GROUP,
    minimum=1,
    maximum=50,
)
KEPT_DAYS = register_setting(
    "exports.kept_days",
    7,
    type=SettingType.NUMBER,
    label=_("Days an exported file can be downloaded"),
    group=_GROUP,
    minimum=1,
    maximum=90,
)


def most_rows(kind: Format | str) -> int:
    """How many rows a file of this kind may hold."""
    most: int = MOST_ROWS.get()
    return min(most, MOST_SHEET_ROWS) if kind == Format.XLSX else most
