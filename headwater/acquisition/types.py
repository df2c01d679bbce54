"""Closed vocabularies of the room."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ChannelKind(models.TextChoices):
    """The three families of channels."""

    OWN = "own", pgettext_lazy("channel", "Own")
    PAID = "paid", pgettext_lazy("channel", "Paid")
    FREE = "free", pgettext_lazy("channel", "Free")


class CampaignStatus(models.TextChoices):
    """Where a campaign stands."""

    PLANNED = "planned", pgettext_lazy("campaign", "Planned")
    ACTIVE = "active", pgettext_lazy("campaign", "Running")
    COMPLETED = "completed", pgettext_lazy("campaign", "Completed")
    CANCELLED = "cancelled", pgettext_lazy("campaign", "Cancelled")


MOST_COST_DAYS = 366  # a cost covers a year at most: reports spread it over its days
