"""What customers may buy."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from headwater.acquisition.models import Campaign, Source
from headwater.kernel.models import Record
from headwater.sales.models.accounts import Account
from headwater.sales.models.contacts import Contact
from headwater.sales.models.pipelines import Pipeline, Stage
from headwater.sales.types import Currency, Standing


class Opportunity(Record):
    """A possible sale. Its `status` and pipeline are those of its stage (`0002_sql`)."""

    name = models.CharField(max_length=200)
    account = models.ForeignKey(Account, models.PROTECT, related_name="opportunities", db_index=False)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+", db_index=False)
    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="+", db_index=False)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=8, choices=Standing, default=Standing.OPEN)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    amount_by_hand = models.BooleanField(default=False, db_default=False)  # it does not follow its lines
    currency = models.CharField(max_length=3, choices=Currency, default=Currency.CNY)
    probability = models.PositiveSmallIntegerField()
    expected_close_on = models.DateField(null=True)
    owner = models.ForeignKey(
        "organization.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    lost_reason = models.CharField(max_length=80, null=True)
    lost_note = models.CharField(max_length=500, null=True)
    closed_at = models.DateTimeField(null=True)
    stage_entered_at = models.DateTimeField()
    note = models.TextField(null=True)
    business_line = models.CharField(max_length=80, null=True)  # a value of the picklist of that name
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+", db_index=False)
    external_id = models.CharField(max_length=100, null=True)
    last_activity_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="opportunity_has_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="opportunity_amount_not_negative", condition=Q(amount__isnull=True) | Q(amount__gte=0)
            ),
            models.CheckConstraint(name="opportunity_probability", condition=Q(probability__lte=100)),
            models.CheckConstraint(name="opportunity_currency", condition=Q(currency__regex="^[A-Z]{3}$")),
            models.CheckConstraint(
                name="opportunity_closed_at",
                condition=Q(status=Standing.OPEN, closed_at__isnull=True)
                | Q(status__in=[Standing.WON, Standing.LOST], closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="opportunity_lost_reason",
                condition=Q(status=Standing.LOST, lost_reason__isnull=False)
                | (~Q(status=Standing.LOST) & Q(lost_reason__isnull=True, lost_note__isnull=True)),
            ),
            models.UniqueConstraint(
                fields=["external_id"],
                name="opportunity_external_id_once",
                condition=Q(external_id__isnull=False, archived_at__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["campaign"], name="opportunity_campaign", condition=Q(campaign__isnull=False)
            ),
            models.Index(fields=["owner", "-created_at", "-id"], name="opportunity_by_owner"),
            models.Index(fields=["-created_at", "-id"], name="opportunity_by_creation"),
            models.Index(fields=["account"], name="opportunity_by_account"),
            models.Index(
                fields=["stage", "expected_close_on", "id"],
                name="opportunity_column",
                condition=Q(archived_at__isnull=True),
            ),
            models.Index(
                fields=["stage", "-closed_at", "-id"],
                name="opportunity_closed",
                condition=Q(archived_at__isnull=True, closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OpportunityContact(models.Model):
    """Who at the customer takes part in an opportunity, and as what."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="contact_roles", db_index=False)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="opportunity_roles")
    role = models.CharField(max_length=80, null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opportunity", "contact"], name="opportunity_contact_once"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} in {self.opportunity_id}"
