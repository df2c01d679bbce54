"""What an administrator may set: registered by the rooms, typed, audited, kept in one table."""

from headwater.platform.settings.registry import Setting, SettingType, register_setting
from headwater.platform.settings.values import (
    SettingValue,
    get_setting,
    reset_setting,
    set_setting,
    settings_list,
)

__all__ = [
    "Setting",
    "SettingType",
    "SettingValue",
    "get_setting",
    "register_setting",
    "reset_setting",
    "set_setting",
    "settings_list",
]
