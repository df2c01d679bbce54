"""What an administrator may set about follow-ups."""

from django.utils.translation import gettext_lazy as _

from headwater.platform.settings import SettingType, register_setting

_GROUP = _("Follow-up")

EDIT_HOURS = register_setting(
    "engagement.edit_hours",
    24,
    type=SettingType.NUMBER,
    label=_("Hours in which an author may edit a follow-up"),
    group=_GROUP,
    help=_("Managers may always correct one; every edit keeps what was there before. 0 means without limit."),
    minimum=0,
    maximum=8760,
)
REMIND_MINUTES = register_setting(
    "engagement.remind_minutes",
    15,
    type=SettingType.NUMBER,
    label=_("Minutes before a task is due to remind of it"),
    group=_GROUP,
    minimum=0,
    maximum=10_080,
)
QUICK_PHRASES = register_setting(
    "engagement.quick_phrases",
    [
        "电话无人接听，稍后再拨",
        "已加微信，资料已发",
        "有意向，约定产品演示",
        "要报价，方案已发送",
        "暂无需求，下季度再联系",
    ],
    type=SettingType.TEXT_LIST,
    label=_("Quick phrases in the follow-up composer"),
    group=_GROUP,
)
