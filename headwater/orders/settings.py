"""What an administrator sets for orders."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.platform.settings import SettingType, register_setting

PAYMENT_DAYS = register_setting(
    "orders.payment_days",
    30,
    type=SettingType.NUMBER,
    label=_("Days to pay"),
    help=_("When an order without a payment plan is due, counted from its day."),
    group=pgettext_lazy("group of settings", "Orders and payments"),
    minimum=0,
    maximum=3650,
)
REMIND_DAYS = register_setting(
    "orders.remind_days",
    3,
    type=SettingType.NUMBER,
    label=_("Remind before an instalment is due (days)"),
    help=_("Its owner is told once that it falls due, and once when it is overdue."),
    group=pgettext_lazy("group of settings", "Orders and payments"),
    minimum=0,
    maximum=60,
)
