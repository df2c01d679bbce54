"""The choices of the room's fields."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_picklist
from headwater.customization.queries import picklist_choices
from headwater.kernel.catalogue import Choice, Choices
from headwater.orders.types import KIND_HUES, STATE_HUES, EntryKind, OrderState

PAYMENT_METHOD = "payment_method"
payment_methods = picklist_choices(PAYMENT_METHOD)

_STATES = Choices(Choice(one.value, one.label, STATE_HUES[one]) for one in OrderState)
_KINDS = Choices(Choice(one.value, one.label, KIND_HUES[one]) for one in EntryKind)


def states() -> Choices:
    """Where an order can stand."""
    return _STATES


def kinds() -> Choices:
    """What an entry of the ledger can be."""
    return _KINDS


def register() -> None:
    """Make the ways to pay known to the customization room."""
    register_picklist(
        PAYMENT_METHOD,
        _("Payment method"),
        [
            ("transfer", _("Bank transfer"), "blue"),
            ("wechat", pgettext_lazy("payment method", "WeChat Pay"), "green"),
            ("alipay", pgettext_lazy("payment method", "Alipay"), "cyan"),
            ("cash", pgettext_lazy("payment method", "Cash"), "amber"),
            ("card", pgettext_lazy("payment method", "Card"), "violet"),
            ("cheque", pgettext_lazy("payment method", "Cheque"), "gray"),
            ("acceptance", pgettext_lazy("payment method", "Acceptance bill"), "gray"),
            ("other", pgettext_lazy("payment method", "Other"), "gray"),
        ],
        help=_("How customers pay; chosen with each payment and refund."),
    )
