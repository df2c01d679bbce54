"""The ways along which opportunities move."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from headwater.sales.types import Standing

VERSIONS = "pipeline"  # the kind under which versions of a pipeline are kept


class Pipeline(models.Model):
    """An ordered set of stages; every company has a default one."""

    name = models.CharField(max_length=80)
    business_line = models.CharField(max_length=80, null=True)  # a value of the picklist of that name
    is_default = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"], name="pipeline_name_once", condition=Q(archived_at__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["is_default"], name="pipeline_one_default", condition=Q(is_default=True)
            ),
            models.CheckConstraint(
                name="pipeline_default_is_used", condition=Q(is_default=False) | Q(archived_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    """A step of a pipeline. `kind` says what an opportunity in it is: open, won or lost.

    `required_fields` are keys of the catalogue that must be filled before an opportunity leaves it forwards.
    An archived one has a negative position: it stands in no order any more.
    """

    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="stages", db_index=False)
    name = models.CharField(max_length=80)
    position = models.IntegerField()
    kind = models.CharField(max_length=8, choices=Standing, default=Standing.OPEN)
    probability = models.PositiveSmallIntegerField()
    days_until_stuck = models.PositiveSmallIntegerField(null=True)
    color = models.CharField(max_length=20, default="gray")
    guidance = models.TextField(default="", blank=True)
    required_fields = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pipeline", "name"], name="stage_name_once", condition=Q(archived_at__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["pipeline", "position"],
                name="stage_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            # What an opportunity's composite foreign key points to: its pipeline and status are its stage's.
            models.UniqueConstraint(fields=["id", "pipeline", "kind"], name="stage_place"),
            *(
                models.UniqueConstraint(
                    fields=["pipeline"],
                    name=f"stage_one_{kind}",
                    condition=Q(kind=kind, archived_at__isnull=True),
                )
                for kind in (Standing.WON.value, Standing.LOST.value)
            ),
            models.CheckConstraint(name="stage_kind", condition=Q(kind__in=Standing.values)),
            models.CheckConstraint(
                name="stage_probability",
                condition=Q(kind=Standing.OPEN, probability__lte=100)
                | Q(kind=Standing.WON, probability=100)
                | Q(kind=Standing.LOST, probability=0),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StageItem(models.Model):
    """A point of a stage's checklist. With an `activity_kind` such a follow-up ticks it by itself."""

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="items", db_index=False)
    name = models.CharField(max_length=120)
    guidance = models.TextField(default="", blank=True)
    activity_kind = models.CharField(max_length=20, null=True)
    position = models.IntegerField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="stage_item_has_name", condition=~Q(name="")),
            models.UniqueConstraint(
                fields=["stage", "name"], name="stage_item_name_once", condition=Q(archived_at__isnull=True)
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["stage", "position"], name="stage_item_order", condition=Q(archived_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name
