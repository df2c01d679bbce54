"""What an administrator sets for all mailboxes."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.platform.settings import SettingType, register_setting

_GROUP = pgettext_lazy("group of settings", "Inbound mail")

MAX_MEGABYTES = register_setting(
    "mailbox.max_megabytes",
    30,
    type=SettingType.NUMBER,
    label=_("Largest mail that is read whole (MB)"),
    help=_("Of larger ones the beginning is read; their attachments stay on the mail server."),
    group=_GROUP,
    minimum=1,
    maximum=200,
)
NEW_PER_HOUR = register_setting(
    "mailbox.new_per_hour",
    300,
    type=SettingType.NUMBER,
    label=_("New leads an hour from one mailbox"),
    help=_("Mails of further unknown senders are put aside: a flood of spam makes no flood of leads."),
    group=_GROUP,
    minimum=0,
    maximum=100_000,
)
