"""Closed vocabularies of the room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.currencies.types import Currency

__all__ = [
    "KEPT_TIES",
    "METHODS",
    "MOST_LEVELS",
    "MOST_MEMBERS",
    "MOST_MERGED",
    "MUTUAL_TIES",
    "PERSONAL_METHODS",
    "UNDO_DAYS",
    "Against",
    "Currency",
    "Owned",
    "Standing",
    "Tie",
    "Why",
]


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


class Against(TextChoices):
    """How we stand against a competitor in one race."""

    AHEAD = "ahead", pgettext_lazy("competitor", "We lead")
    LEVEL = "level", pgettext_lazy("competitor", "Level")
    BEHIND = "behind", pgettext_lazy("competitor", "They lead")
    OUT = "out", pgettext_lazy("competitor", "Out of the race")
    UNKNOWN = "unknown", pgettext_lazy("competitor", "Not known")


class Tie(TextChoices):
    """What another company is to an account."""

    SUPPLIER = "supplier", pgettext_lazy("tie of companies", "Supplier")
    CUSTOMER = "customer", pgettext_lazy("tie of companies", "Customer")
    PARTNER = "partner", pgettext_lazy("tie of companies", "Partner")
    COMPETITOR = "competitor", pgettext_lazy("tie of companies", "Competitor")
    INVESTOR = "investor", pgettext_lazy("tie of companies", "Investor")
    INVESTEE = "investee", pgettext_lazy("tie of companies", "Holding")
    OTHER = "other", pgettext_lazy("tie of companies", "Connected")

    @property
    def is_mutual(self) -> bool:
        """Whether both are the same to each other."""
        return self.value in MUTUAL_TIES

    @property
    def from_other_side(self) -> "Tie":
        """What the account is to the other company."""
        return _OTHER_SIDE.get(self, self)


# "A customer of" is kept as "a supplier of" said from the other side.
KEPT_TIES = ("supplier", "partner", "competitor", "investor", "other")
MUTUAL_TIES = ("partner", "competitor", "other")
_OTHER_SIDE = {
    Tie.SUPPLIER: Tie.CUSTOMER,
    Tie.CUSTOMER: Tie.SUPPLIER,
    Tie.INVESTOR: Tie.INVESTEE,
    Tie.INVESTEE: Tie.INVESTOR,
}
MOST_LEVELS = 10  # of companies below each other
MOST_MEMBERS = 50  # of a team

# The contact methods of a contact that belong to one person alone. A landline may be a switchboard.
PERSONAL_METHODS = ("mobile", "email", "wechat", "qq")
METHODS = ("mobile", "phone", "email", "wechat", "qq")

# Records of one type that become one.
MOST_MERGED = 10  # at once
UNDO_DAYS = 30  # a merge can be undone for so long
