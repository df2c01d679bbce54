"""Targets, and what people say will come. What was said is only ever added to (`0002_append_only`)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Round

from headwater.organization.models import Department, User
from headwater.sales.models import Opportunity, Pipeline, Stage
from headwater.targets.types import OPEN_CATEGORIES, Called, Category, Grain, Level, Measure


def _holder(name: str, *, company: bool) -> models.CheckConstraint:
    """A person or a department, never both; neither stands for the company where it may hold one."""
    both = Q(user__isnull=False, department__isnull=False)
    neither = Q(user__isnull=True, department__isnull=True)
    return models.CheckConstraint(name=name, condition=~both if company else ~both & ~neither)


class Target(models.Model):
    """What a person, a department or the company (neither) is to reach in a period; no amount: taken away."""

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    measure = models.CharField(max_length=20, choices=Measure)
    grain = models.CharField(max_length=8, choices=Grain)
    starts_on = models.DateField()
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)  # of amounts; counts keep the company's and do not use it
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            _holder("target_holder", company=True),
            models.UniqueConstraint(
                fields=["measure", "grain", "starts_on", "user", "department"],
                name="target_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="target_measure", condition=Q(measure__in=Measure.values)),
            models.CheckConstraint(name="target_grain", condition=Q(grain__in=Grain.values)),
            models.CheckConstraint(
                name="target_not_negative", condition=Q(amount__isnull=True) | Q(amount__gte=0)
            ),
            models.CheckConstraint(
                name="target_counts_are_whole",
                condition=Q(measure__in=[one.value for one in Measure if one.is_money])
                | Q(amount__isnull=True)
                | Q(amount=Round("amount")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.starts_on} {self.grain}"


class OpportunityEdit(models.Model):
    """What was known of an opportunity from a moment on; the database writes it with every change.

    With the moves between stages it tells what was known at any moment since.
    """

    opportunity_id = models.BigIntegerField()
    stage_id = models.BigIntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)
    expected_close_on = models.DateField(null=True)
    owner_id = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    archived = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["opportunity_id", "-at", "-id"], name="opportunity_edit_of"),
        ]


class StageCategory(models.Model):
    """Which category a stage stands for from a moment on; without one its probability decides."""

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", db_index=False)
    category = models.CharField(max_length=10, choices=Category, null=True)  # null: its probability again
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="stage_category_open",
                condition=Q(category__isnull=True) | Q(category__in=[one.value for one in OPEN_CATEGORIES]),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["stage", "-at", "-id"], name="stage_category_of")]


class CategoryEntry(models.Model):
    """Somebody's word on one opportunity; the latest counts, null gives it back to its stage."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="+", db_index=False)
    category = models.CharField(max_length=10, choices=Category, null=True)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="category_entry_open",
                condition=Q(category__isnull=True) | Q(category__in=[one.value for one in OPEN_CATEGORIES]),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["opportunity", "-at", "-id"], name="category_entry_of")]


class Adjustment(models.Model):
    """Somebody calls a sum higher or lower than the opportunities say; null takes an earlier one back."""

    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="+", db_index=False)
    grain = models.CharField(max_length=8, choices=Grain)
    starts_on = models.DateField()
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    called = models.CharField(max_length=10, choices=Called)
    level = models.CharField(max_length=8, choices=Level)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=500, blank=True, default="")
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            _holder("adjustment_holder", company=False),
            models.CheckConstraint(name="adjustment_called", condition=Q(called__in=Called.values)),
            models.CheckConstraint(name="adjustment_level", condition=Q(level__in=Level.values)),
            models.CheckConstraint(
                name="adjustment_not_negative", condition=Q(amount__isnull=True) | Q(amount__gte=0)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["grain", "starts_on", "pipeline", "-at", "-id"], name="adjustment_of"),
        ]


class Submission(models.Model):
    """A forecast as somebody handed it in."""

    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="+", db_index=False)
    grain = models.CharField(max_length=8, choices=Grain)
    starts_on = models.DateField()
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    closed = models.DecimalField(max_digits=20, decimal_places=2)
    commit = models.DecimalField(max_digits=20, decimal_places=2)
    best_case = models.DecimalField(max_digits=20, decimal_places=2)
    pipeline_amount = models.DecimalField(max_digits=20, decimal_places=2)
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=500, blank=True, default="")
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [_holder("submission_holder", company=False)]
        indexes: ClassVar = [
            models.Index(fields=["grain", "starts_on", "pipeline", "-at", "-id"], name="submission_of"),
        ]
