"""What happened, append-only: moves between stages, changes of owner."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from headwater.sales.models.opportunities import Opportunity
from headwater.sales.models.pipelines import Stage
from headwater.sales.types import Owned, Why


class StageMove(models.Model):
    """One step of an opportunity, with what was known of it at that moment; the first has no origin."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="moves", db_index=False)
    from_stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="+", db_index=False)
    to_stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", db_index=False)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)
    expected_close_on = models.DateField(null=True)
    owner_id = models.BigIntegerField(null=True)
    lost_reason = models.CharField(max_length=80, null=True)
    note = models.CharField(max_length=500, null=True)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    # When it came into the stage that it left here; the database keeps it, from the move before.
    since = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="stage_move_leads_elsewhere",
                condition=Q(from_stage__isnull=True) | ~Q(from_stage=models.F("to_stage")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["opportunity", "-at", "-id"], name="stage_move_of"),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.from_stage_id} > {self.to_stage_id}"


class OwnerChange(models.Model):
    """A record of the room got another owner, the first one included."""

    record_type = models.CharField(max_length=20, choices=Owned)
    record_id = models.BigIntegerField()
    from_owner_id = models.BigIntegerField(null=True)
    to_owner_id = models.BigIntegerField(null=True)
    why = models.CharField(max_length=20, choices=Why)
    note = models.CharField(max_length=500, null=True)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="owner_change_type", condition=Q(record_type__in=Owned.values)),
            models.CheckConstraint(name="owner_change_why", condition=Q(why__in=Why.values)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["record_type", "record_id", "-at", "-id"], name="owner_change_of"),
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id}: {self.from_owner_id} > {self.to_owner_id}"
