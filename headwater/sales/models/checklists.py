"""What has been done of the checklists, opportunity by opportunity."""

from typing import ClassVar

from django.db import models

from headwater.sales.models.opportunities import Opportunity
from headwater.sales.models.pipelines import StageItem


class StageTick(models.Model):
    """A point of a checklist that somebody did; by hand, or by the follow-up `activity_id`."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="ticks", db_index=False)
    item = models.ForeignKey(StageItem, models.PROTECT, related_name="+", db_index=False)
    by_id = models.BigIntegerField(null=True)
    activity_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opportunity", "item"], name="stage_tick_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} of {self.opportunity_id}"
