"""Closed vocabularies of the room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Standing(TextChoices):
    """How an opportunity stands; also what a stage stands for."""

    OPEN = "open", pgettext_lazy("opportunity", "Open")
    WON = "won", pgettext_lazy("opportunity", "Won")
    LOST = "lost", pgettext_lazy("opportunity", "Lost")

    @property
    def is_closed(self) -> bool:
        return self != Standing.OPEN


class Owned(TextChoices):
    """The record types of the room whose owner changes are kept."""

    ACCOUNT = "account", _("Account")
    CONTACT = "contact", pgettext_lazy("record", "Contact")
    OPPORTUNITY = "opportunity", _("Opportunity")


class Why(TextChoices):
    """Why an owner changed."""

    CREATED = "created", pgettext_lazy("owner change", "Created")
    ASSIGNED = "assigned", pgettext_lazy("owner change", "Assigned")
    CONVERTED = "converted", pgettext_lazy("owner change", "Converted from a lead")
    HANDOVER = "handover", pgettext_lazy("owner change", "Handover")
    IMPORTED = "imported", pgettext_lazy("owner change", "Imported")


class Currency(TextChoices):
    """Currencies on offer; amounts keep theirs and are never added across."""

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


# The contact methods of a contact that belong to one person alone. A landline may be a switchboard.
PERSONAL_METHODS = ("mobile", "email", "wechat", "qq")
METHODS = ("mobile", "phone", "email", "wechat", "qq")

# Records of one type that become one.
MOST_MERGED = 10  # at once
UNDO_DAYS = 30  # a merge can be undone for so long
