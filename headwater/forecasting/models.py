"""What the house has learnt about its pipelines, and how wrong it was. It can be made anew."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from headwater.forecasting.types import Way
from headwater.kernel.models import OrjsonField
from headwater.sales.models import Pipeline


class Learnt(models.Model):
    """What the history of a pipeline taught, ready for use; see `content.Lesson` for what `content` holds."""

    pipeline = models.OneToOneField(Pipeline, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()
    last_move_id = models.BigIntegerField()  # the youngest row of history that was read
    content = OrjsonField(default=dict)

    def __str__(self) -> str:
        return f"pipeline {self.pipeline_id}"


class Replay(models.Model):
    """What a way would have forecast for a month on the evening before it, and what came."""

    pipeline = models.ForeignKey(Pipeline, models.CASCADE, related_name="+", db_index=False)
    month = models.DateField()
    way = models.CharField(max_length=10, choices=Way)
    forecast = models.DecimalField(max_digits=18, decimal_places=2)
    low = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    high = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    actual = models.DecimalField(max_digits=18, decimal_places=2)
    opportunities = models.PositiveIntegerField()  # that were open
    closed = models.PositiveIntegerField()  # that history knew the end of by then

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pipeline", "month", "way"], name="replay_once"),
            models.CheckConstraint(name="replay_way", condition=Q(way__in=Way.values)),
        ]

    def __str__(self) -> str:
        return f"{self.pipeline_id} {self.month} {self.way}"
