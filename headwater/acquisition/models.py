"""Tables of where leads come from. Verbs live in `services`."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower

from headwater.acquisition.types import MOST_COST_DAYS, CampaignStatus, ChannelKind
from headwater.kernel.models import Record


class Source(Record):
    """How a lead reached us, in the company's own words. Archiving retires it; leads keep it."""

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=ChannelKind, default=ChannelKind.OWN)
    description = models.CharField(max_length=400, blank=True, default="")
    position = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"), name="source_name_once", condition=Q(archived_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Channel(Record):
    """A node of the channel tree. `path` holds the ids from the root down to itself: `1/4/`."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=ChannelKind, default=ChannelKind.OWN)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=300, default="")
    position = models.IntegerField(default=0)
    description = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "parent",
                Lower("name"),
                name="channel_name_once_per_parent",
                condition=Q(archived_at__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="channel_not_its_own_parent", condition=~Q(parent=F("id"))),
        ]

    def __str__(self) -> str:
        return self.name


class Campaign(Record):
    """A marketing activity that leads are entered, imported or captured under."""

    name = models.CharField(max_length=120)
    type = models.CharField(max_length=60, blank=True, default="")  # picklist campaign_type
    status = models.CharField(max_length=12, choices=CampaignStatus, default=CampaignStatus.PLANNED)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    budget = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    cost = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    expected_leads = models.IntegerField(null=True)
    owner = models.ForeignKey(
        "organization.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, related_name="+", db_index=False)
    description = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"), name="campaign_name_once", condition=Q(archived_at__isnull=True)
            ),
            models.CheckConstraint(
                name="campaign_ends_after_start",
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChannelCost(Record):
    """What a channel cost from a first to a last day, spread evenly over them. Archived, never deleted.

    What the channel's campaigns cost is not in it: campaigns say so themselves.
    """

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="costs")
    first_day = models.DateField()
    last_day = models.DateField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="channel_cost_above_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="channel_cost_currency", condition=Q(currency__regex="^[A-Z]{3}$")),
            models.CheckConstraint(
                name="channel_cost_days",
                condition=Q(last_day__gte=F("first_day"))
                & Q(last_day__lt=F("first_day") + Value(MOST_COST_DAYS, models.IntegerField())),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"
