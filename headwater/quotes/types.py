"""Closed vocabularies of the room, and the bounds of a quote."""

from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class QuoteState(TextChoices):
    """Where a version stands; of a quote, that of the version that counts.

    Replaced: a later version was sent, or another version of the quote was accepted.
    """

    DRAFT = "draft", pgettext_lazy("quote", "Draft")
    WAITING = "waiting", pgettext_lazy("quote", "Waiting for approval")
    APPROVED = "approved", pgettext_lazy("quote", "Approved")
    SENT = "sent", pgettext_lazy("quote", "Sent")
    ACCEPTED = "accepted", pgettext_lazy("quote", "Accepted")
    DECLINED = "declined", pgettext_lazy("quote", "Declined")
    EXPIRED = "expired", pgettext_lazy("quote", "Expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("quote", "Withdrawn")
    REPLACED = "replaced", pgettext_lazy("quote", "Replaced")


HUES = {
    QuoteState.DRAFT: "gray",
    QuoteState.WAITING: "amber",
    QuoteState.APPROVED: "cyan",
    QuoteState.SENT: "blue",
    QuoteState.ACCEPTED: "green",
    QuoteState.DECLINED: "red",
    QuoteState.EXPIRED: "orange",
    QuoteState.WITHDRAWN: "gray",
    QuoteState.REPLACED: "gray",
}

# What we still write at; whatever is not among these never changes again.
OURS = (QuoteState.DRAFT, QuoteState.WAITING, QuoteState.APPROVED)
# The customer has had these.
OUT = (
    QuoteState.SENT,
    QuoteState.ACCEPTED,
    QuoteState.DECLINED,
    QuoteState.EXPIRED,
    QuoteState.WITHDRAWN,
)


class Happening(TextChoices):
    """What happened to a version of a quote."""

    CREATED = "created", pgettext_lazy("quote step", "Written")
    REVISED = "revised", pgettext_lazy("quote step", "New version")
    ASKED = "asked", pgettext_lazy("quote step", "Approval asked for")
    APPROVED = "approved", pgettext_lazy("quote step", "Approved")
    REJECTED = "rejected", pgettext_lazy("quote step", "Not approved")
    REOPENED = "reopened", pgettext_lazy("quote step", "Back to draft")
    SENT = "sent", pgettext_lazy("quote step", "Sent")
    OPENED = "opened", pgettext_lazy("quote step", "Opened by the customer")
    ACCEPTED = "accepted", pgettext_lazy("quote step", "Accepted")
    DECLINED = "declined", pgettext_lazy("quote step", "Declined")
    EXPIRED = "expired", pgettext_lazy("quote step", "Expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("quote step", "Withdrawn")
    REPLACED = "replaced", pgettext_lazy("quote step", "Replaced")


class Decision(TextChoices):
    """How an approval ended."""

    APPROVED = "approved", pgettext_lazy("approval", "Approved")
    REJECTED = "rejected", pgettext_lazy("approval", "Rejected")
    TAKEN_BACK = "taken_back", pgettext_lazy("approval", "Taken back")


class PaperLanguage(TextChoices):
    """In which language the customer reads a quote."""

    CHINESE = "zh-hans", "简体中文"
    ENGLISH = "en", "English"


MOST_LINES = 200
MOST_AMOUNT = Decimal(10) ** 14  # below it: what numeric(16,2) holds
MOST_VERSIONS = 100  # of one quote
