"""Who else sells to our customers, and where we met them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from headwater.kernel.models import Record
from headwater.sales.models.opportunities import Opportunity
from headwater.sales.types import Against


class Competitor(Record):
    """A company that our customers also ask."""

    name = models.CharField(max_length=120)
    website = models.CharField(max_length=255, null=True)
    strengths = models.TextField(null=True)
    weaknesses = models.TextField(null=True)
    note = models.TextField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="competitor_has_name", condition=~Q(name="")),
            models.UniqueConstraint(
                fields=["name"], name="competitor_name_once", condition=Q(archived_at__isnull=True)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-created_at", "-id"], name="competitor_by_creation")]

    def __str__(self) -> str:
        return self.name


class OpportunityCompetitor(models.Model):
    """A competitor in the race for an opportunity; `took_it` is the one it was lost to."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="rivals", db_index=False)
    competitor = models.ForeignKey(Competitor, models.PROTECT, related_name="races")
    standing = models.CharField(max_length=8, choices=Against, default=Against.UNKNOWN)
    took_it = models.BooleanField(default=False)
    note = models.CharField(max_length=500, null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opportunity", "competitor"], name="opportunity_competitor_once"),
            models.UniqueConstraint(
                fields=["opportunity"], name="opportunity_lost_to_one", condition=Q(took_it=True)
            ),
            models.CheckConstraint(
                name="opportunity_competitor_standing", condition=Q(standing__in=Against.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competitor_id} in {self.opportunity_id}"
