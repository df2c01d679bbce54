"""Closed vocabularies of the room, and the limits of a rate."""

from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Currency(TextChoices):
    """Currencies on offer; an amount keeps its own and is never added to one of another."""

    CNY = "CNY", _("Chinese yuan")
    HKD = "HKD", _("Hong Kong dollar")
    TWD = "TWD", _("New Taiwan dollar")
    USD = "USD", _("US dollar")
    EUR = "EUR", _("Euro")
    JPY = "JPY", _("Japanese yen")
    GBP = "GBP", _("Pound sterling")
    SGD = "SGD", _("Singapore dollar")
    AUD = "AUD", _("Australian dollar")
    CAD = "CAD", _("Canadian dollar")
    KRW = "KRW", _("South Korean won")


DEFAULT = Currency.CNY
RATE_DECIMALS = 8
LEAST_RATE = Decimal(1).scaleb(-RATE_DECIMALS)
MOST_RATE = Decimal(9_999_999_999)
DAYS_AHEAD = 366  # a rate dated further ahead is a slip of the pen
MOST_AT_ONCE = 5_000
